// Amounts, remainder and percentages while typing; the engine on the server says them (A3, A4).

frappe.ui.form.on("Order Allocation", {
	setup(frm) {
		frm.set_query("sales_order", () => ({ filters: { docstatus: ["<", 2] } }));
		frm.set_query("sales_person", "shares", () => ({ filters: { is_group: 0, enabled: 1 } }));
		frm.preview = frappe.utils.debounce(() => preview(frm), 300);
	},
	refresh(frm) {
		frm.preview();
		if (!frm.is_new()) {
			frm.add_custom_button(__("Sales Order"), () =>
				frappe.set_route("Form", "Sales Order", frm.doc.sales_order)
			);
		}
	},
	sales_order: (frm) => frm.preview(),
	remainder_to: (frm) => frm.preview(),
});

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
	const shares = (frm.doc.shares || []).filter((row) => row.sales_person);
	if (!frm.doc.sales_order || !shares.length || !frappe.model.can_create("Order Allocation")) {
		frm.get_field("preview").$wrapper.empty();
		return;
	}
	const { sales_order, remainder_to } = frm.doc;
	frappe
		.xcall("sales_extensions.api.orders.preview_allocation", {
			allocation: { sales_order, remainder_to, shares },
		})
		.then((shown) => {
			if (!shown.problems.length && frm.is_dirty()) show_amounts(frm, shares, shown);
			frm.get_field("preview").$wrapper.html(preview_html(shown));
		});
}

function show_amounts(frm, shares, shown) {
	// read-only figures: shown at once, and written again by the server when it saves
	frm.doc.currency = shown.currency;
	for (const field of ["order_amount", "allocated_total", "remainder_amount"]) {
		frm.doc[field] = shown[field];
		frm.refresh_field(field);
	}
	shares.forEach((row, i) => {
		row.currency = shown.currency;
		row.allocated_amount = shown.share_amounts[i];
	});
	frm.refresh_field("shares");
}

function preview_html(shown) {
	const escape = frappe.utils.escape_html;
	if (shown.problems.length) {
		return `<div class="text-warning">${shown.problems.join("<br>")}</div>`;
	}
	const rows = shown.credits
		.map(
			(credit) => `<tr><td>${escape(credit.sales_person)}</td>
				<td class="text-right">${format_number(credit.share_percentage, null, 2)} %</td>
				<td class="text-right" style="white-space: nowrap">${format_currency(credit.amount, shown.currency)}</td>
				<td class="small">${credit.reason}</td></tr>`
		)
		.join("");
	const nobody = flt(shown.uncredited)
		? `<tr class="text-muted"><td>${__("Nobody")}</td><td></td>
			<td class="text-right">${format_currency(shown.uncredited, shown.currency)}</td><td></td></tr>`
		: "";
	const overlay = shown.overlay
		? `<div class="text-muted small">${__("Overlay: more is credited than the order is worth.")}</div>`
		: "";
	return `<div style="overflow-x: auto"><table class="table table-bordered allocation-preview" style="margin-bottom: 8px">
		<thead><tr><th>${__("Sales Person")}</th><th class="text-right">${__("Share")}</th>
			<th class="text-right">${__("Amount")}</th><th>${__("Why")}</th></tr></thead>
		<tbody>${rows}${nobody}</tbody></table></div>${overlay}`;
}
