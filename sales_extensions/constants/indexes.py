"""Indexes on ERPNext's tables, for what is asked with each conversation: who became whose customer, and what was booked.

Without them the question reads the whole table: 0.1 s of 100,000 customers, 0.3 s of 300,000 participants. Of two
columns each, because the framework drops an index on one column that its DocType does not ask for.
"""

#: doctype: name of the index: its columns
INDEXES = {
	"Customer": {
		"sales_extensions_lead": ("lead_name", "creation"),
		"sales_extensions_prospect": ("prospect_name", "creation"),
	},
	"Event Participants": {"sales_extensions_document": ("reference_docname", "reference_doctype")},
	"Prospect Lead": {"sales_extensions_lead": ("lead", "creation")},
}
