{% include "sales_extensions/public/js/pipeline_reports.js" %}

frappe.query_reports["Pipeline Overview"] = sales_extensions.report("Pipeline Overview", {
	filters: sales_extensions.pipeline_filters(
		{
			fieldname: "group_by",
			label: __("Group By"),
			fieldtype: "Select",
			options: ["Employee", "Territory", "Month"].map((value) => ({ value, label: __(value) })),
			default: "Employee",
		},
		{
			fieldname: "chart",
			label: __("Chart"),
			fieldtype: "Select",
			options: ["Stages", "Months"].map((value) => ({ value, label: __(value) })),
			default: "Stages",
		},
		{ fieldname: "limit", label: __("Rows"), fieldtype: "Int", default: 500 }
	),

	formatter(value, row, column, data, default_formatter) {
		const shown = sales_extensions.showing.cell(value, row, column, data, default_formatter);
		const metric = pipeline_metric(column.fieldname);
		// a row of nobody and nowhere can't be filtered by
		if (!metric || !value || !data?.key) return shown;
		const { group_by, chart, limit, ...filters } = frappe.query_report.get_filter_values();
		const behind = { metric, ...filters, ...of_pipeline_row(group_by, data.key, filters) };
		return sales_extensions.report_link("Pipeline Customers", behind, shown);
	},

	onload(report) {
		sales_extensions.showing.whole_axis(report);
		if (frappe.model.can_read("Pipeline Passage"))
			report.page.add_inner_button(__("Board"), () => frappe.set_route("List", "Pipeline Passage", "Kanban", "Sales Pipeline"));
		// the whole card leads where its label does; all reports share one page
		report.page.main.off(".pipeline").on("click.pipeline", ".summary-item", (event) => {
			if (!event.target.closest("a")) $(event.currentTarget).find("a")[0]?.click();
		});
	},
});

function pipeline_metric(fieldname) {
	return {
		in_pipeline: "In Pipeline",
		entered: "Entered",
		won: "Won",
		lost: "Lost",
		win_percentage: "Won or Lost",
		average_days: "Won",
		new_prospects: "New Prospects",
	}[fieldname];
}

function of_pipeline_row(group_by, key, filters) {
	if (group_by === "Employee") return { employee: key };
	// the row is of this territory alone
	if (group_by === "Territory") return { territory: key, exact: 1 };
	return sales_extensions.days_of_month(key, filters);
}
