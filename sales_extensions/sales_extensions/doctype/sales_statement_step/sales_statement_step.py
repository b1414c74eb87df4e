from sales_extensions import guards


class SalesStatementStep(guards.RowOfIssued):
	"""What was done to a statement, by whom and when. Rows are only ever added."""
