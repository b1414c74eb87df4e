"""Every text that the app shows, what of it lacks Dutch, and what could never be translated (X6).

`bin/translations` extracts all texts with the framework's extractors and adds what is new, untranslated, to
`translations/nl.csv`. The framework reads that file as it is, so that an install needs no step of compiling.
Words that Frappe and ERPNext use too are left to them where they have Dutch for them on each of their lines, as
`translations/nl.csv` or as `locale/nl.po`.
"""

from __future__ import annotations

import ast
import csv
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.jslexer import Token, tokenize, unquote_string
from babel.messages.pofile import read_po

from sales_extensions.constants.custom_fields import CUSTOM_FIELDS

APP = Path(__file__).parent
LANGUAGE = "nl"
OURS = APP / "translations" / f"{LANGUAGE}.csv"
#: What stays as it is in Dutch: the same words, and names that readers know from their desk.
DUTCH_TOO = {"Details", "Document", "Filter", "Filters", "ID", "Label", "Open", "Open {0}", "Opportunity", "Percentage",
	"Query", "Sales Master Manager", "Status", "System Manager", "Type", "Week"}  # fmt: skip
#: Not on anybody's desk: data of the demo, and what is said on a console.
#: The page of a replay, which is read without a desk, has its own.
NOT_SHOWN = ("demo/*", "cli.py", "replay/*", "replay/web/*", "labels.py")
#: Definitions that are read as records.
DEFINITIONS = ("constants/custom_fields.py",)
#: Where texts stand in records that the framework's extractors pass over.
IN_RECORDS = {
	"Custom Field": ("label", "description"),
	"Custom HTML Block": ("name",),
	"Dashboard": ("name",),
	"Dashboard Chart": ("name", "chart_name"),
	"Dashboard Chart Source": (),
	"Desktop Icon": ("label",),
	"Email Template": ("subject",),
	"Form Tour": ("title",),
	"Form Tour Step": ("title", "description", "label"),
	"Kanban Board": ("name",),
	"Kanban Board Column": ("column_name",),
	"Notification": ("subject",),
	"Number Card": ("label",),
	"Page": ("title",),
	"Print Format": ("name",),
	"Report": ("name",),
	"Report Column": ("label",),
	"Report Filter": ("label",),
	"Workspace Quick List": ("label",),
	"Workspace Sidebar Item": ("label",),
}
#: a string in JavaScript
QUOTED = r"""(?:"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')"""
RECORDS_IN = {"steps": "Form Tour Step", "quick_lists": "Workspace Quick List", "filters": "Report Filter",
	"columns": "Kanban Board Column", "items": "Workspace Sidebar Item"}  # fmt: skip


@dataclass(frozen=True, order=True, slots=True)
class Text:
	message: str
	context: str = ""
	places: tuple[str, ...] = field(default=(), compare=False)

	def __str__(self) -> str:
		about = f" ({self.context})" if self.context else ""
		return f"{', '.join(self.places[:3])}: {self.message}{about}"


@cache
def texts() -> list[Text]:
	"""All texts of the app, each once, with the files that they are in."""
	found: dict[tuple[str, str], set[str]] = {}
	for place, message, context in (*_of_framework(), *_of_scripts(), *_of_records()):
		if message and re.search("[A-Za-z]", message):
			found.setdefault((_key(message), context or ""), set()).add(place)
	return [Text(*key, tuple(sorted(places))) for key, places in sorted(found.items())]


def _key(message: str) -> str:
	return message.strip()


def _of_framework() -> Iterator[tuple[str, str, str | None]]:
	from frappe.gettext.translate import get_method_map

	methods = [*((name, "ignore") for name in NOT_SHOWN), ("hooks.py", "ignore"), *get_method_map("frappe")]
	keywords = {"_": None, "_lt": None, "__": None, "gettext": None, "pgettext": ((1, "c"), 2)}
	for place, _line, message, _comments, context in extract_from_dir(
		str(APP), methods, keywords=keywords, directory_filter=_is_searched
	):
		yield place, message if isinstance(message, str) else message[0], context


def _of_scripts() -> Iterator[tuple[str, str, None]]:
	"""Texts deep in template literals, where the framework's reader of JavaScript loses its way, and options
	that are translated one by one: ["Month", "Year"].map((value) => __(value)).
	"""
	for path in _sources("js"):
		code, place = path.read_text(), str(path.relative_to(APP))
		found = re.findall(rf"\b__\(\s*({QUOTED})", code)
		for options in re.findall(rf"\[((?:\s*{QUOTED},?)+)\s*\]\.map\([^;]{{,60}}__\(", code):
			found += re.findall(QUOTED, options)
		yield from ((place, unquote_string(quoted), None) for quoted in found)


def _is_searched(folder: str) -> bool:
	return not Path(folder).is_symlink() and Path(folder).name not in ("__pycache__", "node_modules")


def _of_records() -> Iterator[tuple[str, str, None]]:
	"""Texts of charts, cards, tours, pages and the like; and of the fields on other documents."""
	for fields in CUSTOM_FIELDS.values():
		for custom in fields:
			yield from ((DEFINITIONS[0], text, None) for text in _of_record(custom, "Custom Field"))
	for path in APP.glob("**/*.json"):
		if "doctype/" in str(path.relative_to(APP)):
			continue
		content = json.loads(path.read_text())
		for record in content if isinstance(content, list) else [content]:
			yield from ((str(path.relative_to(APP)), text, None) for text in _of_record(record))


def _of_record(record: dict, kind: str | None = None) -> Iterator[str]:
	kind = kind or record.get("doctype")
	yield from (record[name] for name in IN_RECORDS.get(kind, ()) if record.get(name))
	for table, row_kind in RECORDS_IN.items():
		for row in record.get(table) or []:
			if isinstance(row, dict):
				yield from _of_record(
					row, "Report Column" if kind == "Report" and table == "columns" else row_kind
				)


# --- Dutch --------------------------------------------------------------------------------------


def translations(path: Path = OURS) -> dict[tuple[str, str], str]:
	if not path.exists():
		return {}
	with path.open(newline="") as file:
		return {(row[0], row[2] if len(row) > 2 else ""): row[1] for row in csv.reader(file) if len(row) > 1}


def of_others() -> dict[tuple[str, str], str]:
	"""What Frappe and ERPNext bring along."""
	import erpnext
	import frappe

	found: dict[tuple[str, str], str] = {}
	for app in (frappe, erpnext):
		folder = Path(app.__file__).parent
		found |= catalogue(folder / "locale" / f"{LANGUAGE}.po")
		found |= translations(folder / "translations" / f"{LANGUAGE}.csv")
	return found


def catalogue(path: Path) -> dict[tuple[str, str], str]:
	"""The other form in which an app brings translations along."""
	if not path.exists():
		return {}
	with path.open("rb") as file:
		read = read_po(file, locale=LANGUAGE)
	return {
		(one.id, one.context or ""): one.string
		for one in read
		if isinstance(one.id, str) and one.id and one.string and not one.fuzzy
	}


def missing(known: dict[tuple[str, str], str] | None = None) -> list[Text]:
	"""Texts that would be shown in English. A translation without context serves in any.

	What others left in English does not serve.
	"""
	others = {key: dutch for key, dutch in of_others().items() if dutch != key[0]}
	same = {(message, ""): message for message in DUTCH_TOO}
	known = {**others, **same, **(translations() if known is None else known)}
	return [
		text
		for text in texts()
		if not (known.get((text.message, text.context)) or known.get((text.message, "")))
	]


def superfluous() -> list[str]:
	"""Translations of what is nowhere shown any more."""
	used = {text.message for text in texts()}
	return [message for message, _context in translations() if message not in used]


def mismatched() -> list[str]:
	"""Translations with other places for values than the text has: they would fail, or say less."""
	return [
		message
		for (message, _context), dutch in translations().items()
		if dutch and sorted(re.findall(r"\{\w*\}", message)) != sorted(re.findall(r"\{\w*\}", dutch))
	]


def update() -> int:
	"""Add what is missing with no translation, drop what is gone, and say how many are left to translate."""
	known, used = translations(), {text.message for text in texts()}
	rows = {key: dutch for key, dutch in known.items() if key[0] in used}
	rows |= {(text.message, ""): "" for text in missing() if (text.message, "") not in rows}
	with OURS.open("w", newline="") as file:
		writer = csv.writer(file, lineterminator="\n")
		writer.writerows((message, dutch, context) for (message, context), dutch in sorted(rows.items()))
	return sum(not dutch for dutch in rows.values())


# --- what can't be translated -------------------------------------------------------------------

SAYS = {"throw", "msgprint", "publish_progress"}
CALLED_LABEL = {"label", "title", "description", "placeholder", "subject", "primary_action_label", "message"}


def untranslatable() -> list[str]:
	"""Texts in code that no translation will ever reach, as "file:line: what is wrong"."""
	found: list[str] = []
	for path in _sources("py", *DEFINITIONS):
		found += _in_python(path)
	for path in _sources("js"):
		found += _in_javascript(path)
	for path in _sources("html"):
		found += _in_template(path)
	return sorted(found)


def _sources(suffix: str, *others: str) -> Iterator[Path]:
	for path in sorted(APP.rglob(f"*.{suffix}")):
		if not any(path.relative_to(APP).match(name) for name in (*NOT_SHOWN, *others)):
			yield path


def _at(path: Path, line: int, wrong: str) -> str:
	return f"{path.relative_to(APP)}:{line}: {wrong}"


def _in_python(path: Path) -> Iterator[str]:
	for node in ast.walk(ast.parse(path.read_text())):
		if isinstance(node, ast.Call):
			yield from (_at(path, node.lineno, wrong) for wrong in _wrong_call(node))
		elif isinstance(node, ast.Dict):
			for key, value in zip(node.keys, node.values, strict=True):
				if isinstance(key, ast.Constant) and key.value == "label" and _is_words(value):
					yield _at(path, value.lineno, f"label without _(): {ast.unparse(value)}")


def _wrong_call(node: ast.Call) -> Iterator[str]:
	name = getattr(node.func, "attr", getattr(node.func, "id", ""))
	first = node.args[0] if node.args else None
	if name in ("_", "_lt") and not isinstance(first, ast.Constant) and _is_words(first):
		yield f"not one literal: {ast.unparse(first)}"
	if name in SAYS:
		shown = [first, *(keyword.value for keyword in node.keywords if keyword.arg in CALLED_LABEL)]
		yield from (f"{name} without _(): {ast.unparse(text)}" for text in shown if text and _is_words(text))


def _is_words(node: ast.expr | None) -> bool:
	if isinstance(node, ast.Constant):
		return isinstance(node.value, str) and bool(re.search("[A-Za-z]", node.value))
	if isinstance(node, ast.JoinedStr):
		return any(_is_words(part) for part in node.values if isinstance(part, ast.Constant))
	if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "format":
		return _is_words(node.func.value)
	return isinstance(node, ast.BinOp) and (_is_words(node.left) or _is_words(node.right))


CALLS_OF_NO_LITERAL = re.compile(r"""\b__\(\s*(?:`|(?:"[^"\n]*"|'[^'\n]*')\s*\+)""")


def _in_javascript(path: Path) -> Iterator[str]:
	code = path.read_text()
	for found in CALLS_OF_NO_LITERAL.finditer(code):
		yield _at(path, code.count("\n", 0, found.start()) + 1, f"not one literal in __(): {found[0]}")
	tokens = [
		token
		for token in tokenize(_flattened(code), jsx=False, dotted=False)
		if not token.type.endswith("comment")
	]
	for here, token in enumerate(tokens):
		wrong = [*_wrong_tokens(tokens[here : here + 5])]
		if token.type == "template_string":
			wrong += _wrong_html(token.value)
		yield from (_at(path, token.lineno, what) for what in wrong)


#: a string, a comment, a regular expression where one can stand, or an edge of a template literal
JS_PARTS = re.compile(
	r"""(?P<skip>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|//[^\n]*|/\*.*?\*/"""
	r"""|(?<=[(,=:\[!&|?])\s*/(?![/*])(?:[^/\\\n\[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/)|(?P<edge>`|\{|\})""",
	re.S,
)


def _flattened(code: str) -> str:
	"""The code with each template literal cut down to its own words: what is computed in it is taken out.

	The reader of tokens knows no template literal in another.
	"""
	out, stack, at = [], [], 0
	while at < len(code):
		if stack and stack[-1] == "`":  # in the words of a template literal
			end = re.compile(r"\\.|`|\$\{", re.S).search(code, at)
			stop = end.start() if end else len(code)
			if stack == ["`"]:
				out.append(code[at:stop])
			else:
				out.append("\n" * code.count("\n", at, stop))
			at = end.end() if end else len(code)
			if end and end[0] == "`":
				stack.pop()
				out.append("" if stack else "`")
			elif end and end[0] == "${":
				stack.append("${")
			continue
		part = JS_PARTS.search(code, at)
		stop = part.start() if part else len(code)
		kept = code[at:stop] + (part["skip"] or "" if part else "")
		out.append("\n" * kept.count("\n") if stack else kept)
		at = part.end() if part else len(code)
		edge = part and part["edge"]
		if edge == "`":
			out.append("" if stack else "`")
			stack.append("`")
		elif edge and stack:
			stack.append("{") if edge == "{" else stack.pop()
		elif edge:
			out.append(edge)
	return "".join(out)


#: methods that put their first argument on the screen
JS_SAYS = {"throw", "msgprint", "show_alert", "confirm", "add_custom_button", "add_menu_item", "set_intro",
	"set_title", "set_primary_action", "set_secondary_action", "add_inner_button", "show_progress",
	"add_action_item", "set_headline", "set_headline_alert"}  # fmt: skip


def _wrong_tokens(tokens: list[Token]) -> Iterator[str]:
	kinds, values = [token.type for token in tokens], [token.value for token in tokens]
	if len(tokens) < 4:
		return
	if kinds[0] == "name" and values[0] in CALLED_LABEL and values[1] == ":" and _is_shown(tokens[2]):
		yield f"{values[0]} without __(): {values[2]}"
	if values[0] in JS_SAYS and values[1] == "(" and _is_shown(tokens[2]):
		yield f"{values[0]} without __(): {values[2]}"


def _is_shown(token: Token) -> bool:
	if token.type == "string":
		return bool(re.search("[A-Z ]", token.value))  # "primary" or "qty" are no words for a reader
	return token.type == "template_string" and bool(
		re.search("[A-Za-z]", re.sub(r"<[^>]*>", "", token.value))
	)


def _wrong_html(html: str) -> Iterator[str]:
	without_code = re.sub(r"<(style|script)\b.*?</\1>", "", html, flags=re.S)
	for text in re.findall(r">([^<>]*)<", without_code):
		if re.search(r"[A-Za-z]{3}", re.sub(r"&\w+;", "", text)):
			yield f"words in HTML: {text.strip()}"


def _in_template(path: Path) -> Iterator[str]:
	html = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", path.read_text(), flags=re.S)
	yield from (_at(path, 0, wrong) for wrong in _wrong_html(html))


def main() -> None:
	left = update()
	wrong = untranslatable() + mismatched()
	print(*wrong, sep="\n", end="\n" if wrong else "")
	print(f"{OURS.relative_to(APP.parent)}: {left} to translate")
	sys.exit(bool(left or wrong))


if __name__ == "__main__":
	main()
