// The desk's list of events forgets, the first time, what it was opened for, and shows all that are open: "Today's Events"
// on a workspace would lead to more, or to fewer, than it shows (X4).
{
	const of_events = frappe.listview_settings["Event"] || (frappe.listview_settings["Event"] = {});
	const before = of_events.onload;
	of_events.onload = function (listview) {
		const asked = frappe.route_options;
		before?.call(this, listview);
		if (asked && Object.keys(asked).length) frappe.route_options = asked;
	};
}
