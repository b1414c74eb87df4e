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
		if (column.fieldname === "reason" && value) return in_full(shown);
		return column.fieldname === "amount" && data?.sales_target ? entries_link(data, shown) : shown;
	},

	// room for a reason in three lines; a phone shows the first columns, and the reason to who goes on
	get_datatable_options: (options) => ({
		...options,
		columns: sales_extensions.first_on_a_phone(options.columns, ["posting_date", "amount"]),
		cellHeight: frappe.is_mobile() ? 44 : 68,
	}),

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

// A document of it, in versions, that the seller acknowledges or disputes (H4).
function make_statement(filters) {
	return frappe
		.xcall("sales_extensions.api.statements.make", { filters })
		.then((name) => frappe.set_route("Form", "Sales Statement", name));
}

function in_full(shown) {
	return `<div class="whole-reason" style="white-space: normal; line-height: 1.3; font-size: var(--text-sm)">${shown}</div>`;
}

// What was booked and taken back until the credit was what it is (X4).
function entries_link({ sales_target, sales_order, sales_person }, shown) {
	const address = sales_extensions.desk("sales-target-entry", { sales_target, sales_order, sales_person });
	return `<a href="${address}" data-entries>${shown}</a>`;
}
