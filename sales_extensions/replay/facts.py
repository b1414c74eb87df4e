"""The CSV files of a directory, read into what the engine is told.

Columns carry the field names of the DocTypes they come from. Amounts are in company currency.
"""

from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from sales_extensions.engine import (
	Allocation,
	AmountBasis,
	Basis,
	ClosedCredit,
	CountOn,
	Order,
	OrderLine,
	Pin,
	Policy,
	RemainderTo,
	Share,
	Target,
	TargetType,
	TeamMember,
	Trees,
	UpsellCharge,
	allocation_name,
	check_allocation,
	check_target,
	exceeds_order,
	worth,
)
from sales_extensions.engine.amounts import row_part
from sales_extensions.engine.checks import LARGEST_AMOUNT
from sales_extensions.engine.facts import BEGINNING, END
from sales_extensions.engine.places import DatedTrees, History, Place, upwards

from . import sold
from .problems import InputProblem
from .rows import Row, Table, read_table

MOST_DECIMALS = 9
MONTHS = (
	"January", "February", "March", "April", "May", "June",
	"July", "August", "September", "October", "November", "December",
)  # fmt: skip

ORDER_COLUMNS = (
	"name", "company", "transaction_date", "docstatus", "status", "base_grand_total", "base_net_total",
	"currency", "precision", "per_delivered", "per_billed", "territory", "customer_group", "owner",
	"owner_sales_person", "sales_team",
)  # fmt: skip
TARGET_COLUMNS = (
	"name", "title", "target_type", "company", "from_date", "to_date", "target_amount", "target_count",
	"assignees", "territory", "customer_group", "item_group", "monthly_distribution", "currency", "precision",
)  # fmt: skip
TARGET_REQUIRED = ("name", "target_type", "company", "from_date", "to_date", "assignees")
ALLOCATION_COLUMNS = (
	"sales_order", "remainder_to", "overlay", "sales_person", "basis", "percentage", "fixed_amount",
)  # fmt: skip
#: Of an item row, of a closed order alone: where they are left out, the order's own percentages tell.
PROGRESS = ("qty", "delivered_qty", "amount", "billed_amt")
LINE_REQUIRED = ("order", "item_group", "net_amount")
UPSELL_COLUMNS = ("order", "sales_person", "item_group", "net_amount", "charge_name", *PROGRESS)
UPSELL_REQUIRED = ("order", "sales_person", "net_amount")

#: The fields of Sales Extensions Settings that decide a figure, and what a line with one of them makes of the policy.
SETTINGS: Mapping[str, Callable[[Policy, Row], Policy]] = {
	"count_orders_on": lambda policy, row: replace(policy, count_on=row.choice("value", CountOn)),
	"order_amount_basis": lambda policy, row: replace(policy, basis=row.choice("value", AmountBasis)),
	"closed_order_credit": lambda policy, row: replace(policy, closed=row.choice("value", ClosedCredit)),
	"allow_overlay_allocation": lambda policy, row: replace(policy, overlay_allowed=row.yes("value")),
}
#: Which charges are upsells is said by upsells.csv, and who sold an order by sold_by.csv: a site has decided it.
SETTINGS_WITHOUT_EFFECT = {"enable_upsell_tracking", "upsell_grace_hours", "credit_quotation_maker"}

#: tree -> the field of Trees that holds it
TREES = {
	"Sales Person": "sellers",
	"Territory": "territories",
	"Customer Group": "customer_groups",
	"Item Group": "item_groups",
}

Monthly = Mapping[int, Decimal]


@dataclass(frozen=True)
class Facts:
	"""A directory, read. Orders and targets are in the order of their files."""

	policy: Policy
	orders: dict[str, Order]
	allocations: dict[str, Allocation]
	targets: dict[str, Target]
	titles: dict[str, str]
	#: target -> its Monthly Distribution, for those that have one
	monthly: dict[str, Monthly]
	#: as they are by the last lines of the file
	trees: Trees
	#: as they were on a day
	dated: DatedTrees
	#: what the reader left out, in words
	notes: list[str] = field(default_factory=list)


def read_facts(directory: Path) -> Facts:
	"""Raises InputProblem at the first cell that can't be used."""
	if not directory.is_dir():
		raise InputProblem(directory, "is not a directory. Name one that holds orders.csv and targets.csv.")
	notes: list[str] = []
	policy, dated = _policy(directory, notes), _trees(directory, notes)
	orders = _orders(directory, notes)
	target_table = _table(directory / "targets.csv", TARGET_REQUIRED, TARGET_COLUMNS, notes)
	targets = _targets(target_table)
	_check_item_groups(directory, target_table, targets)
	_check_upsells(directory, target_table, targets)
	return Facts(
		policy=policy,
		orders=orders,
		allocations=_allocations(directory, orders, policy, notes),
		targets=targets,
		titles={row.text("name"): row.text("title") for row in target_table.rows},
		monthly=_monthly_of_targets(directory, target_table, notes),
		trees=dated.on(END),
		dated=dated,
		notes=notes,
	)


def _table(file: Path, required: Iterable[str], used: Iterable[str], notes: list[str]) -> Table:
	table = read_table(file, tuple(required))
	unused = table.unused(used)
	if unused:
		notes.append(f"{file}: not used: {', '.join(unused)}.")
	return table


def _optional_rows(
	file: Path, required: Iterable[str], used: Iterable[str], notes: list[str]
) -> tuple[Row, ...]:
	return _table(file, required, used, notes).rows if file.exists() else ()


# --- policy ---------------------------------------------------------------------------------------


def _policy(directory: Path, notes: list[str]) -> Policy:
	"""The settings by their public names (T8); what is not named has its default."""
	columns = ("setting", "value")
	policy, known = Policy(), set[str]()
	for row in _optional_rows(directory / "policy.csv", columns, columns, notes):
		setting = row.choice("setting", (*SETTINGS, *SETTINGS_WITHOUT_EFFECT))
		if setting in SETTINGS_WITHOUT_EFFECT:
			continue
		if setting in known:
			raise row.problem("setting", f"{setting} is already set above. Remove one of the lines.")
		known.add(setting)
		policy = SETTINGS[setting](policy, row)
	return policy


# --- orders ---------------------------------------------------------------------------------------


def _orders(directory: Path, notes: list[str]) -> dict[str, Order]:
	required = ("name", "company", "transaction_date", "docstatus", "base_grand_total")
	table = _table(directory / "orders.csv", required, ORDER_COLUMNS, notes)
	orders = {name: _order(row) for name, row in _by_name(table)}
	teams, lines = _teams(directory, orders, notes), _lines(directory, orders, notes)
	upsells, pins = _upsells(directory, orders, lines, notes), _pins(directory, orders, notes)
	for row in table.rows:
		name = row.text("name")
		if orders[name].team and name in teams:
			raise row.problem("sales_team", f"{name} also has rows in sales_team.csv. Keep one of the two.")
		orders[name] = replace(
			orders[name],
			team=orders[name].team or teams.get(name, ()),
			lines=lines.get(name, ()),
			upsells=upsells.get(name, ()),
			pin=pins.get(name),
		)
	return orders


def _pins(directory: Path, orders: Mapping[str, Order], notes: list[str]) -> dict[str, Pin]:
	rows: dict[str, list[Row]] = defaultdict(list)
	for row in _optional_rows(directory / "sold_by.csv", sold.REQUIRED, sold.COLUMNS, notes):
		rows[_known_order(row, "order", orders)].append(row)
	return {name: sold.pin_of(own) for name, own in rows.items()}


def _by_name(table: Table) -> Iterable[tuple[str, Row]]:
	seen: dict[str, int] = {}
	for row in table.rows:
		name = row.required("name")
		if name in seen:
			raise row.problem("name", f"{name} is already in line {seen[name]}. Remove one of the lines.")
		seen[name] = row.line
		yield name, row


def _order(row: Row) -> Order:
	grand_total = row.as_number("base_grand_total", row.required("base_grand_total"))
	return Order(
		name=row.required("name"),
		company=row.required("company"),
		posting_date=row.day("transaction_date"),
		docstatus=int(row.choice("docstatus", ("0", "1", "2"))),
		status=row.text("status"),
		grand_total=grand_total,
		net_total=row.number("base_net_total", grand_total),
		currency=row.text("currency"),
		precision=_precision(row),
		per_delivered=row.number("per_delivered"),
		per_billed=row.number("per_billed"),
		territory=row.text("territory") or None,
		customer_group=row.text("customer_group") or None,
		team=tuple(_team_member(row, part) for part in row.items("sales_team")),
		owner=row.text("owner") or None,
		owner_seller=row.text("owner_sales_person") or None,
	)


def _precision(row: Row) -> int:
	"""Decimals of the company currency."""
	precision = row.whole("precision", 2)
	if not 0 <= precision <= MOST_DECIMALS:
		raise row.problem(
			"precision", f"{precision} is not between 0 and {MOST_DECIMALS}. Write the currency's decimals."
		)
	return precision


def _team_member(row: Row, part: str) -> TeamMember:
	seller, colon, percentage = part.rpartition(":")
	if not colon or not seller.strip():
		raise row.problem("sales_team", f"{part!r} has no percentage. Write it like Anna:60;Bob:40.")
	return TeamMember(seller.strip(), row.as_number("sales_team", percentage))


def _known_order(row: Row, column: str, orders: Mapping[str, Order]) -> str:
	name = row.required(column)
	if name not in orders:
		raise row.problem(column, f"{name} is not in orders.csv. Add the order, or remove this line.")
	return name


def _teams(
	directory: Path, orders: Mapping[str, Order], notes: list[str]
) -> dict[str, tuple[TeamMember, ...]]:
	columns = ("order", "sales_person", "percentage")
	teams: dict[str, tuple[TeamMember, ...]] = {}
	for row in _optional_rows(directory / "sales_team.csv", columns, columns, notes):
		order = _known_order(row, "order", orders)
		member = TeamMember(
			row.required("sales_person"), row.as_number("percentage", row.required("percentage"))
		)
		teams[order] = (*teams.get(order, ()), member)
	return teams


def _lines(
	directory: Path, orders: Mapping[str, Order], notes: list[str]
) -> dict[str, tuple[OrderLine, ...]]:
	"""Net amounts by item group, in the order of names: how an order's rows are split changes no cent."""
	sums: dict[str, dict[str, _LineSum]] = defaultdict(lambda: defaultdict(_LineSum))
	used = (*LINE_REQUIRED, *PROGRESS)
	for row in _optional_rows(directory / "lines.csv", LINE_REQUIRED, used, notes):
		groups = sums[_known_order(row, "order", orders)]
		net = row.as_number("net_amount", row.required("net_amount"))
		groups[row.text("item_group")].add(net, _part_done(row))
	return {
		order: tuple(OrderLine(group, groups[group].net, groups[group].done) for group in sorted(groups))
		for order, groups in sums.items()
	}


@dataclass(slots=True)
class _LineSum:
	"""Net amounts, and what of them was delivered or billed: not known as soon as it is not of one."""

	net: Decimal = Decimal(0)
	done: Fraction | None = Fraction(0)

	def add(self, net: Decimal, part: Fraction | None) -> None:
		self.net += net
		self.done = None if self.done is None or part is None else self.done + Fraction(net) * part


def _part_done(row: Row) -> Fraction | None:
	"""What was delivered or billed of the row; None where the file does not say."""
	if not any(row.text(column) for column in PROGRESS):
		return None
	return row_part(*(row.number(column) for column in PROGRESS))


def _upsells(
	directory: Path, orders: Mapping[str, Order], lines: Mapping[str, tuple[OrderLine, ...]], notes: list[str]
) -> dict[str, tuple[UpsellCharge, ...]]:
	"""The charges that count as upsells, with who has their credit, in the order of the file (U11)."""
	found: dict[str, tuple[UpsellCharge, ...]] = {}
	with_lines = (directory / "lines.csv").exists()
	for row in _optional_rows(directory / "upsells.csv", UPSELL_REQUIRED, UPSELL_COLUMNS, notes):
		order = _known_order(row, "order", orders)
		charge = _upsell(row)
		if with_lines and charge.item_group not in {line.item_group for line in lines.get(order, ())}:
			raise row.problem(
				"item_group",
				f"lines.csv has no line of {order} in item group {charge.item_group or '(none)'}. "
				"An upsell is one of the order's lines: correct one of the files.",
			)
		found[order] = (*found.get(order, ()), charge)
	return found


def _upsell(row: Row) -> UpsellCharge:
	"""`net_amount` after discount and before tax, in company currency."""
	return UpsellCharge(
		sales_person=row.required("sales_person"),
		item_group=row.text("item_group"),
		net_amount=row.as_number("net_amount", row.required("net_amount")),
		charge_name=row.text("charge_name"),
		done=_part_done(row),
	)


# --- allocations ----------------------------------------------------------------------------------


def _allocations(
	directory: Path, orders: Mapping[str, Order], policy: Policy, notes: list[str]
) -> dict[str, Allocation]:
	"""One row for each share; what belongs to the allocation as a whole must agree in its rows."""
	required = ("sales_order", "sales_person", "basis")
	rows: dict[str, list[Row]] = defaultdict(list)
	for row in _optional_rows(directory / "allocations.csv", required, ALLOCATION_COLUMNS, notes):
		rows[_known_order(row, "sales_order", orders)].append(row)
	return {name: _allocation(orders[name], own, policy) for name, own in rows.items()}


def _allocation(order: Order, rows: list[Row], policy: Policy) -> Allocation:
	first = rows[0]
	for row in rows[1:]:
		for column in ("remainder_to", "overlay"):
			if row.text(column) not in ("", first.text(column)):
				raise row.problem(
					column,
					f"differs from line {first.line} of the same allocation. Write the same, or leave it empty.",
				)
	allocation = Allocation(
		name=allocation_name(order.name),
		shares=tuple(_share(row) for row in rows),
		remainder_to=first.choice("remainder_to", RemainderTo, RemainderTo.NATURAL_OWNER),
	)
	allocation = replace(allocation, overlay=_is_overlay(first, allocation, order, policy))
	_check_allocation(allocation, order, rows)
	return allocation


def _share(row: Row) -> Share:
	return Share(
		sales_person=row.required("sales_person"),
		basis=row.choice("basis", Basis),
		percentage=row.number("percentage"),
		fixed_amount=row.number("fixed_amount"),
	)


def _is_overlay(first: Row, allocation: Allocation, order: Order, policy: Policy) -> bool:
	"""As the file says; or else, whether it goes above the order where the policy lets it."""
	if first.text("overlay"):
		return first.yes("overlay")
	return policy.overlay_allowed and exceeds_order(allocation, worth(order, policy).amount, order.precision)


def _check_allocation(allocation: Allocation, order: Order, rows: list[Row]) -> None:
	"""What no order could bear is refused; a fixed amount above this order's total is cut later (A5)."""
	problems = check_allocation(
		allocation,
		LARGEST_AMOUNT,
		order.currency,
		order.precision,
		Policy(overlay_allowed=allocation.overlay),
	)
	for problem in problems:
		if problem.field == "shares" and rows[0].text("overlay"):
			continue  # exported from a site that let the rows in: computed as the site does
		if problem.field == "shares":
			raise rows[0].problem(
				"percentage",
				f"the shares of {order.name} add up to more than 100 % of the order. Lower a share, or say in "
				"policy.csv that allow_overlay_allocation is 1.",
			)
		raise rows[(problem.row or 1) - 1].problem(problem.field, str(problem.reason))


# --- targets --------------------------------------------------------------------------------------


def _targets(table: Table) -> dict[str, Target]:
	targets = {}
	for name, row in _by_name(table):
		targets[name] = _target(row)
		for problem in check_target(targets[name]):
			column = "assignees" if problem.field == "sales_person" else problem.field
			raise row.problem(column, str(problem.reason))
	return targets


def _target(row: Row) -> Target:
	return Target(
		name=row.required("name"),
		target_type=row.choice("target_type", TargetType),
		company=row.required("company"),
		from_date=row.day("from_date"),
		to_date=row.day("to_date"),
		assignees=tuple(row.items("assignees")),
		target_amount=row.number("target_amount"),
		target_count=row.whole("target_count"),
		territory=row.text("territory") or None,
		customer_group=row.text("customer_group") or None,
		item_group=row.text("item_group") or None,
		currency=row.text("currency"),
		precision=_precision(row),
	)


def _check_item_groups(directory: Path, table: Table, targets: Mapping[str, Target]) -> None:
	if (directory / "lines.csv").exists():
		return
	for row in table.rows:
		if targets[row.text("name")].item_group:
			raise row.problem(
				"item_group",
				"needs lines.csv with the net amounts by item group. Add the file, or empty this cell.",
			)


def _check_upsells(directory: Path, table: Table, targets: Mapping[str, Target]) -> None:
	"""Without the file nobody would know whether there are no upsells, or nobody exported them."""
	if (directory / "upsells.csv").exists():
		return
	for row in table.rows:
		if targets[row.text("name")].target_type == TargetType.UPSELL:
			raise row.problem(
				"target_type",
				"Upsell needs upsells.csv with the charges that are upsells. Add the file, with its first line "
				"alone if there are none, or choose another type.",
			)


def _monthly_of_targets(directory: Path, table: Table, notes: list[str]) -> dict[str, Monthly]:
	distributions = _distributions(directory, notes)
	found: dict[str, Monthly] = {}
	for row in table.rows:
		name = row.text("monthly_distribution")
		if name and name not in distributions:
			raise row.problem(
				"monthly_distribution",
				f"{name} is not in monthly_distributions.csv. Add it, or empty this cell.",
			)
		if name:
			found[row.text("name")] = distributions[name]
	return found


def _distributions(directory: Path, notes: list[str]) -> dict[str, dict[int, Decimal]]:
	columns = ("name", "month", "percentage")
	found: dict[str, dict[int, Decimal]] = defaultdict(dict)
	for row in _optional_rows(directory / "monthly_distributions.csv", columns, columns, notes):
		months, number = found[row.required("name")], _month(row)
		if number in months:
			raise row.problem("month", f"{MONTHS[number - 1]} is there twice. Remove one of the lines.")
		months[number] = row.number("percentage")
		if months[number] < 0:
			raise row.problem("percentage", "is below 0. Write 0 or more.")
	return found


def _month(row: Row) -> int:
	text = row.required("month")
	names = [name.lower() for name in MONTHS]
	if text.lower() in names:
		return names.index(text.lower()) + 1
	if text.isdecimal() and 1 <= int(text) <= 12:
		return int(text)
	raise row.problem("month", f"{text!r} is not a month. Write 1 to 12, or January to December.")


# --- trees ----------------------------------------------------------------------------------------


def _trees(directory: Path, notes: list[str]) -> DatedTrees:
	columns = ("tree", "name", "parent")
	parents: dict[str, dict[str, str]] = {tree: {} for tree in TREES}
	rows = _optional_rows(directory / "trees.csv", columns, (*columns, "from_date"), notes)
	moves = [row for row in rows if row.text("from_date")]
	for row in rows:
		tree, name = row.choice("tree", TREES), row.required("name")
		if row in moves:
			continue
		if name in parents[tree]:
			raise row.problem("name", f"{name} is already in the tree {tree}. Remove one of the lines.")
		parents[tree][name] = row.text("parent")
	for row in rows:
		if row not in moves:
			_check_no_circle(row, parents[row.choice("tree", TREES)])
	return _dated(
		Trees(
			**{
				attribute: {name: frozenset(upwards(name, parents[tree])) for name in parents[tree]}
				for tree, attribute in TREES.items()
			}
		),
		[Place(name, parent or None) for name, parent in parents["Sales Person"].items()],
		moves,
	)


def _dated(trees: Trees, places: list[Place], moves: Sequence[Row]) -> DatedTrees:
	"""With the moves of sellers: lines with a from_date."""
	known = {(place.sales_person, place.since): place for place in places}
	for row in moves:
		place = _move(row, known)
		known[place.sales_person, place.since] = place
	history = History(known.values())
	for row in moves:
		if day := history.circle_of(row.text("name")):
			raise row.problem(
				"parent",
				f"on {day} {row.text('name')} would stand under themself. Correct a parent or a day.",
			)
	return DatedTrees(trees, history)


def _move(row: Row, known: Container[tuple[str, date]]) -> Place:
	if row.text("tree") != "Sales Person":
		raise row.problem("from_date", "is of sellers alone. Leave it empty for other trees.")
	place = Place(row.required("name"), row.text("parent") or None, row.day("from_date"))
	if (place.sales_person, BEGINNING) not in known:
		raise row.problem(
			"name", f"{place.sales_person} has no line without a from_date. Add one with the first place."
		)
	if (place.sales_person, place.since) in known:
		raise row.problem(
			"from_date", f"{place.sales_person} moves twice on {place.since}. Remove one of the lines."
		)
	return place


def _check_no_circle(row: Row, parents: Mapping[str, str]) -> None:
	path = upwards(row.text("name"), parents)
	if parents.get(path[-1]):
		raise row.problem(
			"parent", f"{row.text('name')} leads back to itself or a group in a circle. Correct a parent."
		)
