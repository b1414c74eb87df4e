"""Who sold an order is kept from now on: orders of before are pinned as the ledger has them, in the background (H1)."""

from __future__ import annotations

from sales_extensions.ledger import runs


def execute() -> None:
	runs.start_pinning()
