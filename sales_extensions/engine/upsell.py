"""Who earned each charge: the rules of upsell credit (U2-U10).

A charge is an item row of a Quotation or Sales Order. What ERPNext writes on a row says nothing of who
added it, so each charge has a credit of its own, and these rules say what a save does to it. Amounts
`subtotal` in the document's currency and `base_subtotal` in the company's, after discount and before tax.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TypeAlias

from .checks import Problem
from .facts import Choice
from .money import ZERO
from .sold_before import Cover, Free, Grown, Held, Kind, Pool, freed
from .words import Reason, _

#: Units of measure that are time, in hours.
HOURS = {"Hour": Decimal(1), "Minute": Decimal(1) / 60, "Second": Decimal(1) / 3600}
HOURS_QUANTUM = Decimal("0.000001")
#: the database keeps so many decimals
STORED = Decimal("1e-9")


class Origin(Choice):
	"""How a charge came into its document."""

	CREATED = "Created"
	ADDED = "Added"
	CONVERTED = "Converted"
	COPIED = "Copied"
	AMENDED = "Amended"
	RECURRING = "Recurring"


class Happening(Choice):
	"""What the document that is being saved is."""

	NEW = "New"
	COPY = "Copy"
	CHANGED = "Changed"
	#: there before it was tracked: who added which row can't be known
	FOUND = "Found"


class UpsellRule(Choice):
	"""Why a charge counts as an upsell (U11)."""

	NONE = ""
	ADDED_LATER = "Added Later"
	ADDED_AT_CONVERSION = "Added at Conversion"
	CARRIED_OVER = "Carried Over"
	BY_HAND = "By Hand"


@dataclass(frozen=True, slots=True)
class Charge:
	"""An item row as it is now. `state` changes when somebody edits the charge, not when an item is renamed."""

	row: str
	idx: int = 0
	item_code: str = ""
	charge_name: str = ""
	item_group: str = ""
	qty: Decimal = ZERO
	hours: Decimal = ZERO
	subtotal: Decimal = ZERO
	base_subtotal: Decimal = ZERO
	state: str = ""
	company: str = ""
	currency: str = ""
	#: in the item's stock unit, in which rows of other units can be compared
	stock_qty: Decimal = ZERO
	#: in the document's currency; not kept on the credit
	rate: Decimal = field(default=ZERO, compare=False)
	#: given away by a pricing rule; not kept on the credit
	is_free: bool = field(default=False, compare=False)
	#: offered instead of another, in a quotation; not kept on the credit
	is_alternative: bool = field(default=False, compare=False)
	#: where the row says it comes from; not kept on the credit
	quotation: str = field(default="", compare=False)
	quotation_row: str = field(default="", compare=False)

	@property
	def quantity(self) -> Decimal:
		return self.stock_qty or self.qty

	def in_row_units(self, stock_qty: Decimal) -> Decimal:
		"""A quantity of the stock unit in the row's own."""
		return (stock_qty * self.qty / self.quantity).quantize(STORED) if self.quantity else ZERO


@dataclass(frozen=True, slots=True)
class Stamp:
	"""Who and when, in the site's time."""

	by: str = ""
	at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Earned:
	"""What a charge's credit says, apart from the charge's own figures."""

	assigned_to: str
	created: Stamp
	assigned: Stamp
	edited: Stamp = Stamp()
	origin: str = Origin.CREATED
	source: str = ""
	upsell_rule: str = UpsellRule.NONE
	is_upsell: bool = False
	#: of an upsell's quantity, what was sold before: only what is above it is the upsell
	qty_before: Decimal = ZERO
	inferred: bool = False
	reasons: tuple[Reason, ...] = ()

	@property
	def customised(self) -> bool:
		"""A tick where the one who has the credit did not add the charge (U2)."""
		return self.assigned_to != self.created.by


@dataclass(frozen=True, slots=True)
class Standing:
	"""A credit in the books: of a charge that is there, or was."""

	name: str
	charge: Charge
	earned: Earned
	removed: bool = False


@dataclass(frozen=True, slots=True)
class Voucher:
	"""The document, as far as it decides who is credited."""

	doctype: str
	name: str
	company: str = ""
	customer: str = ""
	docstatus: int = 0
	status: str = ""
	created: Stamp = Stamp()


@dataclass(frozen=True, slots=True)
class QuotedLine:
	"""The quotation's row that an order's row names, as the database has it, with its credit if it has one."""

	row: str
	quotation: str
	item_code: str
	company: str
	docstatus: int
	#: in the stock unit
	qty: Decimal
	#: by orders that are submitted, this one left out; in the stock unit too
	ordered_qty: Decimal
	#: a Customer, or of a Lead or Prospect the Customer it became, if known
	customer: str
	quoted_by: Stamp
	credit: Standing | None = None
	#: the order that this one is a copy of has the row too
	copied: bool = False
	rate: Decimal = ZERO
	is_alternative: bool = False


#: who held a quantity before
Holder: TypeAlias = QuotedLine | Standing


@dataclass(frozen=True, slots=True)
class Event:
	"""What happens to a document's charges, by whom and when.

	`predecessors`: for an amended or recurring document, the charge that each row continues. A row that
	continues none was added. `continued`: all charges of the document that is amended. `quoted`: all rows of the
	quotations that an order's rows name. `before`: of a document that was not tracked, the rows that were there before
	this save; None where that is not known. `is_deal`: an order that was submitted before this save, or amends one.
	`offered_at`: when the document, or the one it amends, was first submitted or sent before this save, None if it was
	not; for `grace` after that, whoever wrote it is still writing it. `author`: who wrote the document that this one
	amends; empty: who made this one did.
	"""

	happening: str
	actor: Stamp
	quoted: Mapping[str, QuotedLine] = field(default_factory=dict)
	amended: bool = False
	recurring: bool = False
	#: a visitor or customer in a shop, who sells nothing
	by_customer: bool = False
	predecessors: Mapping[str, Standing] = field(default_factory=dict)
	continued: tuple[Standing, ...] = ()
	before: frozenset[str] | None = None
	is_deal: bool = False
	offered_at: datetime | None = None
	grace: timedelta | None = None
	author: str = ""


@dataclass(frozen=True, slots=True)
class Ground:
	"""Whether what is added to a document sells more than there was, and why (ADR 8)."""

	is_upsell: bool
	why: Reason
	why_not: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
	"""A credit to write: new where `standing` is None, else brought to `charge` and `earned`."""

	charge: Charge
	earned: Earned
	standing: Standing | None = None
	removed: bool = False


def hours_of(qty: Decimal, uom: str | None) -> Decimal:
	"""The time a charge is for; 0 where its unit of measure is no time."""
	return (qty * HOURS.get(uom or "", ZERO)).quantize(HOURS_QUANTUM)


# --- what a save does ---------------------------------------------------------------------------


def follow_charges(
	voucher: Voucher, event: Event, charges: Iterable[Charge], standing: Iterable[Standing]
) -> list[Change]:
	"""What has to be written so that each charge has its credit. Nothing, where all is said already.

	A charge that is gone keeps its credit, marked as removed (U4). One that is edited keeps its assignee
	(U5). A new one is credited by where it comes from (U3, U6-U8).
	"""
	charges = list(charges)
	live = {credit.charge.row: credit for credit in standing if not credit.removed}
	changes: list[Change] = []
	converts = _refusals(voucher, event, charges)
	covers = _covers(voucher, event, charges, live, converts)
	ground = ground_of(voucher, event, _is_of_quotation(live, converts))
	for charge in charges:
		credit = live.pop(charge.row, None)
		if credit is None:
			changes.append(Change(charge, _first(voucher, event, charge, converts, covers, ground)))
		elif charge != credit.charge:
			changes.append(Change(charge, _edited(credit, charge, event, covers.get(charge.row)), credit))
	changes += [Change(credit.charge, credit.earned, credit, removed=True) for credit in live.values()]
	return changes


# --- what was sold before -------------------------------------------------------------------------


def _covers(
	voucher: Voucher,
	event: Event,
	charges: list[Charge],
	live: Mapping[str, Standing],
	converts: Mapping[str, Reason | None],
) -> dict[str, Cover[Holder]]:
	"""What was sold before: of each row that somebody typed, and of what each row of before holds more than it did."""
	if event.happening == Happening.FOUND or not _may_be_more(event, converts):
		return {}
	before, now = _rows_before(event, charges, live)
	free, covers = freed(
		[_held(credit, now.get(credit.charge.row)) for credit in before], _grown(before, now)
	)
	quoted = _quoted(voucher, event, charges, live, converts)
	pool = Pool([*free, *quoted])
	return covers | {
		charge.row: pool.take(charge.item_code, charge.quantity, charge.rate)
		for charge in sorted(charges, key=lambda charge: charge.idx)
		if _is_typed(charge, event, live, converts)
	}


def _may_be_more(event: Event, converts: Mapping[str, Reason | None]) -> bool:
	"""Whether there is something before, than which a new row could be more."""
	return event.happening == Happening.CHANGED or event.amended or _converts_something(converts)


def _converts_something(converts: Mapping[str, Reason | None]) -> bool:
	return any(refusal is None for refusal in converts.values())


def _is_of_quotation(live: Mapping[str, Standing], converts: Mapping[str, Reason | None]) -> bool:
	"""Whether something in the order is a conversion, of before or by this save."""
	converted_before = any(credit.earned.origin == Origin.CONVERTED for credit in live.values())
	return converted_before or any(refusal is None and row not in live for row, refusal in converts.items())


def _is_typed(
	charge: Charge, event: Event, live: Mapping[str, Standing], converts: Mapping[str, Reason | None]
) -> bool:
	known = charge.row in live or charge.row in event.predecessors or charge.row in (event.before or ())
	return not known and not _is_conversion(charge, converts)


def _is_conversion(charge: Charge, converts: Mapping[str, Reason | None]) -> bool:
	return bool(charge.quotation_row) and converts[charge.row] is None


def _rows_before(
	event: Event, charges: list[Charge], live: Mapping[str, Standing]
) -> tuple[Collection[Standing], Mapping[str, Charge]]:
	"""The charges of this document, or of the one that it amends, and what goes on of them now, by their rows."""
	now = {charge.row: charge for charge in charges}
	before: Collection[Standing] = live.values()
	if event.amended:
		goes_on = {credit.charge.row: now[row] for row, credit in event.predecessors.items()}
		before, now = event.continued, goes_on
	return before, now


def _held(credit: Standing, now: Charge | None) -> Held[Holder]:
	was = credit.charge
	base = was.quantity if not credit.earned.is_upsell else _in_stock(was, credit.earned.qty_before)
	kept = _kept(was, now)
	return Held(credit, was.item_code, was.quantity, min(base, was.quantity), kept, dropped=now is None)


def _kept(was: Charge, now: Charge | None) -> Decimal:
	return now.quantity if now and now.item_code == was.item_code else ZERO


def _in_stock(charge: Charge, qty: Decimal) -> Decimal:
	return qty * charge.quantity / charge.qty if charge.qty else ZERO


def _grown(before: Iterable[Standing], now: Mapping[str, Charge]) -> list[Grown]:
	"""Rows of before that hold more: first those that are no upsells, in which more than before is none either."""
	going_on = [(credit, now[credit.charge.row]) for credit in before if credit.charge.row in now]
	going_on.sort(key=lambda pair: (pair[0].earned.is_upsell, pair[1].idx))
	return [
		Grown(charge.row, charge.item_code, more)
		for credit, charge in going_on
		if (more := _growth(credit.charge, charge)) > 0
	]


def _growth(was: Charge, now: Charge) -> Decimal:
	return now.quantity - (was.quantity if was.item_code == now.item_code else ZERO)


def _quoted(
	voucher: Voucher,
	event: Event,
	charges: list[Charge],
	live: Mapping[str, Standing],
	converts: Mapping[str, Reason | None],
) -> list[tuple[str, Free[Holder]]]:
	"""What the quotations that the order converts offer, and no order has taken yet."""
	taken: dict[str, Decimal] = defaultdict(Decimal)
	by_credit = {line.credit.name: line.row for line in event.quoted.values() if line.credit}
	quotations = set()
	for charge in charges:
		source = by_credit.get(live[charge.row].earned.source) if charge.row in live else None
		row = source or (
			charge.quotation_row if charge.row in live or _is_conversion(charge, converts) else ""
		)
		if row in event.quoted:
			taken[row] += charge.quantity
			quotations.add(event.quoted[row].quotation)
	return [
		(
			line.item_code,
			Free(Kind.QUOTED, line, line.qty - line.ordered_qty - taken[line.row], rate=_only_at(line)),
		)
		for line in event.quoted.values()
		if line.quotation in quotations and why_not_offered(voucher, line) is None
	]


def _only_at(line: QuotedLine) -> Decimal | None:
	"""An alternative is what was quoted only at the rate at which it was: it stands in for another."""
	return line.rate if line.is_alternative else None


def _edited(credit: Standing, charge: Charge, event: Event, cover: Cover[Holder] | None) -> Earned:
	"""Last Edited is stamped where the charge itself was touched, not where another row moved its amount."""
	earned = replace(credit.earned, qty_before=_sold_before(credit, charge, event, cover))
	if event.happening == Happening.FOUND or not touched(charge, credit.charge):
		return earned
	return replace(earned, edited=event.actor)


def _sold_before(credit: Standing, charge: Charge, event: Event, cover: Cover[Holder] | None) -> Decimal:
	"""Of a charge that goes on, what of it was sold before, in its unit of measure as it is now.

	Its quantity alone does not change that: what was sold first is kept longest, and what it holds more was sold before
	as far as other rows hold that less. Another item stands for what the first was.
	"""
	was, earned = credit.charge, credit.earned
	base = cover.base if cover and earned.is_upsell else ZERO
	if not (earned.qty_before or base) or not charge.quantity:
		return earned.qty_before
	before = _in_stock(was if was.qty else charge, earned.qty_before)
	if charge.item_code != was.item_code:
		share = before / was.quantity if was.quantity else ZERO
		return charge.in_row_units(base + share * (charge.quantity - base))
	part = max(ZERO, before + _quoted_before(credit, charge, event))
	return charge.in_row_units(max(part, min(before, was.quantity) + base) if base else part)


def _quoted_before(credit: Standing, charge: Charge, event: Event) -> Decimal:
	"""Of a conversion whose quantity is changed, by how much its part of what was sold before changes (as in `_converted`)."""
	if credit.earned.origin != Origin.CONVERTED or not credit.earned.is_upsell:
		return ZERO
	sources = (line.credit for line in event.quoted.values() if line.credit)
	source = next((one for one in sources if one.name == credit.earned.source), None)
	return _in_proportion(source, charge) - _in_proportion(source, credit.charge) if source else ZERO


def touched(charge: Charge, before: Charge) -> bool:
	"""Whether somebody edited the charge itself."""
	return charge.state != before.state or charge.item_code != before.item_code


def _refusals(voucher: Voucher, event: Event, charges: Iterable[Charge]) -> dict[str, Reason | None]:
	"""For each charge that names a quotation's row: None if it is its conversion, else why it is not."""
	taken: set[str] = set()
	found: dict[str, Reason | None] = {}
	for charge in sorted(charges, key=lambda charge: charge.idx):
		if charge.quotation_row:
			line = event.quoted.get(charge.quotation_row)
			found[charge.row] = why_not_converted(voucher, charge, line)
			if line and found[charge.row] is None and charge.quotation_row in taken:
				found[charge.row] = Reason(_TWICE, (line.quotation,))
			elif found[charge.row] is None:
				taken.add(charge.quotation_row)
	return found


#: A second row that names the quotation's, as a copy within the table does, is as if it had been typed.
_TWICE = _("A row above is the conversion of what {0} quotes in that row.")
_TAKEN = _("Not a conversion: submitted orders have taken all that {0} quotes in that row.")


def why_not_converted(voucher: Voucher, charge: Charge, line: QuotedLine | None) -> Reason | None:
	"""Why an order's row is not the conversion of the quotation's row it names; None if it is (U6).

	Asked of the database, whatever the caller says: or who saves an order could hand its credit about.
	"""
	if voucher.doctype != "Sales Order":
		return Reason(_("Not a conversion: only a Sales Order converts a quotation."))
	if line is None or line.quotation != charge.quotation:
		return Reason(_("Not a conversion: {0} has no such row."), (charge.quotation or "?",))
	not_offered = why_not_offered(voucher, line)
	if not_offered:
		return not_offered
	if line.item_code != charge.item_code:
		return Reason(_("Not a conversion: {0} quotes {1} in that row."), (line.quotation, line.item_code))
	if line.copied:
		return Reason(
			_("Not a conversion: the row was copied from an order that has it from {0}."), (line.quotation,)
		)
	if line.qty and line.ordered_qty >= line.qty:
		return Reason(_TAKEN, (line.quotation,))
	return None


def why_not_offered(voucher: Voucher, line: QuotedLine) -> Reason | None:
	"""Why a quotation's row is none of this order's; None if it is."""
	if line.docstatus != 1:
		return Reason(_("Not a conversion: {0} is not submitted."), (line.quotation,))
	if line.company != voucher.company:
		return Reason(_("Not a conversion: {0} is of company {1}."), (line.quotation, line.company))
	if line.customer and line.customer != voucher.customer:
		return Reason(_("Not a conversion: {0} is for {1}."), (line.quotation, line.customer))
	return None


def why_not_invoiced(quotation: Voucher, company: str, quoted_to: str, customer: str) -> Reason | None:
	"""Why an invoice is not the conversion of the quotation it says it comes from; None if it is (U6).

	`quoted_to`: the customer that the quotation's party is, or became; empty where that is not known.
	"""
	if quotation.docstatus != 1:
		return Reason(_("Not a conversion: {0} is not submitted."), (quotation.name,))
	if quotation.company != company:
		return Reason(_("Not a conversion: {0} is of company {1}."), (quotation.name, quotation.company))
	if quoted_to and quoted_to != customer:
		return Reason(_("Not a conversion: {0} is for {1}."), (quotation.name, quoted_to))
	return None


def _first(
	voucher: Voucher,
	event: Event,
	charge: Charge,
	converts: Mapping[str, Reason | None],
	covers: Mapping[str, Cover[Holder]],
	ground: Ground,
) -> Earned:
	"""The credit of a charge that had none."""
	predecessor = event.predecessors.get(charge.row)
	if predecessor and event.recurring:
		return _recurring(event, predecessor)
	if predecessor:
		return _amended(event, charge, predecessor, covers.get(charge.row))
	if _is_conversion(charge, converts):
		return _converted(event, charge, event.quoted[charge.quotation_row], _BY_ROW)
	refusal = converts.get(charge.row)
	told = (refusal,) if refusal else ()
	if event.happening == Happening.FOUND or charge.row in (event.before or ()):
		return _found(voucher, event, told)
	cover: Cover[Holder] = covers.get(charge.row, Cover(charge.quantity))
	giver = None if cover.is_more else cover.giver
	if giver:
		return _written_differently(event, charge, cover, giver.of)
	return _by_actor(voucher, event, charge, converts, told, cover, ground)


def _written_differently(event: Event, charge: Charge, cover: Cover[Holder], giver: Holder) -> Earned:
	"""All of the row was sold before, and goes on from other rows: whoever had these has it."""
	if isinstance(giver, QuotedLine):
		return _converted(event, charge, giver, _BY_QUANTITY)
	earned, is_upsell = giver.earned, cover.base < cover.qty
	return Earned(
		assigned_to=earned.assigned_to,
		created=event.actor,
		assigned=event.actor,
		origin=Origin.ADDED,
		upsell_rule=(earned.upsell_rule or UpsellRule.CARRIED_OVER) if is_upsell else UpsellRule.NONE,
		is_upsell=is_upsell,
		qty_before=charge.in_row_units(cover.base) if is_upsell else ZERO,
		inferred=earned.inferred,
		reasons=(
			Reason(
				_("{0} wrote a part of what was sold as a row of its own; {1} keeps the credit."),
				(event.actor.by, earned.assigned_to),
			),
		),
	)


def _by_actor(
	voucher: Voucher,
	event: Event,
	charge: Charge,
	converts: Mapping[str, Reason | None],
	told: tuple[Reason, ...],
	cover: Cover[Holder],
	ground: Ground,
) -> Earned:
	"""A charge that the one who saves has added (U3, U7). Only what was not sold before may be an upsell."""
	origin, rule, more = Origin.CREATED, UpsellRule.NONE, cover.qty - cover.base
	reason = Reason(_("{0} created the document with this charge."), (event.actor.by,))
	if cover.base and cover.base == cover.qty:
		origin = Origin.ADDED
		reason = Reason(_("{0} put the charge in anew, in place of one that was removed."), (event.actor.by,))
	elif event.happening == Happening.CHANGED or event.amended:
		# put in anew for an upsell, it is one as far as that was
		more = more if ground.is_upsell else cover.upsold
		is_upsell = ground.is_upsell or cover.upsold > 0
		origin, rule = Origin.ADDED, UpsellRule.ADDED_LATER if is_upsell else UpsellRule.NONE
		reason = ground.why if ground.is_upsell or not is_upsell else Reason(_FOR_UPSELL, (event.actor.by,))
		told = (*told, *(() if is_upsell else ground.why_not))
	elif event.happening == Happening.COPY:
		origin = Origin.COPIED
		reason = Reason(_("{0} copied the document, and has the credit of the copy."), (event.actor.by,))
	elif _converts_something(converts) and _may_be_upsell(converts.get(charge.row)):
		origin, rule = Origin.ADDED, UpsellRule.ADDED_AT_CONVERSION
		reason = Reason(_("{0} added the charge while converting a quotation."), (event.actor.by,))
	no_upsell = _why_no_upsell(event, charge)
	if rule != UpsellRule.NONE and no_upsell:
		rule = UpsellRule.NONE
		told = (*told, Reason(no_upsell))
	before = charge.in_row_units(cover.qty - more) if rule != UpsellRule.NONE else ZERO
	if before:
		told = (Reason(_BEFORE, (qty_text(before), qty_text(charge.qty))), *told)
	return Earned(
		assigned_to=event.actor.by,
		created=event.actor,
		assigned=event.actor,
		origin=origin,
		upsell_rule=rule,
		is_upsell=rule != UpsellRule.NONE,
		qty_before=before,
		reasons=(reason, *told),
	)


def ground_of(voucher: Voucher, event: Event, of_quotation: bool) -> Ground:
	"""What there was before, than which a charge that is added sells more (U11).

	A deal that was closed, a quotation that the order was made of, the work of another, or an offer that was submitted
	or sent. Without any of these, whoever wrote the document is still writing it: no upsell.
	"""
	actor, author = event.actor.by, event.author or voucher.created.by
	if event.amended:
		sentence = _("{0} added the charge while amending.")
	elif event.is_deal:
		sentence = _("{0} added the charge after the order was submitted.")
	elif of_quotation:
		sentence = _("{0} added the charge to an order that was made of a quotation.")
	elif actor != author:
		return Ground(True, Reason(_("{0} added the charge to what {1} wrote."), (actor, author)))
	elif event.offered_at is not None:
		sentence = _("{0} added the charge after the document was submitted or sent.")
	else:
		sentence = _("{0} added the charge while writing the document.")
	why_not = None if event.is_deal or of_quotation or actor != author else _why_still_written(event)
	return Ground(why_not is None, Reason(sentence, (actor,)), (Reason(why_not),) if why_not else ())


def _why_still_written(event: Event) -> str | None:
	"""Why whoever wrote a document sells nothing besides it by adding to it; None if they do."""
	if event.offered_at is None:
		return _("It was neither submitted nor sent yet: no upsell.")
	now = event.actor.at
	if event.grace and now is not None and now - event.offered_at <= event.grace:
		return _("It is within the grace period after that: no upsell.")
	return None


def _may_be_upsell(refusal: Reason | None) -> bool:
	"""A row that names a quotation's row wrongly is nobody's upsell; one that has more than it quotes may be."""
	return refusal is None or refusal.sentence in (_TWICE, _TAKEN)


def qty_text(qty: Decimal) -> str:
	return f"{qty.normalize():f}"


_BEFORE = _("Of its quantity {1}, {0} were sold before: the rest is the upsell.")


def _why_no_upsell(event: Event, charge: Charge) -> str | None:
	"""Why a charge that is added is no upsell whenever it comes."""
	if charge.is_free:
		return _FREE
	if charge.is_alternative:
		return _ALTERNATIVE
	return _BY_CUSTOMER if event.by_customer else None


_FOR_UPSELL = _("{0} put the charge in anew, in place of an upsell that was removed.")
_ALTERNATIVE = _("Offered instead of another charge: no upsell.")
_FREE = _("Given for free by a pricing rule: no upsell.")
_BY_CUSTOMER = _("Added by a customer or visitor: no upsell.")
#: Said by earlier versions, and by the credits that these have written.
EARLIER_WORDS = (
	_("{0} added the charge after the document was first created."),
	_("Added to a submitted quotation by whoever made it: no upsell."),
)


def _found(voucher: Voucher, event: Event, told: tuple[Reason, ...]) -> Earned:
	"""A charge that was there before it was tracked: the document's owner, and marked as inferred."""
	reason = Reason(
		_("Inferred: the charge was there before it was tracked; {0} created the document."),
		(voucher.created.by,),
	)
	return Earned(
		assigned_to=voucher.created.by,
		created=voucher.created,
		assigned=event.actor,
		inferred=True,
		reasons=(reason, *told),
	)


@dataclass(frozen=True, slots=True)
class _Words:
	known: str
	inferred: str


_BY_ROW = _Words(
	_("Converted from {0} by {1}; {2} keeps the credit of the quotation."),
	_("Converted from {0}. Inferred: its charges were not tracked; {1} created it."),
)
_BY_QUANTITY = _Words(
	_("{1} typed what {0} quotes; {2} keeps the credit of the quotation."),
	_("It is what {0} quotes. Inferred: its charges were not tracked; {1} created it."),
)


def _converted(event: Event, charge: Charge, line: QuotedLine, words: _Words) -> Earned:
	"""The one who has the credit on the quotation keeps it (U6)."""
	if line.credit is None:
		return Earned(
			assigned_to=line.quoted_by.by,
			created=line.quoted_by,
			assigned=event.actor,
			origin=Origin.CONVERTED,
			inferred=True,
			reasons=(Reason(words.inferred, (line.quotation, line.quoted_by.by)),),
		)
	earned = line.credit.earned
	return replace(
		earned,
		origin=Origin.CONVERTED,
		source=line.credit.name,
		upsell_rule=UpsellRule.CARRIED_OVER if earned.is_upsell else UpsellRule.NONE,
		qty_before=charge.in_row_units(_in_proportion(line.credit, charge)),
		reasons=(Reason(words.known, (line.quotation, event.actor.by, earned.assigned_to)),),
	)


def _in_proportion(quoted: Standing, charge: Charge) -> Decimal:
	"""Of an order that takes a part of a quoted upsell, the part of what was sold before, in the stock unit: at most all."""
	if not quoted.charge.quantity:
		return ZERO
	part = min(Decimal(1), charge.quantity / quoted.charge.quantity)
	return _in_stock(quoted.charge, quoted.earned.qty_before) * part


def _amended(event: Event, charge: Charge, predecessor: Standing, cover: Cover[Holder] | None) -> Earned:
	"""An amended document goes on where the cancelled one stopped (U7)."""
	earned = predecessor.earned
	carried = replace(
		earned,
		origin=Origin.AMENDED,
		source=predecessor.name,
		qty_before=_sold_before(predecessor, charge, event, cover),
		reasons=(
			Reason(
				_("Carried over by an amendment of {0}; {1} keeps the credit."),
				(event.actor.by, earned.assigned_to),
			),
		),
	)
	if event.happening == Happening.FOUND or not touched(charge, predecessor.charge):
		return carried
	return replace(carried, edited=event.actor)


def _recurring(event: Event, predecessor: Standing) -> Earned:
	"""A recurrence is credited to the one credited on the original (U8)."""
	assignee = predecessor.earned.assigned_to
	return Earned(
		assigned_to=assignee,
		created=event.actor,
		assigned=event.actor,
		origin=Origin.RECURRING,
		source=predecessor.name,
		inferred=predecessor.earned.inferred,
		reasons=(Reason(_("Repeated automatically; {0} has the credit of the original."), (assignee,)),),
	)


def pair_rows(
	charges: Iterable[Charge], old: Iterable[Standing], named: Mapping[str, str]
) -> dict[str, Standing]:
	"""The old charge that each row of an amendment continues.

	`named` is what the desk says, row by row: there, a row that names none was added. Who amends over REST
	says nothing: then rows of the same item are paired in their order.
	"""
	waiting = {credit.charge.row: credit for credit in old}
	pairs: dict[str, Standing] = {}
	charges = list(charges)
	for charge in charges:
		credit = waiting.get(named.get(charge.row, ""))
		if credit and credit.charge.item_code == charge.item_code:
			pairs[charge.row] = waiting.pop(credit.charge.row)
	if any(charge.row in named for charge in charges):
		return pairs
	by_item: dict[str, list[Standing]] = defaultdict(list)
	for credit in sorted(waiting.values(), key=lambda credit: credit.charge.idx):
		by_item[credit.charge.item_code].append(credit)
	for charge in sorted(charges, key=lambda charge: charge.idx):
		if by_item[charge.item_code]:
			pairs[charge.row] = by_item[charge.item_code].pop(0)
	return pairs


# --- what a person does -------------------------------------------------------------------------


def archived(voucher: Voucher) -> Reason | None:
	"""Why a document's credits can't be changed any more, or None (U9)."""
	if voucher.docstatus == 2:
		return Reason(_("{0} is cancelled: its credits can be read, not changed."), (voucher.name,))
	if voucher.doctype == "Sales Order" and voucher.status == "Closed":
		return Reason(
			_("{0} is closed: its credits can be read, not changed. Reopen the order first."), (voucher.name,)
		)
	if voucher.doctype == "Quotation" and voucher.status == "Lost":
		return Reason(_("{0} is lost: its credits can be read, not changed."), (voucher.name,))
	if voucher.doctype == "Quotation" and voucher.status == "Expired":
		return Reason(_("{0} has expired: its credits can be read, not changed."), (voucher.name,))
	return None


LONGEST_REASON = 500


def check_reassignment(
	voucher: Voucher,
	credit: Standing,
	reason: str,
	*,
	by: str = "",
	assignee: str | None = None,
	is_upsell: bool | None = None,
) -> list[Problem]:
	"""Problems of giving a charge's credit, or its upsell mark, another value (U9, U10).

	`by` may decide on what is credited to others, not on an upsell of their own; empty: is not asked.
	"""
	problems = []
	gone = archived(voucher)
	if gone:
		problems.append(Problem("voucher_no", gone))
	if credit.removed:
		problems.append(
			Problem(
				"is_removed",
				Reason(
					_("Charge {0} was removed from {1}: its credit can be read, not changed."),
					(credit.charge.charge_name, voucher.name),
				),
			)
		)
	own = by and _own_upsell(credit, by, assignee, is_upsell)
	if own:
		problems.append(Problem("is_upsell", own))
	reason = reason.strip()
	if not reason:
		problems.append(Problem("reason", Reason(_("Reason: say why the credit is changed."))))
	elif len(reason) > LONGEST_REASON:
		problems.append(
			Problem("reason", Reason(_("Reason: use at most {0} characters."), (f"{LONGEST_REASON}",)))
		)
	return problems


def _own_upsell(credit: Standing, by: str, assignee: str | None, is_upsell: bool | None) -> Reason | None:
	"""Why somebody may not make an upsell their own: another must, or who decides on upsells would reward themselves."""
	earned, name = credit.earned, credit.charge.charge_name
	if is_upsell and not earned.is_upsell and by in (earned.assigned_to, assignee):
		return Reason(_("{0} is your own charge: somebody else must mark it as an upsell."), (name,))
	if assignee == by != earned.assigned_to and earned.is_upsell:
		return Reason(_("{0} is an upsell: somebody else must give you its credit."), (name,))
	return None
