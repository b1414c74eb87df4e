frappe.views.calendar["Conversation"] = {
	field_map: {
		start: "starts_on",
		end: "ends_on",
		id: "name",
		allDay: "all_day",
		title: "title",
		color: "color",
	},
	options: { editable: false, selectable: false },
	filters: [
		{ fieldtype: "Link", fieldname: "employee", options: "Employee", label: __("Employee") },
	],
	get_events_method: "sales_extensions.api.conversations.calendar",
};
