// Who is credited with this order, in which targets it stands, and a way to allocate it (A1-A4, H1).

frappe.ui.form.on("Sales Order", {
	refresh(frm) {
		frm.sales_credit = null;
		if (frm.is_new()) return credits_of_new(frm);
		const name = frm.doc.name;
		frappe.xcall("sales_extensions.api.orders.credits_of", { sales_order: name }).then((shown) => {
			if (frm.doc.name !== name || frm.is_new()) return;
			// who may not read allocations sees the targets alone that they may read
			if (shown.withheld && !shown.targets.length) return;
			if (!frm.doc.docstatus && !shown.withheld) show_credits_of_new(frm, shown);
			// the two credits of an order name each other, whichever is there first
			frm.sales_credit = { open: () => open_dialog(frm, shown), draw: () => show_credits(frm, shown) };
			frm.sales_credit.draw();
			frm.upsell_credit?.render();
			add_buttons(frm, shown);
		});
	},
});

// What moves a share of an order that is being typed.
const typed = (frm) => {
	if (frm.is_new()) credits_of_new(frm);
	else
		$(frm.layout.wrapper)
			.find(".sales-credit-of-new")
			.text(__("Save the order to see who will be credited with it."));
};
const watched = (...fields) => Object.fromEntries(fields.map((field) => [field, typed]));
frappe.ui.form.on(
	"Sales Order",
	watched("customer", "company", "conversion_rate", "taxes_and_charges", "additional_discount_percentage", "discount_amount")
);
frappe.ui.form.on("Sales Order Item", watched("items_remove", "item_code", "qty", "rate"));
frappe.ui.form.on("Sales Team", watched("sales_team_remove", "sales_person", "allocated_percentage"));

// After the form has done its own sums.
const credits_of_new = frappe.utils.debounce((frm) => {
	if (!frm.is_new() || !frm.doc.items?.some((row) => row.item_code)) return;
	const { name, base_grand_total } = frm.doc;
	const is_the_same = () => frm.doc.name === name && frm.is_new();
	frappe.xcall("sales_extensions.api.sellers.credits_of_new", { order: frm.doc }).then((shown) => {
		if (!is_the_same() || shown.withheld) return;
		show_credits_of_new(frm, shown);
		// taxes that the server was asked for come when they come, and no event tells of them
		setTimeout(() => is_the_same() && frm.doc.base_grand_total !== base_grand_total && credits_of_new(frm), 1500);
	});
}, 600);

function show_credits_of_new(frm, shown) {
	const is_shown = $(frm.layout.wrapper).find(".sales-credit-of-new").length;
	if (is_shown || shown.credits.length) sales_extensions.showing.headline(frm, "credits", credits_of_new_html(shown));
}

// A new form has no dashboard yet: above its fields, a line for each seller.
function credits_of_new_html(shown) {
	const escape = sales_extensions.showing.text;
	const lines = shown.credits.map(
		(credit) => `<div><b>${escape(credit.sales_person)}</b> ${sales_extensions.showing.money(credit.amount, shown.currency)}
			<span class="text-muted small">${sales_extensions.showing.unbroken(credit.reason)}</span></div>`
	);
	const nobody = `<div class="text-muted">${__("Nobody")}</div>`;
	return `<div class="sales-credit-of-new"><div>${__("Who will be credited with this order:")}</div>${
		lines.join("") || nobody
	}</div>`;
}

function change_seller(frm) {
	frappe.prompt(
		[
			{
				fieldname: "sales_person",
				fieldtype: "Link",
				options: "Sales Person",
				label: __("Sales Person"),
				reqd: 1,
				get_query: () => ({ filters: { is_group: 0 } }),
				description: __("Who sold this order. What an allocation gives away stays as it is."),
			},
			{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1 },
		],
		(values) =>
			frappe
				.xcall("sales_extensions.api.sellers.change_seller", { sales_order: frm.doc.name, ...values })
				.then(() => frm.reload_doc()),
		__("Change Seller"),
		__("Save")
	);
}

function add_buttons(frm, shown) {
	const group = __("Sales Credit");
	frm.add_custom_button(__("Who Is Credited"), () => open_dialog(frm, shown), group);
	if (!shown.may_allocate || frm.doc.docstatus === 2) return;
	frm.add_custom_button(
		shown.allocation ? __("Edit Allocation") : __("Allocate"),
		() => {
			if (shown.allocation) frappe.set_route("Form", "Order Allocation", shown.allocation);
			else frappe.new_doc("Order Allocation", { sales_order: frm.doc.name });
		},
		group
	);
	if (!frm.doc.sales_team?.length) {
		frm.add_custom_button(__("Change Seller"), () => change_seller(frm), group);
		return;
	}
	const why = __("This order has a Sales Team, which says who sold it. Change the Sales Team, or allocate the order.");
	const button = frm.add_custom_button(__("Change Seller"), () => frappe.msgprint(why, __("Change Seller")), group);
	button?.addClass("text-muted").attr("title", why); // there is none where the form has gone on meanwhile
}

function open_dialog(frm, shown) {
	const dialog = new frappe.ui.Dialog({ title: __("Sales Credit"), size: "large" });
	dialog.$body.addClass("sales-credit-dialog").html(credits_html(frm, shown));
	dialog.show();
}

function show_credits(frm, shown) {
	sales_extensions.forms.section(frm, "sales-credit", credits_html(frm, shown), __("Sales Credit"));
}

// Whose what is here, and which figure the other credit of the order is.
function of_what(frm, shown) {
	if (shown.withheld) return "";
	const told = [__("Who has the order's {0}, for targets.", [sales_extensions.showing.money(shown.order_amount, shown.currency)])];
	if (frm.upsell_credit) told.push(__("Who sold each charge, for targets of upsells: Upsell Credit, below the items."));
	return `<p class="text-muted small credit-of-what">${told.join(" ")}</p>`;
}

function credits_html(frm, shown) {
	const escape = sales_extensions.showing.text;
	const credits = shown.credits
		.map(
			(credit) => `<tr><td>${escape(credit.sales_person)}</td>
				<td class="text-right" style="white-space: nowrap">${format_currency(credit.amount, shown.currency)}</td>
				<td class="text-muted small">${sales_extensions.showing.unbroken(credit.reason)}</td></tr>`
		)
		.join("");
	const nobody = flt(shown.uncredited)
		? `<tr class="text-muted"><td>${__("Nobody")}</td>
			<td class="text-right">${sales_extensions.showing.money(shown.uncredited, shown.currency)}</td>
			<td class="small">${shown.credits.length ? "" : __("Add a Sales Team, or have a manager allocate the order.")}</td></tr>`
		: "";
	const is_closed = ({ period_status }) => period_status === "Closed";
	const closed = shown.targets.filter(is_closed);
	const open = shown.targets.filter((target) => !is_closed(target));
	return `${of_what(frm, shown)}<div style="overflow-x: auto"><table class="table table-borderless table-condensed" style="margin-bottom: 6px"><tbody>${credits}${nobody}</tbody></table></div>
		<div>${counts_html(shown, open, closed)}</div>${closed_html(frm, closed)}`;
}

function counts_html(shown, open, closed) {
	if (!shown.counts) return `<span class="text-muted">${__("It counts for no target now.")} ${shown.why}</span>`;
	const words = closed.length ? __("It matches no open target.") : __("It matches no target.");
	if (!open.length) return `<span class="text-muted">${words}</span>`;
	return `<p class="text-muted small" style="margin-bottom: 4px">${__("Targets that count it, each with its result of all its orders:")}</p>${open.map(target_html).join("")}`;
}

function target_html(target) {
	const { text, colour_of_target } = sales_extensions.showing;
	return `<a class="indicator-pill se-pill ${colour_of_target(target.status, target.behind_pace)}" style="margin: 0 6px 4px 0"
		href="${frappe.utils.get_form_link("Sales Target", target.name)}">${text(target.title)} · ${format_number(target.percentage, null, 1)} %</a>`;
}

// What was closed with the order stays so, whatever became of it since: that stands beside it (H3).
function closed_html(frm, closed) {
	if (!closed.length) return "";
	const lines = closed.map(
		(target) => `<div class="sales-credit-closed" style="margin-bottom: 4px">${target_html(target)}<span class="small">${[
			`${sales_extensions.showing.lock(target)} ${__("Closed")}`,
			__("of this order in its result: {0}", [figure_of(target, target.held)]),
			adjusted_html(frm, target),
		].filter(Boolean).join(" · ")}</span></div>`
	);
	return `<p class="text-muted small" style="margin: 8px 0 4px">${__("Closed targets keep their results; what changed since stands beside them:")}</p>${lines.join("")}`;
}

function adjusted_html(frm, { name, closing, currency, target_type, adjusted, adjusted_on }) {
	if (!adjusted_on) return "";
	const booked = frappe.datetime.str_to_user(adjusted_on, false, true);
	const words = __("adjustments: {0}, last booked on {1}", [figure_of({ currency, target_type }, adjusted), booked]);
	if (!frappe.model.can_read("Sales Target Entry")) return words;
	const entries = { sales_target: name, sales_order: frm.doc.name, adjusts: closing };
	return `<a href="${sales_extensions.desk("sales-target-entry", entries)}">${words}</a>`;
}

function figure_of({ target_type, currency }, figure) {
	if (target_type !== "Numeric") return sales_extensions.showing.money(figure, currency);
	return figure === 1 ? __("1 order") : __("{0} orders", [format_number(figure, null, 0)]);
}
