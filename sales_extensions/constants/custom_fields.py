"""Fields that the app adds to ERPNext's documents. One list for install, migrate and uninstall (X1)."""

from __future__ import annotations

from sales_extensions.engine.words import _

MODULE = "Sales Extensions"

#: Up to which day talks came before an order (C5), so that an order needs no look at what was logged of it.
AGREED_ON = "sales_extensions_agreed_on"
#: When a quotation was first submitted (U11): what is added after that is more than was offered.
OFFERED_ON = "sales_extensions_offered_on"
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


def noted(fieldname: str, fieldtype: str, label: str) -> list[dict]:
	"""What the app notes on a document for itself: nobody sees it, and no copy has it."""
	return [
		{
			"fieldname": fieldname,
			"fieldtype": fieldtype,
			"label": label,
			"insert_after": "amended_from",
			"hidden": 1,
			"read_only": 1,
			"no_copy": 1,
			"print_hide": 1,
			"report_hide": 1,
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
	"Quotation": noted(OFFERED_ON, "Datetime", _("Offered On")),
	"Sales Order": noted(AGREED_ON, "Date", _("Agreed On")),
}
