// What Attainment and Seller Statement have in common.

window.sales_extensions = window.sales_extensions || {};

/** `own`: whether everyone who is a seller begins with their own figures, or managers with those of all. */
sales_extensions.attainment_filters = function (own) {
	const leads = frappe.user.has_role("Sales Manager");
	return [
		{
			fieldname: "company",
			label: __("Company"),
			fieldtype: "Link",
			options: "Company",
			reqd: 1,
			default: frappe.defaults.get_user_default("Company"),
		},
		{
			fieldname: "from_date",
			label: __("From Date"),
			fieldtype: "Date",
			reqd: 1,
			default: frappe.datetime.year_start(),
		},
		{
			fieldname: "to_date",
			label: __("To Date"),
			fieldtype: "Date",
			reqd: 1,
			default: frappe.datetime.year_end(),
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
			fieldname: "sales_person",
			label: __("Sales Person"),
			fieldtype: "Link",
			options: "Sales Person",
			default: own || !leads ? frappe.boot.own_seller : "",
		},
	];
};

sales_extensions.scope_filters = function () {
	return [
		{ fieldname: "sales_target", label: __("Sales Target"), fieldtype: "Link", options: "Sales Target" },
		{ fieldname: "territory", label: __("Territory"), fieldtype: "Link", options: "Territory" },
		{ fieldname: "customer_group", label: __("Customer Group"), fieldtype: "Link", options: "Customer Group" },
		{ fieldname: "item_group", label: __("Item Group"), fieldtype: "Link", options: "Item Group" },
	];
};
