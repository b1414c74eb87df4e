frappe.listview_settings["Sales Target Closing"] = {
	add_fields: ["reopened_on", "status", "currency"],
	hide_name_column: true,

	onload(listview) {
		sales_extensions.lists.set_up(listview);
		listview.page.add_inner_button(__("Export"), export_closings);
	},

	get_indicator(doc) {
		if (doc.reopened_on) return [__("Reopened"), "orange", "reopened_on,is,set"];
		return [__("Closed"), "gray", "reopened_on,is,not set"];
	},
};

// For an auditor, who checks it without the site.
function export_closings() {
	const field = { fieldtype: "Link", fieldname: "company", options: "Company", label: __("Company"), reqd: 1 };
	const get = ({ company }) =>
		window.open(sales_extensions.address("/api/method/sales_extensions.api.closings.export", { company }));
	frappe.prompt({ ...field, default: frappe.defaults.get_default("company") }, get, __("Export"), __("Export"));
}
