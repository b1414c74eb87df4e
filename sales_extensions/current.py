"""Rows as they are now, to be written or held (ADR 16).

Who writes a row, or reads it with a lock, decides on the newest there is, whatever the transaction has read before;
how that stays exact is said in ADR 2. With `innodb_snapshot_isolation`, on by itself from MariaDB 11.6.2, the database
ends the whole transaction instead where such a row changed meanwhile. So each statement of ours that writes or locks
opts out for itself, and nobody else's does.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager

import frappe
from frappe.model.document import Document

SETTING = "innodb_snapshot_isolation"
OPT_OUT = f"SET STATEMENT {SETTING} = OFF FOR "

#: Whether a server knows the setting, by what it calls itself.
_known: dict[str, bool] = {}


def sql(query: str, values: object = (), *, when: bool = True, **options):
	"""A statement that writes or locks. `when`: only then does it; a plain read is sent as it is."""
	if not when or not is_known() or frappe.flags.in_migrate:
		# a migration has the site to itself, and the framework notes which tables it touches
		return frappe.db.sql(query, values, **options)
	if not query.lstrip().startswith("SELECT"):
		frappe.db.transaction_writes += 1  # as the framework counts what it recognises
	return frappe.db.sql(OPT_OUT + query.lstrip(), values, **options)


def run(query, *, when: bool = True, **options):
	"""The same for a query that was built."""
	return sql(*query.walk(), when=when, **options)


def found_old(kind: str, more: Collection[str] = ()) -> set[str]:
	"""Names of what this transaction has found to be newer than what it can read, `more` with them.

	Once it writes to a row it takes that for what it read, and all around it is not. The next transaction reads anew.
	"""
	known: set[str] = frappe.flags.setdefault(kind, set())

	def forget() -> None:  # what the next transaction has found is not ours
		if frappe.flags.get(kind) is known:
			frappe.flags.pop(kind)

	if more:
		known.update(more)
		frappe.db.after_commit.add(forget)
		frappe.db.after_rollback.add(forget)
	return known


def is_known() -> bool:
	"""Whether the server knows the setting: asked once, for as long as it is the same server."""
	if not frappe.db._conn:
		frappe.db.connect()
	server = frappe.db._conn.get_server_info()
	if server not in _known:
		_known[server] = bool(frappe.db.sql(f"SHOW VARIABLES LIKE '{SETTING}'"))
	return _known[server]


@contextmanager
def rows() -> Iterator[None]:
	"""In this block, what the framework writes or locks for us is the newest too: the session opts out."""
	if not is_known() or not frappe.db.sql(f"SELECT @@SESSION.{SETTING}")[0][0]:
		yield
		return
	frappe.db.sql(f"SET SESSION {SETTING} = OFF")
	try:
		yield
	finally:
		frappe.db.sql(f"SET SESSION {SETTING} = ON")


class WrittenByMany(Document):
	"""A document whose rows are written by others than who saves it, at any time.

	To delete one, the framework holds it before it asks us: if it changed meanwhile, it says so and asks to try again.
	"""

	def load_from_db(self):
		if not self.flags.for_update:
			return super().load_from_db()
		with rows():
			return super().load_from_db()

	def insert(self, *args, **kwargs):
		with rows():
			return super().insert(*args, **kwargs)

	def save(self, *args, **kwargs):
		with rows():
			return super().save(*args, **kwargs)

	def db_set(self, *args, **kwargs):
		with rows():
			return super().db_set(*args, **kwargs)
