from sales_extensions import guards


class SalesStatementLine(guards.RowOfIssued):
	"""A credit or adjustment, as the ledger had it when the statement was issued; with what was said on it."""
