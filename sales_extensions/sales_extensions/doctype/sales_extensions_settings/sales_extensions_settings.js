frappe.ui.form.on("Sales Extensions Settings", {
	refresh(frm) {
		if (!frappe.model.can_write(frm.doctype))
			sales_extensions.showing.headline(frm, "who", __("Only a {0} changes these settings. You can read what counts here.", [__("System Manager").bold()]));
		frm.add_custom_button(__("Reconcile"), () =>
			frappe.xcall("sales_extensions.api.books.reconcile").then(() => {
				frappe.show_alert({
					message: __("Checking targets, upsell credits and the pipeline against the documents; what differs is repaired and listed."),
					indicator: "blue",
				});
				follow_runs(frm, ROUNDS);
			})
		);
		frm.add_custom_button(__("Ledger Runs"), () => frappe.set_route("List", "Sales Ledger Run"));
		frm.add_custom_button(__("Preview Weekly Digest"), () => frm.events.preview_digest());
		follow_runs(frm);
		if (frm.follows_runs) return;
		frm.follows_runs = true;
		frappe.realtime.on("sales_ledger_run", frappe.utils.debounce(() => follow_runs(frm), 500));
	},

	before_save: (frm) => ask_before_policies(frm),

	preview_digest() {
		frappe.xcall("sales_extensions.api.digest.preview").then((mail) => {
			const dialog = new frappe.ui.Dialog({
				title: sales_extensions.showing.text(mail.subject),
				size: "large",
				fields: [{ fieldname: "mail", fieldtype: "HTML", options: mail.html }],
			});
			dialog.show();
		});
	},
});

/** Milliseconds after which it is asked how far the runs are: not each site tells by itself. */
const ASK_AGAIN = 3000;
/** So often it is asked for a run that a worker has yet to begin. */
const ROUNDS = 20;

/** How far the runs are that go on, and what the latest reconcile found, for as long as one looks at it. */
async function follow_runs(frm, rounds = 0) {
	clearTimeout(frm.asks_again);
	if (cur_frm !== frm || !frm.wrapper.offsetParent) return;
	const [runs, last] = await Promise.all(["open_runs", "last_run"].map((what) => frappe.xcall(`sales_extensions.api.books.${what}`)));
	show_open_runs(frm, runs);
	if (last) sales_extensions.showing.headline(frm, "runs", outcome_of(last));
	clearTimeout(frm.asks_again);
	if (runs.length || rounds) frm.asks_again = setTimeout(() => follow_runs(frm, Math.max(0, rounds - 1)), ASK_AGAIN);
}

function outcome_of(run) {
	if (run.status !== "Finished") return __("Reconcile: {0}", [__(run.status)]);
	const text = __("Last reconcile {0}: {1} orders and {2} parties checked; {3} entries written, {4} parties changed.", [
		frappe.datetime.comment_when(run.finished_on), run.done_orders, run.done_parties, run.entries_written, run.parties_changed,
	]);
	return run.entries_written || run.parties_changed ? text : `${text} ${__("Nothing differed.")}`;
}

function show_open_runs(frm, runs) {
	frm.dashboard.progress_area.body.empty();
	if (!runs.length) frm.dashboard.progress_area.hide();
	for (const run of runs) {
		const [done, total] = [run.done_orders + run.done_parties, run.total_orders + run.total_parties];
		const share = total ? (100 * done) / total : 0;
		const count = total ? __("{0} of {1}", [done, total]) : __(run.status);
		frm.dashboard.add_progress(__(run.purpose), share, count);
	}
}

// What other policies do to the targets is said before they are saved: who looks at it may go back (T8).
const POLICIES = ["count_orders_on", "order_amount_basis", "closed_order_credit"];

async function ask_before_policies(frm) {
	const policies = Object.fromEntries(POLICIES.map((name) => [name, frm.doc[name]]));
	const go_on = (token) => frappe.xcall("sales_extensions.api.policies.preview", { policies, token });
	let shown;
	try {
		shown = await go_on();
	} catch {
		frappe.validated = false; // what was wrong has been said
		return;
	}
	if (shown.changes && !(await agreed(shown, go_on))) frappe.validated = false;
}

// Whether it is to be saved. Where there is much to read it is worked out while the dialog is open.
function agreed(shown, go_on) {
	return new Promise((resolve) => {
		let saves = null;
		const dialog = sales_extensions.lines.dialog({
			title: __("A Changed Policy"),
			fields: [{ fieldname: "what", fieldtype: "HTML" }],
			primary_action_label: __("Save"),
			primary_action() {
				saves = true;
				dialog.hide();
			},
			secondary_action_label: __("Go Back"),
			secondary_action: () => dialog.hide(),
			on_hide() {
				saves = saves ?? false;
				resolve(saves);
			},
		});
		dialog.$wrapper.addClass("policy-preview");
		dialog.show();
		follow(dialog, shown, go_on, () => saves !== null);
	});
}

async function follow(dialog, shown, go_on, is_closed) {
	const show = (html) => dialog.fields_dict.what.$wrapper.html(html);
	try {
		while (!shown.finished && !is_closed()) {
			show(waiting_html(shown));
			shown = await go_on(shown.token);
		}
	} catch {
		show(`<p>${__("What changes could not be worked out. You can save, or go back.")}</p>`);
		return;
	}
	if (!is_closed()) show(changes_html(shown));
}

function waiting_html({ done, total }) {
	const count = (number) => format_number(number, null, 0);
	return `<p>${__("Working out what changes: {0} of {1} orders.", [count(done), count(total)])}</p>
		<div class="progress"><div class="progress-bar" style="width: ${total ? (100 * done) / total : 0}%"></div></div>
		<p class="text-muted" style="margin-top: 8px">${__("You can save without waiting for it.")}</p>`;
}

function changes_html({ targets, companies, orders }) {
	const read = `<p class="text-muted">${__("Orders read for it: {0}. Nothing is saved yet.", [format_number(orders, null, 0)])}
		${__("The sums are those of these targets: an order that counts for several is in each.")}</p>`;
	if (!targets) return `<p>${__("No target has another result by this.")}</p>${read}`;
	const head = targets === 1 ? __("One target has another result:") : __("{0} targets have another result:", [targets]);
	const rows = companies.flatMap((one) => company_rows(one));
	return `<p>${head}</p>
		<div style="overflow-x: auto"><table class="table table-bordered">
			<thead><tr><th>${__("Company")}</th><th class="text-right">${__("Targets")}</th>
				<th class="text-right">${__("Sum Now")}</th><th class="text-right">${__("Sum Then")}</th></tr></thead>
			<tbody>${rows.join("")}</tbody></table></div>
		<p>${__("Once it is saved, a Sales Ledger Run lists each of them with the old and the new result.")}</p>${read}`;
}

// Results in money and results in orders are no one sum.
function company_rows(one) {
	const money = (amount) => sales_extensions.showing.money(amount, one.currency);
	const orders = (count) => (count === 1 ? __("1 order") : __("{0} orders", [format_number(count, null, 0)]));
	const row = (count, ...sums) => `<tr><td>${sales_extensions.showing.text(one.company)}</td>
		<td class="text-right">${count}</td>
		${sums.map((sum) => `<td class="text-right" style="white-space: nowrap">${sum}</td>`).join("")}</tr>`;
	return [
		...(one.in_money ? [row(one.in_money, money(one.amount_before), money(one.amount_after))] : []),
		...(one.in_orders ? [row(one.in_orders, orders(one.orders_before), orders(one.orders_after))] : []),
	];
}
