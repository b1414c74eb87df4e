"""Random histories: after each step the books are what the requirements say (T2, T3, A3-A6, invariants 1-7)."""

import os

from tests.site.stateful import History, table

#: one history for every run of the suite; `python -m tests.site.stateful` draws others
SEED = 13
STEPS = int(os.environ.get("SALES_EXTENSIONS_STEPS", "200"))


def test_books_are_right_after_every_step_of_a_random_history(snapshot_isolation):
	"""T2, T3, T5, T8, A1, A3-A6: live figures equal the plain model after each step of a random history."""
	seed = int(os.environ.get("SALES_EXTENSIONS_SEED") or SEED)
	print(f"SALES_EXTENSIONS_SEED={seed}")
	kinds = History(seed).run(STEPS)
	print(table(kinds))
	assert kinds.total() == STEPS
	if STEPS >= 200:
		assert kinds["refused"] < 0.15 * STEPS
		assert len(kinds) > 20
