from sales_extensions import guards


class SalesTrackerStage(guards.Row):
	"""Which jobs stand in a stage (K5)."""
