"""Who stands where in the tree of sellers is noted, before an order asks for it (H2)."""

from __future__ import annotations

from sales_extensions.ledger import places


def execute() -> None:
	places.follow()
