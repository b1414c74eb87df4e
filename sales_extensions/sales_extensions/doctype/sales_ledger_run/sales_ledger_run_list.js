frappe.listview_settings["Sales Ledger Run"] = { onload: sales_extensions.lists.set_up };
