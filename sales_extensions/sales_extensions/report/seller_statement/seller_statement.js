{% include "sales_extensions/public/js/attainment_reports.js" %}

frappe.query_reports["Seller Statement"] = {
	filters: [
		...sales_extensions.attainment_filters(),
		{ fieldname: "as_of", label: __("As Of"), fieldtype: "Datetime" },
		{ fieldname: "withdrawn", label: __("Show Withdrawn"), fieldtype: "Check" },
		...sales_extensions.scope_filters(),
	],

	onload(report) {
		report.page.add_inner_button(__("PDF to Sign"), () => {
			const filters = report.get_filter_values(true);
			if (!filters.sales_person) {
				frappe.msgprint(__("Sales Person: choose the seller whose credits you want to see."));
				return;
			}
			window.open(
				`/api/method/sales_extensions.api.statement.pdf?filters=${encodeURIComponent(JSON.stringify(filters))}`
			);
		});
	},
};
