"""Install on a site, new or live (X1, X2)."""

from __future__ import annotations

import re

import click
import frappe
from frappe.custom.doctype.custom_field.custom_field import create_custom_fields
from frappe.installer import remove_from_installed_apps

from sales_extensions import desk, lines
from sales_extensions.constants.custom_fields import CUSTOM_FIELDS
from sales_extensions.constants.indexes import INDEXES
from sales_extensions.conversations import notes, seeds

APP = "sales_extensions"
SETTINGS = "Sales Extensions Settings"
ISSUES = "the project's issue tracker"
#: The oldest and the first unsupported version of each.
SUPPORTED = {"frappe": ((15, 40), (17, 0)), "erpnext": ((15, 40), (17, 0))}


def before_install() -> None:
	refuse_unsupported()
	make_room()


def make_room() -> None:
	"""The framework makes the app's module anew, and fails where an install that failed has left it."""
	if APP not in frappe.get_installed_apps():
		frappe.db.delete("Module Def", {"app_name": APP})


def before_migrate() -> None:
	refuse_unsupported()


def refuse_unsupported() -> None:
	"""Stop before anything is changed where Frappe or ERPNext is too old or too new."""
	for app, (oldest, first_unsupported) in SUPPORTED.items():
		if app not in frappe.get_all_apps():
			raise click.ClickException(f"Sales Extensions needs {app}, which this bench does not have.")
		version = frappe.get_attr(f"{app}.__version__")
		if not oldest <= number_of(version) < first_unsupported:
			raise click.ClickException(
				f"Sales Extensions supports {app} from {dotted(oldest)} to before {dotted(first_unsupported)}; "
				f"this bench has {version}. Update {app}, or install a release of Sales Extensions for it."
			)


def number_of(version: str) -> tuple[int, int]:
	"""(15, 71) of 15.71.1. A development version without numbers counts as the first of its line."""
	numbers = [int(part) for part in re.findall(r"\d+", version)[:2]]
	return tuple([*numbers, 0, 0][:2])


def dotted(version: tuple[int, int]) -> str:
	return ".".join(map(str, version))


def after_install() -> None:
	click.echo("Sales Extensions: settings")
	try:
		set_up()
		pin_sellers()
		fill_targets()
		fill_pipeline()
	except Exception:
		take_off_the_list()
		raise


def after_migrate() -> None:
	set_up()


def set_up() -> None:
	"""What is there already stays as it is: at each migrate too."""
	notes.have_key()
	seed_settings()
	add_custom_fields()
	seeds.seed()
	seed_tracker()
	follow_names()
	add_indexes()
	note_places()
	desk.put()


def take_off_the_list() -> None:
	"""The framework lists an app as installed before it asks it to set itself up: what failed must not look installed."""
	frappe.db.rollback()
	remove_from_installed_apps(APP)
	frappe.clear_cache()
	click.secho(
		f"Sales Extensions could not be installed, and is not listed as installed. What went wrong is said below; "
		f"if it is not clear from it, tell {ISSUES}. Then install it again: what is there already is used.",
		fg="red",
	)


def seed_settings() -> None:
	"""Write each default once; what an administrator chose is never touched."""
	saved = frappe.db.get_singles_dict(SETTINGS)
	for field in frappe.get_meta(SETTINGS).fields:
		if field.default is not None and field.fieldname not in saved:
			frappe.db.set_single_value(SETTINGS, field.fieldname, field.default, update_modified=False)


def add_custom_fields() -> None:
	"""Fields that are there stay as an administrator customised them."""
	create_custom_fields(custom_fields(), ignore_validate=True, update=False)


def custom_fields() -> dict[str, list[dict]]:
	"""The app's fields, each after the field that ERPNext has in that place here."""
	return {
		doctype: [
			field | {"insert_after": lines.field(doctype, field["insert_after"]) or field["insert_after"]}
			for field in fields
		]
		for doctype, fields in CUSTOM_FIELDS.items()
	}


def follow_names() -> None:
	"""What a site brought along under names of another line stands under those of this one (V3).

	At each migrate, not once: a site changes its line with the same version of the app before and after.
	"""
	from sales_extensions.tracker import settings

	place_custom_fields()
	settings.follow_names()


def place_custom_fields() -> None:
	"""Fields that still stand after one that is no more. Where an administrator has put them, they stay."""
	for doctype, fields in custom_fields().items():
		for field, first in zip(fields, CUSTOM_FIELDS[doctype], strict=True):
			lost = {"dt": doctype, "fieldname": field["fieldname"], "insert_after": first["insert_after"]}
			if field["insert_after"] != first["insert_after"] and (
				name := frappe.db.exists("Custom Field", lost)
			):
				frappe.db.set_value("Custom Field", name, "insert_after", field["insert_after"])
				frappe.clear_cache(doctype=doctype)


def note_places() -> None:
	"""Who stands where in the tree of sellers, from the beginning for who is not known yet (H2)."""
	from sales_extensions.ledger import places

	places.follow()


def seed_tracker() -> None:
	"""Fill the tables of the Sales Tracker once (K5)."""
	from sales_extensions.tracker import settings

	settings.seed()


def pin_sellers() -> None:
	"""Who sold the orders that are there is kept, whatever becomes of the sellers' users (H1)."""
	from sales_extensions.ledger import runs

	if run := runs.start_pinning():
		click.echo(f"Sales Extensions: who sold which order is being noted in the background: {run}")


def fill_targets() -> None:
	"""Orders that are there are counted in the background; targets that come later fill themselves (X2)."""
	from sales_extensions.ledger import restate

	run = restate("Install")
	if run:
		click.echo(f"Sales Extensions: existing orders are being counted in the background: {run}")
	else:
		click.echo("Sales Extensions: each target is filled from the existing orders when it is created")


def fill_pipeline() -> None:
	"""What was lost before, and conversations of an earlier install, in the background where they are many (X2)."""
	from sales_extensions.pipeline import restate

	run = restate.everyone()
	if run:
		click.echo(f"Sales Extensions: the pipeline is being filled in the background: {run}")


def add_indexes() -> None:
	"""Indexes that the look-ups of the ledger, of parties' histories and of follow-ups rely on; and on ERPNext's tables."""
	from sales_extensions.follow_ups import due
	from sales_extensions.sales_extensions.doctype.conversation import conversation
	from sales_extensions.sales_extensions.doctype.pipeline_party import pipeline_party
	from sales_extensions.sales_extensions.doctype.pipeline_passage import pipeline_passage
	from sales_extensions.sales_extensions.doctype.sales_person_place import sales_person_place
	from sales_extensions.sales_extensions.doctype.sales_person_standing import sales_person_standing
	from sales_extensions.sales_extensions.doctype.sales_target_assignee import sales_target_assignee
	from sales_extensions.sales_extensions.doctype.sales_target_entry import sales_target_entry
	from sales_extensions.sales_extensions.doctype.upsell_credit import upsell_credit

	conversation.on_doctype_update()
	pipeline_party.on_doctype_update()
	pipeline_passage.on_doctype_update()
	due.add_indexes()
	sales_person_place.on_doctype_update()
	sales_person_standing.on_doctype_update()
	sales_target_assignee.on_doctype_update()
	sales_target_entry.on_doctype_update()
	upsell_credit.on_doctype_update()
	for doctype, indexes in INDEXES.items():
		for name, columns in indexes.items():
			frappe.db.add_index(doctype, list(columns), name)
