"""What a worker does once this is committed. Who saves is not refused because too many jobs wait."""

from __future__ import annotations

import frappe

from sales_extensions import lines


def later(method: str, **facts) -> None:
	"""Send a job after the commit. A full queue takes none: what is not sent is found by the hourly or nightly look."""
	if not sent(method, enqueue_after_commit=True, **facts):
		frappe.log_error(title="Too many queued jobs: one of Sales Extensions waits for the next check")


def sent(method: str, **facts) -> bool:
	"""Send a job; False where the queue is full and takes no more."""
	told = len(frappe.local.message_log)
	try:
		frappe.enqueue(method, **facts)
	except lines.QUEUE_IS_FULL:
		del frappe.local.message_log[told:]
		return False
	return True
