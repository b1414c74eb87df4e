// Only who has the credit and the upsell mark can be changed here, with a reason (U9, U10).

const BY_HAND = ["credit_assigned_to", "is_upsell", "change_reason"];

frappe.ui.form.on("Upsell Credit", {
	setup(frm) {
		frm.set_query("credit_assigned_to", () => ({ filters: { enabled: 1, user_type: "System User" } }));
	},

	refresh(frm) {
		const { name, voucher_type, voucher_no } = frm.doc;
		frm.page.clear_inner_toolbar();
		frm.add_custom_button(__("Open Document"), () => frappe.set_route("Form", voucher_type, voucher_no));
		allow_changes(frm, false);
		why_read_only(frm).then((reason) => {
			if (frm.doc.name !== name) return;
			allow_changes(frm, !reason);
			sales_extensions.showing.headline(frm, "why", reason && sales_extensions.showing.text(reason));
		});
	},
});

function allow_changes(frm, allowed) {
	for (const field of BY_HAND) frm.set_df_property(field, "read_only", allowed ? 0 : 1);
	frm.toggle_display("change_reason", allowed);
	if (allowed) frm.enable_save();
	else frm.disable_save();
}

// A promise of why nobody can change this credit now, or of nothing.
function why_read_only(frm) {
	const { voucher_type, voucher_no } = frm.doc;
	if (frm.doc.is_removed) {
		return Promise.resolve(__("The charge was removed: its credit can be read, not changed."));
	}
	return new Promise((resolve) =>
		frappe.call({
			method: "sales_extensions.api.upsell.credits_of",
			args: { voucher_type, voucher_no },
			silent: true,
			callback: ({ message }) =>
				resolve(message.shown ? message.read_only : __("Upsell tracking is off: credits can be read, not changed.")),
			error: () => resolve(__("You may not open {0}: its credits can be read, not changed.", [voucher_no])),
		})
	);
}
