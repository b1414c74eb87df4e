{% include "sales_extensions/public/js/activity_reports.js" %}
// What the reports Pipeline Overview and Pipeline Customers share: filters, cells, and the way from a number
// to the customers behind it.

sales_extensions.pipeline_filters = (...own) => [
	...sales_extensions.period_filters(),
	...own,
	{ fieldname: "exact", label: __("Without What Is Below"), fieldtype: "Check" },
];

// Names are typed by users: a cell shows them as text.
sales_extensions.pipeline_cell = (value, row, column, data, default_formatter) => {
	if (value === null || value === undefined || value === "") return "";
	const plain = column.fieldtype === "Data" && typeof value === "string";
	return default_formatter(plain ? frappe.utils.escape_html(value) : value, row, column, data);
};

sales_extensions.pipeline_customers = (metric, filters, text) => {
	const query = Object.entries({ metric, ...filters })
		.filter(([, value]) => value)
		.map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
		.join("&");
	return `<a href="/app/query-report/Pipeline Customers?${query}">${text}</a>`;
};
