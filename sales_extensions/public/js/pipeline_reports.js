{% include "sales_extensions/public/js/activity_reports.js" %}
// What the reports Pipeline Overview and Pipeline Customers share: filters.

sales_extensions.pipeline_filters = (...own) => [
	...sales_extensions.period_filters(),
	...own,
	{ fieldname: "exact", label: __("Exclude Descendants"), fieldtype: "Check" },
];
