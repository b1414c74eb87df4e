from sales_extensions import guards


class SalesLedgerName(guards.WrittenByTheApp):
	"""A name that was changed after entries with it were sealed (H3). Written in `ledger/names.py`."""
