from sales_extensions import lines, scripts

app_name = "sales_extensions"
app_title = "Sales Extensions"
app_publisher = "Sales Extensions contributors"
app_description = "Sales targets, order allocations and upsell credit that are right to the cent, for ERPNext"
app_email = "hello@sales-extensions.example"
app_license = "GPL-3.0-or-later"
required_apps = ["frappe/erpnext"]

additional_timeline_content = {
	"Customer": ["sales_extensions.conversations.history.timeline"],
	"Lead": ["sales_extensions.conversations.history.timeline"],
	"Prospect": ["sales_extensions.conversations.history.timeline"],
}

# A logo of the app as a whole (app_logo_url) would take the site's own off its log-in page.
# A desk without tiles opens another page after log-in where two apps want one.
if lines.has_tiles():
	add_to_apps_screen = [
		{
			"name": app_name,
			"logo": "/assets/sales_extensions/images/sales-extensions-logo.svg",
			"title": app_title,
			"route": lines.desk("sales-extensions"),
			"has_permission": "sales_extensions.desk.has_permission",
		}
	]

after_install = "sales_extensions.install.after_install"
after_migrate = "sales_extensions.install.after_migrate"
app_include_js = scripts.addressed(
	"lines.js",
	"showing.js",
	"phone.js",
	"pages.js",
	"chart_links.js",
	"half_typed.js",
	"conversations.js",
)

# Who cancels an order is not asked to cancel the statements that name it.
auto_cancel_exempted_doctypes = ["Sales Statement"]

before_install = "sales_extensions.install.before_install"
before_migrate = "sales_extensions.install.before_migrate"
before_uninstall = "sales_extensions.uninstall.before_uninstall"

boot_session = "sales_extensions.desk.boot"

doc_events = {
	"*": {
		"after_rename": "sales_extensions.ledger.sealed.after_rename",
		"before_rename": "sales_extensions.ledger.sealed.before_rename",
	},
	"Conversation": {
		"after_delete": "sales_extensions.overrides.conversation.after_delete",
		"on_update": "sales_extensions.overrides.conversation.on_update",
	},
	"Customer": {
		"after_delete": "sales_extensions.overrides.parties.after_delete",
		"after_rename": "sales_extensions.overrides.parties.after_rename",
		"on_trash": "sales_extensions.overrides.parties.on_trash",
		"on_update": "sales_extensions.overrides.parties.on_update",
	},
	"Customer Group": {
		"after_delete": "sales_extensions.overrides.trees.after_delete",
		"after_rename": "sales_extensions.overrides.trees.after_rename",
		"on_update": "sales_extensions.overrides.trees.on_update",
	},
	"Delivery Note": {
		"after_delete": "sales_extensions.overrides.delivery_note.after_delete",
		"after_rename": "sales_extensions.overrides.delivery_note.after_rename",
		"on_cancel": "sales_extensions.overrides.delivery_note.on_cancel",
		"on_submit": "sales_extensions.overrides.delivery_note.on_submit",
		"on_update_after_submit": "sales_extensions.overrides.delivery_note.on_update_after_submit",
	},
	"Employee": {
		"after_rename": "sales_extensions.overrides.trees.person_after_rename",
		"on_update": "sales_extensions.overrides.trees.employee_on_update",
	},
	"Event": {
		"validate": "sales_extensions.overrides.event.validate",
	},
	"Item Group": {
		"after_delete": "sales_extensions.overrides.trees.after_delete",
		"after_rename": "sales_extensions.overrides.trees.after_rename",
		"on_update": "sales_extensions.overrides.trees.on_update",
	},
	"Journal Entry": {
		"before_cancel": "sales_extensions.overrides.journal_entry.before_cancel",
		"before_submit": "sales_extensions.overrides.journal_entry.before_submit",
		"on_cancel": "sales_extensions.overrides.journal_entry.on_cancel",
		"on_submit": "sales_extensions.overrides.journal_entry.on_submit",
	},
	"Lead": {
		"after_delete": "sales_extensions.overrides.parties.after_delete",
		"after_rename": "sales_extensions.overrides.parties.after_rename",
		"on_trash": "sales_extensions.overrides.parties.on_trash",
		"on_update": "sales_extensions.overrides.parties.on_update",
	},
	"Opportunity": {
		"after_delete": "sales_extensions.overrides.opportunity.after_delete",
		"after_rename": "sales_extensions.overrides.opportunity.after_rename",
		"on_change": "sales_extensions.overrides.opportunity.on_change",
		"on_trash": "sales_extensions.overrides.opportunity.on_trash",
	},
	"POS Invoice": {
		"after_delete": "sales_extensions.overrides.pos_invoice.after_delete",
		"after_rename": "sales_extensions.overrides.pos_invoice.after_rename",
		"on_cancel": "sales_extensions.overrides.pos_invoice.on_cancel",
		"on_submit": "sales_extensions.overrides.pos_invoice.on_submit",
		"on_update_after_submit": "sales_extensions.overrides.pos_invoice.on_update_after_submit",
	},
	"Payment Entry": {
		"before_cancel": "sales_extensions.overrides.payment_entry.before_cancel",
		"before_submit": "sales_extensions.overrides.payment_entry.before_submit",
		"on_cancel": "sales_extensions.overrides.payment_entry.on_cancel",
		"on_submit": "sales_extensions.overrides.payment_entry.on_submit",
	},
	"Payment Ledger Entry": {
		"on_submit": "sales_extensions.overrides.payment_ledger_entry.on_submit",
	},
	"Pipeline Stage": {
		"after_delete": "sales_extensions.overrides.pipeline_stage.after_delete",
		"after_rename": "sales_extensions.overrides.pipeline_stage.after_rename",
		"on_update": "sales_extensions.overrides.pipeline_stage.on_update",
	},
	"Prospect": {
		"after_delete": "sales_extensions.overrides.parties.after_delete",
		"after_rename": "sales_extensions.overrides.parties.after_rename",
		"on_trash": "sales_extensions.overrides.parties.on_trash",
		"on_update": "sales_extensions.overrides.parties.on_update",
	},
	"Quotation": {
		"after_delete": "sales_extensions.overrides.quotation.after_delete",
		"after_rename": "sales_extensions.overrides.quotation.after_rename",
		"before_insert": "sales_extensions.overrides.quotation.before_insert",
		"before_rename": "sales_extensions.overrides.quotation.before_rename",
		"before_validate": "sales_extensions.overrides.quotation.before_validate",
		"on_change": "sales_extensions.overrides.quotation.on_change",
		"on_recurring": "sales_extensions.overrides.quotation.on_recurring",
		"on_trash": "sales_extensions.overrides.quotation.on_trash",
	},
	"Quotation Item": {
		"after_delete": "sales_extensions.overrides.item_rows.after_delete",
		"before_rename": "sales_extensions.overrides.item_rows.before_rename",
		"on_change": "sales_extensions.overrides.item_rows.on_change",
	},
	"Sales Order Item": {
		"after_delete": "sales_extensions.overrides.item_rows.after_delete",
		"before_rename": "sales_extensions.overrides.item_rows.before_rename",
		"on_change": "sales_extensions.overrides.item_rows.on_change",
	},
	"Sales Invoice": {
		"after_delete": "sales_extensions.overrides.sales_invoice.after_delete",
		"after_insert": "sales_extensions.overrides.sales_invoice.after_insert",
		"after_mapping": "sales_extensions.overrides.sales_invoice.after_mapping",
		"after_rename": "sales_extensions.overrides.sales_invoice.after_rename",
		"on_cancel": "sales_extensions.overrides.sales_invoice.on_cancel",
		"on_submit": "sales_extensions.overrides.sales_invoice.on_submit",
		"on_trash": "sales_extensions.overrides.sales_invoice.on_trash",
		"on_update_after_submit": "sales_extensions.overrides.sales_invoice.on_update_after_submit",
	},
	"Sales Order": {
		"after_delete": "sales_extensions.overrides.sales_order.after_delete",
		"after_insert": "sales_extensions.overrides.sales_order.after_insert",
		"after_rename": "sales_extensions.overrides.sales_order.after_rename",
		"before_cancel": "sales_extensions.overrides.sales_order.before_cancel",
		"before_insert": "sales_extensions.overrides.sales_order.before_insert",
		"before_rename": "sales_extensions.overrides.sales_order.before_rename",
		"before_validate": "sales_extensions.overrides.sales_order.before_validate",
		"on_cancel": "sales_extensions.overrides.sales_order.on_cancel",
		"on_change": "sales_extensions.overrides.sales_order.on_change",
		"on_recurring": "sales_extensions.overrides.sales_order.on_recurring",
		"on_trash": "sales_extensions.overrides.sales_order.on_trash",
	},
	"Sales Person": {
		"after_delete": "sales_extensions.overrides.trees.after_delete",
		"after_rename": "sales_extensions.overrides.trees.after_rename",
		"on_trash": "sales_extensions.overrides.trees.keep_credited_seller",
		"on_update": "sales_extensions.overrides.trees.on_update",
	},
	"Sales Team": {
		"after_delete": "sales_extensions.overrides.sales_team.after_delete",
		"on_change": "sales_extensions.overrides.sales_team.on_change",
	},
	"Territory": {
		"after_delete": "sales_extensions.overrides.trees.after_delete",
		"after_rename": "sales_extensions.overrides.trees.after_rename",
		"on_update": "sales_extensions.overrides.trees.on_update",
	},
	"Unreconcile Payment": {
		"on_submit": "sales_extensions.overrides.unreconcile_payment.on_submit",
	},
	"User": {
		"after_rename": "sales_extensions.overrides.trees.person_after_rename",
		"on_update": "sales_extensions.overrides.trees.user_on_update",
	},
}

# A Transaction Deletion Record removes a company's orders; what was planned for it stays, and the
# reconcile takes back what the orders were credited with.
company_data_to_be_ignored = [
	"Sales Statement",
	"Sales Target",
	"Sales Target Assignee",
	"Sales Target Closing",
	"Sales Target Entry",
	"Sales Target Member",
]

doctype_js = {
	"Conversation": ["public/js/conversation_actions.js"],
	"Customer": "public/js/party_conversations.js",
	"Lead": "public/js/party_conversations.js",
	"Opportunity": "public/js/document_conversations.js",
	"Prospect": "public/js/party_conversations.js",
	"Quotation": ["public/js/document_conversations.js", "public/js/upsell_credit.js"],
	"Sales Order": [
		"public/js/document_conversations.js",
		"public/js/sales_order.js",
		"public/js/upsell_credit.js",
		"public/js/side_by_side.js",
	],
	"Sales Partner": "public/js/erpnext_targets.js",
	"Sales Person": ["public/js/sales_person.js", "public/js/erpnext_targets.js"],
	"Territory": "public/js/erpnext_targets.js",
}

doctype_list_js = {
	"Customer": "public/js/party_list.js",
	"Event": "public/js/event_list.js",
	"Lead": "public/js/party_list.js",
	"Prospect": "public/js/party_list.js",
}

extend_bootinfo = "sales_extensions.desk.begin_with"

ignore_links_on_delete = [
	"Pipeline Party",
	"Pipeline Passage",
	"Sales Person Place",
	"Sales Person Standing",
	"Sales Statement",
	"Sales Target Closing",
	"Sales Target Entry",
	"Sales Target Member",
	"Upsell Credit",
]

has_permission = {
	"Conversation": "sales_extensions.conversations.access.has_permission",
	"Order Allocation": "sales_extensions.permissions.has_permission",
	"Pipeline Party": "sales_extensions.permissions.has_permission",
	"Pipeline Passage": "sales_extensions.permissions.has_permission",
	"Sales Statement": "sales_extensions.permissions.has_permission",
	"Sales Target": "sales_extensions.permissions.has_permission",
	"Sales Target Closing": "sales_extensions.permissions.has_permission",
	"Sales Target Entry": "sales_extensions.permissions.has_permission",
	"Upsell Credit": "sales_extensions.permissions.has_permission",
}

permission_query_conditions = {
	"Conversation": "sales_extensions.conversations.access.conditions",
	"Order Allocation": "sales_extensions.permissions.conditions_of_allocations",
	"Order Allocation Share": "sales_extensions.permissions.conditions_of_rows",
	"Pipeline Party": "sales_extensions.permissions.conditions_of_pipeline_rows",
	"Pipeline Passage": "sales_extensions.permissions.conditions_of_pipeline_rows",
	"Sales Statement": "sales_extensions.permissions.conditions_of_statements",
	"Sales Statement Line": "sales_extensions.permissions.conditions_of_rows",
	"Sales Statement Step": "sales_extensions.permissions.conditions_of_rows",
	"Sales Target": "sales_extensions.permissions.conditions_of_targets",
	"Sales Target Assignee": "sales_extensions.permissions.conditions_of_rows",
	"Sales Target Closing": "sales_extensions.permissions.conditions_of_closings",
	"Upsell Credit": "sales_extensions.permissions.conditions_of_credits",
	"Upsell Credit Change": "sales_extensions.permissions.conditions_of_rows",
}

override_doctype_dashboards = {
	"Customer": "sales_extensions.overrides.dashboards.customer",
	"Lead": "sales_extensions.overrides.dashboards.lead",
	"Opportunity": "sales_extensions.overrides.dashboards.opportunity",
	"Prospect": "sales_extensions.overrides.dashboards.prospect",
	"Quotation": "sales_extensions.overrides.dashboards.quotation",
	"Sales Order": "sales_extensions.overrides.dashboards.sales_order",
	"Sales Person": "sales_extensions.overrides.dashboards.sales_person",
}

override_whitelisted_methods = {
	"frappe.desk.doctype.kanban_board.kanban_board.update_order_for_single_card": (
		"sales_extensions.api.pipeline_board.update_order_for_single_card"
	),
}

scheduler_events = {
	"cron": {
		"10 0 * * *": ["sales_extensions.ledger.book.refresh_statuses"],
		"30 2 * * *": ["sales_extensions.ledger.verify.start"],
		"30 6 * * *": ["sales_extensions.follow_ups.morning.notify"],
		"0 7 * * 1": [
			"sales_extensions.tasks.digest.send",
			"sales_extensions.tasks.notify.behind_pace",
		],
	},
	"hourly": ["sales_extensions.ledger.runs.resume_silent"],
}
