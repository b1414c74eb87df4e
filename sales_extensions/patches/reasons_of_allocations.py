"""0.3: the reason of a change is kept in the order's timeline, and not in the allocation. Those of before are emptied.

Else the next save would tell one as its own.
"""

from __future__ import annotations

import frappe


def execute() -> None:
	frappe.db.sql("UPDATE `tabOrder Allocation` SET change_reason = '' WHERE change_reason != ''")
