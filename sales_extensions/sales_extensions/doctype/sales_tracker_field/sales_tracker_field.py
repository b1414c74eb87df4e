from sales_extensions import guards


class SalesTrackerField(guards.Row):
	"""A field that may be seen in the Sales Tracker (K2)."""
