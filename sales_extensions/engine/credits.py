"""What one seller has of one order, and by which rule."""

from dataclasses import dataclass
from decimal import Decimal

from .facts import Choice
from .words import Reason


class Rule(Choice):
	"""The rule that credits a seller."""

	SALES_TEAM = "Sales Team"
	ORDER_OWNER = "Order Owner"
	QUOTATION = "Quotation"
	AMENDED_ORDER = "Amended Order"
	RECURRING_ORDER = "Recurring Order"
	MANAGER = "Manager"
	WHOLE_ORDER = "Whole Order"
	PERCENTAGE = "Percentage"
	FIXED_AMOUNT = "Fixed Amount"
	REMAINDER = "Remainder"
	UPSELL = "Upsell"


@dataclass(frozen=True, slots=True)
class Credit:
	"""What one seller has of one order, in company currency, and why."""

	sales_person: str
	amount: Decimal
	share_percentage: Decimal
	rule: str
	source_doctype: str
	source_name: str
	reasons: tuple[Reason, ...]
