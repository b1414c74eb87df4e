frappe.listview_settings["Order Allocation"] = { onload: sales_extensions.lists.set_up };
