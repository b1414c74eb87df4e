"""The tree of sellers with dates: who stood where, on which days (H2)."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from .facts import BEGINNING, END, Ancestors, Trees

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Place:
	"""From a day on, a seller stands under a group; None is the top of the tree."""

	sales_person: str
	parent: str | None
	since: date = BEGINNING


@dataclass(frozen=True, slots=True)
class Stand:
	"""A seller and a group above them, or themself, from the first day to the last, both included."""

	sales_person: str
	above: str
	first: date
	last: date


class History:
	"""Places of all sellers. Between two days on which anybody moves the tree is one version."""

	def __init__(self, places: Iterable[Place]):
		self._places: dict[str, list[Place]] = {}
		for place in sorted(places, key=lambda place: place.since):
			self._places.setdefault(place.sales_person, []).append(place)
		moves = (place.since for own in self._places.values() for place in own[1:])
		self.starts: tuple[date, ...] = (BEGINNING, *sorted(set(moves) - {BEGINNING}))
		self._parents: dict[int, dict[str, str | None]] = {}
		self._above: dict[int, Ancestors] = {}

	def version(self, day: date) -> int:
		"""The number of the version that a day falls in."""
		return max(0, bisect_right(self.starts, day) - 1)

	def parents(self, day: date) -> dict[str, str | None]:
		"""Each seller's group on a day, in the order in which sellers are known.

		Groups that were merged may have stood under each other once: who would stand under themself stands where they do
		by their latest place. So all are under the top, and no order is lost to the company.
		"""
		version = self.version(day)
		if version not in self._parents:
			noted = {name: _at(own, self.starts[version]).parent for name, own in self._places.items()}
			self._parents[version] = self._without_circles(noted)
		return self._parents[version]

	def _without_circles(self, parents: dict[str, str | None]) -> dict[str, str | None]:
		while inside := [name for name in parents if _meets_itself(name, parents)]:
			latest = {name: self._places[name][-1].parent for name in inside}
			moved = [name for name in inside if parents[name] != latest[name]]
			if moved:
				parents[moved[0]] = latest[moved[0]]
			else:  # a tree that is none
				parents[inside[0]] = None
		return parents

	def above(self, day: date) -> Ancestors:
		"""For each seller, on a day, themself and every group above them."""
		version = self.version(day)
		if version not in self._above:
			parents = self.parents(self.starts[version])
			self._above[version] = {name: frozenset(upwards(name, parents)) for name in parents}
		return self._above[version]

	def stands(self) -> list[Stand]:
		"""All of it, for who looks up one seller and one day. As long as a seller stays under a group it is one row."""
		found: list[Stand] = []
		for name in self._places:
			since: dict[str, date] = {}
			for number, start in enumerate(self.starts):
				above = self.above(start)[name]
				for left in since.keys() - above:
					found.append(Stand(name, left, since.pop(left), start - DAY))
				for new in above - since.keys():
					since[new] = self.starts[number]
			found += [Stand(name, group, first, END) for group, first in since.items()]
		return found

	def circle_of(self, name: str, known: "History | None" = None) -> date | None:
		"""The first day on which somebody would stand under themself by what is noted; None where they never do.

		`known`: as it was noted before; what was so then is not told again.
		"""
		for start in self.starts:
			if self._is_circle(name, start) and not (known and known._is_circle(name, start)):
				return start
		return None

	def _is_circle(self, name: str, day: date) -> bool:
		return _meets_itself(name, {one: _at(own, day).parent for one, own in self._places.items()})


class DatedTrees:
	"""All trees, with that of sellers as it was on a day."""

	def __init__(self, trees: Trees, history: History):
		self.history = history
		self._trees = trees
		self._made: dict[int, Trees] = {}

	def on(self, day: date | None) -> Trees:
		"""None: an order that is no more has no day, and as good as any."""
		version = self.history.version(day or BEGINNING)
		if version not in self._made:
			self._made[version] = replace(self._trees, sellers=self.history.above(day or BEGINNING))
		return self._made[version]


def _at(places: list[Place], day: date) -> Place:
	"""The first known place holds before its day too."""
	return next((place for place in reversed(places) if place.since <= day), places[0])


def upwards(name: str, parents: Mapping[str, str | None]) -> list[str]:
	"""`name` and every group above, nearest first; a circle ends where it closes."""
	path: list[str] = []
	at: str | None = name
	while at and at not in path:
		path.append(at)
		at = parents.get(at)
	return path


def _meets_itself(name: str, parents: Mapping[str, str | None]) -> bool:
	at, seen = parents.get(name), set[str]()
	while at and at != name and at not in seen:
		seen.add(at)
		at = parents.get(at)
	return at == name


def moved(places: Iterable[Place], parents: Mapping[str, str | None], today: date) -> Iterator[Place]:
	"""What is to be noted for the places to lead to this tree: of who is new from the beginning, else from today on."""
	latest: dict[str, Place] = {}
	for place in places:
		if place.sales_person not in latest or latest[place.sales_person].since <= place.since:
			latest[place.sales_person] = place
	for name, parent in parents.items():
		if name not in latest:
			yield Place(name, parent)
		elif latest[name].parent != parent:
			yield Place(name, parent, today)


def noted(places: Iterable[Place], new: Place) -> list[Place]:
	"""A seller's places with one more: what was noted for that day or later is overruled, and no place stands twice."""
	kept = [place for place in places if place.since < new.since]
	if not kept:
		return [Place(new.sales_person, new.parent)]
	return kept if kept[-1].parent == new.parent else [*kept, new]


def without(places: Iterable[Place], gone: str, heirs: Iterable[Place]) -> list[Place]:
	"""A seller's places when a group is no more: who stood under it stood under whom it stood under, day by day."""
	ordered = sorted(places, key=lambda place: place.since)
	above = sorted(heirs, key=lambda place: place.since) or [Place(gone, None)]
	found: list[Place] = []
	for place, end in zip(ordered, [*(one.since for one in ordered[1:]), END], strict=True):
		if place.parent != gone:
			found.append(place)
			continue
		under = [Place(place.sales_person, _at(above, place.since).parent, place.since)]
		under += [
			Place(place.sales_person, heir.parent, heir.since)
			for heir in above
			if place.since < heir.since < end
		]
		found += under
	return _joined(found)


def _joined(places: Iterable[Place]) -> list[Place]:
	"""Who stays under the same group does not move."""
	found: list[Place] = []
	for place in places:
		if not found or found[-1].parent != place.parent:
			found.append(place)
	return found


def redated(places: Iterable[Place], since: date, to: date) -> list[Place]:
	"""A seller's places with the one of `since` from another day on. From the beginning: what was before is none.

	Raises ValueError where that is not between the move before and the one after.
	"""
	ordered = sorted(places, key=lambda place: place.since)
	at = [place.since for place in ordered].index(since)
	if to > BEGINNING and not (_day_before(ordered, at) < to < _day_after(ordered, at)):
		raise ValueError(f"{to} is not between the moves before and after")
	if at == 0:
		raise ValueError("the first place holds from the beginning")
	here = ordered[at]
	if to <= BEGINNING:
		return [Place(here.sales_person, here.parent), *ordered[at + 1 :]]
	return [*ordered[:at], Place(here.sales_person, here.parent, to), *ordered[at + 1 :]]


@dataclass(frozen=True, slots=True)
class Shift:
	"""Days, both included, on which a seller stands under another group than they did."""

	first: date
	last: date
	before: str | None
	after: str | None


def shifts(before: Iterable[Place], after: Iterable[Place]) -> list[Shift]:
	"""What a correction of a seller's places changes, in the order of the days; days that follow each other are one."""
	ordered = [sorted(places, key=lambda place: place.since) for places in (before, after)]
	starts = sorted({BEGINNING, *(place.since for places in ordered for place in places)})
	found: list[Shift] = []
	for start, end in zip(starts, [*starts[1:], None], strict=True):
		was, becomes = (_at(places, start).parent for places in ordered)
		last = END if end is None else end - DAY
		if was == becomes:
			continue
		if found and (found[-1].before, found[-1].after, found[-1].last) == (was, becomes, start - DAY):
			found[-1] = replace(found[-1], last=last)
		else:
			found.append(Shift(start, last, was, becomes))
	return found


def _day_before(places: list[Place], at: int) -> date:
	return places[at - 1].since if at else BEGINNING


def _day_after(places: list[Place], at: int) -> date:
	return places[at + 1].since if at + 1 < len(places) else END
