// Which columns a user sees and in what order, kept for that user on any device (K2).

frappe.provide("sales_extensions.tracker");

sales_extensions.tracker.order_columns = (columns, own, on_save) => {
	const { order = [], hidden = [] } = own;
	const known = columns.map((column) => column.key);
	const keys = [...order.filter((key) => known.includes(key)), ...known.filter((key) => !order.includes(key))];
	const dialog = new frappe.ui.Dialog({
		title: __("My Columns"),
		fields: [{ fieldname: "list", fieldtype: "HTML" }],
		primary_action_label: __("Save"),
		primary_action() {
			const rows = list.children().toArray();
			on_save({
				order: rows.map((row) => row.dataset.key),
				hidden: rows.filter((row) => !row.querySelector("input").checked).map((row) => row.dataset.key),
			});
			dialog.hide();
		},
	});
	const list = $(`<ol class="st-columns">${keys.map(line).join("")}</ol>`);
	dialog.fields_dict.list.$wrapper
		.append(`<p class="text-muted">${__("The order is yours. Which columns there are is chosen in the Tracker Settings.")}</p>`)
		.append(list);
	list.on("click", "button", (event) => {
		const button = $(event.currentTarget);
		const row = button.closest("li");
		if (button.hasClass("st-up")) row.prev().before(row);
		else row.next().after(row);
		button.trigger("focus");
	});
	dialog.show();

	function line(key) {
		const label = sales_extensions.showing.text(columns.find((column) => column.key === key).label);
		return `<li data-key="${sales_extensions.showing.text(key)}">
			<label><input type="checkbox" ${hidden.includes(key) ? "" : "checked"}> ${label}</label>
			<button type="button" class="btn btn-default btn-xs st-up" aria-label="${__("Move {0} up", [label])}">↑</button>
			<button type="button" class="btn btn-default btn-xs st-down" aria-label="${__("Move {0} down", [label])}">↓</button>
		</li>`;
	}
};
