"""Who earned each charge: the rules of upsell credit (U2-U10).

A charge is an item row of a Quotation or Sales Order. What ERPNext writes on a row says nothing of who
added it, so each charge has a credit of its own, and these rules say what a save does to it. Amounts
`subtotal` in the document's currency and `base_subtotal` in the company's, after discount and before tax.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from .checks import Problem
from .facts import Choice
from .money import ZERO
from .words import Reason, _

#: Units of measure that are time, in hours.
HOURS = {"Hour": Decimal(1), "Minute": Decimal(1) / 60, "Second": Decimal(1) / 3600}
HOURS_QUANTUM = Decimal("0.000001")


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
	#: given away by a pricing rule; not kept on the credit
	is_free: bool = field(default=False, compare=False)
	#: where the row says it comes from; not kept on the credit
	quotation: str = field(default="", compare=False)
	quotation_row: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Stamp:
	"""Who and when. `at` is a point in time as the site writes it."""

	by: str = ""
	at: object = None


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
	qty: Decimal
	#: by orders that are submitted, this one left out
	ordered_qty: Decimal
	#: a Customer, or of a Lead or Prospect the Customer it became, if known
	customer: str
	quoted_by: Stamp
	credit: Standing | None = None
	#: the order that this one is a copy of has the row too
	copied: bool = False


@dataclass(frozen=True, slots=True)
class Event:
	"""What happens to a document's charges, by whom and when.

	`predecessors`: for an amended or recurring document, the charge that each row continues. A row that
	continues none was added. `before`: of a document that was not tracked, the rows that were there before
	this save; None where that is not known.
	"""

	happening: str
	actor: Stamp
	quoted: Mapping[str, QuotedLine] = field(default_factory=dict)
	amended: bool = False
	recurring: bool = False
	#: a visitor or customer in a shop, who sells nothing
	by_customer: bool = False
	predecessors: Mapping[str, Standing] = field(default_factory=dict)
	before: frozenset[str] | None = None


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
	replaced = _replaced(charges, live.values())
	for charge in charges:
		credit = live.pop(charge.row, None)
		if credit is None:
			changes.append(Change(charge, _first(voucher, event, charge, converts, replaced)))
		elif charge != credit.charge:
			changes.append(Change(charge, _edited(credit, charge, event), credit))
	changes += [Change(credit.charge, credit.earned, credit, removed=True) for credit in live.values()]
	return changes


def _replaced(charges: Iterable[Charge], live: Iterable[Standing]) -> set[str]:
	"""New rows that take the place of one of the same item that this very save removes.

	Somebody put the charge in anew, or a program sent its rows without their names: a new entry (U4), but
	nothing more was sold, unless what it replaces was an upsell.
	"""
	rows = {charge.row for charge in charges}
	known = set()
	gone: dict[str, int] = defaultdict(int)
	for credit in live:
		known.add(credit.charge.row)
		if credit.charge.row not in rows and not credit.earned.is_upsell:
			gone[credit.charge.item_code] += 1
	found = set()
	for charge in sorted(charges, key=lambda charge: charge.idx):
		if charge.row not in known and gone[charge.item_code]:
			gone[charge.item_code] -= 1
			found.add(charge.row)
	return found


def _edited(credit: Standing, charge: Charge, event: Event) -> Earned:
	"""Last Edited is stamped where the charge itself was touched, not where another row moved its amount."""
	if event.happening == Happening.FOUND or not touched(charge, credit.charge):
		return credit.earned
	return replace(credit.earned, edited=event.actor)


def touched(charge: Charge, before: Charge) -> bool:
	"""Whether somebody edited the charge itself."""
	return charge.state != before.state or charge.item_code != before.item_code


def _refusals(voucher: Voucher, event: Event, charges: Iterable[Charge]) -> dict[str, Reason | None]:
	"""For each charge that names a quotation's row: None if it is its conversion, else why it is not."""
	taken: dict[str, Decimal] = defaultdict(Decimal)
	found: dict[str, Reason | None] = {}
	for charge in sorted(charges, key=lambda charge: charge.idx):
		if charge.quotation_row:
			line = event.quoted.get(charge.quotation_row)
			if line:  # rows above this one have taken of it too
				line = replace(line, ordered_qty=line.ordered_qty + taken[line.row])
			found[charge.row] = why_not_converted(voucher, charge, line)
			taken[charge.quotation_row] += charge.qty
	return found


def why_not_converted(voucher: Voucher, charge: Charge, line: QuotedLine | None) -> Reason | None:
	"""Why an order's row is not the conversion of the quotation's row it names; None if it is (U6).

	Asked of the database, whatever the caller says: or who saves an order could hand its credit about.
	"""
	if voucher.doctype != "Sales Order":
		return Reason(_("Not a conversion: only a Sales Order converts a quotation."))
	if line is None or line.quotation != charge.quotation:
		return Reason(_("Not a conversion: {0} has no such row."), (charge.quotation or "?",))
	if line.docstatus != 1:
		return Reason(_("Not a conversion: {0} is not submitted."), (line.quotation,))
	if line.company != voucher.company:
		return Reason(_("Not a conversion: {0} is of company {1}."), (line.quotation, line.company))
	if line.customer and line.customer != voucher.customer:
		return Reason(_("Not a conversion: {0} is for {1}."), (line.quotation, line.customer))
	if line.item_code != charge.item_code:
		return Reason(_("Not a conversion: {0} quotes {1} in that row."), (line.quotation, line.item_code))
	if line.copied:
		return Reason(
			_("Not a conversion: the row was copied from an order that has it from {0}."), (line.quotation,)
		)
	if line.qty and line.ordered_qty >= line.qty:
		return Reason(
			_("Not a conversion: submitted orders have taken all that {0} quotes in that row."),
			(line.quotation,),
		)
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
	replaced: Collection[str],
) -> Earned:
	"""The credit of a charge that had none."""
	predecessor = event.predecessors.get(charge.row)
	if predecessor and event.recurring:
		return _recurring(event, predecessor)
	if predecessor:
		return _amended(event, charge, predecessor)
	if charge.quotation_row and converts[charge.row] is None:
		return _converted(voucher, event, charge, event.quoted[charge.quotation_row])
	refusal = converts.get(charge.row)
	told = (refusal,) if refusal else ()
	if event.happening == Happening.FOUND or charge.row in (event.before or ()):
		return _found(voucher, event, told)
	return _by_actor(event, charge, converts, told, replaces=charge.row in replaced)


def _by_actor(
	event: Event,
	charge: Charge,
	converts: Mapping[str, Reason | None],
	told: tuple[Reason, ...],
	*,
	replaces: bool,
) -> Earned:
	"""A charge that the one who saves has added (U3, U7)."""
	origin, rule = Origin.CREATED, UpsellRule.NONE
	reason = Reason(_("{0} created the document with this charge."), (event.actor.by,))
	if replaces:
		origin = Origin.ADDED
		reason = Reason(_("{0} put the charge in anew, in place of one that was removed."), (event.actor.by,))
	elif event.happening == Happening.CHANGED:
		origin, rule = Origin.ADDED, UpsellRule.ADDED_LATER
		reason = Reason(_("{0} added the charge after the document was first created."), (event.actor.by,))
	elif event.amended:
		origin, rule = Origin.ADDED, UpsellRule.ADDED_LATER
		reason = Reason(_("{0} added the charge while amending."), (event.actor.by,))
	elif event.happening == Happening.COPY:
		origin = Origin.COPIED
		reason = Reason(_("{0} copied the document, and has the credit of the copy."), (event.actor.by,))
	elif not charge.quotation_row and any(refusal is None for refusal in converts.values()):
		origin, rule = Origin.ADDED, UpsellRule.ADDED_AT_CONVERSION
		reason = Reason(_("{0} added the charge while converting a quotation."), (event.actor.by,))
	if rule != UpsellRule.NONE and (charge.is_free or event.by_customer):
		rule = UpsellRule.NONE
		told = (*told, Reason(_FREE if charge.is_free else _BY_CUSTOMER))
	return Earned(
		assigned_to=event.actor.by,
		created=event.actor,
		assigned=event.actor,
		origin=origin,
		upsell_rule=rule,
		is_upsell=rule != UpsellRule.NONE,
		reasons=(reason, *told),
	)


_FREE = _("Given for free by a pricing rule: no upsell.")
_BY_CUSTOMER = _("Added by a customer or visitor: no upsell.")


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


def _converted(voucher: Voucher, event: Event, charge: Charge, line: QuotedLine) -> Earned:
	"""The one who has the credit on the quotation keeps it (U6)."""
	if line.credit is None:
		return Earned(
			assigned_to=line.quoted_by.by,
			created=line.quoted_by,
			assigned=event.actor,
			origin=Origin.CONVERTED,
			inferred=True,
			reasons=(
				Reason(
					_("Converted from {0}. Inferred: its charges were not tracked; {1} created it."),
					(line.quotation, line.quoted_by.by),
				),
			),
		)
	earned = line.credit.earned
	return replace(
		earned,
		origin=Origin.CONVERTED,
		source=line.credit.name,
		upsell_rule=UpsellRule.CARRIED_OVER if earned.is_upsell else UpsellRule.NONE,
		reasons=(
			Reason(
				_("Converted from {0} by {1}; {2} keeps the credit of the quotation."),
				(line.quotation, event.actor.by, earned.assigned_to),
			),
		),
	)


def _amended(event: Event, charge: Charge, predecessor: Standing) -> Earned:
	"""An amended document goes on where the cancelled one stopped (U7)."""
	earned = predecessor.earned
	carried = replace(
		earned,
		origin=Origin.AMENDED,
		source=predecessor.name,
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


def check_reassignment(voucher: Voucher, credit: Standing, reason: str) -> list[Problem]:
	"""Problems of giving a charge's credit, or its upsell mark, another value (U9, U10)."""
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
	reason = reason.strip()
	if not reason:
		problems.append(Problem("reason", Reason(_("Reason: say why the credit is changed."))))
	elif len(reason) > LONGEST_REASON:
		problems.append(
			Problem("reason", Reason(_("Reason: use at most {0} characters."), (f"{LONGEST_REASON}",)))
		)
	return problems
