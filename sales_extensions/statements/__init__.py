"""Sales Statements: what they say, their versions, and what is said on them (H4)."""
