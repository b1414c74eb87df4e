from sales_extensions import guards


class UpsellCreditChange(guards.Row):
	"""A change of a charge's credit: who, when, from whom to whom, and why (U10)."""
