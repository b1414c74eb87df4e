"""What the engine is told. Frozen, free of any database, in company currency (T5)."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum
from fractions import Fraction

ZERO = Decimal(0)
#: The first known place in a tree holds from the beginning, the last one until somebody moves.
BEGINNING, END = date(1900, 1, 1), date(9999, 12, 31)


class Choice(str, Enum):
	"""A value of a Select field: compares and prints as its text."""

	__str__ = str.__str__

	def __format__(self, form: str) -> str:
		return str.__format__(self, form)


class CountOn(Choice):
	SUBMIT = "Submit"
	SAVE = "Save"


class AmountBasis(Choice):
	GRAND_TOTAL = "Grand Total"
	NET_TOTAL = "Net Total"


class ClosedCredit(Choice):
	SHARE = "Delivered or Billed Share"
	FULL = "Full Amount"
	NONE = "None"


class Basis(Choice):
	WHOLE = "Whole Order"
	PERCENTAGE = "Percentage"
	FIXED = "Fixed Amount"


class RemainderTo(Choice):
	NATURAL_OWNER = "Natural Owner"
	NOBODY = "Nobody"


class TargetType(Choice):
	FINANCIAL = "Financial"
	NUMERIC = "Numeric"
	UPSELL = "Upsell"


class Measure(Choice):
	"""Which documents a target counts (M1)."""

	ORDERED = "Ordered"
	DELIVERED = "Delivered"
	INVOICED = "Invoiced"
	PAID = "Paid"


#: What an order's own credit is booked of.
SALES_ORDER = "Sales Order"


@dataclass(frozen=True, slots=True)
class Policy:
	"""Sales Extensions Settings, as far as they decide a figure (T8)."""

	count_on: str = CountOn.SUBMIT
	basis: str = AmountBasis.GRAND_TOTAL
	closed: str = ClosedCredit.SHARE
	overlay_allowed: bool = False


@dataclass(frozen=True, slots=True)
class TeamMember:
	"""A row of the order's Sales Team: the order's natural owners."""

	sales_person: str
	percentage: Decimal


@dataclass(frozen=True, slots=True)
class OrderLine:
	"""What one item group adds to an order's net total, in company currency."""

	item_group: str
	net_amount: Decimal | Fraction
	#: what of it was delivered or billed, row by row; None where that is not known, and of an open order not asked
	done_amount: Fraction | None = None


@dataclass(frozen=True, slots=True)
class UpsellCharge:
	"""A charge of an order that counts as an upsell. `net_amount` in company currency, before tax."""

	sales_person: str
	item_group: str
	net_amount: Decimal
	charge_name: str = ""
	user: str = ""
	#: the part of its row that was delivered or billed, 0 to 1; None where the row is not known. Closed orders ask
	done: Fraction | None = None


class SellerRule(Choice):
	"""By what it was decided who sold an order without a Sales Team (H1)."""

	OWNER = "Order Owner"
	QUOTATION = "Quotation"
	AMENDED = "Amended Order"
	RECURRING = "Recurring Order"
	MANAGER = "Manager"


@dataclass(frozen=True, slots=True)
class SoldPart:
	"""What one of those who sold an order has of it: in proportion to `weight`, a net amount in company currency.

	`quotation` that the part came of. `made_order`: who made the quotation is no Sales Person, and so the part is of who
	made the order. Without a Sales Person it is nobody's.
	"""

	sales_person: str | None
	weight: Decimal = Decimal(1)
	quotation: str = ""
	made_order: bool = False


@dataclass(frozen=True, slots=True)
class Pin:
	"""Who sold an order, and by which rule: decided once, and kept. `source`: the order that it amends or repeats, or the
	user who said so. `basis`: what tells whether a draft has come of other quotations since.
	"""

	rule: str
	parts: tuple[SoldPart, ...]
	source: str = ""
	basis: str = ""


@dataclass(frozen=True, slots=True)
class Order:
	"""A Sales Order. Amounts in company currency at the order's own rate."""

	name: str
	company: str
	posting_date: date
	docstatus: int
	status: str
	grand_total: Decimal
	net_total: Decimal
	currency: str = ""
	precision: int = 2
	per_delivered: Decimal = ZERO
	per_billed: Decimal = ZERO
	territory: str | None = None
	customer_group: str | None = None
	team: tuple[TeamMember, ...] = ()
	owner: str | None = None
	#: the Sales Person of who owns it, where it is not pinned
	owner_seller: str | None = None
	pin: Pin | None = None
	lines: tuple[OrderLine, ...] = ()
	#: only those whose user has a Sales Person
	upsells: tuple[UpsellCharge, ...] = ()


@dataclass(frozen=True, slots=True)
class Share:
	"""A row of an Order Allocation (A3)."""

	sales_person: str
	basis: str
	percentage: Decimal = ZERO
	fixed_amount: Decimal = ZERO


#: What the name of an allocation begins with, and how long a name may be.
ALLOCATED, LONGEST_NAME = "ALLOC-", 140


def allocation_name(order: str) -> str:
	"""The name of an order's allocation: of a kind of its own, and the same at once for all who ask.

	So an order has one at most, and it is found and held by its name. Of an order with too long a name, its beginning.
	"""
	name = f"{ALLOCATED}{order}"
	if len(name) <= LONGEST_NAME:
		return name
	digest = hashlib.sha1(order.encode(), usedforsecurity=False).hexdigest()
	return f"{name[: LONGEST_NAME - len(digest) - 1]}-{digest}"


@dataclass(frozen=True, slots=True)
class Allocation:
	"""An Order Allocation. `overlay` says that it was agreed to credit more than the order is worth."""

	name: str
	shares: tuple[Share, ...]
	remainder_to: str = RemainderTo.NATURAL_OWNER
	overlay: bool = False


@dataclass(frozen=True, slots=True)
class Target:
	"""A Sales Target's definition. `target_amount` in company currency."""

	name: str
	target_type: str
	company: str
	from_date: date
	to_date: date
	assignees: tuple[str, ...]
	target_amount: Decimal = ZERO
	target_count: int = 0
	territory: str | None = None
	customer_group: str | None = None
	item_group: str | None = None
	currency: str = ""
	precision: int = 2
	measured_on: str = Measure.ORDERED
	#: of a closed one, where it was closed (H3)
	closing: str = ""
	#: of a closed one, what decides; None where nothing is to be decided on
	frozen: "Frozen | None" = field(default=None, compare=False)


#: name -> itself and every group above it
Ancestors = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Trees:
	"""For each name met, itself and every group above it. A name that is missing stands only for itself."""

	sellers: Ancestors = field(default_factory=dict)
	territories: Ancestors = field(default_factory=dict)
	customer_groups: Ancestors = field(default_factory=dict)
	item_groups: Ancestors = field(default_factory=dict)


#: tree -> what of Trees has it
TREES = {
	"Sales Person": "sellers",
	"Territory": "territories",
	"Customer Group": "customer_groups",
	"Item Group": "item_groups",
}


@dataclass(frozen=True, slots=True)
class Member:
	"""Someone or something of a tree that stood under what a target names, from the first day to the last."""

	kind: str
	name: str
	above: str
	first: date = BEGINNING
	last: date = END


@dataclass(frozen=True, slots=True)
class Frozen:
	"""What a closed target is decided by: policy and members as they were when it was closed (H3)."""

	policy: Policy
	members: tuple[Member, ...]
	#: decimals of amounts
	precision: int = 2
	_made: dict[date, Trees] = field(default_factory=dict, compare=False, repr=False)

	def trees(self, day: date) -> Trees:
		"""As they are to this target on a day: what does not stand under it is not in them."""
		if day not in self._made:
			self._made[day] = Trees(**{tree: self._above(kind, day) for kind, tree in TREES.items()})
		return self._made[day]

	def _above(self, kind: str, day: date) -> Ancestors:
		found: dict[str, frozenset[str]] = {}
		for one in self.members:
			if one.kind == kind and one.first <= day <= one.last:
				found[one.name] = found.get(one.name, frozenset()) | {one.above}
		return found


def within(tree: Ancestors, name: str | None, group: str) -> bool:
	"""Whether `name` is `group` or lies under it."""
	if not name:
		return False
	return name == group or group in tree.get(name, ())
