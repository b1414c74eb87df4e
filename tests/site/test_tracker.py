"""Rows, figures, stages, related documents and story of the Sales Tracker, as the site has them (K1-K3, K5)."""

from __future__ import annotations

import csv
import io

import frappe
import pytest

from sales_extensions.api import tracker as api
from sales_extensions.tracker import export, fields, jobs, related, settings

from . import tracker_world, world
from .conftest import made_once, undo

made = made_once(tracker_world.build)


def names(**query) -> set[str]:
	return {row["name"] for row in api.rows(query=query, length=500)["rows"]}


def all_pages(length: int, **query) -> list[str]:
	found, after = [], None
	while True:
		page = api.rows(query=query, after=after, length=length)
		found += [row["name"] for row in page["rows"]]
		after = page["next"]
		if after is None:
			return found


def row_of(name: str, **query) -> dict:
	return next(row for row in api.rows(query=query, length=500)["rows"] if row["name"] == name)


def test_k5_only_active_statuses_are_shown_unless_asked(made):
	active = {"fresh", "spain", "sibling", "open_customer", "quotation", "draft", "builder"}
	assert names() == {made[key] for key in active}
	assert names(inactive=True) == set(made.values()) - {made["order"]}


def test_k5_a_status_that_the_table_lacks_hides_nothing(made):
	doc = frappe.get_doc(settings.SETTINGS)
	doc.statuses = [row for row in doc.statuses if row.status != "Do Not Contact"]
	doc.save()
	assert made["cold"] in names()
	missing = settings.missing_statuses(doc)
	assert missing == [("Lead", "Do Not Contact")]
	assert doc.add_missing_statuses() == 1
	doc.save()
	assert made["cold"] not in names()


def test_k5_a_status_of_ones_own_is_offered_and_active(made):
	frappe.make_property_setter(
		{"doctype": "Lead", "fieldname": "status", "property": "options",
			"value": "Lead\nOpen\nReplied\nWaiting", "property_type": "Text"}
	)  # fmt: skip
	try:
		doc = frappe.get_doc(settings.SETTINGS)
		doc.add_missing_statuses()
		assert [row.is_active for row in doc.statuses if row.status == "Waiting"] == [1]
	finally:
		undo()
		frappe.clear_cache(doctype="Lead")


def test_k2_filters_by_any_field_and_over_document_types(made):
	assert names(filters=[["c_territory", "=", "Spain"]]) == {made["spain"], made["builder"]}
	assert names(filters=[["c_customer", "like", "%Vereenigde%"]]) >= {made["fresh"]}
	assert names(filters=[["f_email_id", "=", "fresh@example.com"]]) == {made["fresh"]}
	assert names(filters=[["c_amount", ">", 1000]], inactive=True) >= {made["open_customer"]}
	assert names(filters=[["c_amount", "in", "700,60"]]) == {made["quotation"], made["builder"]}
	assert names(filters=[["c_date", "Between", ["2026-03-09", "2026-03-11"]]]) == {
		made["quotation"], made["draft"], made["builder"]
	}  # fmt: skip
	assert names(kind="Proposals") == {made["quotation"], made["draft"], made["builder"]}
	assert names(filters=[["c_territory", "descendants of", "Europe"]]) == names()


def test_k2_a_document_type_without_the_field_meets_only_not_set(made):
	assert made["fresh"] not in names(filters=[["c_amount", "is", "set"]])
	assert made["fresh"] in names(filters=[["c_amount", "is", "not set"]])


def test_k2_percent_signs_in_a_filter_are_only_text(made):
	frappe.db.set_value("Lead", made["fresh"], "title", "100% wind")
	assert names(filters=[["c_customer", "=", "100% wind"]]) == {made["fresh"]}
	assert names(filters=[["c_customer", "like", "100% wind"]]) == {made["fresh"]}
	assert api.figures(query={"filters": [["c_customer", "=", "100% wind"]]})["jobs"] == 1


def test_k2_a_filter_on_a_day_takes_in_all_of_the_day(made):
	"""The column Date is a day of quotations, and the moment at which a lead was made."""
	for key, moment in (("fresh", "2026-03-10 23:59:59"), ("spain", "2026-03-11 00:00:00")):
		frappe.db.set_value("Lead", made[key], "creation", moment)
	asked = ("=", {"fresh"}), ("<=", {"fresh"}), (">", {"spain"}), (">=", {"fresh", "spain"}), ("<", set())
	for operator, keys in asked:
		found = names(kind="Enquiries", filters=[["c_date", operator, "2026-03-10"]])
		assert found & {made["fresh"], made["spain"]} == {made[key] for key in keys}, operator
	assert names(filters=[["c_date", "=", "2026-03-10"]]) >= {
		made["fresh"],
		made["quotation"],
		made["builder"],
	}


def test_k2_a_filter_on_the_amount_is_on_the_amount_that_is_shown(made):
	frappe.db.set_value("Opportunity", made["sibling"], {"base_opportunity_amount": 0, "conversion_rate": 2})
	for one in (["c_amount", "=", 500], ["c_amount", "in", "500"], ["f_opportunity_amount", "=", 250]):
		assert names(filters=[one]) == {made["sibling"]}, one
	assert made["sibling"] in names(filters=[["c_amount", "is", "set"]])
	assert made["sibling"] not in names(filters=[["c_amount", "<", 500]])
	query = {"filters": [["c_amount", ">=", 500]], "kind": "Enquiries"}
	assert api.figures(query=query)["amounts"] == [{"currency": "USD", "amount": 1_234_567_890 + 500}]
	shown = [
		row_of(name)["values"]["c_amount"] for name in all_pages(2, kind="Proposals", order_by="c_amount")
	]
	assert shown == sorted(shown, reverse=True)
	ordered = [row["name"] for row in api.rows(query={"order_by": "c_amount"}, length=500)["rows"]]
	assert ordered.index(made["quotation"]) < ordered.index(made["sibling"]) < ordered.index(made["builder"])


def test_k1_an_opportunity_without_an_amount_is_worth_its_items(made):
	items = [{"item_code": "MILL", "qty": 1, "rate": rate, "uom": "Nos"} for rate in (3000, 2000)]
	name = tracker_world.opportunity("Builder Two", kind="Customer", items=items)
	assert row_of(name)["values"]["c_amount"] == 5000
	query = {"filters": [["f_name", "=", name]]}
	assert api.figures(query=query)["amounts"] == [{"currency": "USD", "amount": 5000}]
	assert names(filters=[["c_amount", "=", 5000]]) == {name}


def test_k1_a_foreign_amount_without_an_exchange_rate_is_shown_in_its_currency_and_in_no_sum(made):
	before = api.figures(query={"kind": "Enquiries"})["amounts"]
	name = tracker_world.opportunity("Builder Two", kind="Customer")
	foreign = {
		"currency": "JPY",
		"conversion_rate": 0,
		"base_opportunity_amount": 0,
		"opportunity_amount": 70_000,
	}
	frappe.db.set_value("Opportunity", name, foreign)
	row = row_of(name)
	assert (row["values"]["c_amount"], row["currency"]["c_amount"]) == (70_000, "JPY")
	assert api.figures(query={"kind": "Enquiries"})["amounts"] == before
	assert names(filters=[["c_amount", ">", 0]]) & {name} == set()
	assert name in names(filters=[["c_amount", "is", "set"]])
	for descending in (True, False):
		pages = all_pages(2, order_by="c_amount", descending=descending)
		assert len(pages) == len(set(pages)) and set(pages) == names()
	frappe.db.set_value(
		"Opportunity", name, {"base_opportunity_amount": 0, "opportunity_amount": 0, "total": 300}
	)
	assert row_of(name)["currency"]["c_amount"] == "JPY"
	frappe.db.set_value("Opportunity", name, "conversion_rate", 2)
	assert (row_of(name)["values"]["c_amount"], row_of(name)["currency"]["c_amount"]) == (600, "USD")


def test_k2_a_filter_on_who_is_assigned_means_them_alone(made):
	for key, users in (("fresh", ["anna@example.com"]), ("spain", ["joanna@example.com"]), ("draft", [])):
		doctype = "Quotation" if key == "draft" else "Lead"
		frappe.db.set_value(doctype, made[key], "_assign", frappe.as_json(users))
	assert names(filters=[["c_assigned_to", "=", "anna@example.com"]]) == {made["fresh"]}
	assert names(filters=[["c_assigned_to", "is", "set"]]) == {made["fresh"], made["spain"]}
	assert names(filters=[["c_assigned_to", "is", "not set"]]) == names() - {made["fresh"], made["spain"]}
	assert names(filters=[["c_assigned_to", "!=", "anna@example.com"]]) == names() - {made["fresh"]}


def test_k2_fields_of_rows_and_long_texts_can_be_filtered(made):
	frappe.db.set_value("Quotation", made["draft"], "terms", "Delivered <b>free</b> of charge")
	assert names(filters=[["f_terms", "like", "%free%"]]) == {made["draft"]}
	assert names(filters=[["f_items_item_code", "=", "PUMP"]]) == {made["draft"], made["builder"]}
	query = {"filters": [["f_items_item_code", "in", "PUMP,MILL"], ["f_items_qty", ">", 0]]}
	assert api.figures(query=query)["jobs"] == len(names(**query)) == 3
	label = next(one["label"] for one in api.layout()["filters"] if one["key"] == "f_items_item_code")
	assert label == "Item Code (Items)"


def test_k2_a_job_with_many_rows_that_meet_a_filter_is_one_job(made):
	many = world.quotation([("PUMP", 1, 40), ("PUMP", 2, 40), ("PUMP", 3, 40)]).name
	query = {"filters": [["f_items_item_code", "=", "PUMP"], ["f_name", "=", many]]}
	assert [row["name"] for row in api.rows(query=query)["rows"]] == [many]
	assert api.figures(query=query)["amounts"] == [{"currency": "USD", "amount": 240}]


@pytest.mark.parametrize("order_by", ["", "c_customer", "c_amount", "c_date", "c_owner", "c_last_updated"])
@pytest.mark.parametrize("descending", [True, False])
def test_k1_pages_hold_each_job_once_in_order(made, order_by, descending):
	query = {"order_by": order_by, "descending": descending, "inactive": True}
	paged = all_pages(2, **query)
	assert sorted(paged) == sorted(names(inactive=True))
	assert paged == [row["name"] for row in api.rows(query=query, length=500)["rows"]]
	if order_by == "c_amount":
		amounts = [row_of(name, inactive=True)["values"].get("c_amount") or 0 for name in paged]
		assert amounts == sorted(amounts, reverse=descending)


def test_k1_what_each_led_to(made):
	def led_to(key):
		return {(one["doctype"], one["name"]) for one in row_of(made[key], inactive=True)["led_to"]}

	assert ("Opportunity", made["opportunity"]) in led_to("lead")
	assert led_to("opportunity") == {("Quotation", made["quotation"])}
	assert led_to("sold") == {("Sales Order", made["order"])}
	assert led_to("spain") == set()


def test_k1_what_each_came_from_as_far_as_one_may_read_it(made):
	def came_from(key):
		return {(one["doctype"], one["name"]) for one in row_of(made[key], inactive=True)["came_from"]}

	assert came_from("quotation") == {("Opportunity", made["opportunity"])}
	assert came_from("opportunity") == {("Lead", made["lead"])}
	assert came_from("open_customer") == came_from("draft") == came_from("lead") == set()
	rows = world.quotation([("MILL", 1, 10)], submit=False)
	frappe.db.set_value("Quotation Item", rows.items[0].name, {"prevdoc_doctype": "Opportunity", "prevdoc_docname": made["sibling"]})  # fmt: skip
	assert row_of(rows.name)["came_from"] == [{"doctype": "Opportunity", "name": made["sibling"]}]


def test_k5_stages_by_the_table_and_each_figure_opens_to_its_jobs(made):
	assert row_of(made["fresh"])["stage"] == "New Enquiry"
	assert row_of(made["spain"])["stage"] == "In Contact"
	assert row_of(made["draft"])["stage"] == "Proposal in Preparation"
	assert row_of(made["sold"], inactive=True)["stage"] == "Won"
	for inactive in (False, True):
		figures = api.figures(query={"inactive": inactive})
		assert (
			figures["jobs"] == len(names(inactive=inactive)) == sum(one["jobs"] for one in figures["stages"])
		)
		for one in figures["stages"]:
			assert len(names(stages=[one["stage"]], inactive=inactive)) == one["jobs"], one
	rates = {card["label"]: (card["won"], card["decided"]) for card in figures["cards"] if "won" in card}
	assert rates == {"Enquiries Won": (0, 2), "Proposals Won": (1, 1)}


def test_k5_a_condition_on_a_field_decides_a_stage(made):
	doc = frappe.get_doc(settings.SETTINGS)
	doc.append(
		"stages",
		{"stage": "Spain First", "sequence": 1, "document_type": "Quotation", "outcome": "Open",
			"condition_field": "territory", "condition_value": "Spain"},
	)  # fmt: skip
	doc.save()
	assert row_of(made["builder"])["stage"] == "Spain First"
	assert names(stages=["Spain First"]) == {made["builder"]}
	assert names(stages=["Proposal Sent"], kind="Proposals") == {made["quotation"]}


def test_k1_sums_are_in_company_currency(made):
	world.quotation([("MILL", 1, 100)], currency="EUR", conversion_rate=1.25)
	world.quotation([("MILL", 1, 100)], company=world.COMPANY_EUR)
	card = next(
		one for one in api.figures(query={"kind": "Proposals"})["cards"] if one["label"] == "Active Proposals"
	)
	assert {one["currency"]: one["amount"] for one in card["amounts"]} == {
		"USD": 700 + 80 + 60 + 125,
		"EUR": 100,
	}


def test_k1_an_opportunity_that_came_over_rest_has_its_worth_too(made):
	frappe.db.set_value("Opportunity", made["sibling"], {"base_opportunity_amount": 0, "conversion_rate": 2})
	query = {"filters": [["f_name", "=", made["sibling"]]]}
	assert api.figures(query=query)["amounts"] == [{"currency": "USD", "amount": 500}]
	assert api.rows(query=query)["rows"][0]["values"]["c_amount"] == 500


def test_k3_the_summary_has_details_related_and_story(made):
	frappe.get_doc("Lead", made["lead"]).add_comment("Comment", "Called <script>alert(1)</script>them")
	shown = api.job("Lead", made["lead"])
	assert {field["label"] for field in shown["fields"]} >= {"Customer", "Status", "Owner"}
	groups = {group["label"]: {row["name"] for row in group["rows"]} for group in shown["related"]}
	assert groups["Led To"] >= {made["opportunity"], made["sibling"], made["quotation"]}
	assert shown["story"][0]["kind"] == "comment" and "Called" in shown["story"][0]["html"]
	assert "<script" not in shown["story"][0]["html"]
	assert shown["story"][-1]["kind"] == "created"
	groups = {
		one["label"]: {row["name"] for row in one["rows"]}
		for one in related.related("Quotation", made["quotation"])
	}
	assert groups["Came From"] == {made["opportunity"], made["lead"]}


def test_k3_other_active_jobs_of_the_party_are_related(made):
	found = {
		one["label"]: {row["name"] for row in one["rows"]}
		for one in related.related("Opportunity", made["lost"])
	}
	others = found["Other Active Jobs of the Same Party"]
	assert others >= {made["open_customer"], made["draft"]} and made["builder"] not in others


def test_k3_a_related_job_and_a_row_of_each_document_type_say_whose_they_are(made):
	groups = related.related("Opportunity", made["lost"])
	told = {row["doctype"]: row["title"] for group in groups for row in group["rows"]}
	assert told == {"Opportunity": "Shop One", "Quotation": "Shop One"}
	for key in ("fresh", "open_customer", "quotation"):
		assert row_of(made[key])["values"]["c_customer"], key


def test_k3_private_notes_of_conversations_stay_private(made):
	for note, private in (("We met", 0), ("Between us", 1)):
		frappe.get_doc(
			{"doctype": "Conversation", "party_type": "Lead", "party": made["lead"], "note": note,
				"is_private": private, "conversation_date": "2026-03-05"}
		).insert(ignore_permissions=True, ignore_mandatory=True)  # fmt: skip
	told = " ".join(one["html"] for one in api.story("Lead", made["lead"]))
	assert "We met" in told and "Between us" not in told


def test_k3_a_change_of_a_field_at_a_higher_level_is_not_told(made, monkeypatch):
	doc = frappe.get_doc("Lead", made["lead"])
	changed = [["status", "Open", "Replied"], ["email_id", "a@example.com", "b@example.com"]]
	frappe.get_doc(
		{
			"doctype": "Version",
			"ref_doctype": "Lead",
			"docname": doc.name,
			"data": frappe.as_json({"changed": changed}),
		}
	).insert(ignore_permissions=True)
	assert "b@example.com" in str(api.story("Lead", doc.name))
	allowed = fields.permitted
	monkeypatch.setattr("sales_extensions.tracker.story.permitted", lambda doctype: {
		name: one for name, one in allowed(doctype).items() if name != "email_id"
	})  # fmt: skip
	told = str(api.story("Lead", doc.name))
	assert "b@example.com" not in told and "Replied" in told


def csv_text(answer) -> str:
	text = b"".join(answer.response).decode("utf-8")
	assert text.startswith(export.BOM)
	return text[1:]


def csv_rows(answer, delimiter: str = ",") -> list[dict]:
	return list(csv.DictReader(io.StringIO(csv_text(answer)), delimiter=delimiter))


def test_k4_the_file_holds_the_rows_that_are_shown_and_nothing_that_runs(made):
	rows = csv_rows(api.export_csv(query={"inactive": True}))
	assert {row["ID"] for row in rows} == names(inactive=True)
	cold = next(row for row in rows if row["ID"] == made["cold"])
	assert cold["Customer"].startswith("'=HYPERLINK")
	sold = next(row for row in rows if row["ID"] == made["quotation"])
	assert (sold["Amount"], sold["Currency of Amount"], sold["Stage"]) == ("700.0", "USD", "Proposal Sent")
	assert [row["ID"] for row in csv_rows(api.export_csv(doctype="Lead", name=made["lead"]))] == [
		made["lead"]
	]


def test_k4_the_file_is_in_the_manner_of_the_users_language(made, monkeypatch):
	formats = {"number_format": "#.###,##", "date_format": "dd-mm-yyyy"}
	monkeypatch.setattr(frappe.defaults, "get_user_default", lambda key, *_more: formats[key])
	frappe.db.set_value(
		"Lead", made["fresh"], {"creation": "2026-03-10 23:59:59.123456", "phone": "+31 20 123 45 67"}
	)
	text = csv_text(api.export_csv(query={"inactive": True}))
	rows = {row["ID"]: row for row in csv_rows(api.export_csv(query={"inactive": True}), ";")}
	assert rows[made["fresh"]]["Date"] == "10-03-2026"
	assert (rows[made["quotation"]]["Amount"], rows[made["quotation"]]["Date"]) == ("700,0", "10-03-2026")
	assert ';700,0;"USD"' in text, "a number has no quotes"
	assert "'+31" not in text and ".123456" not in text


def test_k4_an_export_in_batches_misses_nothing(made, monkeypatch):
	monkeypatch.setattr(jobs, "BATCH", 3)
	found = [row["ID"] for row in csv_rows(api.export_csv(query={"inactive": True}))]
	assert sorted(found) == sorted(names(inactive=True))


def test_k1_the_number_of_statements_does_not_grow_with_the_rows(made):
	def counted():
		found = []
		plain = frappe.db.sql
		frappe.db.sql = lambda *args, **kwargs: (found.append(args), plain(*args, **kwargs))[1]
		try:
			api.rows(query={"inactive": True}, length=500)
		finally:
			del frappe.db.sql
		return len(found)

	counted()
	before = counted()
	for number in range(10):
		tracker_world.lead(f"More {number}")
	assert counted() == before


# --- settings -----------------------------------------------------------------------------------


def test_k5_what_users_emptied_is_not_seeded_again():
	doc = frappe.get_doc(settings.SETTINGS)
	doc.set("stages", [])
	doc.save()
	settings.seed()
	assert frappe.get_doc(settings.SETTINGS).stages == []
	assert len(frappe.get_doc(settings.SETTINGS).tracker_fields) > 20


@pytest.mark.parametrize(
	("table", "row", "words"),
	[
		("tracker_fields", {"document_type": "Lead", "fieldname": "nothing", "label": "X"}, "Lead has no field nothing"),
		("tracker_fields", {"document_type": "Lead", "fieldname": "image", "label": "X"}, "no field image"),
		("tracker_fields", {"document_type": "Lead", "fieldname": "phone", "label": "Status"}, "another label"),
		("tracker_fields", {"document_type": "Lead", "fieldname": "phone", "label": "X", "width": 9000}, "Width must be"),
		("tracker_fields", {"document_type": "User", "fieldname": "phone", "label": "X"}, "Document Type"),
		("tracker_fields", {"document_type": "Lead", "fieldname": "phone", "label": "X", "width": "wide"}, "Width"),
		("statuses", {"document_type": "Lead", "status": "Open"}, "Remove one of them"),
		("statuses", {"document_type": "Lead"}, "status"),
		("stages", {"stage": "X", "sequence": 1, "document_type": "Lead", "statuses": "Nope"}, "no status Nope"),
		("stages", {"stage": "X", "sequence": 1, "document_type": "Lead", "outcome": "Maybe"}, "Outcome"),
		("stages", {"stage": "X", "sequence": 1, "document_type": "Lead", "colour": "red;}"}, "Colour"),
		("stages", {"stage": "Other", "sequence": 1, "document_type": "Lead"}, "another name"),
		("stages", {"stage": "X", "sequence": 1, "document_type": "Lead", "condition_field": "password"}, "no field password"),
		("stages", {"stage": "X", "sequence": "first", "document_type": "Lead"}, "Sequence"),
	],
)  # fmt: skip
def test_x5_settings_say_what_is_wrong_in_which_row(table, row, words):
	doc = frappe.get_doc(settings.SETTINGS)
	doc.append(table, {"outcome": "Open", **row} if table == "stages" else row)
	with pytest.raises(frappe.ValidationError, match=words):
		doc.save()
