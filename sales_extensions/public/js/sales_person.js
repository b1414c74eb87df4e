// From a seller or a team to its figures, and to the credits that they are made of (T6, X4).

frappe.ui.form.on("Sales Person", {
	refresh(frm) {
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
