"""One passage of a party through the pipeline, from entry to won or lost (C5). Written by `pipeline.book` alone."""

from __future__ import annotations

import frappe

from sales_extensions import words
from sales_extensions.guards import WrittenByTheApp


class PipelinePassage(WrittenByTheApp):
	def onload(self) -> None:
		"""The reason in the reader's language."""
		self.reason = words.from_entry(self.reason_parts, self.reason, html=False)


def on_doctype_update() -> None:
	# holds all that the overview counts
	frappe.db.add_index(
		"Pipeline Passage",
		["left_on", "entered_on", "stage_since", "outcome", "employee", "territory", "pipeline_stage"],
		"overview",
	)
