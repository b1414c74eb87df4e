// A number of its own says nothing of an entry: its place is the amount's.
frappe.listview_settings["Sales Target Entry"] = { hide_name_column: true };
