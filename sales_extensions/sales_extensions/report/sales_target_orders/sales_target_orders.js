frappe.query_reports["Sales Target Orders"] = sales_extensions.report("Sales Target Orders", {
	filters: [
		{ fieldname: "sales_target", label: __("Sales Target"), fieldtype: "Link", options: "Sales Target" },
		{ fieldname: "as_of", label: __("As Of"), fieldtype: "Datetime" },
		{ fieldname: "withdrawn", label: __("Show Withdrawn"), fieldtype: "Check" },
		{ fieldname: "limit", label: __("Rows"), fieldtype: "Int", default: 500 },
	],

	formatter: (...cell) => sales_extensions.showing.cell(...cell),
});
