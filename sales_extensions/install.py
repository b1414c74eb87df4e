"""Install on a site, new or live (X1, X2)."""

from __future__ import annotations

import re

import click
import frappe
from frappe.custom.doctype.custom_field.custom_field import create_custom_fields

from sales_extensions.constants.custom_fields import CUSTOM_FIELDS
from sales_extensions.constants.indexes import INDEXES
from sales_extensions.conversations import seeds

SETTINGS = "Sales Extensions Settings"
ISSUES = "the project's issue tracker"
#: The oldest and the first unsupported version of each.
SUPPORTED = {"frappe": ((15, 40), (16, 0)), "erpnext": ((15, 40), (16, 0))}


def before_install() -> None:
	refuse_unsupported()


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
	seed_settings()
	add_custom_fields()
	seeds.seed()
	seed_tracker()
	add_indexes()
	fill_targets()
	fill_pipeline()


def after_migrate() -> None:
	seed_settings()
	add_custom_fields()
	seeds.seed()
	seed_tracker()
	add_indexes()


def seed_settings() -> None:
	"""Write each default once; what an administrator chose is never touched."""
	saved = frappe.db.get_singles_dict(SETTINGS)
	for field in frappe.get_meta(SETTINGS).fields:
		if field.default is not None and field.fieldname not in saved:
			frappe.db.set_single_value(SETTINGS, field.fieldname, field.default, update_modified=False)


def add_custom_fields() -> None:
	"""Fields that are there stay as an administrator customised them."""
	create_custom_fields(CUSTOM_FIELDS, ignore_validate=True, update=False)


def seed_tracker() -> None:
	"""Fill the tables of the Sales Tracker once (K5)."""
	from sales_extensions.tracker import settings

	settings.seed()


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
	from sales_extensions.sales_extensions.doctype.sales_target_assignee import sales_target_assignee
	from sales_extensions.sales_extensions.doctype.sales_target_entry import sales_target_entry
	from sales_extensions.sales_extensions.doctype.upsell_credit import upsell_credit

	conversation.on_doctype_update()
	pipeline_party.on_doctype_update()
	pipeline_passage.on_doctype_update()
	due.add_indexes()
	sales_target_assignee.on_doctype_update()
	sales_target_entry.on_doctype_update()
	upsell_credit.on_doctype_update()
	for doctype, indexes in INDEXES.items():
		for name, columns in indexes.items():
			frappe.db.add_index(doctype, list(columns), name)
