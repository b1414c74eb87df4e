"""When a follow-up is due, overdue, and completed in time (C4).

A conversation with a follow-up day asks for a follow-up. It is open until the conversation is completed: by hand,
or by a conversation that answers it. It is overdue from the day after its day, and completed in time if that
happened on its day or before. Today is the day of the one who asks.

Who is not to be contacted is marked, and nobody is told in the morning to follow up; a deal that was lost is no such
reason. What is open of somebody who has left waits for the managers to hand it over.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from .words import Reason, _, dated

OVERDUE, TODAY, UPCOMING = "Overdue", "Today", "Upcoming"
IN_TIME, LATE, COMPLETED = "Completed in Time", "Completed Late", "Completed"

OPEN = (OVERDUE, TODAY, UPCOMING)


#: Why a party is not to be contacted.
DISABLED, FROZEN, DO_NOT_CONTACT, UNSUBSCRIBED = (
	_("Disabled"),
	_("Frozen"),
	_("Do Not Contact"),
	_("Unsubscribed"),
)


def barred(
	*, disabled: bool = False, frozen: bool = False, status: str = "", unsubscribed: bool = False
) -> str:
	"""Why a Customer or Lead is not to be contacted; empty where it may be."""
	if disabled:
		return DISABLED
	if frozen:
		return FROZEN
	if status == DO_NOT_CONTACT:
		return DO_NOT_CONTACT
	return UNSUBSCRIBED if unsubscribed else ""


def has_left(employee_status: str, user_is_enabled: bool) -> bool:
	"""Whether the one whose follow-up it is has left, or can't log in any more."""
	return employee_status == "Left" or not user_is_enabled


@dataclass(frozen=True, slots=True)
class FollowUp:
	"""What a conversation of `made_on` asks for on `due_on`; `completed_on` is None where no day was noted."""

	made_on: date
	due_on: date
	completed: bool = False
	completed_on: date | None = None


@dataclass(frozen=True, slots=True)
class State:
	"""`days`: how many days from its day, whether that is ahead, past, or when it was completed."""

	name: str
	days: int
	reason: Reason


def state(follow_up: FollowUp, today: date) -> State:
	"""Where a follow-up stands today, and why."""
	if follow_up.completed:
		return _completed(follow_up)
	days = (today - follow_up.due_on).days
	due = follow_up.due_on.isoformat()
	if days > 0:
		return State(OVERDUE, days, Reason(dated(_("It was due on {0} and is not completed."), 0), (due,)))
	if days == 0:
		return State(TODAY, 0, Reason(dated(_("It is due today, {0}."), 0), (due,)))
	return State(UPCOMING, -days, Reason(dated(_("It is due on {0}."), 0), (due,)))


def _completed(follow_up: FollowUp) -> State:
	due, done = follow_up.due_on, follow_up.completed_on
	if done is None:
		return State(COMPLETED, 0, Reason(_("It was completed; on which day was not noted.")))
	values = (done.isoformat(), due.isoformat())
	if done <= due:
		return State(
			IN_TIME, (due - done).days, Reason(dated(_("It was completed on {0}, due on {1}."), 0, 1), values)
		)
	return State(
		LATE, (done - due).days, Reason(dated(_("It was completed on {0}, after its day {1}."), 0, 1), values)
	)


@dataclass(frozen=True, slots=True)
class Tally:
	"""Follow-ups of a period. `made` goes by the day of the conversation, all else by the day they are due."""

	made: int = 0
	due: int = 0
	overdue: int = 0
	open: int = 0
	in_time: int = 0
	late: int = 0
	completed: int = 0

	@property
	def in_time_share(self) -> float | None:
		"""Percentage of what had to be done by now that was done in time; None where nothing had to be.

		What was done on a day that nobody noted says nothing of it.
		"""
		had_to_be = self.in_time + self.late + self.overdue
		return 100 * self.in_time / had_to_be if had_to_be else None

	def __add__(self, other: Tally) -> Tally:
		return Tally(*(getattr(self, name) + getattr(other, name) for name in Tally.__slots__))


def tally(follow_ups: Iterable[tuple[FollowUp, int]], first: date, last: date, today: date) -> Tally:
	"""Counts follow-ups, each with how many there are of it, in the days from `first` to `last`."""
	total = Tally()
	for follow_up, number in follow_ups:
		total += counted(follow_up, number, first, last, today)
	return total


def counted(follow_up: FollowUp, number: int, first: date, last: date, today: date) -> Tally:
	found = Tally(made=number if first <= follow_up.made_on <= last else 0)
	if not first <= follow_up.due_on <= last:
		return found
	name = state(follow_up, today).name
	return replace(
		found,
		due=number,
		overdue=number if name == OVERDUE else 0,
		open=number if name in OPEN else 0,
		in_time=number if name == IN_TIME else 0,
		late=number if name == LATE else 0,
		completed=0 if name in OPEN else number,
	)
