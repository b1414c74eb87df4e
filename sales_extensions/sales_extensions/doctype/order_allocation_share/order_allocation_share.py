from sales_extensions import guards


class OrderAllocationShare(guards.Row):
	"""One seller's share of an order: the whole, a percentage or a fixed amount in company currency (A3)."""
