{% include "sales_extensions/public/js/attainment_reports.js" %}

frappe.query_reports["Attainment"] = sales_extensions.report("Attainment", {
	tree: true,
	name_field: "seller",
	parent_field: "parent_seller",
	initial_depth: 2,

	filters: [
		...sales_extensions.attainment_filters(),
		{
			fieldname: "group_by",
			label: __("Group By"),
			fieldtype: "Select",
			options: ["Month", "Quarter", "Whole Period"].map((value) => ({ value, label: __(value) })),
			default: "Month",
		},
		{
			fieldname: "figures",
			label: __("Figures"),
			fieldtype: "Select",
			options: ["Target and Result", "All Figures"].map((value) => ({ value, label: __(value) })),
			default: "Target and Result",
		},
		...sales_extensions.scope_filters(),
	],

	formatter(value, row, column, data, default_formatter) {
		const shown = sales_extensions.showing.cell(value, row, column, data, default_formatter);
		if (!data || value === null || value === undefined) return "";
		const figure = column.fieldname.replace(/^p\d+_/, "");
		if (["realised", "order_count"].includes(figure)) return statement_link(data, column.fieldname, shown);
		if (figure === "goal" && data.made_of) return made_of_link(data.seller, column.fieldname, shown);
		if (figure === "gap") return `<span class="${value < 0 ? "text-danger" : "text-success"}">${shown}</span>`;
		return shown;
	},

	onload(report) {
		sales_extensions.showing.fit_axis(report);
		report.page.wrapper.off("click.made_of").on("click.made_of", "[data-made-of]", (event) => {
			event.preventDefault();
			const { madeOf, field } = event.currentTarget.dataset;
			show_made_of(madeOf, field);
		});
	},
});

// The credits that a result is made of (X4): those of the column's days, or of all.
function statement_link(data, fieldname, shown) {
	const { group_by, figures, ...filters } = frappe.query_report.get_filter_values();
	const { from_date, to_date } = frappe.query_report.columns.find((one) => one.fieldname === fieldname) || {};
	const days = from_date ? { from_date, to_date } : {};
	return sales_extensions.report_link("Seller Statement", { ...filters, ...days, sales_person: data.seller }, shown);
}

function made_of_link(seller, fieldname, shown) {
	return `<a href="#" data-made-of="${sales_extensions.showing.text(seller)}" data-field="${fieldname}">${shown}</a>`;
}

// The targets that a figure is made of, each with its period and what it brings.
async function show_made_of(seller, fieldname) {
	const { group_by, figures, ...asked } = frappe.query_report.get_filter_values();
	const { from_date, to_date } = frappe.query_report.columns.find((one) => one.fieldname === fieldname) || {};
	const filters = { ...asked, ...(from_date ? { from_date, to_date } : {}), sales_person: seller };
	const found = await frappe.xcall("sales_extensions.api.attainment.made_of", { filters });
	const dialog = sales_extensions.lines.dialog({
		title: __("{0}, {1}", [sales_extensions.showing.text(seller), sales_extensions.showing.period(filters.from_date, filters.to_date)]),
		size: "extra-large",
	});
	dialog.$body.addClass("made-of").html(made_of_table(found));
	dialog.show();
}

// a phone has no room for these columns
const WIDE = "d-none d-sm-table-cell";

function made_of_table({ rows, currency, goal, result, shared }) {
	const { text, period } = sales_extensions.showing;
	const figure = (value) => (currency ? sales_extensions.showing.money(value, currency) : format_number(value, null, Number.isInteger(Number(value)) ? 0 : 2));
	const counted = ({ days }) => days.map(([first, last]) => period(first, last)).join(", ");
	const cell = (value) => `<td class="text-right" style="white-space: nowrap">${value}</td>`;
	const lines = rows.map(
		(row) => `<tr>
			<td><a href="${frappe.utils.get_form_link("Sales Target", row.sales_target)}">${text(row.title)}</a>
				<div class="text-muted small">${text(row.sellers.join(", "))}</div>
				<div class="text-muted small d-sm-none">${counted(row)}</div></td>
			<td class="${WIDE}">${period(row.from_date, row.to_date)}<div class="text-muted small">${row.whole_goal === null ? "" : figure(row.whole_goal)}</div></td>
			<td class="${WIDE}">${counted(row)}</td>
			${cell(row.is_part ? "" : figure(row.goal))}${cell(figure(row.result))}
		</tr>`
	);
	if (Number(shared))
		lines.push(`<tr><td class="text-muted">${__("Orders that are in several of these count once")}</td><td class="${WIDE}" colspan="2"></td><td></td>${cell(figure(shared))}</tr>`);
	return `<div style="overflow-x: auto"><table class="table table-sm">
		<thead><tr><th>${__("Sales Target")}</th><th class="${WIDE}">${__("Its Period and Goal")}</th><th class="${WIDE}">${__("Counted Here")}</th>
			<th class="text-right">${__("Target")}</th><th class="text-right">${__("Result")}</th></tr></thead>
		<tbody>${lines.join("")}</tbody>
		<tfoot><tr><th>${__("Total")}</th><th class="${WIDE}" colspan="2"></th><th class="text-right">${figure(goal)}</th><th class="text-right">${figure(result)}</th></tr></tfoot>
	</table></div>`;
}
