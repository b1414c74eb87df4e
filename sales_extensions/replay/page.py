"""A replay as one HTML page that needs nothing else: no server, no network (X3).

The figures stand in it as JSON, in the script's reach and out of its code. It runs no script and takes no style but
its own two, whose sums it carries, whatever the files say.
"""

import csv
import json
import re
from base64 import b64encode
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from hashlib import sha256
from pathlib import Path

from sales_extensions import showing
from sales_extensions.engine import AmountBasis, Basis, ClosedCredit, CountOn, Rule, Status, TargetType

from .facts import Facts
from .problems import InputProblem
from .run import Replay
from .view import Shown, view

WEB = Path(__file__).parent / "web"
#: What the page alone says, and what the app says anywhere.
DUTCH = (WEB / "nl.csv", WEB.parents[1] / "translations" / "nl.csv")
LANGUAGES = ("en", "nl")
ORDER_STATUSES = (
	"Draft",
	"On Hold",
	"To Pay",
	"To Deliver and Bill",
	"To Bill",
	"To Deliver",
	"Completed",
	"Cancelled",
	"Closed",
)
#: Values that the page shows in words.
VALUES = (Status, Rule, TargetType, CountOn, AmountBasis, ClosedCredit, Basis)
NO_SCRIPT = {
	"en": "This page is drawn by a script. Allow scripts for it.",
	"nl": "Deze pagina wordt door een script getekend. Sta scripts ervoor toe.",
}


def write_page(file: Path, facts: Facts, result: Replay, title: str, as_of: date, language: str) -> None:
	"""Raises InputProblem where the file can't be written."""
	text = page(view(facts, result, title, as_of), language)
	try:
		file.write_text(text, encoding="utf-8")
	except OSError as error:
		raise InputProblem(file, f"can't be written: {error.strerror}. Name another file.") from None


def page(shown: Shown, language: str) -> str:
	"""`shown`: what `view` says. `language`: the one it opens in; the page can change it."""
	style, script = (_text(name) for name in ("page.css", "page.js"))
	values = {
		"language": language,
		"title": showing.text(shown["title"]),
		"noscript": showing.text(NO_SCRIPT[language]),
		"style": style,
		"style-hash": _sum(style),
		"script": script,
		"script-hash": _sum(script),
		"data": _json(shown),
		"words": _json(dutch_of(str(sentence) for sentence, *_values in shown["reasons"])),
	}
	return re.sub(r"\[([a-z-]+)\]", lambda place: values[place[1]], _text("page.html"))


def _text(name: str) -> str:
	return (WEB / name).read_text(encoding="utf-8")


def _sum(text: str) -> str:
	return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


def _json(value: object) -> str:
	"""No text in it can end the element that it stands in."""
	text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
	return showing.plain(text).replace("<", "\\u003c")


# --- words ------------------------------------------------------------------------------------------


def words() -> set[str]:
	"""All that the page says by itself, in English."""
	said = re.findall(r"""__\(\s*"((?:[^"\\]|\\.)*)\"""", _text("page.js"))
	return {*said, *ORDER_STATUSES, *(str(value) for values in VALUES for value in values)}


def dutch_of(sentences: Iterable[str]) -> dict[str, str]:
	"""The Dutch for the page's own words and for some sentences of the engine."""
	known = dutch()
	return {text: known[text] for text in sorted({*words(), *sentences}) if text in known}


@cache
def dutch() -> dict[str, str]:
	found: dict[str, str] = {}
	for file in reversed(DUTCH):
		with file.open(encoding="utf-8", newline="") as opened:
			found |= {row[0]: row[1] for row in csv.reader(opened) if row}
	return found


def language_of(environment: Mapping[str, str]) -> str:
	"""The language that whoever runs this reads, by the usual variables of a shell; English where it is none of ours."""
	names = ("LC_ALL", "LC_MESSAGES", "LANG")
	spoken = next((environment[name] for name in names if environment.get(name)), "")
	return spoken[:2] if spoken[:2] in LANGUAGES else LANGUAGES[0]
