frappe.listview_settings["Pipeline Passage"] = {
	// shown on the cards of the board
	onload: sales_extensions.lists.set_up,
	add_fields: ["user", "stage_since", "board_stage", "outcome"],
	get_indicator: ({ outcome }) => [__(outcome), { Won: "green", Lost: "red" }[outcome] || "blue", `outcome,=,${outcome}`],
};

// Nobody writes a passage. On the board, though, a card is moved by who may log a conversation: it logs one.
(function () {
	const can_write = frappe.model.can_write;
	frappe.model.can_write = function (doctype) {
		const [, shown, view] = frappe.get_route() || [];
		const on_board = doctype === "Pipeline Passage" && shown === doctype && view === "Kanban";
		return on_board ? frappe.model.can_create("Conversation") : can_write.apply(this, arguments);
	};
})();

// A card of the board shows a link as it is kept: the user's address. Not in `onload`, which not every line's board calls.
(() => {
	const { text } = sales_extensions.showing;
	const field = frappe.meta.get_docfield("Pipeline Passage", "user");
	if (field) field.formatter = (user) => (user ? text(frappe.user_info(user).fullname) : "");
})();
