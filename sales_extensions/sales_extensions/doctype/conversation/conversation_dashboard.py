"""What a conversation led to (C6): tasks, and the conversations that followed it."""

from frappe import _


def get_data() -> dict:
	"""Bookings name the conversation in a table of theirs, which this can't follow: the form lists them."""
	return {
		"fieldname": "follow_up_of",
		"non_standard_fieldnames": {"ToDo": "reference_name"},
		"dynamic_links": {"reference_name": ["Conversation", "reference_type"]},
		"transactions": [{"label": _("Led To"), "items": ["Conversation", "ToDo"]}],
	}
