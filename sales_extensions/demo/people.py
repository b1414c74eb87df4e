"""The people of the demo, and doing as them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import frappe

ANNA, BOB, CLEO, DIRK = (f"{name}@example.com" for name in ("anna", "bob", "cleo", "dirk"))
MANAGER = "manager@example.com"


@contextmanager
def as_user(email: str) -> Iterator[None]:
	before = frappe.session.user
	frappe.set_user(email)
	try:
		yield
	finally:
		frappe.set_user(before)
