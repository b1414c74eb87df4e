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
	const rows = places.map(({ group, from_date }) => {
		const since = from_date ? __("from {0}", [frappe.datetime.str_to_user(from_date)]) : __("before");
		const change = may_correct && from_date
			? `<button class="btn btn-xs btn-default" data-since="${from_date}">${__("Change Date")}</button>`
			: "";
		return `<tr><td>${escape(group || "")}</td><td class="text-muted">${since}</td><td class="text-right">${change}</td></tr>`;
	});
	return `<p class="text-muted small">${__("Orders count for the team of their day.")}</p>
		<table class="table table-borderless table-condensed" style="max-width: 36em"><tbody>${rows.join("")}</tbody></table>`;
}

function change_date(frm, from_date) {
	frappe.prompt(
		{
			fieldname: "to",
			fieldtype: "Date",
			label: __("From Date"),
			default: from_date,
			description: __("Leave it empty where it was so from the beginning. Targets are counted again."),
		},
		({ to }) => {
			const method = to ? "change_date" : "from_the_beginning";
			const values = { sales_person: frm.doc.name, from_date, ...(to && { to }) };
			frappe.xcall(`sales_extensions.api.teams.${method}`, values).then(() => {
				frappe.show_alert({ message: __("Saved. The targets are counted again."), indicator: "green" });
				frm.reload_doc();
			});
		},
		__("Change Date"),
		__("Save")
	);
}
