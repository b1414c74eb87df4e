from sales_extensions import current, guards


class SalesLedgerRun(guards.KeepsItsName, current.WrittenByMany):
	"""A piece of ledger work in the background: its progress, and what it found and repaired."""
