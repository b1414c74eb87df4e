"""The ledger: the one place that writes Sales Target Entry rows and the totals of Sales Targets.

Facts are read here, decided on in `engine`, and written here. Every other figure is read from the rows.
"""

from .closing import close, reopen
from .follow import follow, forget
from .restate import rebuild, restate
from .verify import reconcile, verify

__all__ = ["close", "follow", "forget", "rebuild", "reconcile", "reopen", "restate", "verify"]
