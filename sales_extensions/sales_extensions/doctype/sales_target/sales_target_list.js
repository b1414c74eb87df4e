frappe.listview_settings["Sales Target"] = {
	add_fields: ["status", "percentage", "currency", "target_type", "target_count", "order_count"],
	hide_name_column: true,

	get_indicator(doc) {
		const color = { Upcoming: "gray", Running: "blue", Achieved: "green", Missed: "red" }[doc.status];
		return [__(doc.status), color, `status,=,${doc.status}`];
	},

	formatters: {
		target_amount: (value, df, doc) => figure(doc, doc.target_count, value),
		realised_amount: (value, df, doc) => figure(doc, doc.order_count, value),
		percentage(value) {
			const width = Math.max(0, Math.min(100, value));
			return `<span style="display: inline-flex; align-items: center; gap: 6px; width: 100%">
				<span style="flex: 1; min-width: 40px; height: 6px; border-radius: 3px; background: var(--gray-200)">
					<span style="display: block; width: ${width}%; height: 6px; border-radius: 3px; background: var(--${value >= 100 ? "green" : "blue"}-500)"></span>
				</span><span>${format_number(value, null, 1)} %</span></span>`;
		},
	},
};

function figure(doc, count, amount) {
	return doc.target_type === "Numeric"
		? __("{0} orders", [format_number(count, null, 0)])
		: format_currency(amount, doc.currency);
}
