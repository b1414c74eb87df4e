"""POS Invoice: what is sold at a till, targets may count (M1)."""

from .counted import after_delete, after_rename, on_cancel, on_submit, on_update_after_submit

__all__ = ["after_delete", "after_rename", "on_cancel", "on_submit", "on_update_after_submit"]
