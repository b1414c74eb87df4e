"""A site of line 15 with a year of everything, taken to line 16 (V3)."""
