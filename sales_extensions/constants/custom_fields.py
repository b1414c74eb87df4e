"""Fields that the app adds to ERPNext's documents. One list for install, migrate and uninstall (X1)."""

from __future__ import annotations

MODULE = "Sales Extensions"

CUSTOM_FIELDS: dict[str, list[dict]] = {
	"Employee": [
		{
			"fieldname": "default_conversation_topic",
			"fieldtype": "Link",
			"label": "Default Conversation Topic",
			"options": "Conversation Topic",
			"insert_after": "create_user_permission",
			"description": "What this employee's new conversations are about, unless another topic is chosen.",
			"module": MODULE,
		},
	],
}
