// A statement to read, to acknowledge or dispute line by line, and to answer (H4). What is shown comes as text.

sales_extensions.lines.show_percent("Sales Statement", "percentage");

const COLOURS = { New: "green", Changed: "orange", Gone: "red" };
// under what a step is stored, and what its button says
const STEPS = () => [
	["Acknowledged", __("Acknowledge"), acknowledge],
	["Disputed", __("Dispute"), dispute],
	["Answered", __("Answer"), answer],
	["Settled", __("Settle"), settle],
];

frappe.ui.form.on("Sales Statement", {
	setup(frm) {
		frm.set_query("company", () => ({ filters: { is_group: 0 } }));
	},

	refresh(frm) {
		const shown = !frm.is_new() && frm.doc.__onload?.shown;
		const place = frm.get_field("shown").$wrapper.html(shown ? statement_html(frm, shown) : "");
		// what an issued one is of stands above its lines in one line, its figures and steps around them
		frm.toggle_display([...OF, "version", "status", "unanswered", "figures_section", "steps_section"], !frm.doc.docstatus);
		if (!shown) return;
		const period = sales_extensions.showing.period(frm.doc.from_date, frm.doc.to_date);
		frm.page.set_title(sales_extensions.showing.text(`${frm.doc.sales_person} · ${period}`));
		say_what_is_next(frm, shown);
		add_buttons(frm, shown);
		const act_of = Object.fromEntries(STEPS().map(([step, , act]) => [step, act]));
		place.find("[data-answer]").on("click", ({ currentTarget }) => answer(frm, shown, currentTarget.dataset.answer));
		place.find("[data-act]").on("click", ({ currentTarget }) => act_of[currentTarget.dataset.act](frm, shown));
	},
});

const OF = ["sales_person", "company", "target_type", "from_date", "to_date"];

function add_buttons(frm, shown) {
	if (frm.doc.docstatus)
		for (const [step, label, act] of STEPS())
			if (shown.may.includes(step)) frm.add_custom_button(label, () => act(frm, shown)).attr("data-step", step);
	frm.add_custom_button(__("PDF to Sign"), () => {
		const sales_statement = frm.doc.name;
		window.open(sales_extensions.address("/api/method/sales_extensions.api.statements.pdf", { sales_statement }));
	});
	if (frappe.model.can_get_report("Sales Target Entry"))
		frm.add_custom_button(__("Seller Statement"), () => {
			const { company, from_date, to_date, sales_person, target_type } = frm.doc;
			const asked = { company, from_date, to_date, sales_person, target_type, measured_on: "Ordered" };
			frappe.set_route("query-report", "Seller Statement", asked);
		});
}

// One sentence above the form: whose turn it is.
function say_what_is_next(frm, shown) {
	const { docstatus, status, superseded_by, unanswered } = frm.doc;
	const text = sales_extensions.showing.text;
	const say = (words, colour) => sales_extensions.showing.headline(frm, "next", words, colour);
	say(null);
	if (!docstatus) return; // the desk has a line for a draft
	if (superseded_by)
		say(__("Replaced by {0}.", [`<a href="${frappe.utils.get_form_link("Sales Statement", superseded_by)}">${text(superseded_by)}</a>`]), "orange");
	else if (unanswered) say(__("Disputed and not answered: {0}", [unanswered]), "red");
	else if (shown.is_seller && ["Issued", "Disputed"].includes(status))
		say(__("Please look at each line, and acknowledge the statement or dispute what is not right."), "blue");
}

// --- what is shown -------------------------------------------------------------------------------------

function statement_html(frm, shown) {
	const [credits, adjustments, missing] = ["Credit", "Adjustment", "Missing"].map((kind) => shown.lines.filter((line) => line.kind === kind));
	const apart = adjustments.length
		? `<h5>${__("Adjustments of Closed Targets")}</h5>
			<p class="text-muted small">${__("Booked in this period, after their targets were closed. Not in the result.")}</p>
			${table_html(frm, adjustments, shown, __("Adjustments"), frm.doc.adjustment_count, frm.doc.adjustment_amount)}`
		: "";
	const draft = __("A draft. It is brought up to date when it is saved, and once more when it is submitted: then the seller is told.");
	return `<div class="statement-shown">${frm.doc.docstatus ? of_html(frm) : `<p class="text-muted">${draft}</p>`}${cards_html(frm, shown)}
		${table_html(frm, credits, shown, __("Result"), frm.doc.order_count, frm.doc.amount)}
		<p class="text-muted small">${__("What changes in the orders of a closed target stands, as an adjustment, in the statement of the period in which it is booked.")}</p>
		${apart}${missing_html(missing, shown)}${acts_html(frm, shown)}${steps_html(shown)}</div>`;
}

// What the seller says is not there, and what was answered.
function missing_html(missing, shown) {
	if (!missing.length) return "";
	const rows = missing.map((line) => `<li data-line="${sales_extensions.showing.text(line.name)}">${line.idx}. ${said_html(line, shown)}</li>`);
	return `<h5>${__("Missing, Says the Seller")}</h5><ul class="statement-missing list-unstyled">${rows.join("")}</ul>`;
}

function of_html({ doc }) {
	const period = sales_extensions.showing.period(doc.from_date, doc.to_date);
	const of = [doc.sales_person, doc.company, period, __(doc.target_type), __("Version {0}", [doc.version])];
	return `<p class="statement-of" style="overflow-wrap: anywhere">${of.map(sales_extensions.showing.text).join(" · ")}</p>`;
}

// A phone keeps the form's buttons in a menu: there they stand below the lines too.
function acts_html(frm, { may }) {
	if (!frm.doc.docstatus || !sales_extensions.is_phone()) return "";
	const buttons = STEPS()
		.filter(([step]) => may.includes(step))
		.map(([step, label]) => `<button class="btn btn-default" data-act="${step}">${label}</button>`);
	return `<p class="statement-acts" style="display: flex; gap: 8px">${buttons.join("")}</p>`;
}

const money = (frm, amount) => sales_extensions.showing.money(amount, frm.doc.currency);
const is_numeric = (frm) => frm.doc.target_type === "Numeric";
const figure = (frm, amount, count) => (is_numeric(frm) ? format_number(count, null, 0) : money(frm, amount));

function cards_html(frm, { before }) {
	const { goal, amount, order_count, percentage } = frm.doc;
	const target = (value) => (is_numeric(frm) ? format_number(value, null, value % 1 ? 2 : 0) : money(frm, value));
	const cards = [
		goal && [__("Target"), target(goal)],
		[__("Result"), figure(frm, amount, order_count)],
		goal && [__("Percentage"), `${format_number(percentage, null, 1)} %`],
		before && [__("Result in Version {0}", [before.version]), figure(frm, before.amount, before.order_count)],
		before && before.goal !== goal && [__("Target in Version {0}", [before.version]), target(before.goal)],
	].filter(Boolean);
	const shown = cards.map(([label, value]) => `<div><div class="text-muted small">${label}</div><b>${value}</b></div>`);
	return `<div class="statement-cards" style="display: flex; flex-wrap: wrap; gap: 8px 32px; margin-bottom: 12px">${shown.join("")}</div>`;
}

function table_html(frm, lines, shown, total, count, amount) {
	const on_phone = sales_extensions.is_phone();
	const why = on_phone ? "" : `<th>${__("Why")}</th>`;
	const rows = lines.map((line) => line_html(frm, line, shown, on_phone)).join("");
	const none = `<tr><td colspan="4" class="text-muted">${__("No order counts in this period.")}</td></tr>`;
	return `<table class="table table-bordered statement-lines" style="margin-bottom: 12px">
		<thead><tr><th style="width: 3em">${__("No.")}</th><th>${__("Sales Order")}</th>${why}
			<th class="text-right">${__("Amount")}</th></tr></thead>
		<tbody>${rows || none}</tbody>
		<tfoot><tr><th></th><th${on_phone ? "" : ' colspan="2"'}>${total} · ${__("Orders Counted")}: ${format_number(count, null, 0)}</th>
			<th class="text-right" style="white-space: nowrap">${money(frm, amount)}</th></tr></tfoot></table>`;
}

function line_html(frm, line, shown, on_phone) {
	const text = sales_extensions.showing.text;
	const order = frappe.model.can_read("Sales Order")
		? `<a href="${frappe.utils.get_form_link("Sales Order", line.sales_order)}">${text(line.sales_order)}</a>`
		: text(line.sales_order);
	const whose = line.sales_person === frm.doc.sales_person ? "" : line.sales_person;
	const day = `<span style="white-space: nowrap">${frappe.datetime.str_to_user(line.posting_date)}</span>`;
	const about = [...[line.customer, whose].filter(Boolean).map(text), day].join(" · ");
	const words = `<div class="small" style="overflow-wrap: anywhere">${sales_extensions.showing.unbroken(text(line.reason))}</div>${order_now_html(line)}${difference_html(frm, line)}${said_html(line, shown)}`;
	const one_line = (line.sales_order || "").length < 20 ? "white-space: nowrap;" : "";
	const gone = line.difference === "Gone" ? "text-decoration: line-through;" : "";
	return `<tr data-line="${text(line.name)}"${line.waits ? ' class="waits"' : ""}>
		<td class="text-muted">${line.idx}</td>
		<td style="overflow-wrap: anywhere"><span style="${one_line} ${gone}">${order}</span><div class="text-muted small">${about}</div>${on_phone ? words : ""}</td>
		${on_phone ? "" : `<td>${words}</td>`}
		<td class="text-right" style="white-space: nowrap; ${gone}">${money(frm, line.amount)}</td></tr>`;
}

// What is issued stays, also where its order went: that it did is said beside it.
function order_now_html({ order_now }) {
	if (!order_now) return "";
	return `<span class="indicator-pill se-pill no-indicator-dot red order-now">${sales_extensions.showing.text(order_now)}</span> `;
}

function difference_html(frm, line) {
	if (!COLOURS[line.difference]) return "";
	const was = figure(frm, line.previous_amount, line.previous_order_count);
	const words = line.difference === "New" ? __("New") : line.difference === "Gone" ? __("Gone; was {0}", [was]) : __("Changed; was {0}", [was]);
	return `<span class="indicator-pill se-pill no-indicator-dot ${COLOURS[line.difference]}">${words}</span>`;
}

function said_html(line, shown) {
	const text = sales_extensions.showing.text;
	const one = (label, who, on, words) => `<div class="small" style="border-left: 3px solid var(--border-color); padding-left: 8px; margin-top: 6px">
		<span class="text-muted">${label} · ${text(frappe.user.full_name(who))} · ${frappe.datetime.str_to_user(on)}</span>
		<div style="white-space: pre-line; overflow-wrap: anywhere">${text(words)}</div></div>`;
	const can_answer = line.waits && shown.may.includes("Answered");
	return [
		line.disputed ? one(__("Disputed"), line.disputed_by, line.disputed_on, line.dispute_reason) : "",
		line.answered_on ? one(__("Answer"), line.answered_by, line.answered_on, line.answer) : "",
		can_answer ? `<button class="btn btn-xs btn-default" style="margin-top: 6px" data-answer="${text(line.name)}">${__("Answer")}</button>` : "",
	].join("");
}

function steps_html({ steps }) {
	if (!steps.length) return "";
	const text = sales_extensions.showing.text;
	const rows = steps.map(({ step, on, by, lines, said }) => {
		const words = [lines && __("No. {0}", [text(lines)]), text(said)].filter(Boolean).join(": ");
		return `<li><b>${__(step)}</b> <span class="text-muted">${text(by)} · ${frappe.datetime.str_to_user(on)}</span>
			${words ? `<div style="white-space: pre-line; overflow-wrap: anywhere">${words}</div>` : ""}</li>`;
	});
	return `<h5>${__("Steps")}</h5><ul class="statement-steps list-unstyled small">${rows.join("")}</ul>`;
}

// --- steps ---------------------------------------------------------------------------------------------

function take(frm, method, values, dialog) {
	dialog?.disable_primary_action();
	return frappe
		.xcall(`sales_extensions.api.statements.${method}`, { sales_statement: frm.doc.name, ...values })
		.then(() => {
			dialog?.hide();
			return frm.reload_doc();
		})
		.catch(() => dialog?.enable_primary_action());
}

function acknowledge(frm) {
	frappe.confirm(__("Acknowledge all lines of this statement? No line can be disputed after that."), () =>
		take(frm, "acknowledge", {})
	);
}

function ask(title, fields, action, act) {
	const dialog = sales_extensions.lines.dialog({ title, fields, primary_action_label: action, primary_action: (values) => act(dialog, values) });
	dialog.show();
	return dialog;
}

const label_of = (frm, line) =>
	line.kind === "Missing" ? `${line.idx}. ${__("Something is missing")}` : `${line.idx}. ${line.sales_order} · ${money(frm, line.amount)}`;

function dispute(frm, shown) {
	const text = sales_extensions.showing.text;
	const lines = shown.lines.filter((line) => !line.waits);
	const box = ([value, label]) => `<label style="display: flex; gap: 8px; font-weight: normal; margin: 0 0 6px">
		<input type="checkbox" value="${text(value)}" style="margin-top: 3px"> <span style="overflow-wrap: anywhere">${text(label)}</span></label>`;
	const boxes = [...lines.map((line) => [line.name, label_of(frm, line)]), ["missing", __("Something is missing")]].map(box);
	ask(
		__("Dispute"),
		[
			{ fieldtype: "HTML", fieldname: "lines", options: `<p>${__("What is not right?")}</p>
				<div class="statement-choice" style="max-height: 40vh; overflow-y: auto">${boxes.join("")}</div>` },
			{ fieldtype: "Small Text", fieldname: "reason", label: __("Reason"), reqd: 1,
				description: __("The manager who issued the statement is told, and answers.") },
		],
		__("Dispute"),
		(dialog, { reason }) => {
			const chosen = [...dialog.$wrapper.find(".statement-choice input:checked")].map(({ value }) => value);
			if (chosen.length) take(frm, "dispute", { lines: chosen, reason }, dialog);
			else frappe.show_alert({ message: __("Choose at least one line."), indicator: "orange" });
		}
	);
}

function answer(frm, shown, name) {
	const waiting = shown.lines.filter((line) => line.waits && (!name || line.name === name));
	const [line] = waiting;
	const text = sales_extensions.showing.text;
	ask(
		__("Answer"),
		[
			{ fieldtype: "HTML", fieldname: "what", options: `<p><b>${text(label_of(frm, line))}</b></p>
				<p style="white-space: pre-line; overflow-wrap: anywhere">${text(line.dispute_reason)}</p>` },
			{ fieldtype: "Small Text", fieldname: "text", label: __("Answer"), reqd: 1, description: __("The seller is told.") },
		],
		__("Answer"),
		(dialog, values) => take(frm, "answer", { line: line.name, text: values.text }, dialog)
	);
}

function settle(frm) {
	const must_say = frm.doc.status !== "Acknowledged";
	ask(
		__("Settle"),
		[
			{ fieldtype: "Small Text", fieldname: "note", label: __("Note"), reqd: must_say ? 1 : 0,
				description: must_say ? __("The seller has not acknowledged it. Say why it is settled: for example, signed on paper.") : "" },
		],
		__("Settle"),
		(dialog, { note }) => take(frm, "settle", { note: note || "" }, dialog)
	);
}
