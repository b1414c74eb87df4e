// Amounts, remainder and percentages while typing; the engine on the server says them (A3, A4).

sales_extensions.lines.show_percent("Order Allocation Share", "percentage");

frappe.ui.form.on("Order Allocation", {
	setup(frm) {
		frm.set_query("sales_order", () => ({ filters: { docstatus: ["<", 2] } }));
		frm.set_query("sales_person", "shares", () => ({ filters: { is_group: 0 } }));
		frm.preview = frappe.utils.debounce(() => preview(frm), 300);
	},
	refresh(frm) {
		frm.savetrash = () => delete_with_reason(frm);
		frm.preview();
		if (!frm.is_new()) {
			frm.add_custom_button(__("Sales Order"), () =>
				frappe.set_route("Form", "Sales Order", frm.doc.sales_order)
			);
		}
	},
	// Tab from a row's last field begins another: where neither a seller nor a part is chosen, there is no share
	validate(frm) {
		const begun = (frm.doc.shares || []).filter((row) => !row.sales_person && !row.percentage && !row.fixed_amount);
		for (const row of begun) frappe.model.clear_doc(row.doctype, row.name);
		if (begun.length) frm.refresh_field("shares");
	},
	before_save(frm) {
		frm.gave_reason = Boolean(frm.doc.change_reason);
	},
	after_save(frm) {
		read_anew(frm.doc.sales_order);
		if (frm.gave_reason)
			frappe.show_alert({ message: __("The reason is kept in the timeline of {0}.", [order_link(frm)]), indicator: "green" });
	},
	sales_order: (frm) => frm.preview(),
	remainder_to: (frm) => frm.preview(),
});

const order_link = ({ doc: { sales_order } }) =>
	`<a href="${frappe.utils.get_form_link("Sales Order", sales_order)}">${sales_extensions.showing.text(sales_order)}</a>`;

// The order's timeline and its credit are other ones now. What somebody has typed into it is kept.
function read_anew(order) {
	if (!locals["Sales Order"]?.[order]?.__unsaved) frappe.model.clear_doc("Sales Order", order);
}

// Deleting is told in the order's timeline, where one is led.
function delete_with_reason(frm) {
	const { name, sales_order } = frm.doc;
	const shown = sales_extensions.showing.text;
	const dialog = sales_extensions.lines.dialog({
		title: __("Delete Order Allocation"),
		fields: [
			{
				fieldtype: "HTML",
				fieldname: "what",
				options: `<p>${__("Delete {0}? Sales Order {1} stays, and is credited to its natural owner.", [
					shown(name),
					shown(sales_order),
				])}</p>`,
			},
			{
				fieldtype: "Small Text",
				fieldname: "reason",
				label: __("Reason"),
				reqd: 1,
				description: __("It is kept in the order's timeline, for whoever may read the order."),
			},
		],
		primary_action_label: __("Delete"),
		primary_action({ reason }) {
			dialog.disable_primary_action();
			frappe
				.xcall("sales_extensions.api.orders.delete_allocation", { allocation: name, reason })
				.then(() => {
					dialog.hide();
					frappe.model.clear_doc("Order Allocation", name);
					read_anew(sales_order);
					frappe.set_route("Form", "Sales Order", sales_order);
				})
				.catch(() => dialog.enable_primary_action());
		},
	});
	dialog.show();
}

frappe.ui.form.on("Order Allocation Share", {
	shares_add: (frm) => frm.preview(),
	shares_remove: (frm) => frm.preview(),
	sales_person: (frm) => frm.preview(),
	percentage: (frm) => frm.preview(),
	fixed_amount: (frm) => frm.preview(),
	basis(frm, cdt, cdn) {
		const row = locals[cdt][cdn];
		if (row.basis !== "Percentage") row.percentage = 0;
		if (row.basis !== "Fixed Amount") row.fixed_amount = 0;
		frm.refresh_field("shares");
		frm.preview();
	},
});

function preview(frm) {
	const { sales_order, remainder_to } = frm.doc;
	if (!sales_order || !frappe.model.can_create("Order Allocation")) {
		for (const field of ["today", "totals", "preview"]) frm.get_field(field).$wrapper.empty();
		for (const section of ["today_section", "preview_section"]) frm.toggle_display(section, false);
		return;
	}
	const shares = (frm.doc.shares || []).filter((row) => row.sales_person);
	const asked = (frm.preview_asked = {});
	frappe
		.xcall("sales_extensions.api.orders.preview_allocation", {
			allocation: { sales_order, remainder_to, shares },
		})
		.then((shown) => {
			if (frm.preview_asked !== asked) return; // typed on meanwhile
			const changed = frm.is_dirty();
			if (changed) show_amounts(frm, shares, shown);
			// as long as nothing is changed it would say the same again
			frm.toggle_display("preview_section", changed && shares.length > 0);
			frm.toggle_display("today_section", true);
			frm.get_field("today").$wrapper.html(today_html(shown));
			frm.get_field("totals").$wrapper.html(totals_html(frm, shown));
			frm.get_field("preview").$wrapper.html(shares.length ? preview_html(shown) : "");
		});
}

// Read-only figures: shown at once, and written again by the server when it saves.
function show_amounts(frm, shares, shown) {
	frm.doc.currency = shown.currency;
	frm.doc.order_amount = shown.order_amount;
	frm.doc.allocated_total = shown.allocated_total ?? shown.claimed;
	frm.doc.remainder_amount = shown.remainder_amount ?? flt(shown.order_amount) - flt(shown.claimed);
	for (const field of ["order_amount", "allocated_total", "remainder_amount"]) frm.refresh_field(field);
	if (!shown.share_amounts) return;
	shares.forEach((row, i) => {
		row.currency = shown.currency;
		row.allocated_amount = shown.share_amounts[i];
	});
	frm.refresh_field("shares");
}

function today_html(shown) {
	const escape = sales_extensions.showing.text;
	const money = (amount) => sales_extensions.showing.money(amount, shown.currency);
	const { credits, uncredited, counts, why } = shown.today;
	const rows = credits.map(
		(credit) => `<tr><td>${escape(credit.sales_person)}</td>
			<td class="text-right" style="white-space: nowrap">${money(credit.amount)}</td>
			<td class="small">${sales_extensions.showing.unbroken(credit.reason)}</td></tr>`
	);
	if (flt(uncredited)) {
		rows.push(`<tr><td>${__("Nobody")}</td><td class="text-right">${money(uncredited)}</td><td></td></tr>`);
	}
	return `<p>${__("Order Amount")}: <b class="allocation-order-amount">${money(shown.order_amount)}</b>${
		counts ? "" : ` · ${__("It counts for no target now.")} ${why}`
	}</p>
	<div style="overflow-x: auto"><table class="table table-borderless table-condensed allocation-today">
		<tbody>${rows.join("")}</tbody></table></div>`;
}

// What is typed so far, also while it is too much: that is when one needs it.
function totals_html(frm, shown) {
	const money = (amount) => sales_extensions.showing.money(amount, shown.currency);
	// an order that is less than nothing has less than nothing left; of one of nothing all is too much
	const sign = Math.sign(shown.order_amount) || 1;
	const left = flt(shown.order_amount - shown.claimed, 4);
	const sum = __("Shared: {0} of {1}, {2} %", [
		money(shown.claimed),
		money(shown.order_amount),
		format_number(shown.claimed_percentage, null, 2),
	]);
	const over = sign * left < 0;
	const too_much = shown.problems.length > 0 && over;
	const goes_on = left && frm.doc.remainder_to === "Natural Owner";
	const kind = too_much ? "red" : over ? "orange" : left && !goes_on ? "blue" : "green";
	const rest = over
		? __("{0} too much", [money(Math.abs(left))])
		: goes_on ? __("{0} to the natural owner", [money(left)]) : __("{0} left", [money(left)]);
	return `<p class="allocation-totals">${sum} <span class="indicator-pill se-pill no-indicator-dot ${kind}">${rest}</span></p>
		${closed_html(shown)}`;
}

// What is sold in a closed period is shared out anew all the same: the result stays, and it is said where the change stands.
function closed_html({ closed_targets: count }) {
	if (!count) return "";
	const words = count === 1
		? __("A target is closed for this order's day: its result stays, and what changes stands beside it, as an adjustment.")
		: __("{0} targets are closed for this order's day: their results stay, and what changes stands beside them, as an adjustment.", [count]);
	return `<p class="text-muted small allocation-closed">${words}</p>`;
}

function preview_html(shown) {
	const escape = sales_extensions.showing.text;
	if (shown.problems.length) {
		return `<div class="text-warning">${shown.problems.join("<br>")}</div>`;
	}
	const rows = shown.credits
		.map(
			(credit) => `<tr><td>${escape(credit.sales_person)}</td>
				<td class="text-right">${format_number(credit.share_percentage, null, 2)} %</td>
				<td class="text-right" style="white-space: nowrap">${format_currency(credit.amount, shown.currency)}</td>
				<td class="small">${sales_extensions.showing.unbroken(credit.reason)}</td></tr>`
		)
		.join("");
	const nobody = flt(shown.uncredited)
		? `<tr class="text-muted"><td>${__("Nobody")}</td><td></td>
			<td class="text-right">${sales_extensions.showing.money(shown.uncredited, shown.currency)}</td><td></td></tr>`
		: "";
	const overlay = shown.overlay
		? `<div class="text-muted small">${__("Overlay: more is credited than the order is worth.")}</div>`
		: "";
	return `<div style="overflow-x: auto"><table class="table table-bordered allocation-preview" style="margin-bottom: 8px">
		<thead><tr><th>${__("Sales Person")}</th><th class="text-right">${__("Share")}</th>
			<th class="text-right">${__("Amount")}</th><th>${__("Why")}</th></tr></thead>
		<tbody>${rows}${nobody}</tbody></table></div>${overlay}`;
}
