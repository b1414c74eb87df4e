// A number of its own says nothing of an entry: its place is the amount's.
sales_extensions.lines.show_percent("Sales Target Entry", "share_percentage");

frappe.listview_settings["Sales Target Entry"] = {
	add_fields: ["sales_person", "posting_date", "amount", "currency", "order_count", "reason", "reason_parts"],
	hide_name_column: true,

	onload(listview) {
		sales_extensions.lists.set_up(listview);
		const columns = [
			["sales_person", __("Sales Person"), 1],
			["posting_date", __("Date"), 0.9],
			["amount", __("Amount"), 1.2],
			["reason", __("Why"), 3],
		];
		sales_extensions.lists.columns(listview, frappe.is_mobile() ? ["posting_date", "amount"] : columns);
	},

	formatters: {
		reason(value, df, doc) {
			const shown = sales_extensions.showing.text(in_words(doc) || value);
			return `<span class="ellipsis" title="${shown}">${shown}</span>`;
		},
	},
};

// In the reader's language, where the parts that a reason was made of are kept; on the server it is words.py.
function in_words({ reason_parts }) {
	const sentences = JSON.parse(reason_parts || "[]");
	return sentences.map(([sentence, ...values]) => __(sentence, values.map(as_written(sentence)))).join(" ");
}

/** The one sentence of the ledger with days in it, which a name may look like. */
const OF_DAYS = "The order's date moved from {0} to {1}.";

const as_written = (sentence) => (value) => sentence === OF_DAYS ? frappe.datetime.str_to_user(value) : figure(value);

/** An amount or a percentage as the site writes numbers. */
function figure(value) {
	const found = /^(-?[\d,]+)(?:\.(\d+))?( %| [A-Z]{3})$/.exec(value);
	if (!found) return value;
	if (found[3] !== " %") return money(value, found[2]);
	const { group_sep, decimal_str } = get_number_format_info(frappe.boot.sysdefaults.number_format || "#,###.##");
	const [whole, decimals = ""] = percent(found[1], found[2]);
	return whole.replaceAll(",", group_sep) + (decimals && (decimal_str || ".") + decimals) + found[3];
}

/** With the currency's sign, as amounts beside it have it. */
function money(value, decimals = "") {
	const [amount, currency] = value.split(" ");
	return format_currency(Number(amount.replaceAll(",", "")), currency, decimals.length);
}

/** With six decimals at most; the books keep nine. */
const percent = (whole, decimals = "") =>
	decimals.length > 6 ? String(Number(Number(`${whole.replaceAll(",", "")}.${decimals}`).toFixed(6))).split(".") : [whole, decimals];
