frappe.listview_settings["Conversation"] = {
	hide_name_column: true,
	add_fields: ["completed", "follow_up_date", "party_name", "party_type", "is_private", "title"],
	formatters: {
		title: (title, _df, doc) => doc.party_name || title, // shown as text; its day has a column
		note: (note, _df, doc) => {
			const text = doc.is_private ? __("Private Note") : note || "";
			const short = text.length > 200 ? `${text.slice(0, 200)}\u2026` : text;
			return `<span class="ellipsis ${doc.is_private ? "text-muted" : ""}">${sales_extensions.showing.text(short)}</span>`;
		},
	},
	get_indicator(doc) {
		if (doc.completed) return [__("Completed"), "green", "completed,=,1"];
		if (!doc.follow_up_date) return [__("No Follow Up"), "gray", "completed,!=,1|follow_up_date,is,not set"];
		const today = frappe.datetime.get_today();
		if (doc.follow_up_date < today)
			return [__("Overdue"), "red", `completed,!=,1|follow_up_date,<,${today}`];
		return [__("To Follow Up"), "orange", `completed,!=,1|follow_up_date,>=,${today}`];
	},
	onload(listview) {
		sales_extensions.lists.set_up(listview);
		const columns = [["conversation_date"], ["note", __("Note"), 1.8], ["follow_up_date"], ["employee_name", __("Employee")]];
		sales_extensions.lists.columns(listview, columns, 1.6);
		if (frappe.model.can_create("Conversation"))
			listview.page.add_inner_button(__("Log It"), () =>
				sales_extensions.conversations.quick_add({}, () => listview.refresh())
			);
	},
};
