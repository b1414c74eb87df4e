"""The rule of the pipeline done once more, the plain way: a party's days as a word, its passages by a pattern.

Written from the text of the rule (C5), sharing nothing with the engine. Events are dicts: kind, name, day
("2026-03-10"), clock ("09:30" or ""), typed (when it was recorded, sorts as text), stage, who; of an order that was
entered in its time also signed, the day on which it was submitted.
"""

from __future__ import annotations

import re
from datetime import date

#: In the pipeline from the first O on, until a W or an L, or for ever.
PASSAGE = re.compile(r"O+[WL]?")
ON_ONE_DAY = ["Conversation", "Sales Order", "Quotation", "Opportunity"]


def in_order(events: list[dict]) -> list[dict]:
	"""As they happened. Quotations and Opportunities lost on one day: the one recorded first."""
	place = {kind: min(number, 2) for number, kind in enumerate(ON_ONE_DAY)}
	return sorted(
		events,
		key=lambda one: (
			signed(one),
			place[one["kind"]],
			one["clock"],
			one["typed"],
			one["kind"],
			one["name"],
		),
	)


def signed(event: dict) -> str:
	"""Talks up to this day came before it."""
	return max(event["day"], event.get("signed") or "")


def in_time(day: str, typed: str, submitted: str) -> str:
	"""When an order of a day was signed; nothing for one that was typed more than 31 days after it."""
	late = (date.fromisoformat(typed) - date.fromisoformat(day)).days
	return submitted if late <= 31 else ""


def end_of(last: dict, events: list[dict]) -> str:
	"""An order of before the last talk, whatever was said in it, ends a passage when it is signed."""
	told = in_order(events)
	talks = [one for one in told[: told.index(last)] if one["kind"] == "Conversation"]
	return last["day"] if last["day"] >= talks[-1]["day"] else signed(last)


def letter(event: dict, stages: dict[str, str], ending: dict[str, str]) -> str:
	"""O for a stage that is open, W or L for an outcome, nothing for what moves nobody.

	`ending`: the letter of each kind of document that ends a passage, as the settings say.
	"""
	if event["kind"] != "Conversation":
		return ending.get(event["kind"], "")
	if not event["stage"]:
		return ""
	return {"Won": "W", "Lost": "L"}.get(stages.get(event["stage"], ""), "O")


def passages(events: list[dict], stages: dict[str, str], ending: dict[str, str]) -> list[dict]:
	moves = [(letter(one, stages, ending), one) for one in in_order(events)]
	moves = [(word, one) for word, one in moves if word]
	found = []
	for match in PASSAGE.finditer("".join(word for word, _one in moves)):
		part = [one for _word, one in moves[match.start() : match.end()]]
		ended = match.group()[-1] != "O"
		stay = part[: len(part) - ended]
		last = stay[-1]["stage"]
		same = next((n for n, one in enumerate(reversed(stay)) if one["stage"] != last), len(stay))
		people = [one["who"] for one in part if one["who"]]
		found.append(
			{
				"entered": part[0]["day"],
				"entered_by": part[0]["name"],
				"stage": last,
				"since": stay[len(stay) - same]["day"],
				"outcome": {"W": "Won", "L": "Lost"}.get(match.group()[-1], "Open"),
				"left": end_of(part[-1], events) if ended else None,
				"left_by": part[-1]["name"] if ended else None,
				"who": people[-1] if people else "",
				"all": sorted(set(people)),
			}
		)
	return found


def first_contact(events: list[dict]) -> str | None:
	talks = [one for one in in_order(events) if one["kind"] == "Conversation"]
	return talks[0]["day"] if talks else None


def metrics(
	parties: dict[str, list[dict]], stages: dict[str, str], ending: dict[str, str], first: str, last: str
) -> dict[str, object]:
	"""The figures of C5 from `first` to `last`, both included; days are asked one party at a time."""
	won, lost, inside, new = [], [], 0, 0
	for events in parties.values():
		for way in passages(events, stages, ending):
			if way["left"] and first <= way["left"] <= last:
				days = (date.fromisoformat(way["left"]) - date.fromisoformat(way["entered"])).days
				(won if way["outcome"] == "Won" else lost).append(days)
		ways = passages(events, stages, ending)
		inside += any(way["entered"] <= last < (way["left"] or "9") for way in ways)
		contact = first_contact(events)
		new += bool(contact) and first <= contact <= last
	decided = len(won) + len(lost)
	return {
		"in_pipeline": inside,
		"won": len(won),
		"lost": len(lost),
		"win_percentage": round(100 * len(won) / decided, 2) if decided else None,
		"new_prospects": new,
		"average_days": round(sum(won) / len(won), 2) if won else None,
	}
