"""Where a party is in the sales pipeline, out of what happened to it (C5, C7).

A party is a Customer, Lead or Prospect; one that was converted is one party with what it became. What happens
to it are its events: conversations, with or without a pipeline stage; submitted Sales Orders; Quotations and
Opportunities that were lost. A passage is one way of a party through the pipeline, from entry to won or lost.

The rule:

1.  Events are read in the order in which they happened, not in which they were entered: by day; on one day
    conversations first, by the time they began (one without a time before those with one), then orders, then
    losses; what is alike still, by when it was recorded. A document is what the day's talks led to, and an
    order tells more than the loss of another quotation on the same day. An order that was entered in its time is
    read on the day on which it was submitted: what was talked of until then came before it. One that was entered
    long after its date is a record of the past, and read on its date. It wins on its date; where the customer was
    talked with between that and its being submitted, on the day on which it was submitted.
2.  Always all events of a party are read anew. So one that is entered late, corrected or deleted gives what
    would have been.
3.  A conversation at an open stage enters the party if it is not in the pipeline, and else moves it. Forward
    or back is the same; the sequence of stages is for showing them.
4.  A conversation at a stage whose outcome is Won or Lost ends the passage. So does a submitted Sales Order
    (Won), a lost Quotation or a lost Opportunity (Lost), where the settings say so.
5.  An outcome of a party that is not in the pipeline says nothing: no entry, no passage. So a second Won, an
    order after the win, or an order of a customer nobody talks with change nothing.
6.  An open stage after an outcome begins the next passage.
7.  A stage that is unknown or has no outcome is open: who is talked with is in the pipeline.
8.  A passage is counted for one seller: the last who moved it by a conversation, that of its outcome
    included. All who moved it are named. Orders and losses end a passage, but nobody earns it by them.
9.  A conversation without a stage moves nothing. It can be the first contact: the earliest conversation of a
    party is, whatever was said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from .facts import Choice
from .words import Reason, _, dated

#: An order that is entered so long after its date was not made in the course of business: it was imported.
IN_ITS_TIME = timedelta(days=31)


class Outcome(Choice):
	OPEN = "Open"
	WON = "Won"
	LOST = "Lost"


class Source(Choice):
	"""What an event comes from: the doctype of its document."""

	CONVERSATION = "Conversation"
	ORDER = "Sales Order"
	QUOTATION = "Quotation"
	OPPORTUNITY = "Opportunity"


@dataclass(frozen=True, slots=True)
class Policy:
	"""What else than a conversation ends a passage, as the settings say."""

	won_on_order: bool = True
	lost_on_quotation: bool = False
	lost_on_opportunity: bool = False


@dataclass(frozen=True, slots=True)
class Event:
	"""Something that happened to a party. `second`: of the day, when it began; None if nobody said.

	`stage`, `employee` and `user` are a conversation's. `until`: an order's, the day up to which talks came before
	it (see `agreed_on`); None: its own.
	"""

	source: str
	name: str
	day: date
	recorded: datetime
	second: int | None = None
	stage: str = ""
	employee: str = ""
	user: str = ""
	until: date | None = None

	@property
	def read_on(self) -> date:
		return max(self.day, self.until or self.day)


@dataclass(frozen=True, slots=True)
class Passage:
	"""One way through the pipeline. `left` is None while it goes on.

	`stages`: each open stage with the day on which the party came there, in order; staying is no move.
	"""

	number: int
	entered: Event
	stages: tuple[tuple[date, str], ...]
	outcome: str
	left: Event | None
	employee: str
	user: str
	sellers: tuple[str, ...]
	reasons: tuple[Reason, ...]

	@property
	def stage(self) -> str:
		"""The last open one, of a passage that is over too."""
		return self.stages[-1][1]

	@property
	def stage_since(self) -> date:
		return self.stages[-1][0]

	@property
	def days(self) -> int | None:
		"""From entry to outcome."""
		return (self.left.day - self.entered.day).days if self.left else None


def passages(
	events: Iterable[Event], outcomes: Mapping[str, str], policy: Policy | None = None
) -> tuple[Passage, ...]:
	"""The passages of a party, the first one first. `outcomes`: of each stage, by its name."""
	found: list[Passage] = []
	way: list[Event] = []
	talked_on = date.min
	for event in sorted(events, key=order_of):
		if event.source == Source.CONVERSATION:
			talked_on = event.day
		outcome = outcome_of(event, outcomes, policy or Policy())
		if outcome is None or (outcome != Outcome.OPEN and not way):
			continue
		way.append(event)
		if outcome != Outcome.OPEN:
			found.append(_passage(len(found) + 1, way, outcome, talked_on))
			way = []
	if way:
		found.append(_passage(len(found) + 1, way, Outcome.OPEN, talked_on))
	return tuple(found)


def agreed_on(day: date, entered: date, submitted: date) -> date:
	"""Up to which day talks came before an order of `day`."""
	return max(day, submitted) if entered <= day + IN_ITS_TIME else day


def lost_at(created: datetime, modified: datetime, reasons: Iterable[tuple[datetime, datetime]]) -> datetime:
	"""When a document was lost that nobody noted. `reasons`: creation and last change of its rows of Lost Reasons.

	A row has a creation of its own, or the document's, which the framework gives to rows that are added later. Then its
	last change tells it: that of the document's last save. What sets a status, assigns or comments changes no row.
	"""
	told = (row if row != created else saved for row, saved in reasons)
	return min([modified, *told])


#: of what happened on one day; losses come last
_RANKS: Mapping[str, int] = {Source.CONVERSATION: 0, Source.ORDER: 1}


def order_of(event: Event) -> tuple[date, int, int, datetime, str, str]:
	"""Sorts events as they happened."""
	rank = _RANKS.get(event.source, 2)
	second = -1 if event.second is None else event.second
	return event.read_on, rank, second, event.recorded, event.source, event.name


def outcome_of(event: Event, outcomes: Mapping[str, str], policy: Policy) -> str | None:
	"""What an event does to a party in the pipeline; None: nothing."""
	if event.source == Source.CONVERSATION:
		return (outcomes.get(event.stage) or Outcome.OPEN) if event.stage else None
	ends: Mapping[str, tuple[bool, Outcome]] = {
		Source.ORDER: (policy.won_on_order, Outcome.WON),
		Source.QUOTATION: (policy.lost_on_quotation, Outcome.LOST),
		Source.OPPORTUNITY: (policy.lost_on_opportunity, Outcome.LOST),
	}
	counts, outcome = ends[event.source]
	return outcome if counts else None


def first_contact(events: Iterable[Event]) -> Event | None:
	"""The earliest conversation of a party."""
	return min((event for event in events if event.source == Source.CONVERSATION), key=order_of, default=None)


# --- a moved card -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Move:
	"""A card was moved from one stage to another, by a user, on a day. `outcome`: of where it was moved to."""

	came_from: str
	outcome: str
	user: str
	day: date


def takes_back(last: Move, to_stage: str, user: str, today: date) -> bool:
	"""Whether a move takes back the last one of the same card, which is then as if it had not been.

	It does if the same user moves the card on the same day to where it came from, or out of Won or Lost: it was
	dropped there by mistake.
	"""
	if (last.user, last.day) != (user, today):
		return False
	return to_stage == last.came_from or last.outcome in (Outcome.WON, Outcome.LOST)


def last_move(events: Iterable[Event]) -> Event | None:
	"""The conversation that brought a party to where it is."""
	moves = (event for event in events if event.source == Source.CONVERSATION and event.stage)
	return max(moves, key=order_of, default=None)


def _passage(number: int, way: list[Event], outcome: str, talked_on: date) -> Passage:
	left = None if outcome == Outcome.OPEN else _ended(way[-1], talked_on)
	moves = _moves(way if left is None else way[:-1])
	sellers = _sellers(way)
	employee, user = sellers[-1] if sellers else ("", "")
	named = tuple(dict.fromkeys(employee or user for employee, user in reversed(sellers)))[::-1]
	return Passage(
		number=number,
		entered=way[0],
		stages=tuple((move.day, move.stage) for move in moves),
		outcome=str(outcome),
		left=left,
		employee=employee,
		user=user,
		sellers=named,
		reasons=tuple(_reasons(number, way[0], moves[-1], left, outcome, named)),
	)


def _ended(end: Event, talked_on: date) -> Event:
	"""What ended it, on its day; an order of before the last talk, at a stage or not, when it was submitted."""
	return end if end.day >= talked_on else replace(end, day=end.read_on)


def _moves(stay: list[Event]) -> list[Event]:
	"""The events that put the party at another stage than it was."""
	return [one for number, one in enumerate(stay) if number == 0 or one.stage != stay[number - 1].stage]


def _sellers(way: list[Event]) -> list[tuple[str, str]]:
	return [(event.employee, event.user) for event in way if event.employee or event.user]


def _reasons(
	number: int, entered: Event, at_stage: Event, left: Event | None, outcome: str, sellers: tuple[str, ...]
) -> Iterator[Reason]:
	how = _ENTERED if number == 1 else _ENTERED_AGAIN
	yield Reason(how, (str(entered.day), entered.stage, entered.name))
	if at_stage is not entered:
		yield Reason(_MOVED, (at_stage.stage, str(at_stage.day), at_stage.name))
	if left:
		values = (str(left.day), left.name, *filter(None, [left.stage]))
		yield Reason(_LEFT[left.source, outcome], values)
	if len(sellers) > 1:
		yield Reason(_SELLERS, (", ".join(sellers), sellers[-1]))


_ENTERED = dated(_("Entered on {0} at {1}, by conversation {2}."), 0)
_ENTERED_AGAIN = dated(_("Entered again on {0} at {1}, by conversation {2}."), 0)
_MOVED = dated(_("At {0} since {1}, by conversation {2}."), 1)
_SELLERS = _("Moved by {0}; counted for the last who moved it, {1}.")
_LEFT: Mapping[tuple[str, str], str] = {
	(Source.CONVERSATION, Outcome.WON): dated(_("Won on {0}, by conversation {1} at {2}."), 0),
	(Source.CONVERSATION, Outcome.LOST): dated(_("Lost on {0}, by conversation {1} at {2}."), 0),
	(Source.ORDER, Outcome.WON): dated(_("Won on {0}, by submitted Sales Order {1}."), 0),
	(Source.QUOTATION, Outcome.LOST): dated(_("Lost on {0}, by lost Quotation {1}."), 0),
	(Source.OPPORTUNITY, Outcome.LOST): dated(_("Lost on {0}, by lost Opportunity {1}."), 0),
}
