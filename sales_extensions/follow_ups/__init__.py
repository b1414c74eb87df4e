"""Whom to follow up, and what became of it (C4)."""
