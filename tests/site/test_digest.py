"""The weekly digest: who gets it, once, and that it says what the targets say (issue 5, item 5)."""

from __future__ import annotations

import json
import re
from email import message_from_string, policy
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import frappe
import pytest
from frappe.utils import get_url_to_form

import sales_extensions
from sales_extensions.api import digest as api
from sales_extensions.attained import running
from sales_extensions.tasks import digest
from tests.site import world

ANNA, MANAGER = "anna@example.com", "manager@example.com"
MONDAY = "2026-07-06"


@pytest.fixture(autouse=True)
def _monday(monkeypatch):
	"""A Monday, and a mail account: none of it goes out, for the queue is rolled back."""
	monkeypatch.setattr(running, "nowdate", lambda: MONDAY)
	monkeypatch.setattr(digest, "getdate", lambda day=None: frappe.utils.getdate(day or MONDAY))
	frappe.get_doc(
		{
			"doctype": "Email Account", "name": "Digest", "email_account_name": "Digest",
			"email_id": "sales@example.com", "enable_outgoing": 1, "default_outgoing": 1,
			"smtp_server": "localhost",
		}
	).db_insert()  # fmt: skip
	frappe.local.outgoing_email_account = {}
	yield
	frappe.set_user("Administrator")
	frappe.local.outgoing_email_account = {}


@pytest.fixture
def switched_on():
	world.policy(weekly_digest=1)


@pytest.fixture
def other_manager():
	"""A second Sales Manager, before the first by name."""
	return frappe.get_doc(
		{
			"doctype": "User", "email": "boss@example.com", "first_name": "Boss", "send_welcome_email": 0,
			"roles": [{"role": "Sales Manager"}],
		}
	).insert().name  # fmt: skip


def mails(user: str) -> list:
	return frappe.get_all(
		"Email Queue",
		{"reference_doctype": "User", "reference_name": user},
		["name", "message"],
		order_by="name",
	)


def html_of(row) -> str:
	mail = message_from_string(row.message, policy=policy.default)
	return mail.get_body(("html",)).get_content()


def test_it_goes_to_sales_managers_and_to_no_seller(switched_on):
	world.target(1000, ("Anna",), title="Anna's year")
	told = digest.send()
	assert MANAGER in told and ANNA not in told
	assert len(mails(MANAGER)) == 1 and not mails(ANNA)


def test_switched_off_nobody_gets_it():
	world.target(1000, ("Anna",))
	assert digest.send() == [] and not mails(MANAGER)


def test_it_says_what_the_target_says(switched_on):
	target = world.target(1000, ("Anna",), title="Anna <b>first</b>")
	world.target(2000, ("Bob",), title="Bob behind")
	world.order(900, team={"Anna": 100})
	world.order(100, team={"Bob": 100})
	digest.send()
	[row] = mails(MANAGER)
	html = html_of(row)
	assert "$ 900.00 of $ 1,000.00" in html and "90 %" in html
	assert "$ 100.00 of $ 2,000.00" in html and "5 %" in html
	to_the_eye = html.replace("\u200b", "")  # the sign without width that keeps a title from being HTML
	assert "Anna &lt;b&gt;first&lt;/b&gt;" in to_the_eye and "<b>first</b>" not in to_the_eye
	assert get_url_to_form("Sales Target", target.name) in html
	at_risk, leaders = html.index("At Risk"), html.index("Leaders")
	assert at_risk < html.index("Bob behind") < leaders < html.index("Anna &lt;")
	assert "also those dated later than today." in html
	assert "2026-W27" in row.message, "the subject names the week that is over"


def test_x6_every_figure_is_written_as_the_site_does(monkeypatch):
	plain = frappe.db.get_default
	dutch = {"number_format": "#.###,##"}
	monkeypatch.setattr(frappe.db, "get_default", lambda key, *more: dutch.get(key) or plain(key, *more))
	world.target(2000, ("Anna",), title="Anna")
	world.order(1234.5, team={"Anna": 100})
	html = digest.mail().html
	assert (
		"$ 1.234,50 of $ 2.000,00" in html and "61,7 %" in html and "10,5 % of the goal ahead of pace" in html
	)
	assert not re.search(r"\d\.\d %|\d,\d{3}\b", html)


def test_x6_a_percentage_is_rounded_as_the_desk_rounds_it(monkeypatch):
	plain = frappe.get_system_settings
	world.target(4000, ("Anna",), title="Anna")
	world.order(1610, team={"Anna": 100})
	for method, shown in (("Banker's Rounding", "40.2 %"), ("Commercial Rounding", "40.3 %")):
		monkeypatch.setattr(
			frappe,
			"get_system_settings",
			lambda key, how=method: how if key == "rounding_method" else plain(key),
		)
		html = digest.mail().html
		assert f">{shown}" in re.sub(r"\s*(<|>)\s*", r"\1", html), (method, html)


def test_x4_a_status_opens_the_targets_that_it_counts():
	world.target(1, ("Anna",), title="Now")
	world.target(1, ("Anna",), title="Over", from_date="2026-01-01", to_date="2026-06-30")
	world.order(100, team={"Anna": 100})
	[link] = re.findall(r'href="([^"]+)">Achieved: 1<', digest.mail().html)
	asked = {key: value[0] for key, value in parse_qs(urlsplit(unescape(link)).query).items()}
	filters = {key: json.loads(value) if value.startswith("[") else value for key, value in asked.items()}
	assert frappe.get_list("Sales Target", filters=filters, pluck="title", order_by="name") == ["Now"]


def test_targets_that_ended_in_the_week_are_told_with_what_they_missed(switched_on):
	"""Sunday the fifth was their last day; what ended the week before was told then."""
	quarter = {"from_date": "2026-04-01", "to_date": "2026-07-05"}
	world.target(1000, ("Anna",), title="Reached", **quarter)
	world.target(4, ("Anna",), numeric=True, title="Some orders", **quarter)
	world.target(1000, ("Bob",), title="Fell short", from_date="2026-04-01", to_date="2026-06-29")
	world.target(1000, ("Bob",), title="Before", from_date="2026-04-01", to_date="2026-06-28")
	world.order(1200, team={"Anna": 100}, date="2026-07-05")
	world.order(400, team={"Bob": 100}, date="2026-04-01")
	digest.send()
	[row] = mails(MANAGER)
	html = html_of(row)
	ended = html[html.index("Ended Last Week") :]
	told = [
		"Some orders",
		"Missed by 3",
		"Fell short",
		"Missed by $ 600.00",
		"Reached",
		"Achieved, $ 200.00 over",
	]
	assert sorted(told, key=ended.index) == told, "the furthest short of its goal comes first"
	assert "Before" not in html


def test_money_of_an_upsell_target_has_its_currency():
	world.policy(enable_upsell_tracking=1)
	world.target(500, ("Anna",), title="On top", target_type="Upsell")
	assert "$ 0.00 of $ 500.00" in digest.mail().html


def test_a_target_of_another_company_is_not_told_to_who_may_not_see_it(switched_on):
	world.target(1000, ("Anna",), title="Dollars")
	world.target(1000, ("Anna",), title="Euros", company=world.COMPANY_EUR)
	permission = {"doctype": "User Permission", "user": MANAGER, "allow": "Company"}
	frappe.get_doc({**permission, "for_value": world.COMPANY_EUR}).insert()
	try:
		digest.send()
		[row] = mails(MANAGER)
		assert "Euros" in html_of(row) and "Dollars" not in html_of(row)
		assert frappe.session.user == "Administrator"
	finally:
		frappe.db.rollback()
		frappe.clear_cache(user=MANAGER)


def test_a_week_is_told_once_and_the_next_one_again(switched_on, monkeypatch):
	world.target(1000, ("Anna",))
	assert MANAGER in digest.send()
	assert digest.send() == []
	monkeypatch.setattr(digest, "getdate", lambda day=None: frappe.utils.getdate(day or "2026-07-13"))
	assert MANAGER in digest.send()
	assert len(mails(MANAGER)) == 2


def test_one_who_fails_stops_nobody_and_is_told_next_time(switched_on, other_manager, monkeypatch):
	world.target(1000, ("Anna",))
	send = frappe.sendmail

	def sendmail(recipients, **facts):
		if recipients == [other_manager]:
			raise frappe.OutgoingEmailError("no such mailbox")
		return send(recipients=recipients, **facts)

	monkeypatch.setattr(frappe, "sendmail", sendmail)
	told = digest.send()
	assert MANAGER in told and other_manager not in told
	assert frappe.db.exists("Error Log", {"method": "Weekly digest failed", "reference_name": other_manager})
	monkeypatch.setattr(frappe, "sendmail", send)
	assert digest.send() == [other_manager]


def test_who_has_mail_switched_off_gets_none(switched_on):
	world.target(1000, ("Anna",))
	if not frappe.db.exists("Notification Settings", MANAGER):
		frappe.get_doc({"doctype": "Notification Settings", "name": MANAGER}).insert(set_name=MANAGER)
	for switch in ("enable_email_notifications", "enabled"):
		frappe.db.set_value("Notification Settings", MANAGER, {"enable_email_notifications": 1, "enabled": 1})
		frappe.db.set_value("Notification Settings", MANAGER, switch, 0)
		frappe.clear_document_cache("Notification Settings", MANAGER)
		assert MANAGER not in digest.send(), switch
	frappe.clear_document_cache("Notification Settings", MANAGER)


def test_it_is_in_the_language_of_its_reader(switched_on):
	frappe.db.set_value("User", MANAGER, "language", "nl")
	world.target(1000, ("Bob",))
	digest.send()
	[row] = mails(MANAGER)
	assert "Loopt risico" in html_of(row) and "At Risk" not in html_of(row)
	assert frappe.local.lang != "nl"


def test_the_preview_is_for_managers_and_sends_nothing():
	world.target(1000, ("Anna",), title="Anna's year")
	frappe.set_user(MANAGER)
	assert "Anna&#39;s year" in api.preview()["html"]
	frappe.set_user(ANNA)
	with pytest.raises(frappe.PermissionError):
		api.preview()
	frappe.set_user("Administrator")
	assert not mails(MANAGER)


def test_a_week_without_anything_is_no_mail(switched_on):
	assert digest.mail().tells is bool(digest._pipeline(*digest.last_week(frappe.utils.getdate(MONDAY))))
	assert "No target has today in its period." in digest.mail().html


def test_no_role_may_import_what_cannot_be_imported():
	"""The framework refuses such a DocType wherever it is saved again, as apps do that are installed later."""
	wrong = []
	for path in Path(sales_extensions.__file__).parent.glob("sales_extensions/doctype/*/*.json"):
		doctype = json.loads(path.read_text())
		if any(row.get("import") for row in doctype.get("permissions", ())) and not doctype.get(
			"allow_import"
		):
			wrong.append(doctype["name"])
	assert wrong == []
