"""The database's `innodb_snapshot_isolation`, on and off, for the connections of a test (ADR 16).

On, and where the site's own connections have it on, each statement of ours that writes or locks must opt out:
`watching` tells those that do not.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from unittest.mock import patch

import frappe
from frappe.database.database import Database

import sales_extensions
from sales_extensions import current

HOME = str(Path(sales_extensions.__file__).resolve().parent)
#: What has the site to itself.
ALONE = tuple(
	f"{HOME}/{part}" for part in ("patches/", "demo/", "install.py", "uninstall.py", "conversations/seeds.py")
)

LOCKS = re.compile(r"^\s*(INSERT|UPDATE|DELETE|REPLACE)\b|\b(FOR UPDATE|LOCK IN SHARE MODE)\b", re.IGNORECASE)

#: What the connections of a test have; None: the server's own default.
wanted: str | None = None


def values_there(site: str, sites: Path) -> list[str]:
	"""What can be tried on the site's server: both, or off alone where it does not know the setting."""
	frappe.init(site=site, sites_path=str(sites))
	frappe.connect()
	try:
		return ["OFF", "ON"] if current.is_known() else ["OFF"]
	finally:
		frappe.destroy()


def apply(value: str | None = None) -> None:
	"""This connection has the value that is wanted."""
	value = value or wanted
	if value and current.is_known():
		frappe.db.sql(f"SET SESSION {current.SETTING} = {value}")


@contextmanager
def on_this_connection(value: str) -> Iterator[None]:
	"""This connection, and those that ask by `apply`, have the value meanwhile."""
	global wanted
	wanted = value
	apply()
	try:
		yield
	finally:
		wanted = None
		if current.is_known():
			frappe.db.sql(f"SET SESSION {current.SETTING} = DEFAULT")


@contextmanager
def watching() -> Iterator[list[str]]:
	"""Statements that the app sent meanwhile, or had sent, which lock rows and did not opt out."""
	found: list[str] = []
	sent, tables = Database.sql, _our_tables()

	def sql(self, query, *args, **kwargs):
		text = str(query)
		if can_fail(text) and _is_ours(text, tables) and _fails_where_changed(sent, self):
			found.append(text[:300])
		return sent(self, query, *args, **kwargs)

	def can_fail(text: str) -> bool:
		locks = LOCKS.search(text) and not text.startswith(current.OPT_OUT)
		return bool(locks) and not frappe.flags.in_migrate and current.is_known()

	with patch.object(Database, "sql", sql):
		yield found


@cache
def _our_tables() -> re.Pattern:
	folder = Path(HOME, "sales_extensions", "doctype")
	names = sorted(path.name for path in folder.iterdir() if (path / f"{path.name}.json").exists())
	return re.compile(rf"`tab({'|'.join(name.replace('_', ' ') for name in names)})`", re.IGNORECASE)


def _is_ours(text: str, tables: re.Pattern) -> bool:
	"""Sent by the app itself, or by the framework for it about a row of the app's."""
	senders = _files(sys._getframe(2)) if tables.search(text) else [sys._getframe(2).f_code.co_filename]
	ours = [name for name in senders if name.startswith(HOME)]
	return bool(ours) and not any(name.startswith(ALONE) for name in ours)


def _files(frame) -> list[str]:
	found = []
	while frame:
		found.append(frame.f_code.co_filename)
		frame = frame.f_back
	return found


def _fails_where_changed(sent, db) -> bool:
	return bool(sent(db, f"SELECT @@SESSION.{current.SETTING}")[0][0])
