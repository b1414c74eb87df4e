"""All that the app says can be said in Dutch (X6). Extraction in one command: bin/translations."""

from __future__ import annotations

import frappe
import pytest

from sales_extensions import labels
from sales_extensions.engine import Reason
from sales_extensions.words import translated


def test_x6_every_text_has_its_dutch():
	assert not labels.missing(), "run bin/translations and fill in sales_extensions/translations/nl.csv"


def test_x6_no_text_is_out_of_a_translators_reach():
	assert not labels.untranslatable()


def test_x6_translations_keep_the_places_for_values():
	assert not labels.mismatched()


def test_x6_no_translation_of_what_is_gone():
	assert not labels.superfluous(), "run bin/translations"


@pytest.mark.parametrize(
	("message", "kind"),
	[
		("Expected to date: {0}", "script of a form"),
		("{0} is under {1}, a Sales Person of the target.", "sentence of the engine"),
		("Credited to Another", "label of a field"),
		("Delivered or Billed Share", "option of a field"),
		("Sales Target Orders", "report"),
		("Targets Not Yet Achieved", "shortcut of a workspace"),
	],
)
def test_x6_texts_of_every_kind_are_found(message, kind):
	assert message in {text.message for text in labels.texts()}, kind


def test_x6_a_missing_translation_is_noticed():
	known = labels.translations()
	del known[("Behind Pace", "")]
	assert [text.message for text in labels.missing(known)] == ["Behind Pace"]


@pytest.mark.parametrize(
	("name", "code", "wrong"),
	[
		("a.py", '_(f"Order {name}")', "not one literal"),
		("a.py", '_("Order " + name)', "not one literal"),
		("a.py", '_("Order {0}".format(name))', "not one literal"),
		("a.py", 'frappe.throw("Choose another")', "throw without _()"),
		("a.py", 'frappe.throw(f"Choose {other}")', "throw without _()"),
		("a.py", 'columns = [{"label": "Amount", "width": 90}]', "label without _()"),
		("a.js", "__(`Order ${name}`)", "not one literal in __()"),
		("a.js", '__("Order " + name)', "not one literal in __()"),
		("a.js", '`<b>${x ? `<i>${__("Order " + name)}</i>` : ""}</b>`', "not one literal in __()"),
		("a.js", 'frappe.msgprint("Choose another");', "msgprint without __()"),
		("a.js", 'const f = { fieldname: "x", label: "Amount" };', "label without __()"),
		("a.js", "$w.html(`<th>Amount of ${x}</th>`);", "words in HTML"),
		("a.html", "<p>Month of {{ name }}</p>", "words in HTML"),
	],
)
def test_x6_untranslatable_texts_are_noticed(tmp_path, monkeypatch, name, code, wrong):
	(tmp_path / name).write_text(code)
	monkeypatch.setattr(labels, "APP", tmp_path)
	assert [wrong in found for found in labels.untranslatable()] == [True]


@pytest.mark.parametrize(
	("name", "code"),
	[
		("a.py", 'frappe.throw(_("Choose {0}").format(other))'),
		("a.py", "_(reason.sentence).format(*values)"),
		("a.js", '__("Order {0}", [name]) + `<b title="${__("Amount")}">${x ? `<i>${y}</i>` : ""}</b>`'),
		("a.html", "<p>{{ _('Month') }} {% if a > b %}{{ c }}{% endif %}</p>"),
	],
)
def test_x6_translatable_texts_are_let_through(tmp_path, monkeypatch, name, code):
	(tmp_path / name).write_text(code)
	monkeypatch.setattr(labels, "APP", tmp_path)
	assert not labels.untranslatable()


def test_x6_dutch_needs_no_step_after_the_install():
	"""The framework reads the file as it stands in the app."""
	frappe.local.lang = "nl"
	try:
		assert frappe._("Sales Target") == frappe._("Target") == "Verkoopdoel"
		assert (frappe._("Goal"), frappe._("Target Amount")) == ("Streefcijfer", "Streefbedrag")
		assert translated([Reason("{0} is under {1}, a Sales Person of the target.", ("Anna", "North"))]) == (
			"Anna valt onder North, een verkoper van het doel."
		)
	finally:
		frappe.local.lang = "en"
