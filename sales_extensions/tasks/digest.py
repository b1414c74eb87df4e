"""Each Monday, to each Sales Manager by e-mail: how the targets and the pipeline stand (issue 5, item 5).

A mail is made as its reader: permissions, User Permissions and language are theirs. That it was sent is kept as a
Notification Log with a name made of the week and the user, so that the database refuses a second one. Who has
notifications, or their e-mail, switched off in their Notification Settings gets none.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import frappe
from frappe import _
from frappe.desk.doctype.notification_settings.notification_settings import (
	is_email_notifications_enabled,
	is_notifications_enabled,
)
from frappe.utils import cint, format_date, get_url, get_url_to_form, getdate
from frappe.utils.user import get_users_with_role

from sales_extensions import lines, words
from sales_extensions.attained import running as standing
from sales_extensions.charges import report_filters, report_view
from sales_extensions.charges import reporting as charges
from sales_extensions.constants.roles import MANAGER
from sales_extensions.engine import Reason, Status, TargetType, conversion
from sales_extensions.engine.digest import (
	MOST_NAMED,
	by_company,
	by_status,
	last_week,
	outcome,
	week_name,
	worst_first,
)
from sales_extensions.engine.notices import Unit
from sales_extensions.engine.words import percent_text
from sales_extensions.ledger import facts
from sales_extensions.permissions import CREDIT
from sales_extensions.pipeline import reporting as pipeline
from sales_extensions.pipeline.report_view import link

from .notify import Message, in_language_of, log, name_of_notice

SETTINGS, TARGET = "Sales Extensions Settings", "Sales Target"
SWITCH, TEMPLATE = "weekly_digest", "sales_extensions/templates/emails/sales_digest.html"
SUBJECT = "Sales of week {0}"


@dataclass(frozen=True, slots=True)
class Mail:
	subject: str
	html: str
	#: Nobody is sent a mail without targets and without a pipeline.
	tells: bool


def send() -> list[str]:
	"""Scheduled each Monday; gives to whom. One who fails stops nobody."""
	if not cint(frappe.db.get_single_value(SETTINGS, SWITCH)):
		return []
	return [user for user in sorted(get_users_with_role(MANAGER)) if _sent(user)]


def _sent(user: str) -> bool:
	frappe.db.savepoint("digest_of_user")
	try:
		return _send(user, getdate())
	except Exception:
		frappe.db.rollback(save_point="digest_of_user")
		frappe.log_error(title="Weekly digest failed", reference_doctype="User", reference_name=user)
		return False


def _send(user: str, today: date) -> bool:
	notice = name_of_notice(user, Message(TARGET, "", Reason(SUBJECT)), f"digest {week_name(today)}")
	if not _takes_mail(user) or frappe.db.exists("Notification Log", notice):
		return False
	with as_user(user):
		made = mail(today)
	if not made.tells:
		return False
	log(user, notice, subject=made.subject, document_type=TARGET, link=get_url(lines.desk("team-sales")))
	frappe.sendmail(
		recipients=[frappe.db.get_value("User", user, "email")],
		subject=made.subject,
		message=made.html,
		reference_doctype="User",
		reference_name=user,
		add_unsubscribe_link=0,
	)
	return True


def _takes_mail(user: str) -> bool:
	return bool(is_notifications_enabled(user) and is_email_notifications_enabled(user))


@contextmanager
def as_user(user: str) -> Iterator[None]:
	"""What is read meanwhile is what the user may read, in their language."""
	before = frappe.session.user
	try:
		frappe.set_user(user)
		with in_language_of(user):
			yield
	finally:
		frappe.set_user(before)


# --- what the mail says ---------------------------------------------------------------------------


def mail(today: date | None = None) -> Mail:
	"""For the one who works now. Targets as they stand today, the rest of the week before."""
	today = getdate(today)
	first, last = last_week(today)
	running, ended = map(by_company, _targets(first, last))
	companies = [
		_company(name, running.get(name, []), ended.get(name, []), first, last, today)
		for name in sorted({*running, *ended})
	]
	figures = _pipeline(first, last)
	html = frappe.render_template(
		TEMPLATE,
		{
			"period": f"{format_date(first)} - {format_date(last)}",
			"companies": companies,
			"pipeline": figures,
			"settings": get_url_to_form("Notification Settings", frappe.session.user),
		},
	)
	return Mail(_("Sales of week {0}").format(week_name(first)), html, bool(companies or figures))


def _targets(first: date, last: date) -> tuple[list[dict], list[dict]]:
	"""Those of today, and those that ended in the week."""
	if not frappe.has_permission(TARGET, "read"):
		return [], []
	return standing.name_sellers(standing.today()), standing.name_sellers(standing.ended(first, last))


def _company(
	name: str, rows: list[dict], ended: list[dict], first: date, last: date, today: date
) -> dict[str, object]:
	places = standing.ranked(rows)
	return {
		"name": name,
		"ended": _ended(name, ended, first, last),
		"statuses": [_status(name, status, those, today) for status, those in by_status(rows).items()],
		"leaders": [_line(row) for row in places["leaders"][: standing.ROWS]],
		"behind": [_line(row) for row in places["behind"][: standing.ROWS]],
		"more_behind": max(0, len(places["behind"]) - standing.ROWS),
		"upsell": _upsell(name, first, last),
	}


def _status(company: str, status: str, rows: list[dict], today: date) -> dict[str, object]:
	return {
		"label": _(status),
		"count": len(rows),
		"link": _list(company=company, status=status, **standing.running_on(today)),
		"rows": [_line(row) for row in rows[:MOST_NAMED]],
		"more": max(0, len(rows) - MOST_NAMED),
	}


def _ended(company: str, rows: list[dict], first: date, last: date) -> dict[str, object]:
	return {
		"rows": [
			_line(row) | {"outcome": _outcome(row), "late": row["status"] == Status.MISSED}
			for row in worst_first(rows)[:MOST_NAMED]
		],
		"more": max(0, len(rows) - MOST_NAMED),
		"link": _list(company=company, to_date=["between", [first, last]]),
	}


def _outcome(row: dict) -> str:
	reason = outcome(row["status"], row["goal"] - row["realised"], _unit(row))
	return words.translated([reason], html=False)


def _unit(row: dict) -> Unit:
	if row["target_type"] == TargetType.NUMERIC:
		return Unit()
	return Unit(row["currency"], facts.precision())


def _line(row: dict) -> dict[str, object]:
	unit, figure = _unit(row), words.in_number_format
	standing_of = _("{0} of {1}").format(figure(unit.text(row["realised"])), figure(unit.text(row["goal"])))
	lead = words.tenths(row["lead"])
	return {
		"title": row["title"],
		"link": get_url_to_form(TARGET, row["name"]),
		"sellers": ", ".join(row["sellers"]),
		"standing": " · ".join(filter(None, (standing_of, _adjusted(row)))),
		"percentage": figure(percent_text(words.tenths(row["percentage"]))),
		"expected": figure(percent_text(words.tenths(row["expected_percentage"]))),
		"lead": _pace(lead, late=standing.lags(row)),
		"late": standing.lags(row),
	}


def _adjusted(row: dict) -> str:
	"""Beside the result of a closed target, as on its form (H3)."""
	if not row["adjusted"]:
		return ""
	return _("Adjustments: {0}; with them {1}").format(
		*(
			words.in_number_format(_unit(row).text(figure))
			for figure in (row["adjusted"], row["realised"] + row["adjusted"])
		)
	)


def _pace(lead: Decimal, *, late: bool) -> str:
	"""`lead`: in percent of the goal. Who has only today's part to do yet is on pace."""
	points = words.in_number_format(percent_text(abs(lead)))
	if late:
		return _("{0} of the goal behind pace").format(points)
	return _("{0} of the goal ahead of pace").format(points) if lead > 0 else _("on pace")


def _upsell(company: str, first: date, last: date) -> dict[str, str] | None:
	"""Ordered upsells of the week, where they are tracked and the reader may make reports of them."""
	tracked = cint(frappe.db.get_single_value(SETTINGS, "enable_upsell_tracking"))
	if not tracked or not all(frappe.has_permission(CREDIT, ptype) for ptype in ("read", "report")):
		return None
	asked = report_filters.read({"company": company, "from_date": first, "to_date": last})
	revenue = conversion.total(charges.tallies(asked).values()).upsell_revenue
	behind = {"company": company, "only_upsells": "1", "from_date": first, "to_date": last}
	return {
		"amount": report_view.amount_text(revenue, asked.currency),
		"link": get_url(lines.report("Order Charges", behind)),
	}


def _pipeline(first: date, last: date) -> list[dict[str, str]]:
	"""Label, value and the customers behind it; nothing where nothing moved and nobody is in it."""
	if not all(frappe.has_permission(pipeline.PASSAGE, ptype) for ptype in ("read", "report")):
		return []
	asked = pipeline.filters_of({"from_date": first, "to_date": last})
	found = pipeline.total(pipeline.figures(asked), asked)
	if found == pipeline.Figures():
		return []
	return [
		{"label": label, "value": str(value), "link": get_url(link(asked, metric))}
		for label, value, metric in (
			(_("In Pipeline"), found.in_pipeline, pipeline.IN_PIPELINE),
			(_("Entered"), found.entered, pipeline.ENTERED),
			(_("Won"), found.won, pipeline.WON),
			(_("Lost"), found.lost, pipeline.LOST),
			(_("First Conversations"), found.new_prospects, pipeline.NEW),
		)
	]


def _list(**filters: object) -> str:
	"""The targets that a line counts."""
	return get_url(lines.desk("sales-target", filters))
