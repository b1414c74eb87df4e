{% include "sales_extensions/public/js/attainment_reports.js" %}

frappe.query_reports["Seller Statement"] = sales_extensions.report("Seller Statement", {
	filters: [
		...sales_extensions.attainment_filters(true),
		{ fieldname: "as_of", label: __("As Of"), fieldtype: "Datetime" },
		{ fieldname: "withdrawn", label: __("Show Withdrawn"), fieldtype: "Check" },
		...sales_extensions.scope_filters(),
		{ fieldname: "limit", label: __("Rows"), fieldtype: "Int", default: 5000 },
	],

	formatter(value, row, column, data, default_formatter) {
		const shown = sales_extensions.showing.cell(value, row, column, data, default_formatter);
		const is_first = column.fieldname === (is_of_orders() ? "sales_order" : "voucher_no");
		if (is_first && data?.sales_target && sales_extensions.is_phone()) return whole(data, shown);
		if (column.fieldname === "reason" && value) return in_full(shown);
		return column.fieldname === "amount" && data?.sales_target ? entries_link(data, shown) : shown;
	},

	// room for a reason in three lines; on a phone it stands with day, amount and order in one cell
	get_datatable_options(options) {
		const columns = sales_extensions.first_on_a_phone(options.columns, [is_of_orders() ? "sales_order" : "voucher_no"]);
		if (!columns || !sales_extensions.is_phone()) return { ...options, cellHeight: 68 };
		columns[0] = { ...columns[0], width: window.innerWidth - BESIDE_CREDIT };
		return { ...options, columns, cellHeight: LINES_OF_A_CREDIT };
	},

	onload(report) {
		report.page.add_inner_button(__("PDF to Sign"), () => {
			const filters = report.get_filter_values(true);
			if (!filters.sales_person) {
				frappe.msgprint(__("Sales Person: choose the seller whose credits you want to see."));
				return;
			}
			window.open(sales_extensions.address("/api/method/sales_extensions.api.statement.pdf", { filters }));
		});
		if (frappe.model.can_create("Sales Statement"))
			report.page.add_inner_button(__("Sales Statement"), () => make_statement(report.get_filter_values(true)));
	},
});

const is_of_orders = () => !frappe.query_report.columns.some(({ fieldname }) => fieldname === "voucher_no");

// A document of it, in versions, that the seller acknowledges or disputes (H4).
function make_statement(filters) {
	return frappe
		.xcall("sales_extensions.api.statements.make", { filters })
		.then((name) => frappe.set_route("Form", "Sales Statement", name));
}

// of a phone's width, what stands beside a credit: the row's number and the edges; and a row's height
const BESIDE_CREDIT = 84,
	LINES_OF_A_CREDIT = 118;

function whole(data, order) {
	const { text } = sales_extensions.showing;
	const day = frappe.datetime.str_to_user(data.posting_date);
	const amount = entries_link(data, sales_extensions.showing.money(data.amount, data.currency));
	const why = text(data.reason || "");
	return `<div class="credit-whole" style="white-space: normal; line-height: 1.35">
		<div style="display: flex; justify-content: space-between; gap: 8px"><span>${day}</span><b>${amount}</b></div>
		<div class="ellipsis">${order} · ${text(data.customer_name || "")}</div>
		<small style="display: -webkit-box; -webkit-line-clamp: 4; -webkit-box-orient: vertical; overflow: hidden" title="${why}">${why}</small></div>`;
}

function in_full(shown) {
	return `<div class="whole-reason" style="white-space: normal; line-height: 1.3; font-size: var(--text-sm)">${shown}</div>`;
}

// What was booked and taken back until the credit was what it is (X4).
function entries_link({ sales_target, sales_order, voucher_no, sales_person }, shown) {
	const document = voucher_no === sales_order ? { sales_order } : { voucher_no };
	const address = sales_extensions.desk("sales-target-entry", { sales_target, ...document, sales_person });
	return `<a href="${address}" data-entries>${shown}</a>`;
}
