"""Fields that the app adds to ERPNext's documents. One list for install, migrate and uninstall (X1)."""

from __future__ import annotations

from sales_extensions.engine.words import _

MODULE = "Sales Extensions"

TAB, HISTORY = "sales_extensions_conversations_tab", "sales_extensions_conversations"


def conversations_tab(insert_after: str) -> list[dict]:
	"""A tab for the conversations with a party; `party_conversations.js` fills it."""
	return [
		{
			"fieldname": TAB,
			"fieldtype": "Tab Break",
			"label": _("Conversations"),
			"insert_after": insert_after,
			"module": MODULE,
		},
		{
			"fieldname": HISTORY,
			"fieldtype": "HTML",
			"label": _("Conversations"),
			"insert_after": TAB,
			"module": MODULE,
		},
	]


CUSTOM_FIELDS: dict[str, list[dict]] = {
	"Customer": conversations_tab("dashboard_tab"),
	"Employee": [
		{
			"fieldname": "default_conversation_topic",
			"fieldtype": "Link",
			"label": _("Default Conversation Topic"),
			"options": "Conversation Topic",
			"insert_after": "create_user_permission",
			"description": _(
				"What this employee's new conversations are about, unless another topic is chosen."
			),
			"module": MODULE,
		},
	],
	"Lead": conversations_tab("all_activities_html"),
	"Prospect": conversations_tab("all_activities_html"),
}
