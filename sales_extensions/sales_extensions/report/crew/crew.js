{% include "sales_extensions/public/js/upsell_reports.js" %}

frappe.query_reports["Crew"] = sales_extensions.report("Crew", {
	filters: sales_extensions.upsell_filters({
		fieldname: "group_by",
		label: __("Group By"),
		fieldtype: "Select",
		options: ["Person", "Month", "Territory", "Item Group"].map((value) => ({ value, label: __(value) })),
		default: "Person",
	}),

	formatter(value, row, column, data, default_formatter) {
		const shown = sales_extensions.showing.cell(value, row, column, data, default_formatter);
		const behind = data && value && charges_behind(column.fieldname, data);
		return behind ? sales_extensions.report_link(behind.report, behind.filters, shown) : shown;
	},

	onload(report) {
		report.page.add_inner_button(__("PDF of a Month"), () => ask_for_month(report));
	},
});

// The charges that a number counts (X4). A key that is nobody's and nothing's can't be filtered by.
function charges_behind(fieldname, data) {
	const found = {
		quoted: ["Quote Charges", {}],
		converted: ["Quote Charges", { converted: "Yes" }],
		ordered: ["Order Charges", {}],
		upsells: ["Order Charges", { only_upsells: 1 }],
		upsell_revenue: ["Order Charges", { only_upsells: 1 }],
		revenue: ["Order Charges", {}],
	}[fieldname];
	if (!found || !data.key) return null;
	const { group_by, ...filters } = frappe.query_report.get_filter_values();
	return { report: found[0], filters: { ...filters, ...of_key(group_by, data.key, filters), ...found[1] } };
}

function of_key(group_by, key, filters) {
	if (group_by === "Month") return sales_extensions.days_of_month(key, filters);
	if (group_by === "Person") return { user: key };
	// the row is of this territory or group alone; a filter on the other one keeps what is below
	const field = group_by === "Territory" ? "territory" : "item_group";
	const other = field === "territory" ? "item_group" : "territory";
	return { [field]: key, exact: filters[other] ? filters.exact : 1 };
}

function ask_for_month(report) {
	const last = Array.from({ length: 36 }, (_none, back) => moment().subtract(back, "months").format("YYYY-MM"));
	const dialog = sales_extensions.lines.dialog({
		title: __("PDF of a Month"),
		fields: [
			{
				fieldname: "user",
				label: __("Person"),
				fieldtype: "Link",
				options: "User",
				reqd: 1,
				default: report.get_filter_value("user") || frappe.session.user,
			},
			{
				fieldname: "month",
				label: __("Month"),
				fieldtype: "Select",
				options: last,
				default: last[0],
				reqd: 1,
			},
			{
				fieldname: "company",
				label: __("Company"),
				fieldtype: "Link",
				options: "Company",
				reqd: 1,
				default: report.get_filter_value("company"),
			},
		],
		primary_action_label: __("Open"),
		primary_action(values) {
			dialog.hide();
			window.open(sales_extensions.address("/api/method/sales_extensions.api.upsell_month.month_pdf", values));
		},
	});
	dialog.show();
}
