// Log a conversation about an Opportunity, Quotation or Sales Order (C6): with its party, linked to it.

(function () {
	const PARTY = {
		Opportunity: (doc) => [doc.opportunity_from, doc.party_name],
		Quotation: (doc) => [doc.quotation_to, doc.party_name],
		"Sales Order": (doc) => ["Customer", doc.customer],
	};
	for (const doctype of Object.keys(PARTY)) frappe.ui.form.on(doctype, { refresh });

	function refresh(frm) {
		const [party_type, party] = PARTY[frm.doctype](frm.doc);
		const ours = sales_extensions.conversations;
		if (frm.is_new() || !party || !ours.parties.includes(party_type)) return;
		if (!frappe.model.can_create("Conversation")) return;
		frm.add_custom_button(
			__("Conversation"),
			() =>
				ours.quick_add(
					{ party_type, party, reference_doctype: frm.doctype, reference_name: frm.docname },
					() => frm.dashboard.refresh()
				),
			__("Create")
		);
	}
})();
