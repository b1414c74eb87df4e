from sales_extensions import guards


class SalesTrackerStatus(guards.Row):
	"""Whether a status counts as active (K5)."""
