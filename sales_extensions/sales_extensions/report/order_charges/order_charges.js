{% include "sales_extensions/public/js/upsell_reports.js" %}

frappe.query_reports["Order Charges"] = {
	filters: sales_extensions.upsell_listing_filters(__("From a Quotation")),

	formatter: (...cell) => sales_extensions.upsell_cell(...cell),
};
