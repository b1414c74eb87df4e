"""What the page of a replay shows: every figure as the engine has it, ready to be written down (X3).

Numbers are texts, so that nothing is rounded on the way. What is named again and again stands in a list once and is
told by its place: reasons, targets, orders, sellers and books, which are a company in a currency.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Generic, TypedDict, TypeVar

from sales_extensions.engine import (
	Attainment,
	Crediting,
	Order,
	Reason,
	Target,
	TargetType,
	by_pace,
	due_by,
	forecast,
	months_between,
)
from sales_extensions.engine.credits import Credit
from sales_extensions.engine.matching import assignee_of
from sales_extensions.engine.money import ZERO, round_money

from .facts import Facts
from .run import Conservation, Entry, Replay, attainments
from .what_if import Outcome, WhatIf

#: changes are worked out for so many orders, the latest: beyond them the page would be slow to make and to open
MOST_WHAT_IFS = 1000
FEW = 3
DAY = timedelta(days=1)
TENTH = Decimal("0.1")
Book = tuple[str, str]
Thing = TypeVar("Thing", bound=Hashable)


class Shown(TypedDict):
	"""All that the page is drawn from. `leaders`, `behind`: places of targets; `reasons`: a sentence and its values, days in lists."""

	title: str
	as_of: str
	policy: dict[str, str]
	books: list[dict[str, object]]
	targets: list[dict[str, object]]
	leaders: list[int]
	behind: list[int]
	orders: list[dict[str, object]]
	what_ifs: int
	sellers: list[dict[str, object]]
	reasons: list[list[str | list[str]]]


class Running(TypedDict):
	"""A target whose period has the day in it, as far as its pace ranks it."""

	name: str
	lead: Decimal
	behind: bool


class Places(Generic[Thing]):
	"""A list in which each thing stands once, and where it stands."""

	def __init__(self, things: Iterable[Thing] = ()):
		self.all: dict[Thing, int] = {}
		for thing in things:
			self.at(thing)

	def at(self, thing: Thing) -> int:
		return self.all.setdefault(thing, len(self.all))


def view(facts: Facts, result: Replay, title: str, as_of: date) -> Shown:
	"""`title`: what the files are called."""
	return View(facts, result, as_of).shown(title)


class View:
	def __init__(self, facts: Facts, result: Replay, as_of: date):
		self.facts, self.result, self.as_of = facts, result, as_of
		self.orders = sorted(facts.orders.values(), key=lambda order: (order.posting_date, order.name))
		self.order_places = Places(order.name for order in self.orders)
		self.target_places = Places(facts.targets)
		self.seller_places = Places(sorted(self._sellers()))
		self.books, self.reasons = Places(self._books()), Places[Reason]()
		self.what_if = WhatIf(facts, result, as_of)
		self.standing = attainments(facts, result, as_of)
		self.entries_of: dict[str, list[Entry]] = defaultdict(list)
		for entry in sorted(result.entries, key=lambda entry: (entry.posting_date, entry.key.order)):
			self.entries_of[entry.key.target].append(entry)

	def shown(self, title: str) -> Shown:
		leaders, behind = by_pace(self._running())
		return {
			"title": self._title(title),
			"as_of": self.as_of.isoformat(),
			"policy": {"count_on": self.facts.policy.count_on, "basis": self.facts.policy.basis,
				"closed": self.facts.policy.closed},
			"books": [self._book(book) for book in self.books.all],
			"targets": [self._target(target) for target in self.facts.targets.values()],
			"leaders": [self.target_places.at(row["name"]) for row in leaders],
			"behind": [self.target_places.at(row["name"]) for row in behind],
			"orders": [self._order(order) for order in self.orders],
			"what_ifs": MOST_WHAT_IFS,
			"sellers": [self._seller(name) for name in self.seller_places.all],
			"reasons": [_parts(reason) for reason in self.reasons.all],
		}  # fmt: skip

	def _title(self, folder: str) -> str:
		"""The companies, where they are few."""
		companies = sorted({company for company, _currency in self.books.all})
		return " · ".join(companies) if 0 < len(companies) <= FEW else folder

	# --- books ---

	def _books(self) -> list[Book]:
		orders = {(order.company, order.currency) for order in self.orders}
		return sorted(orders | {(target.company, target.currency) for target in self.facts.targets.values()})

	def _book(self, book: Book) -> dict[str, object]:
		creditings = [
			self.result.creditings[order.name]
			for order in self.orders
			if (order.company, order.currency) == book
		]
		sums = Conservation()
		for crediting in creditings:
			if crediting.worth.counts:
				sums.add(crediting)
		return {
			"company": book[0],
			"currency": book[1],
			"orders": sums.orders,
			"idle": len(creditings) - sums.orders,
			"worth": str(sums.worth),
			"credited": str(sums.credited),
			"uncredited": str(sums.uncredited),
			"overlay": str(sums.overlay),
			"conserved": sums.conserved,
			"tally": self._tally(book),
		}

	def _tally(self, book: Book) -> dict[str, int]:
		"""How many targets of the book are of each status, and how many of those that run are behind."""
		found: dict[str, int] = defaultdict(int)
		for name, target in self.facts.targets.items():
			if (target.company, target.currency) == book:
				found[str(self.standing[name].status)] += 1
				found["behind"] += self.standing[name].behind
		return found

	# --- targets ---

	def _running(self) -> list[Running]:
		return [
			{"name": name, "lead": self.standing[name].lead, "behind": self.standing[name].behind}
			for name, target in self.facts.targets.items()
			if target.from_date <= self.as_of <= target.to_date
		]

	def _target(self, target: Target) -> dict[str, object]:
		at, entries = self.standing[target.name], self.entries_of[target.name]
		days_left = (target.to_date - self.as_of).days
		return {
			"name": target.name,
			"title": self.facts.titles.get(target.name) or target.name,
			"type": str(target.target_type),
			"book": self.books.at((target.company, target.currency)),
			"from": target.from_date.isoformat(),
			"to": target.to_date.isoformat(),
			"days_left": days_left,
			"assignees": list(target.assignees),
			"filters": [one for one in (target.territory, target.customer_group, target.item_group) if one],
			"by_month": target.name in self.facts.monthly,
			**self._standing(target, at, days_left),
			"months": self._months(target, entries),
			"sellers": self._sellers_of(target, entries),
			"entries": [self._entry(entry) for entry in entries],
			"amount": str(sum((entry.position.amount for entry in entries), ZERO)),
			"count": sum(entry.position.order_count for entry in entries),
		}

	def _standing(self, target: Target, at: Attainment, days_left: int) -> dict[str, object]:
		ahead = forecast(at.goal, at.expected, at.realised, _decimals(target))
		return {
			"goal": _shown(target, at.goal),
			"realised": _shown(target, at.realised),
			"percentage": str(at.percentage.quantize(TENTH)),
			"expected": _shown(target, at.expected, 2),
			"expected_percentage": str(at.expected_percentage.quantize(TENTH)),
			"ahead": _shown(target, at.ahead, 2),
			"missing": _shown(target, at.goal - at.realised),
			"weekly": _shown(target, at.needed_a_week(days_left), 1),
			"forecast": None if ahead is None else str(ahead),
			"status": str(at.status),
			"behind": at.behind,
			"lead": str(at.lead.quantize(TENTH)),
		}

	def _months(self, target: Target, entries: list[Entry]) -> list[list[str]]:
		"""Of each month: its first day, what was due in it, and what it brought."""
		monthly = self.facts.monthly.get(target.name)
		brought: dict[tuple[int, int], Decimal] = defaultdict(Decimal)
		for entry in entries:
			brought[entry.posting_date.year, entry.posting_date.month] += _counted(target, entry)
		return [
			[
				first.isoformat(),
				_shown(target, due_by(target, last, monthly) - due_by(target, first - DAY, monthly), 2),
				_shown(target, brought[first.year, first.month]),
			]
			for first, last in months_between(target.from_date, target.to_date)
		]

	def _sellers_of(self, target: Target, entries: list[Entry]) -> list[list[object]]:
		"""Who brought how much, and in how many orders that count with them; the most first."""
		sums: dict[str, list[Entry]] = defaultdict(list)
		for entry in entries:
			sums[entry.key.sales_person].append(entry)
		rows = [
			(
				name,
				sum((one.position.amount for one in own), ZERO),
				sum(one.position.order_count for one in own),
			)
			for name, own in sums.items()
		]
		rows.sort(key=lambda row: (-row[1], row[0]))
		return [[self.seller_places.at(name), str(amount), count] for name, amount, count in rows]

	def _entry(self, entry: Entry) -> list[object]:
		position = entry.position
		return [
			self.order_places.at(entry.key.order),
			self.seller_places.at(entry.key.sales_person),
			str(position.amount),
			position.order_count,
			str(position.rule),
			self._why(position.reasons),
		]

	def _why(self, reasons: Iterable[Reason]) -> list[int]:
		return [self.reasons.at(reason) for reason in reasons]

	# --- orders ---

	@cached_property
	def _asked_about(self) -> set[str]:
		return {order.name for order in self.orders[-MOST_WHAT_IFS:]}

	def _order(self, order: Order) -> dict[str, object]:
		crediting = self.result.creditings[order.name]
		asked = order.name in self._asked_about
		outcomes = self.what_if.outcomes(order.name) if asked else ()
		return {
			"name": order.name,
			"date": order.posting_date.isoformat(),
			"book": self.books.at((order.company, order.currency)),
			"status": ("Draft", order.status, "Cancelled")[order.docstatus],
			"total": str(round_money(order.grand_total, order.precision)),
			"net": str(round_money(order.net_total, order.precision)),
			"territory": order.territory or "",
			"group": order.customer_group or "",
			"allocated": order.name in self.facts.allocations,
			"overlay": crediting.overlay,
			"asked": asked,
			**self._shared_out(order, crediting),
			"upsells": [self._credit(one) for one in crediting.upsells] if crediting.worth.counts else [],
			"what_if": [self._outcome(outcome) for outcome in outcomes],
		}

	def _shared_out(self, order: Order, crediting: Crediting) -> dict[str, object]:
		"""Nobody is credited with an order that does not count."""
		counts = crediting.worth.counts
		return {
			"worth": str(round_money(crediting.worth.amount if counts else ZERO, order.precision)),
			"counts": counts,
			"why": self.reasons.at(crediting.worth.reason),
			"uncredited": str(round_money(crediting.uncredited if counts else ZERO, order.precision)),
			"credits": [self._credit(one) for one in crediting.credits] if counts else [],
		}

	def _credit(self, one: Credit) -> list[object]:
		place = self.seller_places.at(one.sales_person)
		return [place, str(one.amount), str(one.rule), self._why(one.reasons)]

	def _outcome(self, outcome: Outcome) -> dict[str, object]:
		now = self._shared_out(outcome.change.order, outcome.crediting)
		return {
			"change": self.reasons.at(outcome.change.words),
			**{name: now[name] for name in ("worth", "why", "uncredited")},
			"credits": [
				self._credit(one) if one else [self.seller_places.at(name), None, "", []]
				for name, one in outcome.credits.items()
			],
			"targets": [self._moved(name, at) for name, at in outcome.targets.items()],
		}

	def _moved(self, name: str, at: Attainment) -> list[object]:
		target = self.facts.targets[name]
		percentage = str(at.percentage.quantize(TENTH))
		return [
			self.target_places.at(name),
			_shown(target, at.realised),
			percentage,
			str(at.status),
			at.behind,
		]

	# --- sellers ---

	def _sellers(self) -> set[str]:
		"""Whoever is credited with anything, or named by a target and no group."""
		sellers = self.facts.trees.sellers
		groups = {above for name, path in sellers.items() for above in path if above != name}
		found = {name for target in self.facts.targets.values() for name in target.assignees} - groups
		found |= sellers.keys() - groups
		for crediting in self.result.creditings.values():
			found |= {one.sales_person for one in (*crediting.credits, *crediting.upsells)}
		return found

	def _seller(self, name: str) -> dict[str, object]:
		trees = self.facts.trees
		above = trees.sellers.get(name, frozenset()) - {name}
		return {
			"name": name,
			"path": sorted(above, key=lambda one: (-len(trees.sellers.get(one, ())), one)),
			"books": [self._statement(name, book) for book in self.books.all if self._lines_of(name, book)],
			"targets": [
				self.target_places.at(target.name)
				for target in self.facts.targets.values()
				if assignee_of(target, name, trees)
			],
		}

	def _statement(self, name: str, book: Book) -> dict[str, object]:
		"""All credits of a seller in orders that count, month by month, whether or not a target sees them."""
		months: dict[str, list[tuple[Order, Credit]]] = defaultdict(list)
		lines = self._lines_of(name, book)
		for order, one in lines:
			months[f"{order.posting_date:%Y-%m}"].append((order, one))
		return {
			"book": self.books.at(book),
			**_sums(lines),
			"months": [
				{"month": month, **_sums(own), "lines": [self._line(*line) for line in own]}
				for month, own in months.items()
			],
		}

	def _line(self, order: Order, one: Credit) -> list[object]:
		return [self.order_places.at(order.name), str(one.amount), str(one.rule), self._why(one.reasons)]

	def _lines_of(self, name: str, book: Book) -> list[tuple[Order, Credit]]:
		return self._credits_by_seller.get((name, book), [])

	@cached_property
	def _credits_by_seller(self) -> dict[tuple[str, Book], list[tuple[Order, Credit]]]:
		found: dict[tuple[str, Book], list[tuple[Order, Credit]]] = defaultdict(list)
		for order in self.orders:
			crediting = self.result.creditings[order.name]
			for one in crediting.credits if crediting.worth.counts else ():
				found[one.sales_person, (order.company, order.currency)].append((order, one))
		return found


def _sums(lines: list[tuple[Order, Credit]]) -> dict[str, object]:
	return {"amount": str(sum((one.amount for _order, one in lines), ZERO)), "orders": len(lines)}


def _counted(target: Target, entry: Entry) -> Decimal:
	numeric = target.target_type == TargetType.NUMERIC
	return Decimal(entry.position.order_count) if numeric else entry.position.amount


def _decimals(target: Target) -> int:
	return 1 if target.target_type == TargetType.NUMERIC else target.precision


def _shown(target: Target, value: Decimal, of_orders: int = 0) -> str:
	"""Money with its currency's decimals; orders with `of_orders`, where parts of one can be due."""
	numeric = target.target_type == TargetType.NUMERIC
	return str(round_money(value, of_orders if numeric else target.precision))


def _parts(reason: Reason) -> list[str | list[str]]:
	values = ([value] if is_day else value for value, is_day in reason.told_apart())
	return [reason.sentence, *values]
