// What the reports Crew, Quote Charges and Order Charges share: filters and cells.
window.sales_extensions = window.sales_extensions || {};

sales_extensions.upsell_filters = (...own) => [
	{
		fieldname: "company",
		label: __("Company"),
		fieldtype: "Link",
		options: "Company",
		default: frappe.defaults.get_user_default("Company"),
		reqd: 1,
	},
	{
		fieldname: "from_date",
		label: __("From Date"),
		fieldtype: "Date",
		default: frappe.datetime.add_months(frappe.datetime.month_start(), -11),
	},
	{
		fieldname: "to_date",
		label: __("To Date"),
		fieldtype: "Date",
		default: frappe.datetime.month_end(),
	},
	{ fieldname: "user", label: __("Person"), fieldtype: "Link", options: "User" },
	{ fieldname: "territory", label: __("Territory"), fieldtype: "Link", options: "Territory" },
	{ fieldname: "item_group", label: __("Item Group"), fieldtype: "Link", options: "Item Group" },
	...own,
	{ fieldname: "only_upsells", label: __("Only Upsells"), fieldtype: "Check" },
	{ fieldname: "include_drafts", label: __("Include Drafts"), fieldtype: "Check" },
	{ fieldname: "exact", label: __("Exclude Descendants"), fieldtype: "Check" },
];

sales_extensions.upsell_listing_filters = (converted) =>
	sales_extensions.upsell_filters(
		{
			fieldname: "converted",
			label: converted,
			fieldtype: "Select",
			options: [
				{ value: "", label: "" },
				{ value: "Yes", label: __("Yes") },
				{ value: "No", label: __("No") },
			],
		},
		{ fieldname: "limit", label: __("Rows"), fieldtype: "Int", default: 500 }
	);

sales_extensions.upsell_links = (doctype, names) =>
	(names || "")
		.split(", ")
		.filter(Boolean)
		.map((name) =>
			frappe.model.can_read(doctype)
				? `<a href="${frappe.utils.get_form_link(doctype, name)}">${sales_extensions.showing.text(name)}</a>`
				: sales_extensions.showing.text(name)
		)
		.join(", ");
