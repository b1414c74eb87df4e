frappe.provide("frappe.dashboards.chart_sources");

frappe.dashboards.chart_sources["Pipeline by Stage"] = {
	method: "sales_extensions.api.pipeline.stage_chart",
	filters: [
		{ fieldname: "employee", label: __("Employee"), fieldtype: "Link", options: "Employee" },
		{ fieldname: "territory", label: __("Territory"), fieldtype: "Link", options: "Territory" },
	],
};

sales_extensions.chart_leads_on("Pipeline by Stage");
