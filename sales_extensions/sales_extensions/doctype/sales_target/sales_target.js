// Progress against target and pace, and the documents behind it, on the form itself (T4, T6, M4).

{% include "sales_extensions/public/js/closing.js" %}

sales_extensions.lines.show_percent("Sales Target", "percentage");

frappe.ui.form.on("Sales Target", {
	setup(frm) {
		frm.set_query("company", () => ({ filters: { is_group: 0 } }));
		frappe.realtime.on("sales_ledger_run", (run) => run.of_targets && show_run(frm, run));
		const reload = frappe.utils.debounce(() => {
			if (cur_frm === frm && !frm.is_new() && !frm.is_dirty()) frm.reload_doc();
		}, 500);
		frappe.realtime.on("sales_target_moved", reload);
	},

	refresh(frm) {
		leave_distribution(frm);
		name_measure(frm);
		sales_extensions.closing.offer_save(frm);
		if (frm.is_new()) {
			frm.add_custom_button(__("Show Me How"), () => lead_through(frm));
			return;
		}
		show_progress(frm);
		show_orders(frm);
		const run = frm.doc.__onload?.attainment?.run;
		if (run) show_run(frm, { ...run, done: run.done_orders, total: run.total_orders });
		frm.add_custom_button(measure(frm).documents, () =>
			frappe.set_route("query-report", "Sales Target Orders", { sales_target: frm.doc.name })
		);
		frm.add_custom_button(__("Ledger Entries"), () =>
			frappe.set_route("List", "Sales Target Entry", { sales_target: frm.doc.name })
		);
		add_statements(frm);
		if (frm.perm[0]?.write) frm.add_custom_button(__("Recount"), () => recount(frm));
		sales_extensions.closing.show(frm);
	},

	before_save(frm) {
		leave_empty_rows(frm);
		return frm.is_new() ? ask_before_second(frm) : null;
	},

	target_type: name_measure,
	measured_on: name_measure,
	title: sales_extensions.closing.offer_save,
	period_preset: fill_period,
	company: fill_period, // whose fiscal year it is
	from_date: drop_period,
	to_date: drop_period,
});

const measure = ({ doc }) => sales_extensions.showing.measure(doc.measured_on);

// Upsells are counted in orders alone. What is counted is called what it is.
function name_measure(frm) {
	const is_upsell = frm.doc.target_type === "Upsell";
	frm.toggle_display("measured_on", !is_upsell);
	if (is_upsell && frm.doc.measured_on !== "Ordered") frm.set_value("measured_on", "Ordered");
	const head = frm.layout.wrapper.find("[data-fieldname=orders_section] > .section-head");
	const words = head.contents().filter((_place, node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
	words.first().replaceWith(document.createTextNode(measure(frm).behind));
	frm.set_df_property("order_count", "label", measure(frm).counted);
}

// ERPNext shows its Monthly Distributions to accountants alone: who may not choose one is not asked for one.
function leave_distribution(frm) {
	const can_choose = ["can_read", "can_select"].some((may) => frappe.model[may]("Monthly Distribution"));
	frm.toggle_display("monthly_distribution", can_choose || Boolean(frm.doc.monthly_distribution));
	frm.set_df_property("monthly_distribution", "read_only", can_choose ? 0 : 1);
}

// Tab in the last row begins another: who has named somebody means no more by it.
function leave_empty_rows(frm) {
	const rows = frm.doc.assignees || [];
	const empty = rows.filter(({ sales_person }) => !sales_person);
	if (empty.length === rows.length) return;
	for (const { doctype, name } of empty) frappe.model.clear_doc(doctype, name);
	frm.refresh_field("assignees");
}

// A period that has a name is filled; where its days can't be known, it is said why, and no name stands above other days.
async function fill_period(frm) {
	const preset = frm.doc.period_preset;
	if (!preset) return;
	const asked = { preset, company: frm.doc.company };
	const is_asked_still = () => frm.doc.period_preset === preset && frm.doc.company === asked.company;
	const period = await frappe.xcall("sales_extensions.api.targets.preset_period", asked).catch(() => null);
	if (!is_asked_still()) return; // a later answer fills it
	frm.is_filling_period = true;
	await frm.set_value(period || { period_preset: "" });
	frm.is_filling_period = false;
}

// Days that were typed have no name.
function drop_period(frm) {
	if (frm.doc.period_preset && !frm.is_filling_period) frm.set_value("period_preset", "");
}

const SAMENESS = ["target_type", "measured_on", "company", "from_date", "to_date", "territory", "customer_group", "item_group"];

// A target that is there already is easily set a second time. Who does not want it is back on the form, as it was.
async function ask_before_second(frm) {
	delete frm.doc.__asked_about_second;
	const target = Object.fromEntries(SAMENESS.map((name) => [name, frm.doc[name]]));
	target.assignees = (frm.doc.assignees || []).map(({ sales_person }) => ({ sales_person }));
	const found = await frappe.xcall("sales_extensions.api.targets.identical", { target }).catch(() => []);
	if (!found.length) return;
	if (await wants_second(target.assignees, found)) frm.doc.__asked_about_second = 1;
	else frappe.validated = false;
}

function wants_second(assignees, found) {
	const text = sales_extensions.showing.text;
	const sellers = assignees.map(({ sales_person }) => text(sales_person)).join(", ");
	const link = ({ name, title }) =>
		`<a href="${frappe.utils.get_form_link("Sales Target", name)}" target="_blank">${text(title)}</a>`;
	const question = __("There is such a target for {0} already: {1}. Attainment counts the first alone. Save a second one?", [
		sellers,
		found.map(link).join(", "),
	]);
	return new Promise((resolve) => frappe.confirm(question, () => resolve(true), () => resolve(false)));
}

function lead_through(frm) {
	return frm.tour.init({ tour_name: "Set a Sales Target" }).then(() => frm.tour.start());
}

// Each seller's credits in this target, to print and sign.
function add_statements(frm) {
	const sellers = [...new Set((frm.doc.assignees || []).map((row) => row.sales_person))];
	const open = (sales_person) =>
		frappe.set_route("query-report", "Seller Statement", {
			company: frm.doc.company,
			from_date: frm.doc.from_date,
			to_date: frm.doc.to_date,
			target_type: frm.doc.target_type,
			measured_on: frm.doc.measured_on,
			sales_target: frm.doc.name,
			sales_person,
		});
	if (sellers.length === 1) frm.add_custom_button(__("Statement"), () => open(sellers[0]));
	else sellers.forEach((seller) => frm.add_custom_button(sales_extensions.showing.text(seller), () => open(seller), __("Statement")));
}

// A pace of 3.6 orders is not 4: what is expected less what is behind must be the result that is shown.
function money(frm, amount) {
	return frm.doc.target_type === "Numeric"
		? format_number(amount, null, Number.isInteger(Number(amount)) ? 0 : 1)
		: sales_extensions.showing.money(amount, frm.doc.currency);
}

// Nothing is due of a target that has not begun.
function ahead_of_pace(frm, { status, ahead, behind }) {
	if (status === "Upcoming") return "";
	if (ahead >= 0) return __("{0} ahead of pace", [money(frm, ahead)]);
	return behind || status !== "Running" ? __("{0} behind pace", [money(frm, -ahead)]) : __("on pace");
}

function show_progress(frm) {
	const a = frm.doc.__onload?.attainment;
	if (!a) return;
	const color = sales_extensions.showing.colour_of_target(a.status, a.behind);
	const width = Math.max(0, Math.min(100, a.percentage));
	const pace = Math.max(0, Math.min(100, a.expected_percentage));
	const ahead = frm.doc.closing ? "" : ahead_of_pace(frm, a);
	const even = a.even_by_day
		? `<div class="text-muted small">${__(
				"{0} has no month of this period: the target is due evenly by day.",
				[sales_extensions.showing.text(frm.doc.monthly_distribution)]
			)}</div>`
		: "";
	const html = `
		<div class="sales-target-progress" style="padding: 2px 0 6px">
			<div class="flex justify-between" style="flex-wrap: wrap; gap: 4px 24px; margin-bottom: 8px">
				<div><span class="h4" style="margin: 0">${money(frm, a.realised)}</span>
					<span class="text-muted">${__("of {0}", [money(frm, a.goal)])}</span></div>
				<div>${frm.doc.closing ? `<span class="indicator-pill se-pill gray" style="margin-right: 4px">${__("Closed")}</span>` : ""}
					<span class="indicator-pill se-pill ${color}">${__(a.status)}</span>
					<b style="margin-left: 8px">${format_number(a.percentage, null, 1)} %</b></div>
			</div>
			<div style="position: relative; height: 10px; border-radius: 5px; background: var(--border-color)"
				role="img" aria-label="${__("{0} % of target, {1} % expected", [
					format_number(a.percentage, null, 1),
					format_number(a.expected_percentage, null, 1),
				])}">
				<div style="width: ${width}%; height: 100%; border-radius: 5px; background: var(--${color}-500)"></div>
				<div title="${__("Pace: {0}", [money(frm, a.expected)])}"
					style="position: absolute; left: calc(${pace}% - 1px); top: -3px; width: 2px; height: 16px; background: var(--text-color)"></div>
			</div>
			<div class="text-muted small" style="margin-top: 6px">
				${[frm.doc.closing ? "" : __("Expected to date: {0}", [money(frm, a.expected)]), ahead, sales_extensions.showing.measured(frm.doc.measured_on), orders_text(frm), adjusted_text(frm)].filter(Boolean).join(" · ")}
			</div>
			${even}
		</div>`;
	sales_extensions.forms.section(frm, "sales-target-progress-section", html, __("Progress"));
}

// Beside the result of a closed target: what changed in its orders since.
function adjusted_text(frm) {
	const adjusted = frm.doc.target_type === "Numeric" ? frm.doc.adjustment_count : frm.doc.adjustment_amount;
	if (!adjusted) return "";
	const result = frm.doc.target_type === "Numeric" ? frm.doc.order_count : frm.doc.realised_amount;
	return `<b>${__("Adjustments: {0}; with them {1}", [money(frm, adjusted), money(frm, result + adjusted)])}</b>`;
}

function orders_text(frm) {
	const count = format_number(frm.doc.order_count, null, 0);
	return frm.doc.target_type === "Upsell" ? __("Orders with upsells: {0}", [count]) : measure(frm).count(count);
}

// The document, the invoice that it pays and the order that it came of, each to be opened by who may.
function document_cell(row, below) {
	const link = (doctype, name) => {
		const shown = sales_extensions.showing.text(name);
		return frappe.model.can_read(doctype) ? `<a href="${frappe.utils.get_form_link(doctype, name)}">${shown}</a>` : shown;
	};
	const came_of = [
		row.against_voucher_no && link(row.against_voucher_type, row.against_voucher_no),
		row.sales_order && row.sales_order !== row.voucher_no && link("Sales Order", row.sales_order),
	].filter(Boolean);
	const kind = row.voucher_type === "Sales Order" ? "" : `<div class="text-muted small">${__(row.voucher_type)}</div>`;
	return `<td style="white-space: nowrap">${link(row.voucher_type, row.voucher_no)}${kind}
		${came_of.map((one) => `<div class="small sto-of">${one}</div>`).join("")}<div class="text-muted small">${below}</div></td>`;
}

// What was booked on a closed target since, change by change.
function adjustments_table(frm, { adjustments, currency }) {
	if (!adjustments.length) return "";
	const escape = sales_extensions.showing.text;
	const rows = adjustments.map(
		(row) => `<tr>
			${document_cell(row, __("Booked {0}", [frappe.datetime.str_to_user(row.booked_on, false, true)]))}
			<td>${escape(row.customer_name || "")}</td>
			<td>${escape(row.sales_person)}</td>
			<td class="text-right" style="white-space: nowrap">${format_currency(row.amount, currency)}</td>
			<td class="text-right" data-label="${measure(frm).counted}">${row.order_count}</td>
			<td class="small sto-why">${sales_extensions.showing.unbroken(row.reason)}</td>
		</tr>`
	);
	return `<h5>${__("Adjustments since it was closed")}</h5><div class="sto-frame"><table class="table table-bordered sales-target-orders sales-target-adjustments">
		<thead><tr><th>${measure(frm).document}</th><th>${__("Customer")}</th><th>${__("Sales Person")}</th>
			<th class="text-right">${__("Amount")}</th><th class="text-right">${measure(frm).counted}</th><th class="sto-why">${__("Why")}</th></tr></thead>
		<tbody>${rows.join("")}</tbody></table></div>`;
}

function show_orders(frm) {
	const field = frm.get_field("orders_html");
	field.$wrapper.html(`<div class="text-muted">${__("Loading…")}</div>`);
	frappe
		.xcall("sales_extensions.api.targets.orders_behind", { sales_target: frm.doc.name, limit: 20 })
		.then((behind) => field.$wrapper.html(orders_table(frm, behind) + adjustments_table(frm, behind)));
}

/** Beside two sidebars the reason stands below its order; on a phone each order is a block of its own. */
const STACKED = `
	.sto-frame { container-type: inline-size; overflow-x: auto; }
	.sales-target-orders .sto-why { min-width: 260px; }
	@media (min-width: 768px) {
		@container (max-width: 899px) {
			.sales-target-orders, .sales-target-orders :is(thead, tbody, tfoot) { display: block; }
			.sales-target-orders tr { display: grid; grid-template-columns: 12rem 1fr 1fr 10rem 6rem; }
			.sales-target-orders th[colspan] { grid-column: 1 / 4; }
			.sales-target-orders :is(td, th) { border-width: 0; overflow-wrap: anywhere; }
			.sales-target-orders tr + tr, .sales-target-orders :is(tbody, tfoot) { border-top: 1px solid var(--border-color); }
			.sales-target-orders .sto-why { grid-column: 1 / -1; padding-top: 0; color: var(--text-muted); }
			.sales-target-orders thead .sto-why, .sales-target-orders .sto-why:empty { display: none; }
		}
	}
	@media (max-width: 767px) {
		.sales-target-orders, .sales-target-orders :is(tbody, tfoot) { display: block; }
		.sales-target-orders thead { display: none; }
		.sales-target-orders tr { display: grid; grid-template-columns: 1fr auto; padding: 8px 0; }
		.sales-target-orders tr + tr, .sales-target-orders tfoot tr { border-top: 1px solid var(--border-color); }
		.sales-target-orders :is(td, th) { border: 0; padding: 2px 8px; }
		.sales-target-orders [data-label]::before { content: attr(data-label) ": "; color: var(--text-muted); }
		.sales-target-orders :is([data-label], .sto-why) { grid-column: 1 / -1; min-width: 0; text-align: left !important; }
	}`;

function orders_table(frm, behind) {
	if (!behind.total) {
		const nothing =
			frm.doc.target_type === "Upsell"
				? __("No upsell of its sellers counts for this target yet.")
				: measure(frm).nothing;
		return `<div class="text-muted">${nothing}</div>`;
	}
	const escape = sales_extensions.showing.text;
	const rows = behind.rows
		.map(
			(row) => `<tr>
				${document_cell(row, frappe.datetime.str_to_user(row.posting_date) || "")}
				<td>${escape(row.customer_name || "")}</td>
				<td>${escape(row.sales_person)}</td>
				<td class="text-right" style="white-space: nowrap">${format_currency(row.amount, behind.currency)}</td>
				<td class="text-right" data-label="${measure(frm).counted}">${row.order_count}</td>
				<td class="small sto-why">${sales_extensions.showing.unbroken(row.reason)}</td>
			</tr>`
		)
		.join("");
	const more =
		behind.total > behind.rows.length
			? sales_extensions.report_link("Sales Target Orders", { sales_target: frm.doc.name }, __("Show all {0}", [behind.total]))
			: "";
	return `<style>${STACKED}</style><div class="sto-frame"><table class="table table-bordered sales-target-orders" style="margin-bottom: 8px">
		<thead><tr><th>${measure(frm).document}</th><th>${__("Customer")}</th><th>${__("Sales Person")}</th>
			<th class="text-right">${__("Amount")}</th><th class="text-right">${measure(frm).counted}</th><th class="sto-why">${__("Why")}</th></tr></thead>
		<tbody>${rows}</tbody>
		<tfoot><tr><th colspan="3">${__("Total")}</th>
			<th class="text-right" style="white-space: nowrap">${format_currency(behind.amount, behind.currency)}</th>
			<th class="text-right" data-label="${measure(frm).counted}">${behind.order_count}</th>
			<th class="sto-why">${more}</th></tr></tfoot></table></div>`;
}

function show_run(frm, run) {
	if (frm.is_new() || cur_frm !== frm) return;
	if (run.status === "Finished") {
		frm.dashboard.hide_progress(__("Counting orders"));
		if (!frm.is_dirty()) frm.reload_doc();
		return;
	}
	const percent = run.total ? (100 * run.done) / run.total : 0;
	frm.dashboard.show_progress(
		__("Counting orders"),
		Math.min(99, percent),
		run.total
			? __("{0} of {1} orders counted", [run.done || 0, run.total])
			: __("Orders are about to be counted.")
	);
}

function recount(frm) {
	frappe
		.xcall("sales_extensions.api.targets.recount", { sales_target: frm.doc.name })
		.then((run) => {
			if (run) return;
			frappe.show_alert({ message: __("Counted again from the orders."), indicator: "green" });
			frm.reload_doc();
		});
}
