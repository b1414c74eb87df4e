// An order from what was ordered to the money: all measures beside each other, and the documents behind them (M4).

frappe.ui.form.on("Sales Order", {
	refresh(frm) {
		if (frm.doc.docstatus !== 1) return;
		frm.add_custom_button(__("From Order to Money"), () => side_by_side.open(frm), __("Sales Credit"));
	},
});

const side_by_side = {
	FIGURES: () => [
		["ordered", __("Ordered")],
		["delivered", __("Delivered")],
		["invoiced", __("Invoiced")],
		["returned", __("of it returned")],
		["paid", __("Paid")],
		["to_invoice", __("To Invoice")],
		["to_pay", __("To Pay")],
	],

	open(frm) {
		frappe.xcall("sales_extensions.api.measures.of_order", { sales_order: frm.doc.name }).then((shown) => {
			const title = __("From Order to Money");
			const dialog = new frappe.ui.Dialog({ title, size: "extra-large" });
			dialog.$body.addClass("side-by-side").html(this.html(shown));
			dialog.show();
		});
	},

	money: (amount, currency) => (flt(amount) ? format_currency(amount, currency) : "–"),

	row(name, line, shown, tag = "td") {
		const figures = this.FIGURES()
			.map(([field]) => `<${tag} class="text-right" style="white-space: nowrap" data-figure="${field}">${this.money(line[field], shown.currency)}</${tag}>`)
			.join("");
		return `<tr><${tag}>${name}</${tag}>${figures}</tr>`;
	},

	html(shown) {
		const heads = this.FIGURES().map(([, label]) => `<th class="text-right">${label}</th>`).join("");
		const lines = shown.lines
			.map((line) => this.row(line.sales_person ? sales_extensions.showing.text(line.sales_person) : `<span class="text-muted">${__("Nobody")}</span>`, line, shown))
			.join("");
		return `<div style="overflow-x: auto"><table class="table table-condensed">
			<thead><tr><th>${__("Sales Person")}</th>${heads}</tr></thead>
			<tbody>${lines}</tbody><tfoot>${this.row(__("Total"), shown.total, shown, "th")}</tfoot></table></div>
			${this.documents_html(shown)}
			<p class="text-muted small">${__("Shared out as the order is now, in {0}. Returns are taken off what is invoiced and delivered, write-offs are no payment.", [sales_extensions.showing.text(shown.currency)])}</p>`;
	},

	documents_html(shown) {
		if (!shown.documents.length) return `<p class="text-muted">${__("Nothing was delivered or invoiced yet.")}</p>`;
		const rows = shown.documents.map((one) => `<tr><td>${__(one.measure)}</td>
			<td style="white-space: nowrap">${frappe.datetime.str_to_user(one.posting_date)}</td><td>${this.link(one)}</td>
			<td class="text-right" style="white-space: nowrap">${format_currency(one.amount, shown.currency)}</td></tr>`);
		return `<div style="overflow-x: auto"><table class="table table-condensed side-by-side-documents"><tbody>${rows.join("")}</tbody></table></div>`;
	},

	link(one) {
		const escape = sales_extensions.showing.text;
		if (!one.name) return `<span class="text-muted">${__(one.doctype)}</span>`;
		const against = one.against && one.against !== one.name ? ` <span class="text-muted">${__("for {0}", [escape(one.against)])}</span>` : "";
		return `<a href="${frappe.utils.get_form_link(one.doctype, one.name)}">${escape(one.name)}</a>${against}`;
	},
};
