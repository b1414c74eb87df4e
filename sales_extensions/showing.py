"""How the app shows text of documents and of people: one way, and safe as HTML (X5).

The framework cleans some fields of some documents when they are saved, not all: what comes from a document, or from
who asks, is never clean. In the desk it is `sales_extensions.showing` of `public/js/showing.js`.
"""

from __future__ import annotations

import re
from urllib.parse import quote

#: as the framework does it, without the framework: a page made of files shows text the same way
SAFE = str.maketrans({"&": "&amp;", '"': "&quot;", "'": "&apos;", ">": "&gt;", "<": "&lt;"})
OPENS_TAG = re.compile("<(?=[A-Za-z/!?])")
#: What would end a file's name, or the header that it is sent in.
NO_FILE_NAME = re.compile(r"[^\w .,()&@+-]+")


def text(value: object, most: int | None = None) -> str:
	"""A text as it is to the eye, safe as HTML; nothing for None. A longer one ends after `most` signs."""
	return plain("" if value is None else value)[:most].translate(SAFE)


def as_plain(text: str) -> str:
	"""The text to the eye, and no HTML wherever it is shown: a sign without width keeps "<" from opening a tag.

	For what is shown as text here and as HTML there: the names in a chart's legend and in its tooltips, and what
	the app writes into its own documents, which the desk's lists and forms show as HTML.
	"""
	return OPENS_TAG.sub("<\N{ZERO WIDTH SPACE}", text)


def plain(value: object) -> str:
	"""A text that can be sent at all: half of a sign, which a program can send, is a question mark."""
	try:
		shown = str(value)
	except RecursionError:  # lists in lists, a thousand deep
		shown = "\N{HORIZONTAL ELLIPSIS}"
	return shown.encode("utf-8", "replace").decode()


def file_name(name: str) -> str:
	"""The name of a file that is sent, made of what a document or a person is called."""
	return NO_FILE_NAME.sub("_", name)


def as_attachment(name: str) -> str:
	"""The header that names a file, in any script (RFC 6266); a program that knows plain signs alone has these."""
	safe = file_name(name)
	plain_signs = safe.encode("ascii", "replace").decode().replace("?", "_")
	return f"attachment; filename=\"{plain_signs}\"; filename*=UTF-8''{quote(safe)}"


def is_text(value: object) -> bool:
	"""Whether this is a text that can be kept."""
	if not isinstance(value, str):
		return False
	try:
		value.encode()
	except UnicodeEncodeError:
		return False
	return True
