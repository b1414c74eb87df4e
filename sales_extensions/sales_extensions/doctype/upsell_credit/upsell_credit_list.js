frappe.listview_settings["Upsell Credit"] = {
	add_fields: ["is_removed", "is_upsell", "upsell_rule", "currency", "voucher_type"],
	hide_name_column: true,
	onload: sales_extensions.lists.set_up,

	get_indicator(doc) {
		if (doc.is_removed) return [__("Removed"), "gray", "is_removed,=,1"];
		if (doc.is_upsell) return [__("Upsell"), "green", "is_upsell,=,1|is_removed,=,0"];
		return [__("Charge"), "blue", "is_upsell,=,0|is_removed,=,0"];
	},
};
