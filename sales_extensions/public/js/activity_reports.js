// What the reports on follow-ups and activities share: filters, and cells that lead to their documents.
window.sales_extensions = window.sales_extensions || {};

// Employees by name: most who sell, and most who manage them, may not read the Employee itself.
sales_extensions.employee_field = (df, able = 0) => ({
	fieldname: "employee",
	fieldtype: "Autocomplete",
	...df,
	get_query: () => ({ query: "sales_extensions.api.follow_ups.employees", params: { able } }),
	on_make: show_name,
});

// What comes by a link is the employee's ID: their name is asked for, and shown.
function show_name(control) {
	const names = new Map();
	const { format_for_input, get_input_value } = control;
	const is_offered = (employee) => control.get_data().some(({ value }) => value === employee);
	control.format_for_input = (employee) => {
		if (employee && !names.has(employee) && !is_offered(employee)) ask(employee);
		return names.get(employee) || format_for_input.call(control, employee);
	};
	control.get_input_value = () => {
		const shown = control.$input?.val();
		const known = [...names].find(([, name]) => name && name === shown);
		return known ? known[0] : get_input_value.call(control);
	};
	async function ask(employee) {
		names.set(employee, "");
		const found = await frappe.xcall("sales_extensions.api.follow_ups.employees", { txt: employee });
		names.set(employee, found.find(({ value }) => value === employee)?.label || "");
		if (control.$input?.val() === employee) control.set_formatted_input(employee);
	}
}

sales_extensions.people_filters = () => [
	sales_extensions.employee_field({ label: __("Employee") }),
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
	const shown = sales_extensions.showing.cell(value, row, column, data, default_formatter);
	if (!shown || typeof value !== "string" || column.fieldtype !== "Data") return shown;
	const target = data && document_behind(column.fieldname, data);
	if (!target || !frappe.model.can_read(target[0])) return shown;
	return `<a href="${frappe.utils.get_form_link(target[0], target[1])}">${shown}</a>`;
};

function document_behind(fieldname, data) {
	if (fieldname === "name" && data.name) return ["Conversation", data.name];
	if (["party_name", "key"].includes(fieldname) && data.party) return [data.party_type, data.party];
	return null;
}
