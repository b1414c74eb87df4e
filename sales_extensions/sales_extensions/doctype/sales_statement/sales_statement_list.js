frappe.listview_settings["Sales Statement"] = {
	add_fields: [
		"status", "unanswered", "superseded_by", "currency", "target_type", "from_date", "to_date", "version", "amount",
		"order_count", "docstatus",
	],
	hide_name_column: true,
	has_indicator_for_draft: true,
	has_indicator_for_cancelled: true,

	onload(listview) {
		sales_extensions.lists.set_up(listview);
		sales_extensions.lists.columns(
			listview,
			frappe.is_mobile() ? ["from_date"] : [["from_date", __("Period"), 1.6], ["version", __("Version"), 0.6], ["amount", __("Result"), 1.2]]
		);
	},

	get_indicator({ docstatus, status, unanswered, superseded_by }) {
		if (!docstatus) return [__("Draft"), "gray", "status,=,Draft"];
		if (superseded_by) return [__("Replaced"), "gray", "superseded_by,is,set"];
		if (cint(unanswered)) return [__("Disputed"), "red", "unanswered,>,0|superseded_by,is,not set"];
		const colour = { Issued: "blue", Acknowledged: "green", Disputed: "orange", Settled: "green" }[status];
		return [__(status), colour, `status,=,${status}`];
	},

	formatters: {
		from_date: (value, df, doc) => `<span>${sales_extensions.showing.period(doc.from_date, doc.to_date)}</span>`,
		amount: (value, df, doc) =>
			`<span>${doc.target_type === "Numeric" ? format_number(doc.order_count, null, 0) : sales_extensions.showing.money(doc.amount, doc.currency)}</span>`,
	},
};
