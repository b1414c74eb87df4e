"""Facts for tests: short to write, with defaults that count."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction as F

from hypothesis import strategies as st

from sales_extensions.engine import (
	Allocation,
	Basis,
	Order,
	OrderLine,
	Pin,
	RemainderTo,
	SellerRule,
	Share,
	SoldPart,
	Target,
	TargetType,
	TeamMember,
	Trees,
	UpsellCharge,
)

SELLERS = ("Anna", "Bob", "Carla", "Dirk")
D = Decimal


def make_order(total="100.00", *, team="", **changes) -> Order:
	"""A submitted order of 2 March 2026. `team` is written like "Anna:60;Bob:40"."""
	members = (part.split(":") for part in team.split(";") if part)
	order = Order(
		name="SO-1",
		company="Acme",
		posting_date=date(2026, 3, 2),
		docstatus=1,
		status="To Deliver and Bill",
		grand_total=D(total),
		net_total=D(total),
		currency="EUR",
		team=tuple(TeamMember(seller, D(percentage)) for seller, percentage in members),
	)
	return replace(order, **changes)


def make_target(name="T-1", *assignees: str, **changes) -> Target:
	"""A financial target of 1,000.00 for the first quarter of 2026."""
	target = Target(
		name=name,
		target_type=TargetType.FINANCIAL,
		company="Acme",
		from_date=date(2026, 1, 1),
		to_date=date(2026, 3, 31),
		assignees=assignees or ("Anna",),
		target_amount=D("1000.00"),
		target_count=10,
		currency="EUR",
	)
	return replace(target, **changes)


def whole(seller: str) -> Share:
	return Share(seller, Basis.WHOLE)


def percent(seller: str, percentage) -> Share:
	return Share(seller, Basis.PERCENTAGE, percentage=D(str(percentage)))


def fixed(seller: str, amount) -> Share:
	return Share(seller, Basis.FIXED, fixed_amount=D(str(amount)))


def allocate(*shares: Share, to=RemainderTo.NATURAL_OWNER, overlay=False) -> Allocation:
	return Allocation("SO-1", shares, to, overlay)


def upsell(seller: str, amount, group="Services", name="Care") -> UpsellCharge:
	return UpsellCharge(seller, group, D(str(amount)), name)


def tree(**parents: str) -> dict[str, frozenset[str]]:
	"""Each name with itself and all above it, from name=parent."""

	def upwards(name):
		return {name, *upwards(parents[name])} if parents.get(name) else {name}

	return {name: frozenset(upwards(name)) for name in parents}


def amounts(crediting) -> dict[str, Decimal]:
	return {credit.sales_person: credit.amount for credit in crediting.credits}


# --- for hypothesis -------------------------------------------------------------------------------

percentages = st.one_of(
	st.integers(0, 100).map(D),
	st.integers(0, 100 * 10**9).map(lambda units: D(units).scaleb(-9)),
	st.sampled_from([D("33.333333333"), D("66.666666667"), D("0.000000001"), D("14.285714286")]),
)
precisions = st.sampled_from([0, 2, 2, 2, 3])


def money(precision: int, low=-(10**6), high=10**9):
	return st.one_of(st.integers(-9, 999), st.integers(low, high)).map(
		lambda units: D(units).scaleb(-precision)
	)


teams = st.lists(st.tuples(st.sampled_from(SELLERS), percentages), max_size=5).map(
	lambda rows: tuple(TeamMember(*row) for row in rows)
)


GROUPS = ("Laptops", "Monitors", "Services")

#: the part of a row that was delivered or billed
parts_done = st.sampled_from([F(0), F(1), F(1, 2), F(1, 3), F(2, 7), F(99, 100)]) | st.fractions(0, 1)


def upsells(precision: int):
	"""Also of item groups that the order's lines don't have, and with a decimal more than the currency."""
	return st.builds(
		UpsellCharge,
		sales_person=st.sampled_from(SELLERS),
		item_group=st.sampled_from(GROUPS),
		net_amount=money(precision) | money(precision + 1),
		charge_name=st.sampled_from(["Care", "Mounting"]),
		done=st.none() | parts_done,
	)


@st.composite
def lines(draw, precision: int):
	"""Of each group its net amount, and what was done of it: of all groups or, as in a plain file, of none."""
	known = draw(st.booleans())
	found = []
	for group in draw(st.lists(st.sampled_from(GROUPS), unique=True)):
		net = draw(money(precision))
		found.append(OrderLine(group, net, F(net) * draw(parts_done) if known else None))
	return tuple(found)


#: who sold an order, also by weights of every size, and parts of nobody
pins = st.builds(
	Pin,
	rule=st.sampled_from(list(SellerRule)),
	parts=st.lists(
		st.builds(
			SoldPart,
			sales_person=st.sampled_from([*SELLERS, None]),
			weight=st.integers(1, 10**11).map(lambda units: D(units).scaleb(-2)),
			quotation=st.sampled_from(["", "QTN-1", "QTN-2"]),
			made_order=st.booleans(),
		),
		min_size=1,
		max_size=4,
	).map(tuple),
	source=st.sampled_from(["", "SO-0"]),
)


@st.composite
def orders(draw, name="SO-1"):
	"""Orders of all sorts, also with teams that a strict form would refuse."""
	precision = draw(precisions)
	return replace(
		make_order(name=name),
		grand_total=draw(money(precision)),
		net_total=draw(money(precision)),
		precision=precision,
		docstatus=draw(st.sampled_from([0, 1, 1, 1, 1, 2])),
		status=draw(st.sampled_from(["To Bill", "To Bill", "On Hold", "Closed"])),
		per_delivered=draw(percentages),
		per_billed=draw(percentages),
		company=draw(st.sampled_from(["Acme", "Acme", "Acme", "Other"])),
		posting_date=draw(st.dates(date(2025, 12, 30), date(2026, 4, 2))),
		team=draw(teams),
		owner="someone@example.com",
		owner_seller=draw(st.sampled_from([*SELLERS, None])),
		pin=draw(st.none() | pins),
		territory=draw(st.sampled_from([None, "Utrecht", "World"])),
		customer_group=draw(st.sampled_from([None, "Shops"])),
		lines=draw(lines(precision)),
		upsells=tuple(draw(st.lists(upsells(precision), max_size=4))),
	)


@st.composite
def allocations(draw, precision=2, overlay=False):
	"""Allocations that could be saved for an order that is large enough: percentages up to 100 in all."""
	room, shares = D(100), []
	for seller in draw(st.lists(st.sampled_from(SELLERS), unique=True, min_size=1, max_size=4)):
		basis = draw(st.sampled_from(list(Basis)))
		if basis == Basis.FIXED:
			shares.append(fixed(seller, draw(money(precision, low=1)).copy_abs() + D(1).scaleb(-precision)))
		elif basis == Basis.WHOLE and (overlay or room == 100):
			shares.append(whole(seller))
			room = D(0)
		elif overlay or room > 0:
			percentage = max(draw(percentages), D("0.000000001"))
			shares.append(percent(seller, percentage if overlay else min(percentage, room)))
			room -= shares[-1].percentage
	if not shares:
		shares = [whole("Anna")]
	return allocate(*shares, to=draw(st.sampled_from(list(RemainderTo))), overlay=overlay)


TREES = Trees(
	sellers=tree(
		Anna="North", Bob="North", Carla="South", Dirk="South", North="Sales", South="Sales", Sales=""
	),
	territories=tree(Utrecht="Netherlands", Netherlands="World", World=""),
	customer_groups=tree(Shops="Commercial", Commercial=""),
	item_groups=tree(Laptops="Hardware", Monitors="Hardware", Hardware="All", Services="All", All=""),
)


@st.composite
def targets(draw, name="T-1"):
	first = draw(st.dates(date(2025, 12, 28), date(2026, 4, 1)))
	people = st.sampled_from([*SELLERS, "North", "South", "Sales"])
	return make_target(
		name,
		*draw(st.lists(people, unique=True, min_size=1, max_size=4)),
		target_type=draw(st.sampled_from(list(TargetType))),
		from_date=first,
		to_date=draw(st.dates(first, date(2026, 4, 30))),
		item_group=draw(st.sampled_from([None, None, "Hardware", "Laptops", "Services"])),
		territory=draw(st.sampled_from([None, None, None, "Utrecht", "World"])),
		customer_group=draw(st.sampled_from([None, None, None, "Commercial"])),
	)
