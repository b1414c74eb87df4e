{% include "sales_extensions/public/js/pipeline_reports.js" %}

frappe.query_reports["Pipeline Customers"] = sales_extensions.report("Pipeline Customers", {
	filters: sales_extensions.pipeline_filters(
		{
			fieldname: "metric",
			label: __("Figure"),
			fieldtype: "Select",
			options: [
				...["In Pipeline", "Entered", "Won", "Lost", "Won or Lost"].map((value) => ({ value, label: __(value) })),
				{ value: "New Prospects", label: __("First Conversations") }, // as addresses have it that were kept
			],
			default: "In Pipeline",
		},
		{ fieldname: "stage", label: __("Pipeline Stage"), fieldtype: "Link", options: "Pipeline Stage" },
		{ fieldname: "limit", label: __("Rows"), fieldtype: "Int", default: 500 }
	),

	formatter: (...cell) => sales_extensions.showing.cell(...cell),
});
