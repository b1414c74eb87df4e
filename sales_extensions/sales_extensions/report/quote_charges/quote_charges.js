{% include "sales_extensions/public/js/upsell_reports.js" %}

frappe.query_reports["Quote Charges"] = sales_extensions.report("Quote Charges", {
	filters: sales_extensions.upsell_listing_filters(__("Converted")),

	formatter(value, row, column, data, default_formatter) {
		if (column.fieldname === "sales_orders") return sales_extensions.upsell_links("Sales Order", value);
		if (column.fieldname === "sales_invoice") return sales_extensions.upsell_links("Sales Invoice", value);
		return sales_extensions.showing.cell(value, row, column, data, default_formatter);
	},
});
