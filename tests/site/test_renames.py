"""What follows a document to its new number, and what that costs others (A7, X5)."""

from __future__ import annotations

from contextlib import contextmanager

import frappe
import pytest
from frappe.model.rename_doc import rename_doc

from sales_extensions import renames
from sales_extensions.engine import allocation_name

from . import conversations_world as cw
from . import pipeline_world as pw
from . import world

QUIET = {"show_alert": False, "rebuild_search": False, "validate": False}


def rows_read() -> int:
	"""Rows of tables and of temporary tables that this connection was given one after another, by no index."""
	return sum(
		int(value) for _name, value in frappe.db.sql("SHOW SESSION STATUS LIKE 'Handler_read_rnd_next'")
	)


@contextmanager
def no_scan():
	told = rows_read()
	asking = rows_read() - told  # SHOW STATUS is read from a table too
	before = rows_read()
	yield
	assert rows_read() - before == asking


@contextmanager
def unknown_to_the_framework(monkeypatch):
	"""It remembers for hours which kinds of documents a table names, and learns nothing from what the app writes."""
	monkeypatch.setattr("frappe.model.rename_doc.rename_dynamic_links", lambda *args: None)
	yield


@pytest.mark.parametrize("allocated", [False, True], ids=["natural", "allocated"])
def test_a7_the_entries_of_a_renamed_order_name_it_as_their_source(allocated, monkeypatch):
	target = world.target(10_000, ("Anna", "Bob"))
	order = world.order(team={"Anna": 100})
	if allocated:
		world.allocation(order.name, world.percent("Bob", 50))
	with unknown_to_the_framework(monkeypatch):
		new = rename_doc("Sales Order", order.name, f"{order.name}-NEW", **QUIET)
	found = world.entries(target)
	assert found and {entry.source_name for entry in found} <= {new, allocation_name(new)}
	assert {entry.sales_order for entry in found} == {new}
	world.assert_sound()


def test_a7_a_rename_scans_no_table_of_the_app():
	target = world.target(10_000, ("Anna", "Bob"))
	order, _second, _third = (world.order(team={"Anna": 60, "Bob": 40}) for _number in range(3))
	assert len(world.entries(target)) == 6
	with no_scan():
		renames.follow("Sales Order", order.name, f"{order.name}-NEW")
		renames.follow_sources(
			"Sales Order", order.name, f"{order.name}-NEW", (order.name, f"{order.name}-NEW")
		)
		renames.follow_sources("Order Allocation", order.name, f"{order.name}-NEW", (order.name, "None"))


@pytest.mark.parametrize("doctype", ["Sales Order", "Quotation"])
def test_c5_the_passage_that_a_renamed_document_ended_names_it(doctype, monkeypatch):
	pw.settings(won_on_sales_order=1, lost_on_quotation=1)
	cw.conversation(pipeline_position="Qualifying", conversation_date="2026-03-01")
	if doctype == "Sales Order":
		document = world.order(team={"Anna": 100})
	else:
		document = world.quotation([("MILL", 1, 100)])
		document.declare_enquiry_lost([], [])
	(before,) = frappe.get_all("Pipeline Passage", {"party": "Shop One"}, ["left_by_doctype", "left_by_name"])
	assert (before.left_by_doctype, before.left_by_name) == (doctype, document.name)
	with unknown_to_the_framework(monkeypatch):
		new = rename_doc(doctype, document.name, f"{document.name}-NEW", **QUIET)
	assert frappe.get_all("Pipeline Passage", {"party": "Shop One"}, pluck="left_by_name") == [new]
