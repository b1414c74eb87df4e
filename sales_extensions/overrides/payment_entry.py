"""Payment Entry: what it settles of invoices, targets may count (M2)."""

from .settling import before_cancel, before_submit, on_cancel, on_submit

__all__ = ["before_cancel", "before_submit", "on_cancel", "on_submit"]
