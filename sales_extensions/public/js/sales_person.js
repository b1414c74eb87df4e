// From a seller or a team to its figures, and to the credits that they are made of (T6, X4); where they stood (H2).

frappe.ui.form.on("Sales Person", {
	refresh(frm) {
		if (!frm.is_new()) show_places(frm);
		if (frm.is_new() || !frappe.model.can_get_report("Sales Target Entry")) return;
		for (const [report, label] of [
			["Attainment", __("Attainment")],
			["Seller Statement", __("Statement")],
		])
			frm.add_custom_button(label, () =>
				frappe.set_route("query-report", report, { sales_person: frm.doc.name })
			);
	},
});

// A seller who never moved has nothing to tell.
function show_places(frm) {
	const sales_person = frm.doc.name;
	frappe.xcall("sales_extensions.api.teams.timeline", { sales_person }).then((told) => {
		if (frm.doc.name !== sales_person || told.places.length < 2) return;
		sales_extensions.forms.section(frm, "sales-person-places", places_html(told), __("Teams"));
		$(frm.dashboard.parent)
			.find(".sales-person-places [data-since]")
			.on("click", (event) => change_date(frm, event.currentTarget.dataset.since));
	});
}

function places_html({ places, may_correct }) {
	const escape = sales_extensions.showing.text;
	const rows = places.map(({ group, before, from_date }) => {
		const since = from_date
			? __("from {0}, until then {1}", [frappe.datetime.str_to_user(from_date), escape(before || __("None"))])
			: __("before");
		const change = may_correct && from_date
			? `<button class="btn btn-xs btn-default" data-since="${from_date}">${__("Change Date")}</button>`
			: "";
		return `<tr><td>${escape(group || "")}</td><td class="text-muted">${since}</td><td class="text-right">${change}</td></tr>`;
	});
	return `<p class="text-muted small">${__("Orders count for the team of their day.")}</p>
		<table class="table table-borderless table-condensed" style="max-width: 36em"><tbody>${rows.join("")}</tbody></table>`;
}

// What it changes is told before it is saved.
function change_date(frm, from_date) {
	const sales_person = frm.doc.name;
	const asked = (to) => ({ sales_person, from_date, ...(to && { to }) });
	const dialog = sales_extensions.lines.dialog({
		title: __("Change Date"),
		fields: [
			{
				fieldname: "to",
				fieldtype: "Date",
				label: __("From Date"),
				default: from_date,
				description: __("Leave it empty where it was so from the beginning. Targets are counted again."),
				change: () => show_change(),
			},
			{ fieldname: "changes", fieldtype: "HTML" },
		],
		primary_action_label: __("Save"),
		primary_action({ to }) {
			const method = to ? "change_date" : "from_the_beginning";
			frappe.xcall(`sales_extensions.api.teams.${method}`, asked(to)).then(() => {
				dialog.hide();
				frappe.show_alert({ message: __("Saved. The targets are counted again."), indicator: "green" });
				frm.reload_doc();
			});
		},
	});
	let last = from_date;
	async function show_change() {
		const to = dialog.get_value("to") || "";
		if (to === last) return;
		last = to;
		const place = dialog.fields_dict.changes.$wrapper.empty();
		if (to === from_date) return;
		const found = await frappe.xcall("sales_extensions.api.teams.preview", asked(to));
		if (to === last) place.html(changes_html(found));
	}
	dialog.show();
}

function changes_html({ changes, more }) {
	const escape = sales_extensions.showing.text;
	const lines = changes.map(({ before, after, orders, sums }) => {
		const teams = [before, after].map((team) => `<b>${escape(team || __("None"))}</b>`);
		const sum = sums.map(({ currency, amount }) => sales_extensions.showing.money(amount, currency)).join(" + ");
		if (!orders) return __("No order goes from {0} to {1}.", teams);
		return orders === 1
			? __("1 order, {0}, goes from {1} to {2}.", [sum, ...teams])
			: __("{0} orders, {1}, go from {2} to {3}.", [orders, sum, ...teams]);
	});
	if (more) lines.push(__("There are more orders than are counted here."));
	return `<div class="change-of-team">${lines.map((line) => `<p>${line}</p>`).join("")}</div>`;
}
