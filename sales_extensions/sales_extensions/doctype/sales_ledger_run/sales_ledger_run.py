from frappe.model.document import Document


class SalesLedgerRun(Document):
	"""A piece of ledger work in the background: its progress, and what it found and repaired."""
