"""Where each job stands: a lead, opportunity or quotation by the table of stage rules (K1, K5).

Rules are read in the order of their sequence, and the first that fits decides. A job that no rule fits stands
in no stage of the table, but it is never lost from the figures.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from .conversion import conversion_rate
from .facts import ZERO, Choice
from .words import Reason, _

#: The stage of jobs that no rule fits.
OTHER = "Other"
GREY = "#999999"


class Outcome(Choice):
	OPEN = "Open"
	WON = "Won"
	LOST = "Lost"


@dataclass(frozen=True, slots=True)
class StageRule:
	"""A row of the table. Without statuses it fits all of its document type; a condition must hold besides."""

	stage: str
	sequence: int
	document_type: str
	statuses: frozenset[str] = frozenset()
	outcome: str = Outcome.OPEN
	colour: str = GREY
	condition_field: str = ""
	condition_value: str = ""

	def fits(self, document_type: str, status: str, values: Mapping[str, str]) -> bool:
		return (
			self.document_type == document_type
			and (not self.statuses or status in self.statuses)
			and (not self.condition_field or values.get(self.condition_field, "") == self.condition_value)
		)


@dataclass(frozen=True, slots=True)
class Standing:
	stage: str
	outcome: str
	colour: str
	reason: Reason


def in_order(rules: Iterable[StageRule]) -> tuple[StageRule, ...]:
	"""By sequence; rules with the same sequence stay in the order of the table."""
	return tuple(sorted(rules, key=lambda rule: rule.sequence))


def stage_of(
	document_type: str, status: str, values: Mapping[str, str], rules: Sequence[StageRule]
) -> Standing:
	"""The stage of a job by the first of the ordered rules that fits."""
	for rule in rules:
		if rule.fits(document_type, status, values):
			return Standing(rule.stage, rule.outcome, rule.colour, _why(rule, status))
	return Standing(OTHER, Outcome.OPEN, GREY, Reason(_("No stage rule fits the status {0}."), (status,)))


def _why(rule: StageRule, status: str) -> Reason:
	if rule.condition_field:
		return Reason(
			_("Status {0}, and {1} is {2}."), (status, rule.condition_field, rule.condition_value or "-")
		)
	return Reason(_("Status {0}."), (status,))


def condition_fields(rules: Iterable[StageRule], document_type: str) -> tuple[str, ...]:
	"""Fields besides the status that decide the stage of a document type, each once."""
	return tuple(
		sorted(
			{
				rule.condition_field
				for rule in rules
				if rule.document_type == document_type and rule.condition_field
			}
		)
	)


# --- figures ------------------------------------------------------------------------------------


def worth(
	stated: tuple[Decimal, Decimal], items: tuple[Decimal, Decimal], rate: Decimal, *, is_foreign: bool
) -> tuple[Decimal, bool]:
	"""What an opportunity is worth, and whether that is in company currency.

	`stated` is its amount, `items` what its rows come to: each in company currency and in its own. The desk writes the
	first; REST and import leave it 0. Without an exchange rate a foreign amount stays in its own currency.
	"""
	for in_company, own in (stated, items):
		if in_company:
			return in_company, True
		if own:
			return (own * rate, True) if rate else (own, not is_foreign)
	return ZERO, True


@dataclass(frozen=True, slots=True)
class JobGroup:
	"""Jobs of one document type that agree in status, currency and all that decides their stage."""

	document_type: str
	status: str
	jobs: int
	amount: Decimal = ZERO
	currency: str = ""
	is_active: bool = True
	values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tally:
	"""Jobs, and what they are worth: in company currency, apart for each currency."""

	jobs: int = 0
	amounts: tuple[tuple[str, Decimal], ...] = ()

	def __add__(self, other: "Tally") -> "Tally":
		sums = dict(self.amounts)
		for currency, amount in other.amounts:
			sums[currency] = sums.get(currency, ZERO) + amount
		return Tally(self.jobs + other.jobs, tuple(sorted(sums.items())))


def tally(groups: Iterable[JobGroup]) -> Tally:
	return sum(
		(Tally(one.jobs, ((one.currency, one.amount),) if one.amount else ()) for one in groups), Tally()
	)


@dataclass(frozen=True, slots=True)
class StageTally:
	stage: str
	outcome: str
	colour: str
	tally: Tally


def by_stage(
	groups: Iterable[JobGroup], rules: Sequence[StageRule], *, inactive_too: bool = False
) -> list[StageTally]:
	"""Jobs by stage in the order of the rules, stages without jobs too. `OTHER` last, and only if there are any.

	Without `inactive_too`, of active jobs alone, and a stage that wins or loses shows only if it has some.
	"""
	found: dict[str, list[JobGroup]] = {}
	first: dict[str, Standing | StageRule] = {}
	for rule in rules:
		first.setdefault(rule.stage, rule)
	for group in groups:
		if not (inactive_too or group.is_active):
			continue
		standing = stage_of(group.document_type, group.status, group.values, rules)
		first.setdefault(standing.stage, standing)
		found.setdefault(standing.stage, []).append(group)
	return [
		StageTally(stage, one.outcome, one.colour, tally(found.get(stage, ())))
		for stage, one in first.items()
		if stage in found or inactive_too or one.outcome == Outcome.OPEN
	]


@dataclass(frozen=True, slots=True)
class Success:
	"""How many of the jobs that were decided were won."""

	won: int
	decided: int

	@property
	def rate(self) -> Decimal | None:
		return conversion_rate(self.won, self.decided)


def success(groups: Iterable[JobGroup], rules: Sequence[StageRule]) -> Success:
	"""Won jobs of those won or lost, active or not; what is open counts for neither."""
	ends: dict[str, int] = {Outcome.WON: 0, Outcome.LOST: 0}
	for group in groups:
		outcome = stage_of(group.document_type, group.status, group.values, rules).outcome
		if outcome in ends:
			ends[outcome] += group.jobs
	return Success(ends[Outcome.WON], sum(ends.values()))


def groups_in(
	groups: Iterable[JobGroup], stages: Collection[str], rules: Sequence[StageRule]
) -> list[JobGroup]:
	"""The groups that stand in one of these stages."""
	return [
		one for one in groups if stage_of(one.document_type, one.status, one.values, rules).stage in stages
	]


# --- export -------------------------------------------------------------------------------------

#: A text that begins with one of these may be a formula to a spreadsheet; full-width signs count as the plain ones.
SIGNS = "=+-@|\t\r\n"
FULL_WIDTH = str.maketrans({"\uff1d": "=", "\uff0b": "+", "\uff0d": "-", "\uff20": "@"})
#: -3.5 %, +1, -1.234,56, -\u20ac 5: a number, which is what it says.
NUMBER = re.compile(
	r"[+-]\s*[$\u20ac\u00a3\u00a5\u20b9]?\s*\d[\d\s.,'\u2019]*(?:[eE][+-]?\d+)?\s*[%\u2030$\u20ac\u00a3\u00a5\u20b9]?\s*"
)
#: +31 20 123 45 67, +1 (555) 123-4567: at least seven digits.
PHONE = re.compile(r"\+\s*(?:[\s().\-/]*\d){7,}[\s().\-/]*")
#: Numbers side by side, with nothing to calculate between them: what has these and is no number is a text to a spreadsheet.
SIDE_BY_SIDE = re.compile(r"\d[\s.]*[\s(][\s.]*\d|\)[\s.]*\d")


def is_formula(text: str) -> bool:
	"""Whether a spreadsheet would evaluate a text that it opens, instead of showing it."""
	plain = text.translate(FULL_WIDTH).lstrip(" \u00a0")
	if not plain.startswith(tuple(SIGNS)) or plain.rstrip() in ("+", "-"):
		return False
	return not (NUMBER.fullmatch(plain) or _is_phone(plain))


def _is_phone(text: str) -> bool:
	"""+31-20-1234567 is a phone's number too, but a spreadsheet takes it for a subtraction."""
	calculates = "-" in text or "/" in text
	return bool(PHONE.fullmatch(text)) and (not calculates or bool(SIDE_BY_SIDE.search(text)))


def safe_cell(value: object) -> object:
	"""What a spreadsheet shows as it is: a text that it would run as a formula gets an apostrophe before it."""
	return f"'{value}" if isinstance(value, str) and is_formula(value) else value


@dataclass(frozen=True, slots=True)
class Manner:
	"""How numbers and days are written where the user is, so that a spreadsheet of that language reads them."""

	decimal: str = "."
	separator: str = ","
	day: str = "yyyy-mm-dd"

	def number(self, value: int | float | Decimal) -> str:
		"""Without groups of thousands: no spreadsheet needs them, and some take them for text."""
		return f"{Decimal(str(value)):f}".replace(".", self.decimal)

	def date(self, value: date) -> str:
		parts = {"yyyy": f"{value.year:04}", "mm": f"{value.month:02}", "dd": f"{value.day:02}"}
		return re.sub("yyyy|mm|dd", lambda found: parts[found[0]], self.day)

	def moment(self, value: datetime) -> str:
		"""To the second."""
		return f"{self.date(value)} {value:%H:%M:%S}"


def manner_of(number_format: str, date_format: str) -> Manner:
	"""Where the comma is the decimal sign, or the apostrophe parts thousands, columns are parted by semicolons."""
	signs = [sign for sign in number_format if sign in ".,'\u2019"]
	comma = signs[-1:] == [","]
	if len(signs) == 1 and re.search(
		r"[.,]###$", number_format
	):  # #.### has no decimals: the sign parts thousands
		comma = signs == ["."]
	semicolon = comma or bool({"'", "\u2019"} & set(signs))
	return Manner("," if comma else ".", ";" if semicolon else ",", date_format or Manner().day)
