{% include "sales_extensions/public/js/upsell_reports.js" %}

frappe.query_reports["Order Charges"] = sales_extensions.report("Order Charges", {
	filters: sales_extensions.upsell_listing_filters(__("From a Quotation")),

	formatter: (...cell) => sales_extensions.showing.cell(...cell),
});
