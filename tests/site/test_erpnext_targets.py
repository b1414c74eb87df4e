"""ERPNext's own table Targets brought over as Sales Targets (T1, L1)."""

from __future__ import annotations

import frappe
import pytest
from frappe.utils import getdate

from sales_extensions.api.erpnext_targets import bring_over, shown

from . import world

YEAR = "Year of 2026-01-01"


def rows_for(doctype: str, name: str, *rows: dict) -> dict[str, str]:
	"""The document with these rows in its table; what to ask the methods with."""
	doc = frappe.get_doc(doctype, name)
	doc.set("targets", [{"fiscal_year": YEAR, "distribution_id": "By Season", **row} for row in rows])
	doc.save()
	return {"doctype": doctype, "name": name, "company": world.COMPANY}


@pytest.fixture(autouse=True)
def year():
	world.fiscal_year(world.START, world.END)
	frappe.get_doc(
		{
			"doctype": "Monthly Distribution", "distribution_id": "By Season", "fiscal_year": YEAR,
			"percentages": [{"month": "December", "percentage_allocation": 100}],
		}
	).insert()  # fmt: skip


def test_L1_rows_of_a_seller_become_targets_that_count_at_once():
	asked = rows_for(
		"Sales Person", "Anna", {"item_group": "Mills", "target_amount": 5000}, {"target_amount": 9000}
	)
	order = world.order(1000, team={"Anna": 100})
	assert [row["title"] for row in shown(**asked)] == [f"Anna · Mills · {YEAR}", f"Anna · {YEAR}"]
	assert not frappe.db.count("Sales Target")
	mills, everything = (frappe.get_doc("Sales Target", name) for name in bring_over(**asked))
	assert (mills.target_type, mills.target_amount, mills.company) == ("Financial", 5000, world.COMPANY)
	assert (mills.from_date, mills.to_date) == (getdate(world.START), getdate(world.END))
	assert (mills.item_group, mills.monthly_distribution) == ("Mills", "By Season")
	assert (mills.sellers, everything.item_group) == ("Anna", None)
	assert world.figures(everything)[0] == 1000 == order.grand_total
	world.assert_sound()


def test_L1_brought_over_twice_nothing_is_made_again():
	asked = rows_for("Sales Person", "Anna", {"item_group": "Mills", "target_amount": 5000})
	(name,) = bring_over(**asked)
	assert bring_over(**asked) == []
	(row,) = shown(**asked)
	assert (row["is_made"], row["is_there"], row["same_as"]["name"]) == (False, True, name)
	assert frappe.db.count("Sales Target") == 1
	assert frappe.get_doc("Sales Person", "Anna").targets[0].target_amount == 5000


def test_L1_what_cannot_be_brought_over_is_named_with_the_reason():
	asked = rows_for(
		"Sales Person",
		"Anna",
		{"item_group": "Mills", "target_qty": 12},
		{"item_group": "Pumps", "target_qty": 3, "target_amount": 100},
	)
	pieces, both = shown(**asked)
	assert not pieces["is_made"] and "quantity of 12" in pieces["note"]
	assert both["is_made"] and "quantity of 3" in both["note"]
	assert len(bring_over(**asked)) == 1


def test_L1_a_fiscal_year_of_another_company_is_named():
	asked = rows_for("Sales Person", "Anna", {"target_amount": 100})
	(row,) = shown(**{**asked, "company": world.COMPANY_EUR})
	assert not row["is_made"] and YEAR in row["note"] and world.COMPANY_EUR in row["note"]


def test_L1_rows_of_a_territory_are_those_of_a_team_there():
	asked = rows_for("Territory", "Holland", {"target_amount": 7000})
	with pytest.raises(frappe.MandatoryError, match="Sales Person"):
		shown(**asked)
	(name,) = bring_over(**asked, sales_person="North Team")
	target = frappe.get_doc("Sales Target", name)
	assert (target.territory, target.sellers, target.target_amount) == ("Holland", "North Team", 7000)
	assert bring_over(**asked, sales_person="North Team") == []
	assert len(bring_over(**asked, sales_person="South Team")) == 1


def test_L1_all_item_groups_are_no_filter():
	root = frappe.db.get_value("Item Group", {"parent_item_group": ("in", ("", None))}, "name")
	asked = rows_for("Sales Person", "Anna", {"item_group": root, "target_amount": 100})
	assert frappe.db.get_value("Sales Target", bring_over(**asked)[0], "item_group") is None


def test_L1_a_sales_partner_is_refused_in_words():
	with pytest.raises(frappe.ValidationError, match="Document Type"):
		shown("Sales Partner", "Anyone", world.COMPANY)


@pytest.mark.parametrize(
	("changes", "words"), [({"name": "Nobody"}, "Nobody"), ({"company": "Nowhere"}, "Nowhere"), ({"name": " "}, "Person")]
)  # fmt: skip
def test_X5_what_is_not_there_is_named(changes, words):
	with pytest.raises(frappe.ValidationError, match=words):
		shown(**{"doctype": "Sales Person", "name": "Anna", "company": world.COMPANY, **changes})


@pytest.mark.parametrize("user", ["anna@example.com", "sysman@example.com", "nobody@example.com"])
def test_X4_only_who_may_set_targets_brings_them_over(user):
	asked = rows_for("Sales Person", "Anna", {"target_amount": 100})
	frappe.set_user(user)
	for method in (shown, bring_over):
		with pytest.raises(frappe.PermissionError):
			method(**asked)


def test_X4_a_hidden_company_or_seller_is_not_shown():
	asked = rows_for("Sales Person", "Anna", {"target_amount": 100})
	for allow, value in (("Company", world.COMPANY_EUR), ("Sales Person", "Bob")):
		frappe.set_user("Administrator")
		frappe.db.delete("User Permission", {"user": "manager@example.com"})
		frappe.get_doc(
			{"doctype": "User Permission", "user": "manager@example.com", "allow": allow, "for_value": value}
		).insert()
		frappe.set_user("manager@example.com")
		with pytest.raises(frappe.PermissionError):
			shown(**asked)
