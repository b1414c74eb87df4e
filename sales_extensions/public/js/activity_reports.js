// What the reports on follow-ups and activities share: filters, and cells that show text as text.
window.sales_extensions = window.sales_extensions || {};

sales_extensions.people_filters = () => [
	{ fieldname: "employee", label: __("Employee"), fieldtype: "Link", options: "Employee" },
	{ fieldname: "territory", label: __("Territory"), fieldtype: "Link", options: "Territory" },
];

sales_extensions.period_filters = () => [
	{
		fieldname: "from_date",
		label: __("From Date"),
		fieldtype: "Date",
		default: frappe.datetime.month_start(),
		reqd: 1,
	},
	{
		fieldname: "to_date",
		label: __("To Date"),
		fieldtype: "Date",
		default: frappe.datetime.month_end(),
		reqd: 1,
	},
	...sales_extensions.people_filters(),
];

sales_extensions.activity_cell = (value, row, column, data, default_formatter) => {
	if (value === null || value === undefined || value === "") return "";
	if (typeof value !== "string" || column.fieldtype !== "Data")
		return default_formatter(value, row, column, data);
	const shown = frappe.utils.escape_html(value);
	const target = data && document_behind(column.fieldname, data);
	if (!target || !frappe.model.can_read(target[0])) return shown;
	return `<a href="/app/${frappe.router.slug(target[0])}/${encodeURIComponent(target[1])}">${shown}</a>`;
};

function document_behind(fieldname, data) {
	if (fieldname === "name" && data.name) return ["Conversation", data.name];
	if (["party_name", "key"].includes(fieldname) && data.party) return [data.party_type, data.party];
	return null;
}
