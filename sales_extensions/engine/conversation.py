"""What a conversation must satisfy, and how its times follow each other (C1, C7, X5).

A conversation lies within one day. Its end and its duration say the same: the one that was changed leads, the
other follows. The form does the same in `public/js/conversation_rules.js`.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from .checks import Problem
from .words import Reason, _, dated

#: Characters. Four pages of text, and what the encrypted store of private notes holds in any script.
LARGEST_NOTE = 10_000
DAY_MINUTES = 24 * 60
#: Somebody east of the site's time zone may already have tomorrow.
DAYS_AHEAD = 1


@dataclass(frozen=True, slots=True)
class Times:
	"""When a conversation began and ended, and its whole minutes; 0 minutes say nothing."""

	begin: time | None = None
	end: time | None = None
	minutes: int = 0

	@property
	def agree(self) -> bool:
		"""Whether end and duration say the same, to the minute."""
		return abs(_seconds(self.end) - _seconds(self.begin) - self.minutes * 60) < 60


@dataclass(frozen=True, slots=True)
class Earlier:
	"""A conversation that is followed up: is it of the same party, and what does it follow in turn."""

	name: str
	conversation_date: date
	same_party: bool
	follows: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
	"""A conversation that follows this one up."""

	conversation_date: date
	same_party: bool


@dataclass(frozen=True, slots=True)
class Conversation:
	"""What is checked. `changed`: the names of the fields that the save changes; all of a new one."""

	name: str
	conversation_date: date
	note: str
	times: Times
	changed: frozenset[str]
	follow_up_date: date | None = None
	completed: bool = False
	#: Labels of the lists from which something disabled was chosen, with the choice.
	disabled: tuple[tuple[str, str, str], ...] = ()
	earlier: Earlier | None = None
	answers: tuple[Answer, ...] = ()


def begin_of(now: datetime, times: Times, conversation_date: date) -> time | None:
	"""The time that is filled where none was given: now; what has lasted already began before.

	Nothing for another day than today, nor for an end that was given alone.
	"""
	if times.begin or times.end or conversation_date != now.date():
		return times.begin
	started = now - timedelta(minutes=max(times.minutes, 0))
	return started.time().replace(second=0, microsecond=0) if started.date() == now.date() else None


def settled(times: Times, before: Times | None = None) -> Times:
	"""The times after end and duration followed each other. `before`: as they were saved last.

	What can't be right is left as it is, for `check` to explain.
	"""
	before = before or Times()
	if times == before:
		return times
	if times.begin is None and before.begin is not None and times.end == before.end:
		return replace(times, end=None)
	if times.minutes < 0 or times.minutes > DAY_MINUTES:
		return times
	if _duration_leads(times, before):
		return _from_duration(times)
	return _from_end(times)


def _duration_leads(times: Times, before: Times) -> bool:
	"""Whether the duration says more than the end: it was changed, or only the begin was."""
	if times.end is None:
		return before.end is None or times.minutes != before.minutes
	if times.begin is None:
		return True
	if times.end != before.end:
		return False
	return times.minutes != before.minutes or times.begin != before.begin


def _from_duration(times: Times) -> Times:
	if times.begin is None:
		begin = _moved(times.end, -times.minutes) if times.end and times.minutes else None
		return replace(times, begin=begin) if begin else times
	if not times.minutes:
		return replace(times, end=None)
	return replace(times, end=_moved(times.begin, times.minutes))


def _from_end(times: Times) -> Times:
	if times.end is None:
		return replace(times, minutes=0)
	if times.begin is None or times.end < times.begin:
		return times
	return replace(times, minutes=int((_seconds(times.end) - _seconds(times.begin) + 30) // 60))


def _moved(moment: time, minutes: int) -> time | None:
	"""None where it would be another day."""
	moved = datetime.combine(date(2000, 1, 2), moment) + timedelta(minutes=minutes)
	return moved.time() if moved.date() == date(2000, 1, 2) else None


def _seconds(moment: time | None) -> float:
	if moment is None:
		return 0
	return moment.hour * 3600 + moment.minute * 60 + moment.second + moment.microsecond / 1_000_000


def check(conversation: Conversation, today: date, given: Times | None = None) -> list[Problem]:
	"""`given`: the times as they were typed, before they followed each other."""
	return [
		*_check_note(conversation),
		*_check_date(conversation, today),
		*check_times(conversation.times, given or conversation.times),
		*_check_follow_up_date(conversation, today),
		*_check_disabled(conversation.disabled),
		*_check_earlier(conversation),
		*_check_answers(conversation),
	]


def _check_note(conversation: Conversation) -> Iterator[Problem]:
	if not conversation.note.strip():
		yield Problem("note", Reason(_("Note: write what was said.")))
	if len(conversation.note) > LARGEST_NOTE:
		yield Problem(
			"note",
			Reason(
				_("Note has {0} characters; at most {1} are kept. Shorten it, or attach a file."),
				(f"{len(conversation.note):,}", f"{LARGEST_NOTE:,}"),
			),
		)


def _check_date(conversation: Conversation, today: date) -> Iterator[Problem]:
	if "conversation_date" in conversation.changed and conversation.conversation_date > today + timedelta(
		DAYS_AHEAD
	):
		yield Problem(
			"conversation_date",
			Reason(
				dated(_("Date {0} is in the future. Give what is still to come a Follow Up date."), 0),
				(f"{conversation.conversation_date}",),
			),
		)


def check_times(times: Times, given: Times) -> Iterator[Problem]:
	if not 0 <= given.minutes <= DAY_MINUTES:
		yield Problem(
			"duration_minutes",
			Reason(
				_("Duration Minutes is {0}; it must be from 0 to {1}, which is a day."),
				(f"{given.minutes:,}", f"{DAY_MINUTES:,}"),
			),
		)
	elif times.begin and times.end and times.end < times.begin:
		yield Problem(
			"time_end",
			Reason(
				_(
					"Time End {0} is before Time Begin {1}. What goes on after midnight is a conversation of "
					"the next day."
				),
				(_clock(times.end), _clock(times.begin)),
			),
		)
	elif times.begin and times.minutes and times.end is None:
		yield Problem(
			"duration_minutes",
			Reason(
				_(
					"Time Begin {0} and Duration Minutes {1} end after midnight. Shorten it, and log the rest "
					"on the next day."
				),
				(_clock(times.begin), f"{times.minutes}"),
			),
		)
	elif times.end and times.minutes and times.begin is None:
		yield Problem(
			"duration_minutes",
			Reason(
				_(
					"Time End {0} and Duration Minutes {1} begin before midnight. Shorten it, and log the rest "
					"on the day before."
				),
				(_clock(times.end), f"{times.minutes}"),
			),
		)


def check_given_together(given: Times, before: Times | None) -> Iterator[Problem]:
	"""All three were given, and don't say the same."""
	before = before or Times()
	if not (given.begin and given.end and given.minutes):
		return
	both_changed = given.end != before.end and given.minutes != before.minutes
	if both_changed and given.end >= given.begin and not given.agree:
		yield Problem(
			"duration_minutes",
			Reason(
				_(
					"Duration Minutes {0} does not fit Time Begin {1} and Time End {2}. Leave out one of the three."
				),
				(f"{given.minutes}", _clock(given.begin), _clock(given.end)),
			),
		)


def _clock(moment: time) -> str:
	return moment.strftime("%H:%M")


def _check_follow_up_date(conversation: Conversation, today: date) -> Iterator[Problem]:
	wanted = conversation.follow_up_date
	if wanted is None or not conversation.changed & {"follow_up_date", "conversation_date", "completed"}:
		return
	if wanted < conversation.conversation_date:
		yield Problem(
			"follow_up_date",
			Reason(
				dated(_("Follow Up {0} is before the conversation's Date {1}. Choose a later day."), 0, 1),
				(f"{wanted}", f"{conversation.conversation_date}"),
			),
		)
	elif wanted < today and not conversation.completed and "follow_up_date" in conversation.changed:
		yield Problem(
			"follow_up_date",
			Reason(
				dated(_("Follow Up {0} is in the past. Choose today or a later day, or tick Completed."), 0),
				(f"{wanted}",),
			),
		)


def _check_disabled(chosen: Collection[tuple[str, str, str]]) -> Iterator[Problem]:
	for field, label, choice in chosen:
		yield Problem(field, Reason(_("{0}: {1} is disabled. Choose another."), (label, choice)))


def _check_earlier(conversation: Conversation) -> Iterator[Problem]:
	earlier = conversation.earlier
	if earlier is None:
		return
	if earlier.name == conversation.name:
		yield Problem("follow_up_of", Reason(_("Follow Up Of: a conversation can't follow up itself.")))
	elif conversation.name in earlier.follows:
		yield Problem(
			"follow_up_of",
			Reason(_("Follow Up Of: that conversation follows this one. Choose an earlier one.")),
		)
	elif not earlier.same_party:
		yield Problem(
			"follow_up_of",
			Reason(_("Follow Up Of: that conversation was with another party. Choose one with the same.")),
		)
	elif earlier.conversation_date > conversation.conversation_date:
		yield Problem(
			"follow_up_of",
			Reason(
				dated(
					_("Follow Up Of: that conversation took place later, on {0}. Choose an earlier one."), 0
				),
				(f"{earlier.conversation_date}",),
			),
		)


def _check_answers(conversation: Conversation) -> Iterator[Problem]:
	"""One that was followed up stays with the party of its follow-ups, and before them."""
	for answer in conversation.answers:
		if not answer.same_party:
			yield Problem(
				"party",
				Reason(
					dated(
						_(
							"Party: this conversation was followed up on {0}, with the party that it had. Untick Is "
							"Follow Up there first."
						),
						0,
					),
					(f"{answer.conversation_date}",),
				),
			)
			return
		if answer.conversation_date < conversation.conversation_date:
			yield Problem(
				"conversation_date",
				Reason(
					dated(
						_("Date {0} is after the follow-up of {1}. Choose that day or an earlier one."), 0, 1
					),
					(f"{conversation.conversation_date}", f"{answer.conversation_date}"),
				),
			)
			return
