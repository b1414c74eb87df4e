"""The pipeline: what happened to each party, and its passages (C5).

Facts are read here, decided on in `engine.pipeline`, and written by `book` alone: Pipeline Party rows, which
hold what happened, and Pipeline Passage rows, which every figure is read from.
"""

from .verify import rebuild, reconcile, verify

__all__ = ["rebuild", "reconcile", "verify"]
