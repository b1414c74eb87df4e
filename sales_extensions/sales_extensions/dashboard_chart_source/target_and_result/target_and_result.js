frappe.provide("frappe.dashboards.chart_sources");

frappe.dashboards.chart_sources["Target and Result"] = {
	method: "sales_extensions.sales_extensions.dashboard_chart_source.target_and_result.target_and_result.get",
	filters: [
		{
			fieldname: "company",
			label: __("Company"),
			fieldtype: "Link",
			options: "Company",
			default: frappe.defaults.get_user_default("Company"),
			reqd: 1,
		},
		{
			fieldname: "fiscal_year",
			label: __("Year"),
			fieldtype: "Link",
			options: "Fiscal Year",
			description: __("Empty: the current fiscal year."),
		},
		{
			fieldname: "sales_person",
			label: __("Sales Person"),
			fieldtype: "Link",
			options: "Sales Person",
			description: __("A seller or a team. Empty: yourself, or everyone if you are no Sales Person."),
		},
		{
			fieldname: "show",
			label: __("Show"),
			fieldtype: "Select",
			options: ["Cumulative", "By Month"].map((value) => ({ value, label: __(value) })),
			default: "Cumulative",
		},
		{
			fieldname: "target_type",
			label: __("Target Type"),
			fieldtype: "Select",
			options: ["Financial", "Numeric", "Upsell"].map((value) => ({ value, label: __(value) })),
			default: "Financial",
		},
		sales_extensions.showing.measure_filter(),
		{
			fieldname: "sales_target",
			label: __("Sales Target"),
			fieldtype: "Link",
			options: "Sales Target",
			description: __(
				"Only this target. Empty: all targets without filters of their own; where they overlap, each day is counted in one, a team's target before its members', the shorter period before the longer."
			),
		},
	],
};

// The chart library writes its legend, which says whose result it is, anew only when the window changes its size.
sales_extensions.chart_leads_on("Target and Result", (request) => {
	setTimeout(() => window.dispatchEvent(new Event("resize")), 300);
	setTimeout(() => sales_extensions.tell_once(request), 300);
});
