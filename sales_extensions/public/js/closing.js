// A period is closed, and opened again (H3): from a target's form, and for a company from the list.

frappe.provide("sales_extensions.closing");

(() => {
	const ours = sales_extensions.closing;
	const { text } = sales_extensions.showing;
	const MAY_REOPEN = ["System Manager", "Sales Master Manager"];

	ours.may_close = () => frappe.user.has_role("Sales Manager");
	ours.may_reopen = () => MAY_REOPEN.some((role) => frappe.user.has_role(role));

	/** Of one target: what is still open in it is shown before. */
	ours.close_target = (sales_target) =>
		ask_before(__("Close {0}", [text(sales_target)]), [], () => ["close_target", { sales_target }]);

	/** All of a company that ended by a day. */
	ours.close_period = () => {
		const month_ended = frappe.datetime.add_days(frappe.datetime.month_start(), -1);
		const fields = [
			{ fieldtype: "Link", fieldname: "company", options: "Company", label: __("Company"), reqd: 1,
				default: frappe.defaults.get_default("company") },
			{ fieldtype: "Date", fieldname: "up_to", label: __("Up To"), reqd: 1, default: month_ended,
				description: __("Targets that ended by this day are closed.") },
		]; // prettier-ignore
		return ask_before(__("Close Period"), fields, (dialog) => {
			const [company, up_to] = ["company", "up_to"].map((name) => dialog.get_value(name));
			return company && up_to ? ["close", { company, up_to }] : null;
		});
	};

	function ask_before(title, fields, asked) {
		const dialog = new frappe.ui.Dialog({
			title,
			size: "large",
			fields: [
				...fields.map((field) => ({ ...field, onchange: () => show() })),
				{ fieldtype: "HTML", fieldname: "open" },
			],
			primary_action_label: __("Close Target"),
			primary_action: () => close(dialog, asked),
		});
		const show = () => show_open(dialog, asked(dialog));
		dialog.$wrapper.addClass("close-period");
		dialog.show();
		show();
		return dialog;
	}

	// What was asked last is shown, and only what was seen is closed.
	async function show_open(dialog, request) {
		const shown = JSON.stringify(request);
		if (dialog.shown_for === shown) return;
		dialog.shown_for = shown;
		const { $wrapper } = dialog.fields_dict.open;
		dialog.get_primary_btn().prop("disabled", true);
		if (!request) return $wrapper.empty();
		$wrapper.html(`<div class="text-muted">${__("Loading…")}</div>`);
		const [method, values] = request;
		const before = { close: "before_closing", close_target: "before_closing_target" }[method];
		const found = await frappe.xcall(`sales_extensions.api.closings.${before}`, values).catch(() => null);
		if (dialog.shown_for !== shown) return;
		if (!found) dialog.shown_for = null;
		$wrapper.html(found ? open_html(found) : "");
		const count = found?.targets.count;
		dialog.get_primary_btn().prop("disabled", !count).text(count > 1 ? __("Close {0} Targets", [count]) : __("Close Target"));
	}

	async function close(dialog, asked) {
		const [method, values] = asked(dialog);
		dialog.get_primary_btn().prop("disabled", true);
		const made = await frappe.xcall(`sales_extensions.api.closings.${method}`, values).catch(() => null);
		if (!made) return dialog.get_primary_btn().prop("disabled", false);
		dialog.hide();
		const run = frappe.utils.get_form_link("Sales Ledger Run", made.run);
		const started = made.targets === 1 ? __("1 target is being closed.") : __("{0} targets are being closed.", [made.targets]);
		const words = `${started} <a href="${run}">${__("How far it is")}</a>`;
		frappe.show_alert({ message: words, indicator: "blue" }, 7);
	}

	function open_html({ targets, orders, drafts, allocations, differences }) {
		if (!targets.count) return `<p>${__("No open target ended by then.")}</p>`;
		const warnings = [
			drafts.count && list_of(__("{0} orders of these days are drafts. What they bring later adjusts.", [drafts.count]), drafts, draft),
			allocations.count && list_of(__("{0} agreed amounts can't be borne by their orders in full.", [allocations.count]), allocations, allocation),
			differences && `<p>${__("{0} entries differ from the orders. They are put right before closing.", [differences])}</p>`,
			differences === null && `<p>${__("Too many orders to compare now: they are compared before closing.")}</p>`,
		].filter(Boolean);
		return `<h5>${targets.count === 1 ? __("1 target, {0} orders", [orders]) : __("{0} targets, {1} orders", [targets.count, orders])}</h5>
			${targets_table(targets)}
			<h5>${warnings.length ? __("Still open") : __("Nothing is left to do first: no draft orders, no agreed amounts that can't be borne, nothing that differs.")}</h5>${warnings.join("")}
			<p class="text-muted">${__("A closed target stays as it is. What changes in its orders later is shown beside it.")}</p>`;
	}

	function targets_table({ first, count }) {
		const rows = first.map(
			(one) => `<tr><td><a href="${frappe.utils.get_form_link("Sales Target", one.name)}" target="_blank">${text(one.title)}</a></td>
				<td>${sales_extensions.showing.period(one.from_date, one.to_date)}</td>
				<td class="text-right">${result(one)}</td><td>${__(one.status)}</td></tr>`
		);
		const more = count > first.length ? `<tr><td colspan="4" class="text-muted">${__("and {0} more", [count - first.length])}</td></tr>` : "";
		return `<div style="overflow-x: auto"><table class="table table-bordered"><thead><tr><th>${__("Sales Target")}</th><th>${__("Target Period")}</th>
			<th class="text-right">${__("Result")}</th><th>${__("Status")}</th></tr></thead><tbody>${rows.join("")}${more}</tbody></table></div>`;
	}

	const result = (one) =>
		one.target_type === "Numeric" ? format_number(one.order_count, null, 0) : sales_extensions.showing.money(one.realised_amount, one.currency);

	function list_of(words, { first, count }, shown) {
		const more = count > first.length ? `<li class="text-muted">${__("and {0} more", [count - first.length])}</li>` : "";
		return `<p style="margin-bottom: 4px">${words}</p><ul>${first.map((one) => `<li>${shown(one)}</li>`).join("")}${more}</ul>`;
	}

	const order = (name) => `<a href="${frappe.utils.get_form_link("Sales Order", name)}" target="_blank">${text(name)}</a>`;
	const draft = (one) => `${order(one.name)} · ${text(one.customer_name)} · ${frappe.datetime.str_to_user(one.transaction_date)}`;
	const allocation = (one) =>
		`${order(one.name)} · ${text(one.sales_person)}: ${__("{0} of {1}", [format_number(one.allocated_amount), format_number(one.fixed_amount)])}`;

	/** For a reason, which is kept. */
	ours.reopen = (frm) =>
		frappe.prompt(
			{ fieldtype: "Small Text", fieldname: "reason", label: __("Reason"), reqd: 1, length: 500,
				description: __("The closing stays on record, with this reason. Adjustments become a part of the result.") }, // prettier-ignore
			async ({ reason }) => {
				const asked = { sales_target: frm.doc.name, reason };
				await frappe.xcall("sales_extensions.api.closings.reopen", asked);
				frm.reload_doc();
			},
			__("Open {0} Again", [text(frm.doc.name)]),
			__("Open Again")
		);

	const is_closed = ({ doc }) => doc.period_status === "Closed";

	/** Of a closed target the title alone can change: until it does, there is nothing to save. */
	ours.offer_save = (frm) => {
		if (is_closed(frm) && !frm.is_dirty()) frm.disable_save(true);
		else if (frm.save_disabled) frm.enable_save(); // the desk has one form for all targets
	};

	/** What a closed target's form says of it. */
	ours.show = (frm) => {
		if (is_closed(frm) && ours.may_reopen()) frm.add_custom_button(__("Open Again"), () => ours.reopen(frm));
		const is_over = frm.doc.to_date < frappe.datetime.get_today();
		if (!is_closed(frm) && is_over && ours.may_close()) frm.add_custom_button(__("Close"), () => ours.close_target(frm.doc.name));
		for (const name of frm.closed_fields || []) frm.set_df_property(name, "read_only", 0);
		const may_be_typed = ({ df }) => df.fieldname && df.fieldname !== "title" && !df.read_only;
		frm.closed_fields = is_closed(frm) ? frm.fields.filter(may_be_typed).map(({ df }) => df.fieldname) : [];
		for (const name of frm.closed_fields) frm.set_df_property(name, "read_only", 1);
		const words = __("Closed: it stays as it was closed. What changed in its orders since is shown beside its result.");
		const who = ours.may_reopen() ? "" : __("A System Manager or a Sales Master Manager can open it again.");
		sales_extensions.showing.headline(frm, "closed", is_closed(frm) && [words, who].filter(Boolean).join(" "));
	};
})();
