"""A Sales Statement: which step may be taken when, and what differs from the version before (H4)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from .facts import Choice
from .money import ZERO, round_money
from .words import Reason, _

#: Where they are kept, percentages and amounts have no more decimals than these that say anything.
DECIMALS = 6


class State(Choice):
	DRAFT = "Draft"
	ISSUED = "Issued"
	ACKNOWLEDGED = "Acknowledged"
	DISPUTED = "Disputed"
	SETTLED = "Settled"


class Step(Choice):
	"""What somebody did, as it stands in the document's steps."""

	ISSUE = "Issued"
	ACKNOWLEDGE = "Acknowledged"
	DISPUTE = "Disputed"
	ANSWER = "Answered"
	SETTLE = "Settled"
	SUPERSEDE = "Superseded"


class Kind(Choice):
	CREDIT = "Credit"
	ADJUSTMENT = "Adjustment"
	#: what the seller says is not there: no credit, and in no version after
	MISSING = "Missing"


#: In place of a line, where a seller disputes that something is not there.
NO_LINE = "missing"


class Difference(Choice):
	"""How a line stands to the version before; nothing where there is none."""

	NONE = ""
	SAME = "Same"
	NEW = "New"
	CHANGED = "Changed"
	GONE = "Gone"


# --- steps ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Standing:
	"""A statement as it is stored; `waiting`: for each line, whether it is disputed and not answered."""

	state: str
	waiting: Mapping[str, bool]
	superseded_by: str = ""


def refusal(step: Step, now: Standing, lines: Collection[str] = (), text: str = "") -> Reason | None:
	"""Why a step can't be taken now, or None. `lines`: those that it is about; `text`: what is said with it."""
	if reason := _of_document(now):
		return reason
	if step == Step.ACKNOWLEDGE:
		return _of_acknowledging(now)
	if step == Step.SETTLE:
		return _of_settling(now, text)
	return _of_lines(step, now, lines, text)


def _of_document(now: Standing) -> Reason | None:
	if now.state == State.DRAFT:
		return Reason(_("It is a draft. Issue it first: submit it."))
	if now.superseded_by:
		return Reason(_("{0} has taken its place. Open that version."), (now.superseded_by,))
	if now.state == State.SETTLED:
		return Reason(_("It is settled: nothing more is said on it."))
	return None


def _of_acknowledging(now: Standing) -> Reason | None:
	if now.state == State.ACKNOWLEDGED:
		return Reason(_("It is acknowledged already."))
	return _of_waiting(now)


def _of_waiting(now: Standing) -> Reason | None:
	waiting = sum(now.waiting.values())
	if not waiting:
		return None
	return Reason(
		_("Lines that are disputed and not answered: {0}. They must be answered first."), (str(waiting),)
	)


def _of_settling(now: Standing, text: str) -> Reason | None:
	if reason := _of_waiting(now):
		return reason
	if now.state != State.ACKNOWLEDGED and not text:
		return Reason(
			_("The seller has not acknowledged it. Say why it is settled: for example, signed on paper.")
		)
	return None


def _of_lines(step: Step, now: Standing, lines: Collection[str], text: str) -> Reason | None:
	if step == Step.DISPUTE and now.state == State.ACKNOWLEDGED:
		return Reason(_("It is acknowledged: no line can be disputed any more."))
	if not lines:
		return Reason(_("Choose at least one line."))
	if not all(line in now.waiting for line in lines):
		return Reason(_("There is no such line. Open the statement again."))
	if step == Step.DISPUTE and any(now.waiting[line] for line in lines):
		return Reason(_("A line is disputed already and waits for an answer."))
	if step == Step.ANSWER and not all(now.waiting[line] for line in lines):
		return Reason(_("The line waits for no answer."))
	return None if text else Reason(_("Say why, in words."))


def state_after(step: Step, now: str) -> str:
	"""What a statement is once the step is taken. An answer leaves it to the seller, or to who settles."""
	return {
		Step.ISSUE: State.ISSUED,
		Step.ACKNOWLEDGE: State.ACKNOWLEDGED,
		Step.DISPUTE: State.DISPUTED,
		Step.SETTLE: State.SETTLED,
	}.get(step, now)


# --- versions ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
	"""What a line says. `about`: what makes it the same line in another version."""

	kind: str
	about: tuple[str, ...]
	amount: Decimal = ZERO
	order_count: int = 0
	share: Decimal = ZERO
	day: date | None = None
	reason: str = ""

	def says(self) -> tuple[object, ...]:
		figures = (round_money(figure, DECIMALS) for figure in (self.amount, self.share))
		return (*figures, self.order_count, self.day, self.reason)


@dataclass(frozen=True, slots=True)
class Compared:
	"""Places of a line in this version and in the one before; None where it is not."""

	difference: Difference
	now: int | None = None
	before: int | None = None


def compared(now: Sequence[Line], before: Sequence[Line] | None) -> list[Compared]:
	"""Each line with how it differs, in the order they have; what is gone stands at the end of its kind's."""
	if before is None:
		return [Compared(Difference.NONE, place) for place in range(len(now))]
	known = {_key(line): place for place, line in enumerate(before)}
	found = [_compared(place, line, known, before) for place, line in enumerate(now)]
	there = {_key(line) for line in now}
	gone = (place for place, line in enumerate(before) if _key(line) not in there)
	return [*found, *(Compared(Difference.GONE, before=place) for place in gone)]


def _key(line: Line) -> tuple[str, ...]:
	return (line.kind, *line.about)


def _compared(
	place: int, line: Line, known: Mapping[tuple[str, ...], int], before: Sequence[Line]
) -> Compared:
	was = known.get(_key(line))
	if was is None:
		return Compared(Difference.NEW, place)
	is_same = line.says() == before[was].says()
	return Compared(Difference.SAME if is_same else Difference.CHANGED, place, was)


def differs(found: Iterable[Compared], goal: Decimal, goal_before: Decimal) -> bool:
	"""Whether a version says anything that the one before does not."""
	is_same = round_money(goal, DECIMALS) == round_money(goal_before, DECIMALS)
	return not is_same or any(one.difference not in (Difference.SAME, Difference.NONE) for one in found)


# --- what is told -----------------------------------------------------------------------------------

#: To whom each step is told: to the seller what the manager did, and to the manager what the seller did.
TOLD_SELLER = (Step.ISSUE, Step.ANSWER, Step.SETTLE)
SUBJECTS = {
	Step.ISSUE: _("Your Sales Statement {0} is issued: look at it, and acknowledge it or dispute a line"),
	Step.ACKNOWLEDGE: _("{1} has acknowledged Sales Statement {0}"),
	Step.DISPUTE: _("{1} disputes Sales Statement {0}: please answer"),
	Step.ANSWER: _("Your question on Sales Statement {0} is answered"),
	Step.SETTLE: _("Sales Statement {0} is settled"),
}


def subject(step: str, name: str, seller: str) -> Reason:
	return Reason(SUBJECTS[Step(step)], (name, seller))
