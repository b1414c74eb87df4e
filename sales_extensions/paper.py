"""Pages on paper: HTML of ours becomes a PDF by WeasyPrint, which Frappe brings on every line (V4).

Headings of a long table stand on each of its pages, and each page says whose it is and which. Nothing is fetched
from anywhere: a page holds only its own text.
"""

from __future__ import annotations

import frappe
from frappe import _

TEMPLATE = "sales_extensions/templates/paper_page.html"
#: What WeasyPrint wants of the system, by the names of Debian and Ubuntu.
PACKAGES = ("libpango-1.0-0", "libpangoft2-1.0-0")


def pdf(body: str, left: str = "") -> bytes:
	"""The PDF of a page of ours, A4 across; `left` is text for the foot of each page, beside its number.

	Raises ValidationError, which names the packages, where the server lacks what PDFs are drawn with.
	"""
	html = _weasyprint().HTML(string=body, url_fetcher=_nothing)
	foot = frappe.render_template(TEMPLATE, {"left": _quoted(left)})
	return html.write_pdf(stylesheets=[_weasyprint().CSS(string=foot, url_fetcher=_nothing)])


def _weasyprint():
	try:
		import weasyprint
	except OSError:
		frappe.throw(
			_("PDF: the server lacks {0}. Ask your administrator to install it.").format(" ".join(PACKAGES))
		)
	return weasyprint


def _nothing(url: str, *_args, **_kwargs) -> dict:
	raise ValueError(f"{url} is not fetched")


def _quoted(text: str) -> str:
	"""As a string of CSS, which no character of it can end."""
	return (
		'"'
		+ "".join(sign if sign.isalnum() or sign in " .,-" else f"\\{ord(sign):06x}" for sign in text)
		+ '"'
	)
