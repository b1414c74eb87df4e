frappe.listview_settings["Conversation"] = {
	hide_name_column: true,
	add_fields: ["completed", "follow_up_date", "party_type"],
	get_indicator(doc) {
		if (doc.completed) return [__("Completed"), "green", "completed,=,1"];
		if (!doc.follow_up_date) return [__("Open"), "blue", "completed,!=,1"];
		const today = frappe.datetime.get_today();
		if (doc.follow_up_date < today)
			return [__("Overdue"), "red", `completed,!=,1|follow_up_date,<,${today}`];
		return [__("To Follow Up"), "orange", `completed,!=,1|follow_up_date,>=,${today}`];
	},
	onload(listview) {
		if (frappe.model.can_create("Conversation"))
			listview.page.add_inner_button(__("Quick Add"), () =>
				sales_extensions.conversations.quick_add({}, () => listview.refresh())
			);
	},
};
