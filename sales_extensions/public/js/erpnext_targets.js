// ERPNext's own table Targets is told apart from Sales Targets, and its rows can be brought over (T1, L1).

(() => {
	const CAN_BE_BROUGHT = ["Sales Person", "Territory"];
	const text = (value) => sales_extensions.showing.text(value);

	for (const doctype of [...CAN_BE_BROUGHT, "Sales Partner"])
		frappe.ui.form.on(doctype, {
			refresh(frm) {
				tell_apart(frm);
				if (!may_bring_over(frm)) return;
				frm.add_custom_button(__("Bring Over as Sales Targets"), () => ask_for_whom(frm));
			},
		});

	const may_bring_over = (frm) =>
		CAN_BE_BROUGHT.includes(frm.doctype) &&
		!frm.is_new() &&
		(frm.doc.targets || []).length &&
		frappe.model.can_create("Sales Target");

	// Below the table; nothing of ERPNext's form is changed for it.
	function tell_apart(frm) {
		const table = frm.fields_dict.targets;
		if (!table || !frappe.model.can_read("Sales Target")) return;
		const $wrapper = $(table.wrapper);
		$wrapper.find(".erpnext-targets-note").remove();
		$wrapper.append(`<p class="text-muted small erpnext-targets-note">${words_of(frm)}</p>`);
	}

	function words_of(frm) {
		const link = `<a href="${sales_extensions.desk("sales-target")}">${__("Sales Targets")}</a>`;
		const apart = __("This is ERPNext's own table: only its reports of target variance read it. {0}, from which Attainment, the cards and the statements are made, are documents of their own.", [link]);
		if (!may_bring_over(frm)) return apart;
		const button = __("Bring Over as Sales Targets").bold();
		return `${apart} ${__("{0} makes them out of these rows, which stay as they are.", [button])}`;
	}

	function ask_for_whom(frm) {
		if (frm.is_dirty()) {
			frappe.show_alert({ message: __("Save {0} first: what is brought over are the saved rows.", [text(frm.doc.name)]), indicator: "orange" });
			return;
		}
		const dialog = sales_extensions.lines.dialog({
			title: __("Bring Over as Sales Targets"),
			size: "large",
			fields: [
				{
					fieldtype: "Link", fieldname: "company", options: "Company", label: __("Company"), reqd: 1,
					default: frappe.defaults.get_user_default("Company"),
					description: __("The rows name none: it is said here in whose currency their amounts are."),
					get_query: () => ({ filters: { is_group: 0 } }),
					onchange: () => show(),
				},
				{
					fieldtype: "Link", fieldname: "sales_person", options: "Sales Person", label: __("Sales Person"), reqd: 1,
					default: frm.doctype === "Sales Person" ? frm.doc.name : undefined,
					read_only: frm.doctype === "Sales Person" ? 1 : 0,
					description: frm.doctype === "Territory" ? __("Whose orders count there. A group stands for all who are under it.") : "",
					onchange: () => show(),
				},
				{ fieldtype: "HTML", fieldname: "rows" },
			],
			primary_action_label: __("Make Sales Targets"),
			primary_action: () => bring_over(dialog),
		});
		dialog.$wrapper.addClass("erpnext-targets");
		const show = () => show_rows(frm, dialog);
		dialog.show();
		show();
	}

	const asked = (frm, dialog) => ({
		doctype: frm.doctype,
		name: frm.doc.name,
		company: dialog.get_value("company"),
		sales_person: dialog.get_value("sales_person"),
	});

	async function show_rows(frm, dialog) {
		const wanted = asked(frm, dialog);
		const shown = JSON.stringify(wanted);
		if (dialog.shown_for === shown) return; // a field tells of a change more than once
		dialog.shown_for = shown;
		const { $wrapper } = dialog.fields_dict.rows;
		let_make(dialog, false);
		if (!wanted.company || !wanted.sales_person) return $wrapper.empty();
		const rows = await frappe.xcall("sales_extensions.api.erpnext_targets.shown", wanted).catch(() => null);
		if (dialog.shown_for !== shown) return; // another was chosen meanwhile
		if (!rows) dialog.shown_for = null; // why has been said; it may be asked again
		$wrapper.html(rows ? rows_html(rows) : "");
		const count = (rows || []).filter(({ is_made }) => is_made).length;
		dialog.get_primary_btn().text(label_of(count));
		dialog.makes = wanted; // what was seen is what is made
		let_make(dialog, count > 0);
	}

	/** A button of the desk's that only looks disabled is pressed by Enter, and twice. */
	const let_make = (dialog, may) => dialog.get_primary_btn().prop("disabled", !may);

	function label_of(count) {
		if (!count) return __("Make Sales Targets");
		return count === 1 ? __("Make 1 Sales Target") : __("Make {0} Sales Targets", [count]);
	}

	function rows_html(rows) {
		const cells = (row) => `<tr class="${row.is_made ? "" : "text-muted"}">
			<td>${row.row}</td><td>${text(row.fiscal_year)}</td><td>${text(row.item_group || __("All"))}</td>
			<td class="text-right" style="white-space: nowrap">${flt(row.amount) ? format_currency(row.amount, row.currency) : ""}</td>
			<td>${text(row.distribution || "")}</td><td>${outcome(row)}</td></tr>`;
		return `<div style="overflow-x: auto"><table class="table table-bordered">
			<thead><tr><th>${__("Row")}</th><th>${__("Fiscal Year")}</th><th>${__("Item Group")}</th>
				<th class="text-right">${__("Amount")}</th><th>${__("Monthly Distribution")}</th><th>${__("Becomes")}</th></tr></thead>
			<tbody>${rows.map(cells).join("")}</tbody></table></div>`;
	}

	function outcome({ is_made, title, note, is_there, same_as, item_group }) {
		const where = item_group ? __("Attainment shows it where this Item Group is chosen.") : "";
		if (is_made) return [text(title), note, where].filter(Boolean).join(". ");
		if (!is_there) return `${__("Stays here.")} ${note}`;
		if (!same_as) return __("There is such a Sales Target already.");
		const link = `<a href="${frappe.utils.get_form_link("Sales Target", same_as.name)}">${text(same_as.title)}</a>`;
		const goal = sales_extensions.showing.money(same_as.target_amount, same_as.currency);
		return __("There is such a Sales Target already: {0}, for {1}. Change its goal there.", [link, goal]);
	}

	function bring_over(dialog) {
		let_make(dialog, false);
		return frappe
			.xcall("sales_extensions.api.erpnext_targets.bring_over", dialog.makes)
			.then((made) => {
				dialog.hide();
				const message = made.length === 1 ? __("1 Sales Target was made.") : __("{0} Sales Targets were made.", [made.length]);
				frappe.show_alert({ message, indicator: "green" });
				if (made.length === 1) frappe.set_route("Form", "Sales Target", made[0]);
				else frappe.set_route("List", "Sales Target", { name: ["in", made] });
			})
			.catch(() => let_make(dialog, true));
	}
})();
