{% include "sales_extensions/public/js/activity_reports.js" %}
// What the reports Pipeline Overview and Pipeline Customers share: filters, and the way from a number
// to the customers behind it.

sales_extensions.pipeline_filters = (...own) => [
	...sales_extensions.period_filters(),
	...own,
	{ fieldname: "exact", label: __("Exclude Descendants"), fieldtype: "Check" },
];

sales_extensions.pipeline_customers = (metric, filters, text) => {
	const query = Object.entries({ metric, ...filters })
		.filter(([, value]) => value)
		.map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
		.join("&");
	return `<a href="${sales_extensions.desk(`query-report/Pipeline Customers?${query}`)}">${text}</a>`;
};
