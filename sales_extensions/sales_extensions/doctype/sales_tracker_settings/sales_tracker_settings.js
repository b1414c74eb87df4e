// The site's choice of fields, statuses and stages of the Sales Tracker (K2, K5).

frappe.ui.form.on("Sales Tracker Settings", {
	refresh(frm) {
		sales_extensions.showing.headline(frm, "who", __("A Sales Manager or a System Manager can change these settings, for everyone."));
		frm.add_custom_button(__("Sales Tracker"), () => frappe.set_route("sales-tracker"));
		frm.add_custom_button(__("Add Fields"), () => add_fields(frm));
		frm.add_custom_button(__("Add Missing Statuses"), () => add_missing_statuses(frm));
	},
});

function add_missing_statuses(frm) {
	const before = (frm.doc.statuses || []).length;
	return frm.call("add_missing_statuses").then(() => {
		const added = (frm.doc.statuses || []).length - before;
		frm.refresh_field("statuses");
		if (added) frm.dirty();
		frappe.show_alert({
			message: added
				? __("Statuses added: {0}. Say which are active, then save.", [added])
				: __("No status is missing."),
			indicator: added ? "orange" : "green",
		});
	});
}

function add_fields(frm) {
	const dialog = new frappe.ui.Dialog({
		title: __("Add Fields"),
		fields: [
			{
				fieldname: "document_type",
				fieldtype: "Select",
				label: __("Document Type"),
				options: ["Lead", "Opportunity", "Quotation"].map((value) => ({ value, label: __(value) })),
				default: "Lead",
				onchange: () => offer(frm, dialog),
			},
			{ fieldname: "names", fieldtype: "MultiCheck", label: __("Fields"), columns: 2, options: [] },
		],
		primary_action_label: __("Add"),
		primary_action({ document_type, names }) {
			for (const fieldname of names || []) {
				const { plain_label } = dialog.offered.find((one) => one.value === fieldname);
				frm.add_child("tracker_fields", { document_type, fieldname, label: plain_label, width: 140, visible: 1 });
			}
			frm.refresh_field("tracker_fields");
			frm.dirty();
			dialog.hide();
		},
	});
	dialog.show();
	offer(frm, dialog);
}

function offer(frm, dialog) {
	const document_type = dialog.get_value("document_type") || "Lead";
	const method =
		"sales_extensions.sales_extensions.doctype.sales_tracker_settings.sales_tracker_settings.fields_to_add";
	frappe.xcall(method, { document_type }).then((found) => {
		const has = new Set(
			(frm.doc.tracker_fields || [])
				.filter((row) => row.document_type === document_type)
				.map((row) => row.fieldname)
		);
		dialog.offered = found;
		dialog.fields_dict.names.df.options = found.filter((one) => !has.has(one.value));
		dialog.fields_dict.names.refresh();
	});
}
