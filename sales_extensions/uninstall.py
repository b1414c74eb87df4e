"""Leave ERPNext as it was (X1).

The framework drops our doctypes. What people made for them, for our reports and for our role is found by the
framework's own description of its tables: every column that links to a DocType, a Report or a Role, and every
pair of columns that says which kind of document is meant and which one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import click
import frappe

from sales_extensions import desk
from sales_extensions.constants.custom_fields import CUSTOM_FIELDS
from sales_extensions.constants.indexes import INDEXES
from sales_extensions.constants.roles import UPSELL_TRACKING
from sales_extensions.conversations import notes

MODULE = "Sales Extensions"

#: They keep what happened, also of what is gone.
HISTORY = {"Access Log", "Activity Log", "Error Log", "Permission Log"}

#: Steps of a workflow of other documents: one that names a role which is gone can be mended, one without it not.
STEPS = {"Workflow Document State", "Workflow Transition"}

#: Nothing without the document that they are about, though the framework lets it be empty. Others only lose
#: the link: an email account, a company, a letter.
ABOUT = {
	"Comment", "Custom Role", "Dashboard Chart", "Desktop Icon", "Discussion Topic", "Document Share Key",
	"Email Unsubscribe", "File", "Form Tour", "List Filter", "Notification Log", "Number Card",
	"Onboarding Step", "Print Format", "Reminder", "Server Script", "Submission Queue", "Tag Link", "ToDo",
	"User Permission", "View Log", "Workflow Action",
}  # fmt: skip

#: Names of doctypes, or of reports, in columns that are no links, or in tables without a description.
BY_HAND = (
	("DocType", "tabCustom DocPerm", "parent"),
	("DocType", "tabDeleted Document", "deleted_doctype"),
	("DocType", "tabSingles", "doctype"),
	("DocType", "__UserSettings", "doctype"),
	("DocType", "__global_search", "doctype"),
	("Report", "tabPrepared Report", "report_name"),
)

#: Records of kinds that know of no module.
BLOCKS = ("My Sales Targets", "Targets of the Team")

BATCH = 1000


def before_uninstall() -> None:
	"""The framework drops our doctypes; what others hold about them goes here."""
	click.echo("Sales Extensions: removing what other documents hold of it")
	doctypes = frappe.get_all("DocType", {"module": MODULE}, pluck="name")
	reports = frappe.get_all(
		"Report", or_filters={"module": MODULE, "ref_doctype": ("in", doctypes)}, pluck="name"
	)
	ours = {
		"Custom HTML Block": BLOCKS,
		"Dashboard Chart": frappe.get_all("Dashboard Chart", {"module": MODULE}, pluck="name"),
		"DocType": doctypes,
		"Onboarding Step": onboarding_steps(),
		"Page": frappe.get_all("Page", {"module": MODULE}, pluck="name"),
		"Report": reports,
		"Role": [UPSELL_TRACKING],
		"Workspace": frappe.get_all("Workspace", {"module": MODULE}, pluck="name"),
	}
	for kind, table, column in BY_HAND:
		if ours[kind] and frappe.db.sql("SHOW TABLES LIKE %s", table):
			frappe.db.sql(f"DELETE FROM `{table}` WHERE `{column}` IN %s", (ours[kind],))
	remove_custom_fields()
	remove_indexes()
	frappe.db.delete("__Auth", {"doctype": notes.STORE})
	forget_fields_of(doctypes)
	for kind, names in ours.items():
		forget(kind, names, skip=set(doctypes))
	for kind in ("Custom HTML Block", "Onboarding Step", "Role"):
		frappe.db.delete(kind, {"name": ("in", ours[kind] or [""])})
		_remove_rows_of(kind, ours[kind])
	forget_tiles()
	frappe.db.delete("Scheduled Job Type", {"method": ("like", "sales\\_extensions.%")})
	frappe.clear_cache()


def onboarding_steps() -> list[str]:
	"""What the app's onboarding consists of; ERPNext's has steps of its own."""
	onboardings = frappe.get_all("Module Onboarding", {"module": MODULE}, pluck="name")
	return frappe.get_all("Onboarding Step Map", {"parent": ("in", onboardings or [""])}, pluck="step")


def forget_tiles() -> None:
	"""The app's tile, icons and sidebars, and what users made of them. The desk would leave most of them."""
	for kind, names in desk.names().items():
		forget(kind, names, skip=set())
		frappe.db.delete(kind, {"name": ("in", names or [""])})
		_remove_rows_of(kind, names)
	desk.leave_layouts()


def remove_custom_fields() -> None:
	"""The app's fields on ERPNext's documents, with their columns; the framework would leave those."""
	for doctype, fields in CUSTOM_FIELDS.items():
		names = [field["fieldname"] for field in fields]
		frappe.db.delete("Custom Field", {"dt": doctype, "fieldname": ("in", names), "module": MODULE})
		frappe.db.delete("Property Setter", {"doc_type": doctype, "field_name": ("in", names)})
		for name in set(names) & set(frappe.db.get_table_columns(doctype)):
			frappe.db.sql_ddl(f"ALTER TABLE `tab{doctype}` DROP COLUMN `{name}`")
		frappe.clear_cache(doctype=doctype)


def remove_indexes() -> None:
	"""The app's indexes on ERPNext's tables."""
	for doctype, indexes in INDEXES.items():
		for name in indexes:
			if frappe.db.has_index(f"tab{doctype}", name):
				frappe.db.sql_ddl(f"ALTER TABLE `tab{doctype}` DROP INDEX `{name}`")


def forget_fields_of(doctypes: Collection[str]) -> None:
	"""Fields that people added to other documents, and that link to ours: the form would not open."""
	frappe.db.delete(
		"Custom Field",
		{"options": ("in", doctypes), "fieldtype": ("in", ("Link", "Table", "Table MultiSelect"))},
	)


@dataclass(frozen=True, slots=True)
class Reference:
	"""A column of a doctype with names of documents; `kind_in`: the column that says of which doctype."""

	doctype: str
	field: str
	kind_in: str | None
	required: bool
	is_table: bool
	is_single: bool

	@property
	def goes(self) -> bool:
		"""Whether a row goes with what it names; else only the name goes."""
		return self.required or self.is_table or self.doctype in ABOUT


def forget(kind: str, names: Collection[str], skip: set[str]) -> None:
	"""Remove what names these documents of a kind, and in turn what names that. Only rows that name them."""
	if not names:
		return
	for reference in references(kind):
		if reference.doctype in HISTORY | STEPS | skip:
			continue
		if reference.is_single:
			_forget_setting(reference, kind, names)
		elif reference.goes:
			_remove(reference, kind, names, skip)
		else:
			_unlink(reference, kind, names)


def references(kind: str) -> list[Reference]:
	"""All columns that may name a document of this kind."""
	found = frappe.db.sql(
		"""SELECT f.doctype, f.fieldname, IF(f.fieldtype = 'Link', NULL, f.options), f.reqd, d.istable, d.issingle
		FROM (
			SELECT parent AS doctype, fieldname, fieldtype, options, reqd FROM tabDocField
			UNION ALL SELECT dt, fieldname, fieldtype, options, reqd FROM `tabCustom Field`
		) f JOIN tabDocType d ON d.name = f.doctype
		WHERE d.is_virtual = 0 AND (f.fieldtype = 'Dynamic Link' OR (f.fieldtype = 'Link' AND f.options = %s))
		ORDER BY f.doctype, f.fieldname""",
		kind,
	)
	return [
		Reference(doctype, field, kind_in, bool(required), bool(table), bool(single))
		for doctype, field, kind_in, required, table, single in found
		if single or _exist(doctype, field, kind_in)
	]


def _exist(doctype: str, *fields: str | None) -> bool:
	if not frappe.db.table_exists(doctype):
		return False
	return set(fields) - {None} <= set(frappe.db.get_table_columns(doctype))


def _where(reference: Reference, kind: str, names: Collection[str]) -> tuple[str, tuple]:
	if reference.kind_in:
		return f"`{reference.kind_in}` = %s AND `{reference.field}` IN %s", (kind, tuple(names))
	return f"`{reference.field}` IN %s", (tuple(names),)


def _remove(reference: Reference, kind: str, names: Collection[str], skip: set[str]) -> None:
	where, values = _where(reference, kind, names)
	query = f"SELECT name FROM `tab{reference.doctype}` WHERE {where} LIMIT {BATCH}"
	while batch := frappe.db.sql_list(query, values):
		if reference.doctype == "File":
			_remove_files(batch)
		frappe.db.delete(reference.doctype, {"name": ("in", batch)})
		if not reference.is_table:
			_remove_rows_of(reference.doctype, batch)
			if not _is_about_others(reference.doctype):
				forget(reference.doctype, batch, skip)


def _remove_rows_of(doctype: str, names: Collection[str]) -> None:
	for field in frappe.get_meta(doctype).get_table_fields():
		frappe.db.delete(field.options, {"parenttype": doctype, "parent": ("in", names)})


def _is_about_others(doctype: str) -> bool:
	"""Comments, shares, files: there may be very many, and nothing is about them in turn."""
	return bool(frappe.get_meta(doctype).get_dynamic_link_fields()) or doctype == "Version"


def _remove_files(names: Collection[str]) -> None:
	"""With what is on the disk, unless another document has the same file. Detached first: no comment on it."""
	detached = {"attached_to_doctype": None, "attached_to_name": None, "attached_to_field": None}
	for name in names:
		frappe.db.set_value("File", name, detached, update_modified=False)
		frappe.delete_doc("File", name, force=True, ignore_permissions=True, delete_permanently=True)


def _unlink(reference: Reference, kind: str, names: Collection[str]) -> None:
	where, values = _where(reference, kind, names)
	emptied = ", ".join(f"`{field}` = NULL" for field in (reference.field, *_other_halves(reference)))
	frappe.db.sql(f"UPDATE `tab{reference.doctype}` SET {emptied} WHERE {where}", values)


def _other_halves(reference: Reference) -> Iterator[str]:
	"""A kind without a name, or a name without a kind, says nothing."""
	if reference.kind_in:
		yield reference.kind_in
		return
	for field in frappe.get_meta(reference.doctype).get_dynamic_link_fields():
		if field.options == reference.field and _exist(reference.doctype, field.fieldname):
			yield field.fieldname


def _forget_setting(reference: Reference, kind: str, names: Collection[str]) -> None:
	if reference.kind_in and frappe.db.get_single_value(reference.doctype, reference.kind_in) != kind:
		return
	frappe.db.delete(
		"Singles", {"doctype": reference.doctype, "field": reference.field, "value": ("in", names)}
	)
