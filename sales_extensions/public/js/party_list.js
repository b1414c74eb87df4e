// Quick Add Conversation from the list of customers, leads or prospects: a button in each row, and in the menu for
// the row that is ticked (C3).

(function () {
	for (const doctype of ["Customer", "Lead", "Prospect"]) {
		if (cur_list_is(doctype)) extend(doctype);
	}

	/** Each list's file is run with that of its doctype: only the one that was set up is extended. */
	function cur_list_is(doctype) {
		return frappe.get_route()?.[1] === doctype || frappe.listview_settings[doctype];
	}

	function extend(doctype) {
		const settings = (frappe.listview_settings[doctype] = frappe.listview_settings[doctype] || {});
		if (settings.sales_extensions_extended) return;
		settings.sales_extensions_extended = true;
		if (!frappe.model.can_create("Conversation")) return;
		const onload = settings.onload;
		settings.onload = function (listview) {
			onload?.call(this, listview);
			const add = () => {
				const [row] = listview.get_checked_items();
				sales_extensions.conversations.quick_add({ party_type: doctype, party: row?.name });
			};
			listview.page.add_menu_item(__("Quick Add Conversation"), add);
			listview.page.add_action_item(__("Quick Add Conversation"), add);
		};
		settings.button = settings.button || {
			show: () => true,
			get_label: () => __("Add Conversation"),
			get_description: (doc) => __("Add a conversation with {0}", [frappe.utils.escape_html(doc.name)]),
			action: (doc) =>
				sales_extensions.conversations.quick_add({ party_type: doctype, party: doc.name }),
		};
	}
})();
