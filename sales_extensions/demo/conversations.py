"""Some weeks of conversations: customers won and lost, some in the pipeline, follow-ups late, due and done.

Dates are relative to today. Run again, it leaves alone what is there.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import frappe
from frappe.utils import add_days, nowdate

from sales_extensions.demo.people import ANNA, BOB, CLEO, DIRK, as_user

FIRST, QUALIFY, VALIDATE, PROGRESS, WON, LOST = (
	"Initial Contact", "Qualifying", "Lead Validation", "Progression", "Won", "Lost",
)  # fmt: skip


class Talk(NamedTuple):
	days_ago: int
	how: str
	minutes: int
	note: str
	position: str | None = None
	#: in how many days from today the follow-up is due; below 0: it is late
	follow_up: int | None = None
	about: str = "Offer"
	at: str = "10:20"


#: who talks, with which company, whom they know there, and what was said
STORIES: tuple[tuple[str, str, str, tuple[Talk, ...]], ...] = (
	(ANNA, "Molen De Valk", "Joris de Wit", (
		Talk(52, "Trade Fair", 20, "Met at the fair. Their mill gets a new grinding floor next year.", FIRST,
			about="Introduction"),
		Talk(45, "Call", 25, "Budget is 40,000. Wants two offers before the board meets.", QUALIFY),
		Talk(31, "Visit", 90, "Measured the floor with their miller. They like the quiet gear.", VALIDATE, at="13:05"),
		Talk(16, "Video Call", 45, "Went through the offer. Payment in three parts would help.", PROGRESS),
		Talk(9, "Call", 15, "The board said yes. Order follows by mail.", WON, about="Order"),
		Talk(1, "Call", 10, "All delivered. Asks for a service contract.", None, 6, "Service"),
	)),
	(ANNA, "Kaasmakerij Van den Berg", "Lieke van den Berg", (
		Talk(24, "Call", 20, "Needs a faster press before the summer.", FIRST, about="Introduction"),
		Talk(17, "Visit", 75, "Saw the dairy. The press must fit through a door of 90 cm.", QUALIFY, at="14:40"),
		Talk(5, "E-mail", 10, "Sent drawings and the offer.", PROGRESS, -2),
	)),
	(ANNA, "Tulip Trading Rotterdam", "Sam Okafor", (
		Talk(12, "Call", 15, "Asked for prices of the sorting line.", FIRST, about="Introduction"),
		Talk(4, "Video Call", 40, "Decides with her partner. Ring back with lead times.", QUALIFY, 0),
	)),
	(BOB, "Bakkerij Zonneschijn", "Fatima Bakker", (
		Talk(60, "Visit", 60, "Their old mixer breaks down each week.", FIRST, about="Introduction", at="09:15"),
		Talk(48, "Call", 20, "Wants the large one, on lease.", QUALIFY),
		Talk(33, "Call", 30, "The bank refuses the lease.", PROGRESS),
		Talk(20, "Call", 10, "Bought second-hand elsewhere.", LOST),
	)),
	(BOB, "Haringhuis Scheveningen", "Piet Spaans", (
		Talk(20, "Trade Fair", 15, "Looking for a cold room.", FIRST, about="Introduction"),
		Talk(11, "Call", 20, "Twelve square metres, before May.", QUALIFY, -4),
	)),
	(BOB, "Windmolenpark Zeeland", "Eva Meijer", (
		Talk(6, "Video Call", 50, "Maintenance for nine turbines. A tender will follow.", FIRST, 0, "Introduction"),
	)),
	(CLEO, "Orchard & Sons", "Thomas Orchard", (
		Talk(40, "Visit", 80, "Apples are rinsed by hand. Interested in a line.", FIRST, about="Introduction", at="11:30"),
		Talk(29, "Call", 25, "Has a subsidy for half of it.", VALIDATE),
		Talk(14, "Visit", 60, "Agreed on the layout and the price.", PROGRESS, at="15:45"),
		Talk(3, "Call", 15, "Signed!", WON, about="Order"),
	)),
	(CLEO, "Steenhouwerij Limburg", "Karel Hoogenboom-van Oldenbarnevelt tot Stoutenburg", (
		Talk(26, "Call", 20, "Dust in the workshop; the inspector was there.", FIRST, about="Introduction"),
		Talk(8, "Visit", 70, "Three extraction points. Wants references.", QUALIFY, 1, at="10:10"),
	)),
	(DIRK, "Brouwerij De Kraan", "Mo el Amrani", (
		Talk(35, "Call", 20, "Doubles its output. Needs kettles.", FIRST, about="Introduction"),
		Talk(27, "Visit", 95, "Tasted, measured, calculated.", QUALIFY, at="16:50"),
		Talk(13, "Call", 15, "A competitor is 8 % cheaper and faster.", LOST),
	)),
	(DIRK, "Zorggroep Het Anker", "Anouk Smit", (
		Talk(2, "Message", 5, "Asks whether we do kitchens of hospitals.", FIRST, 2, "Introduction", "16:55"),
	)),
	(DIRK, "Grachtengordel Hotels", "Willem Prins", (
		Talk(70, "Visit", 45, "Laundry in four hotels is to be renewed.", FIRST, about="Introduction"),
		Talk(55, "Call", 20, "Decision put off until after the season.", QUALIFY, -11),
	)),
)  # fmt: skip
#: customers who have long been there: who talks with them, how long ago, about what
REGULARS = (
	(ANNA, 0, "Call", 12, "Asked when the next delivery comes.", "Order"),
	(BOB, 3, "Call", 20, "Complaint about a dented panel. Sent photographs.", "Complaint"),
	(CLEO, 1, "Visit", 55, "Yearly talk. Content, wants a price for next year.", "Relationship"),
	(DIRK, 8, "E-mail", 10, "Reminded of an open invoice.", "Payment"),
)


def build() -> None:
	if frappe.db.count("Conversation"):
		return
	for seller, company, contact, talks in STORIES:
		_talk(seller, "Lead", _lead(seller, company, contact), contact, talks)
	customers = frappe.get_all("Customer", {"disabled": 0}, pluck="name", order_by="name")
	for number, (seller, days_ago, how, minutes, note, about) in enumerate(REGULARS):
		customer = customers[number % len(customers)]
		_talk(seller, "Customer", customer, None, [Talk(days_ago, how, minutes, note, about=about)])
	_plan_the_day()


def _lead(seller: str, company: str, contact: str) -> str:
	first, last = contact.split(" ", 1)
	with as_user(seller):
		lead = frappe.get_doc(
			{"doctype": "Lead", "first_name": first, "last_name": last, "company_name": company, "lead_owner": seller}
		).insert()  # fmt: skip
	return lead.name


def _talk(seller: str, kind: str, party: str, contact: str | None, talks: Iterable[Talk]) -> None:
	earlier = None
	for talk in talks:
		with as_user(seller):
			conversation = frappe.get_doc(
				{
					"doctype": "Conversation",
					"party_type": kind,
					"party": party,
					"with_whom": contact,
					"about": talk.about,
					"how": talk.how,
					"note": talk.note,
					"conversation_date": add_days(nowdate(), -talk.days_ago),
					"time_begin": f"{talk.at}:00",
					"duration_minutes": talk.minutes,
					"pipeline_position": talk.position,
					"follow_up_date": None
					if talk.follow_up is None
					else add_days(nowdate(), max(talk.follow_up, 0)),
					"follow_up_of": earlier,
					"is_follow_up": int(bool(earlier)),
				}
			).insert()
		if talk.follow_up is not None and talk.follow_up < 0:  # nobody may choose a day that is over
			conversation.db_set("follow_up_date", add_days(nowdate(), talk.follow_up))
		earlier = conversation.name


def _plan_the_day() -> None:
	"""A visit and a task for Anna today, in the desk's own calendar and list."""
	with as_user(ANNA):
		frappe.get_doc(
			{"doctype": "Event", "subject": "Visit Kaasmakerij Van den Berg", "event_category": "Meeting",
				"starts_on": f"{nowdate()} 14:00:00", "ends_on": f"{nowdate()} 15:30:00", "event_type": "Private"}
		).insert()  # fmt: skip
		frappe.get_doc(
			{"doctype": "ToDo", "description": "Send lead times to Tulip Trading Rotterdam", "allocated_to": ANNA,
				"date": nowdate(), "priority": "High"}
		).insert()  # fmt: skip
