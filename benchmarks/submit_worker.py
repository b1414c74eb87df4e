"""A process of `concurrent_submit.py`: reads which orders to submit, waits for the signal, submits.

In: `with` or `without` and names of drafts; then `go`. Out, each line after `>`: `ready`, `done`, and
what errors a user would have seen, split by `|`.
"""

from __future__ import annotations

import sys
from contextlib import nullcontext

import frappe
from common import connect, without_app
from submit import submit_and_commit


def main() -> None:
	connect(sys.argv[1])
	for line in sys.stdin:
		way, *names = line.split()
		frappe.db.rollback()
		docs = [frappe.get_doc("Sales Order", name) for name in names]
		frappe.db.rollback()
		say("ready")
		sys.stdin.readline()
		with nullcontext() if way == "with" else without_app():
			errors = [error for doc in docs if (error := try_submit(doc))]
		say("done")
		say("|".join(errors))


def try_submit(doc) -> str | None:
	try:
		submit_and_commit(doc)
	except Exception as error:
		frappe.db.rollback()
		return f"{doc.name}: {type(error).__name__} {error}".replace("|", "/").replace("\n", " ")
	return None


def say(line: str) -> None:
	print(f">{line}", flush=True)


if __name__ == "__main__":
	main()
