"""Who earned each charge: what a save does to credits, and what a person may (U2 to U10)."""

from dataclasses import replace
from decimal import Decimal as D
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sales_extensions.engine.upsell import (
	LONGEST_REASON,
	Charge,
	Earned,
	Event,
	Happening,
	Origin,
	QuotedLine,
	Stamp,
	Standing,
	UpsellRule,
	Voucher,
	archived,
	check_reassignment,
	follow_charges,
	hours_of,
	pair_rows,
	why_not_converted,
	why_not_invoiced,
)

ANNA, BOB, CARLA, DIRK = "anna@acme.example", "bob@acme.example", "carla@acme.example", "dirk@acme.example"
USERS = (ANNA, BOB, CARLA, DIRK)
LONG_AGO = Stamp(DIRK, 1)
NOW = Stamp(BOB, 50)

ORDER = Voucher("Sales Order", "SO-1", "Acme", "Shop", created=LONG_AGO)
QUOTATION = Voucher("Quotation", "Q-1", "Acme", "Shop", created=LONG_AGO)


def charge(row="r1", item="MILL", **changes) -> Charge:
	return replace(
		Charge(
			row,
			item_code=item,
			charge_name=item.title(),
			qty=D(2),
			subtotal=D(100),
			base_subtotal=D(90),
			state="s",
		),
		**changes,
	)


def earned(by=ANNA, at=10, **changes) -> Earned:
	return replace(Earned(assigned_to=by, created=Stamp(by, at), assigned=Stamp(by, at)), **changes)


def standing(row="r1", item="MILL", by=ANNA, name="", removed=False, **changes) -> Standing:
	return Standing(name or f"UC-{row}", charge(row, item, **changes), earned(by), removed)


def quoted(row="q1", **changes) -> QuotedLine:
	"""A submitted quotation's row of Anna's, of which nothing is ordered yet."""
	line = QuotedLine(
		row=row, quotation="Q-1", item_code="MILL", company="Acme", docstatus=1, qty=D(2), ordered_qty=D(0),
		customer="Shop", quoted_by=Stamp(DIRK, 3), credit=standing(row, name=f"UC-{row}"),
	)  # fmt: skip
	return replace(line, **changes)


def converting(row="r1", line="q1", **changes) -> Charge:
	return charge(row, quotation="Q-1", quotation_row=line, **changes)


def save(charges=(), credits=(), voucher=ORDER, happening=Happening.CHANGED, **event):
	return follow_charges(voucher, Event(happening, NOW, **event), charges, credits)


def first_credit(one: Charge, **event) -> Earned:
	"""The credit that a new document's only charge gets."""
	(change,) = save([one], **{"happening": Happening.NEW, **event})
	assert (change.standing, change.removed, change.charge) == (None, False, one)
	return change.earned


def books_after(credits, changes) -> list[Standing]:
	"""What stands after changes are written: nothing is ever taken out."""
	books = {credit.name: credit for credit in credits}
	for change in changes:
		name = change.standing.name if change.standing else f"UC-{len(books) + 1}"
		books[name] = Standing(name, change.charge, change.earned, change.removed)
	return list(books.values())


def texts(one: Earned) -> str:
	return " ".join(str(reason) for reason in one.reasons)


# --- a new document, a new charge (U3, U7) --------------------------------------------------------


def test_u3_who_creates_a_document_has_the_credit_of_its_charges():
	one = first_credit(charge())
	assert (one.assigned_to, one.created, one.assigned) == (BOB, NOW, NOW)
	assert (one.origin, one.upsell_rule, one.is_upsell, one.inferred) == ("Created", "", False, False)
	assert (one.edited, one.source, one.customised) == (Stamp(), "", False)
	assert texts(one) == f"{BOB} created the document with this charge."


def test_u3_u11_who_adds_a_charge_later_has_its_credit_and_it_is_an_upsell():
	(change,) = save([charge(), charge("r2")], [standing()])
	assert change.charge.row == "r2"
	assert (change.earned.assigned_to, change.earned.origin) == (BOB, "Added")
	assert (change.earned.upsell_rule, change.earned.is_upsell) == ("Added Later", True)
	assert texts(change.earned) == f"{BOB} added the charge to what {DIRK} wrote."


def test_u7_who_copies_a_document_has_the_credit_of_the_copy():
	one = first_credit(charge(), happening=Happening.COPY)
	assert (one.assigned_to, one.origin, one.is_upsell) == (BOB, "Copied", False)


def test_u7_a_copy_that_still_names_the_quotation_is_no_conversion():
	"""Else the copier would hand the new sale to whoever quoted the old one."""
	one = first_credit(converting(), happening=Happening.COPY, quoted={"q1": quoted(copied=True)})
	assert (one.assigned_to, one.origin, one.source, one.is_upsell) == (BOB, "Copied", "", False)
	assert "Not a conversion: the row was copied" in texts(one)


# --- edits, removal, order (U4, U5) ---------------------------------------------------------------


def test_u5_an_edit_stamps_who_and_when_and_leaves_the_credit_alone():
	before = standing()
	(change,) = save([charge(state="t", subtotal=D(200))], [before])
	assert change.earned == replace(before.earned, edited=NOW)
	assert (change.standing, change.removed, change.charge.subtotal) == (before, False, D(200))


def test_u5_a_save_that_touches_no_charge_writes_nothing():
	assert save([charge()], [standing()]) == []


@pytest.mark.parametrize(
	"moved", [{"idx": 3}, {"subtotal": D(99), "base_subtotal": D(89)}, {"item_group": "X"}]
)
def test_u5_what_another_row_moves_is_followed_without_a_stamp(moved):
	"""A discount on the document spreads over all rows, and a row taken out renumbers those below."""
	before = standing()
	(change,) = save([charge(**moved)], [before])
	assert (change.earned, change.standing) == (before.earned, before)


def test_u5_where_an_order_row_comes_from_is_no_part_of_what_is_compared():
	assert save([converting()], [standing()]) == []


def test_u4_a_charge_that_is_taken_out_keeps_its_credit_marked_as_removed():
	before = standing()
	(change,) = save([], [before])
	assert (change.removed, change.standing, change.earned) == (True, before, before.earned)
	assert change.charge == before.charge, "its history stays readable"


def test_u4_a_charge_that_is_put_back_is_a_new_entry_even_under_the_same_row_name():
	gone = standing(removed=True)
	(change,) = save([charge()], [gone])
	assert change.standing is None
	assert (change.earned.assigned_to, change.earned.created) == (BOB, NOW)


def test_u4_a_credit_is_removed_once():
	assert save([], [standing(removed=True)]) == []


def test_u2_the_same_row_name_may_have_many_removed_credits_and_one_that_lives():
	credits = [
		standing(name="UC-1", removed=True),
		standing(name="UC-2", removed=True),
		standing(name="UC-3"),
	]
	assert save([charge()], credits) == []
	(change,) = save([], credits)
	assert change.standing.name == "UC-3"


# --- conversion (U6) ------------------------------------------------------------------------------


def test_u6_who_has_the_credit_of_the_quotation_keeps_it():
	line = quoted(credit=Standing("UC-9", charge("q1"), earned(ANNA, assigned=Stamp(CARLA, 12))))
	one = first_credit(converting(), quoted={"q1": line})
	assert (one.assigned_to, one.origin, one.source) == (ANNA, "Converted", "UC-9")
	assert (one.created, one.assigned) == (Stamp(ANNA, 10), Stamp(CARLA, 12))
	assert texts(one) == f"Converted from Q-1 by {BOB}; {ANNA} keeps the credit of the quotation."


def test_u6_u10_a_credit_that_was_reassigned_on_the_quotation_goes_on_with_its_new_owner():
	line = quoted(credit=Standing("UC-9", charge("q1"), earned(ANNA, assigned_to=CARLA)))
	one = first_credit(converting(), quoted={"q1": line})
	assert (one.assigned_to, one.created.by, one.customised) == (CARLA, ANNA, True)


@pytest.mark.parametrize(
	("rule", "is_upsell", "carried"),
	[
		(UpsellRule.ADDED_LATER, True, UpsellRule.CARRIED_OVER),
		(UpsellRule.BY_HAND, True, UpsellRule.CARRIED_OVER),
		(UpsellRule.BY_HAND, False, UpsellRule.NONE),
		(UpsellRule.NONE, False, UpsellRule.NONE),
	],
)
def test_u6_u11_an_upsell_of_the_quotation_is_one_of_the_order(rule, is_upsell, carried):
	credit = Standing("UC-9", charge("q1"), earned(upsell_rule=rule, is_upsell=is_upsell))
	one = first_credit(converting(), quoted={"q1": quoted(credit=credit)})
	assert (one.is_upsell, one.upsell_rule) == (is_upsell, carried)


def test_u6_a_quotation_that_was_not_tracked_gives_the_credit_to_who_made_it_and_says_so():
	one = first_credit(converting(), quoted={"q1": quoted(credit=None)})
	assert (one.assigned_to, one.created, one.assigned) == (DIRK, Stamp(DIRK, 3), NOW)
	assert (one.origin, one.inferred, one.is_upsell, one.customised) == ("Converted", True, False, False)
	assert "Inferred: its charges were not tracked" in texts(one)


def test_u6_several_quotations_into_one_order_and_what_is_added_meanwhile():
	lines = {
		"q1": quoted(),
		"q2": quoted("q2", quotation="Q-2", item_code="PUMP", credit=standing("q2", "PUMP", CARLA)),
	}
	charges = [
		converting(),
		charge("r2", "PUMP", quotation="Q-2", quotation_row="q2"),
		charge("r3", "CARE"),
	]
	first, second, third = (change.earned for change in save(charges, happening=Happening.NEW, quoted=lines))
	assert [first.assigned_to, second.assigned_to, third.assigned_to] == [ANNA, CARLA, BOB]
	assert (third.origin, third.upsell_rule, third.is_upsell) == ("Added", "Added at Conversion", True)
	assert not first.is_upsell and not second.is_upsell


def test_u6_a_quotation_pulled_into_an_order_that_is_there_is_a_conversion_too():
	(change,) = save([charge(), converting("r2")], [standing()], quoted={"q1": quoted()})
	assert (change.earned.assigned_to, change.earned.origin, change.earned.is_upsell) == (
		ANNA,
		"Converted",
		False,
	)


REFUSED = {
	"no such row": (None, {}, "Q-1 has no such row"),
	"a row of another quotation": ({"quotation": "Q-2"}, {}, "Q-1 has no such row"),
	"a draft": ({"docstatus": 0}, {}, "Q-1 is not submitted"),
	"cancelled": ({"docstatus": 2}, {}, "Q-1 is not submitted"),
	"another company": ({"company": "Other"}, {}, "Q-1 is of company Other"),
	"another customer": ({"customer": "Bank"}, {}, "Q-1 is for Bank"),
	"another item": ({"item_code": "PUMP"}, {}, "Q-1 quotes PUMP in that row"),
	"copied": ({"copied": True}, {}, "copied from an order that has it from Q-1"),
	"all ordered": ({"ordered_qty": D(2)}, {}, "submitted orders have taken all that Q-1 quotes"),
	"more than all ordered": ({"ordered_qty": D(3)}, {}, "submitted orders have taken all"),
	"a quotation": ({}, {"doctype": "Quotation"}, "only a Sales Order converts"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_u6_what_is_not_a_conversion_credits_nobody_but_the_one_who_saves(case):
	"""A quotation's row is believed if the database bears it out, or credit could be handed about."""
	line, voucher, words = REFUSED[case]
	line = None if line is None else quoted(**line)
	voucher = replace(ORDER, **voucher)
	assert words in str(why_not_converted(voucher, converting(), line))
	one = first_credit(converting(), voucher=voucher, quoted={"q1": line} if line else {})
	assert (one.assigned_to, one.source, one.is_upsell) == (BOB, "", False)
	assert words in texts(one), "why it is none can be read later"


@pytest.mark.parametrize(
	"line",
	[
		{},
		{"ordered_qty": D("1.999999999")},
		{"qty": D(0), "ordered_qty": D(5)},  # ERPNext quotes nothing where the quantity is open
		{"customer": ""},  # a lead that no customer came of, as far as is known
	],
)
def test_u6_what_is_a_conversion(line):
	assert why_not_converted(ORDER, converting(), quoted(**line)) is None


def test_u6_a_row_that_names_no_quotation_has_no_such_row():
	assert "? has no such row" in str(why_not_converted(ORDER, charge(quotation_row="q1"), None))


@pytest.mark.parametrize(
	("quotation", "quoted_to", "words"),
	[
		({"docstatus": 0}, "Shop", "Q-1 is not submitted"),
		({"docstatus": 2}, "Shop", "Q-1 is not submitted"),
		({"company": "Other"}, "Shop", "Q-1 is of company Other"),
		({}, "Bank", "Q-1 is for Bank"),
		({}, "Shop", None),
		({}, "", None),  # a lead that no customer came of, as far as is known
	],
)
def test_u6_when_an_invoice_is_the_conversion_of_a_quotation(quotation, quoted_to, words):
	voucher = replace(QUOTATION, **{"docstatus": 1, **quotation})
	reason = why_not_invoiced(voucher, "Acme", quoted_to, "Shop")
	assert words in str(reason) if words else reason is None


@given(
	st.sampled_from([None, "Q-1", "Q-2"]),
	st.sampled_from([0, 1, 1, 1, 2]),
	st.sampled_from(["Acme", "Acme", "Other"]),
	st.sampled_from(["", "Shop", "Shop", "Bank"]),
	st.sampled_from(["MILL", "MILL", "PUMP"]),
	st.sampled_from([D(0), D(2)]),
	st.integers(0, 3).map(D),
	st.booleans(),
	st.sampled_from([*USERS, None]),
	st.sampled_from([Happening.NEW, Happening.COPY, Happening.CHANGED]),
)
def test_u6_a_conversion_never_credits_the_converter_nor_anything_else_another(
	quotation, docstatus, company, customer, item, qty, ordered, copied, owner, happening
):
	line = quotation and quoted(
		quotation=quotation, docstatus=docstatus, company=company, customer=customer, item_code=item, qty=qty,
		ordered_qty=ordered, copied=copied,
		credit=owner and Standing("UC-9", charge("q1", item), earned(owner)),
	)  # fmt: skip
	borne_out = (
		quotation == "Q-1" and docstatus == 1 and company == "Acme" and customer in ("", "Shop")
		and item == "MILL" and not copied and (qty == 0 or ordered < qty)
	)  # fmt: skip
	one = first_credit(converting(), happening=happening, quoted={"q1": line} if line else {})
	assert one.assigned_to == ((owner or DIRK) if borne_out else BOB)
	assert (one.origin == Origin.CONVERTED) == borne_out
	assert one.inferred == (borne_out and owner is None)


def test_u6_a_row_that_is_no_conversion_leaves_the_quotation_s_row_to_the_one_below():
	"""A row duplicated within the table, and the upper one turned into another item."""
	other = converting("r1", item_code="PUMP", idx=1)
	kept = converting("r2", idx=2)
	changes = save([other, kept], happening=Happening.NEW, quoted={"q1": quoted()})
	credited = {change.charge.row: change.earned for change in changes}
	assert credited["r2"].origin == Origin.CONVERTED and credited["r2"].assigned_to == ANNA
	assert credited["r1"].assigned_to == NOW.by


# --- amendments (U7) ------------------------------------------------------------------------------


def amend(old: Standing, new: Charge | None = None, **event) -> Earned:
	return first_credit(new or charge("n1"), amended=True, predecessors={"n1": old}, **event)


def test_u7_an_amendment_carries_everything_over():
	old = Standing(
		"UC-1",
		charge(),
		earned(
			ANNA, assigned_to=CARLA, assigned=Stamp(DIRK, 20), edited=Stamp(DIRK, 15), upsell_rule=UpsellRule.BY_HAND,
			is_upsell=True, inferred=True,
		),
	)  # fmt: skip
	one = amend(old)
	assert one == replace(old.earned, origin=Origin.AMENDED, source="UC-1", reasons=one.reasons)
	assert f"Carried over by an amendment of {BOB}; {CARLA} keeps the credit." == texts(one)


def test_u5_u7_what_is_edited_while_amending_is_stamped():
	assert amend(standing(), charge("n1", state="t")).edited == NOW
	assert amend(standing(), charge("n1", idx=4, subtotal=D(1))).edited == Stamp()
	assert amend(standing(), charge("n1", state="t"), happening=Happening.FOUND).edited == Stamp()


def test_u7_an_amended_conversion_goes_on_with_the_order_not_with_the_quotation():
	old = standing(by=CARLA)
	one = first_credit(
		replace(converting(), row="n1"), amended=True, predecessors={"n1": old}, quoted={"q1": quoted()}
	)
	assert (one.assigned_to, one.origin) == (CARLA, "Amended")


def test_u7_u11_a_charge_that_is_added_while_amending():
	charges = [charge("n1"), charge("n2")]
	_first, change = save(charges, happening=Happening.NEW, amended=True, predecessors={"n1": standing()})
	assert (change.earned.assigned_to, change.earned.origin) == (BOB, "Added")
	assert (change.earned.upsell_rule, change.earned.is_upsell) == ("Added Later", True)
	assert "while amending" in texts(change.earned)


# --- recurrences (U8) -----------------------------------------------------------------------------


def test_u8_a_recurrence_credits_who_is_credited_on_the_original():
	"""Whoever's job makes the copy; it is a new sale, and an upsell of long ago is none of it."""
	old = Standing(
		"UC-1", charge(), earned(ANNA, assigned_to=CARLA, is_upsell=True, upsell_rule=UpsellRule.ADDED_LATER)
	)
	one = first_credit(charge("n1"), recurring=True, predecessors={"n1": old})
	assert (one.assigned_to, one.origin, one.source) == (CARLA, "Recurring", "UC-1")
	assert (one.created, one.assigned, one.customised) == (NOW, NOW, True)
	assert (one.is_upsell, one.upsell_rule, one.edited, one.inferred) == (False, "", Stamp(), False)


def test_u8_what_was_inferred_stays_so():
	old = Standing("UC-1", charge(), earned(inferred=True))
	assert first_credit(charge("n1"), recurring=True, predecessors={"n1": old}).inferred


def test_u8_a_row_that_continues_none_is_the_actors():
	one = first_credit(charge("n1"), recurring=True)
	assert (one.assigned_to, one.origin, one.is_upsell) == (BOB, "Created", False)


# --- what was there before it was tracked ---------------------------------------------------------


def test_u3_what_was_there_before_is_inferred_to_be_of_who_made_the_document():
	one = first_credit(charge(), happening=Happening.FOUND)
	assert (one.assigned_to, one.created, one.assigned) == (DIRK, LONG_AGO, NOW)
	assert (one.inferred, one.origin, one.is_upsell, one.customised) == (True, "Created", False, False)
	assert "Inferred: the charge was there before" in texts(one)


def test_u3_in_the_first_save_that_is_tracked_only_the_row_it_adds_is_the_actors():
	changes = save([charge(), charge("r2")], before=frozenset({"r1"}))
	assert [(change.earned.assigned_to, change.earned.inferred) for change in changes] == [
		(DIRK, True),
		(BOB, False),
	]


def test_u6_what_was_there_before_may_be_a_conversion():
	one = first_credit(converting(), happening=Happening.FOUND, quoted={"q1": quoted()})
	assert (one.assigned_to, one.origin) == (ANNA, "Converted")
	told = first_credit(converting(), happening=Happening.FOUND)
	assert (told.assigned_to, told.inferred) == (DIRK, True)
	assert "Not a conversion" in texts(told)


def test_u5_what_a_reconcile_finds_changed_is_followed_without_a_stamp():
	"""Who edited it is not known, and it was not who reconciles."""
	before = standing()
	(change,) = save([charge(state="t", qty=D(9))], [before], happening=Happening.FOUND)
	assert (change.earned, change.charge.qty) == (before.earned, D(9))


# --- any history (U2 to U5) -----------------------------------------------------------------------

ROWS = ("r1", "r2", "r3", "r4")
some_rows = st.lists(
	st.builds(
		charge,
		row=st.sampled_from(ROWS),
		item=st.sampled_from(["MILL", "PUMP"]),
		state=st.sampled_from(["s", "t"]),
		subtotal=st.integers(-2, 2).map(D),
		quotation=st.sampled_from(["", "Q-1"]),
		quotation_row=st.sampled_from(["", "q1", "q2"]),
	),
	unique_by=lambda one: one.row,
	max_size=len(ROWS),
).map(lambda charges: [replace(one, idx=place) for place, one in enumerate(charges, start=1)])

some_lines = st.fixed_dictionaries(
	{},
	optional={
		row: st.builds(
			quoted,
			row=st.just(row),
			item_code=st.sampled_from(["MILL", "PUMP"]),
			docstatus=st.sampled_from([0, 1, 1, 2]),
			credit=st.none() | st.builds(standing, row=st.just(row), by=st.sampled_from(USERS)),
		)
		for row in ("q1", "q2")
	},
)
saves = st.tuples(
	some_rows,
	st.sampled_from(USERS),
	st.sampled_from([Happening.CHANGED, Happening.CHANGED, Happening.FOUND]),
	some_lines,
	st.dictionaries(st.sampled_from(ROWS), st.sampled_from(USERS), max_size=2),
)


def reassigned(credits, to, at) -> list[Standing]:
	"""A person gives some of the credits to others, between two saves."""
	return [
		replace(
			credit,
			earned=replace(credit.earned, assigned_to=to[credit.charge.row], assigned=Stamp(DIRK, at)),
		)
		if credit.charge.row in to and not credit.removed
		else credit
		for credit in credits
	]


def live(credits) -> dict[str, Standing]:
	found = [credit for credit in credits if not credit.removed]
	assert len({credit.charge.row for credit in found}) == len(found), "two live credits for a row"
	return {credit.charge.row: credit for credit in found}


def assert_follows(event, charges, before, after):
	"""What must hold of any save, whatever it is."""
	was, now = live(before), live(after)
	assert {row: credit.charge for row, credit in now.items()} == {one.row: one for one in charges}
	for credit in after:
		assert credit.earned.customised == (credit.earned.assigned_to != credit.earned.created.by)
	for credit in before:
		assert not credit.removed or credit in after, "a removed credit is never touched again"
	for row in was.keys() & now.keys():
		assert now[row].name == was[row].name
		old, new = was[row].charge, now[row].charge
		same_quantity = (old.item_code, old.qty, old.quantity) == (new.item_code, new.qty, new.quantity)
		may_change = {"edited": Stamp()} | ({} if same_quantity else {"qty_before": D(0)})
		assert replace(now[row].earned, **may_change) == replace(was[row].earned, **may_change)
		edited = (old.state, old.item_code) != (new.state, new.item_code)
		touched = edited and event.happening != Happening.FOUND
		assert now[row].earned.edited == (event.actor if touched else was[row].earned.edited)


def held(before, item_code: str) -> set[str]:
	"""Who had a row of this item."""
	return {
		credit.earned.assigned_to for credit in live(before).values() if credit.charge.item_code == item_code
	}


def assert_credited_by_right(event, before, new: list[Standing]):
	"""A new credit is of the one who saves, of who made a document that was there, of who quoted it, or of who had
	it in a row that now holds less of it."""
	for credit in new:
		one = credit.earned
		if one.origin == Origin.CONVERTED:
			lines = [line for line in event.quoted.values() if line.docstatus == 1]
			of_item = [line for line in lines if line.item_code == credit.charge.item_code]
			assert one.assigned_to in {
				line.credit.earned.assigned_to if line.credit else DIRK for line in of_item
			}
		elif one.customised:
			assert one.created == event.actor and one.assigned_to in held(before, credit.charge.item_code)
		elif one.inferred and one.assigned_to != DIRK:
			assert one.assigned_to == event.actor.by, "who saves had it in a row that went on in this one"
			assert event.actor.by in held(before, credit.charge.item_code)
		else:
			assert one.assigned_to == (DIRK if one.inferred else event.actor.by)
		assert one.is_upsell == (one.upsell_rule != UpsellRule.NONE)
		assert one.reasons, "each credit says why"


@given(
	st.sampled_from([Happening.NEW, Happening.COPY, Happening.FOUND]), st.lists(saves, min_size=1, max_size=5)
)
def test_u2_u3_u4_u5_whatever_happens_each_row_has_one_credit_that_an_edit_does_not_move(first, history):
	credits: list[Standing] = []
	for number, (charges, user, happening, lines, gifts) in enumerate(history):
		event = Event(happening if number else first, Stamp(user, 100 + number), quoted=lines)
		changes = follow_charges(ORDER, event, charges, credits)
		after = books_after(credits, changes)
		assert_follows(event, charges, credits, after)
		assert_credited_by_right(event, credits, after[len(credits) :])
		later = replace(event, actor=Stamp(user, 900))
		assert follow_charges(ORDER, later, charges, after) == [], "the same event again writes nothing"
		credits = reassigned(after, gifts, 200 + number)


@given(some_rows, st.permutations(ROWS))
def test_u5_rows_in_another_order_keep_their_credits(charges, order):
	credits = books_after([], save(charges, happening=Happening.NEW))
	sorted_anew = sorted(charges, key=lambda one: order.index(one.row))
	moved = [replace(one, idx=place) for place, one in enumerate(sorted_anew, start=1)]
	changes = save(moved, credits)
	assert all(change.earned == change.standing.earned and not change.removed for change in changes)


# --- pairs of an amendment (U7) -------------------------------------------------------------------


def paired(charges, old, named=None) -> dict[str, str]:
	pairs = pair_rows(charges, old, named or {})
	return {row: credit.charge.row for row, credit in pairs.items()}


def test_u7_the_desk_says_which_row_continues_which():
	old = [standing("r1", idx=1), standing("r2", idx=2)]
	new = [charge("n1", idx=1), charge("n2", idx=2)]
	assert paired(new, old, {"n1": "r2", "n2": "r1"}) == {"n1": "r2", "n2": "r1"}


def test_u7_who_says_nothing_has_rows_of_the_same_item_paired_in_their_order():
	old = [standing("r2", idx=2), standing("r1", idx=1), standing("r3", "PUMP", idx=3)]
	new = [charge("n3", idx=3), charge("n1", "PUMP", idx=1), charge("n2", idx=2), charge("n4", "CARE", idx=4)]
	assert paired(new, old) == {"n1": "r3", "n2": "r1", "n3": "r2"}


def test_u7_more_rows_of_an_item_than_before_leave_the_last_ones_new():
	assert paired([charge("n1", idx=1), charge("n2", idx=2)], [standing()]) == {"n1": "r1"}


def test_u7_a_row_named_twice_continues_once():
	assert paired([charge("n1"), charge("n2")], [standing()], {"n1": "r1", "n2": "r1"}) == {"n1": "r1"}


@pytest.mark.parametrize("named", [{"n1": "r1"}, {"n1": "nowhere"}])
def test_u7_a_row_that_names_another_item_or_none_continues_none(named):
	old = [standing("r1", "PUMP"), standing("r2", "MILL")]
	assert paired([charge("n1")], old, named) == {}


def test_u4_u7_where_the_desk_names_rows_one_that_names_none_was_added():
	old = [standing("r1", idx=1), standing("r2", idx=2)]
	assert paired([charge("n1", idx=1), charge("n2", idx=2)], old, {"n2": "r1"}) == {"n2": "r1"}


old_rows = st.lists(
	st.builds(
		standing, row=st.sampled_from(ROWS), item=st.sampled_from(["MILL", "PUMP"]), idx=st.integers(1, 4)
	),
	unique_by=lambda credit: credit.charge.row,
)
new_rows = st.lists(
	st.builds(
		charge,
		row=st.sampled_from(["n1", "n2", "n3", "n4"]),
		item=st.sampled_from(["MILL", "PUMP"]),
		idx=st.integers(1, 4),
	),
	unique_by=lambda one: one.row,
)


@given(
	new_rows, old_rows, st.dictionaries(st.sampled_from(["n1", "n2", "n3"]), st.sampled_from([*ROWS, "?"]))
)
def test_u7_each_old_charge_goes_on_at_most_once_and_as_the_same_item(new, old, named):
	pairs = pair_rows(new, old, named)
	by_row = {one.row: one for one in new}
	names = [credit.name for credit in pairs.values()]
	assert len(names) == len(set(names))
	assert set(names) <= {credit.name for credit in old}
	for row, credit in pairs.items():
		assert credit.charge.item_code == by_row[row].item_code
		assert row not in named or named[row] == credit.charge.row
	if any(one.row in named for one in new):
		assert set(pairs) <= set(named), "where the desk speaks, silence says that a row was added"
		return
	for item in ("MILL", "PUMP"):
		silent = [one for one in new if one.item_code == item]
		if len([one for one in silent if one.row in pairs]) < len(silent):
			left = [one for one in old if one.charge.item_code == item and one.name not in names]
			assert not left, "no row is called new while an old one of its item waits"


# --- archived documents and reassignment (U9, U10) ------------------------------------------------

OPEN = (
	("Sales Order", 0, "Draft"),
	("Sales Order", 1, "On Hold"),
	("Sales Order", 1, "Completed"),
	("Sales Order", 1, "Lost"),
	("Quotation", 0, "Draft"),
	("Quotation", 1, "Ordered"),
	("Quotation", 1, "Partially Ordered"),
	("Quotation", 1, "Closed"),
)
ARCHIVED = (
	("Sales Order", 2, "Cancelled", "cancelled"),
	("Sales Order", 1, "Closed", "Reopen the order first"),
	("Quotation", 2, "Cancelled", "cancelled"),
	("Quotation", 1, "Lost", "lost"),
	("Quotation", 1, "Expired", "expired"),
	("Quotation", 2, "Lost", "cancelled"),
)


@pytest.mark.parametrize(("doctype", "docstatus", "status"), OPEN)
def test_u9_documents_that_are_not_archived(doctype, docstatus, status):
	assert archived(Voucher(doctype, "X-1", docstatus=docstatus, status=status)) is None


@pytest.mark.parametrize(("doctype", "docstatus", "status", "words"), ARCHIVED)
def test_u9_archived_documents_say_why(doctype, docstatus, status, words):
	voucher = Voucher(doctype, "X-1", docstatus=docstatus, status=status)
	reason = str(archived(voucher))
	assert reason.startswith("X-1 ") and words in reason and "can be read, not changed" in reason
	(problem,) = check_reassignment(voucher, standing(), "a reason")
	assert (problem.field, str(problem)) == ("voucher_no", reason)


def test_u10_a_credit_can_be_given_to_another_with_a_reason():
	assert check_reassignment(ORDER, standing(), "Carla made the call") == []


@pytest.mark.parametrize(
	("reason", "words"),
	[
		("", "say why"),
		(" \n\t ", "say why"),
		("x" * (LONGEST_REASON + 1), "at most 500 characters"),
		("x" * LONGEST_REASON, None),
		("x" * LONGEST_REASON + " \n", None),  # written without the blanks
	],
)
def test_u10_x5_a_reason_is_asked_for_and_fits(reason, words):
	problems = check_reassignment(ORDER, standing(), reason)
	assert [problem.field for problem in problems] == (["reason"] if words else [])
	assert not words or words in str(problems[0])


def test_u4_u10_the_credit_of_a_removed_charge_stays_as_it_was():
	(problem,) = check_reassignment(ORDER, standing(removed=True), "a reason")
	assert problem.field == "is_removed"
	assert "Charge Mill was removed from SO-1" in str(problem)


def test_u9_u10_all_problems_are_told_at_once():
	problems = check_reassignment(replace(QUOTATION, status="Lost"), standing(removed=True), "")
	assert [problem.field for problem in problems] == ["voucher_no", "is_removed", "reason"]


@pytest.mark.parametrize(
	("by", "assignee", "is_upsell", "marked", "words"),
	[
		(ANNA, None, True, False, "Mill is your own charge: somebody else must mark it"),
		(BOB, None, True, False, None),
		(ANNA, None, False, True, None),  # who takes the mark from a charge of their own gains nothing
		(ANNA, BOB, True, False, "your own charge"),  # given away and marked at once
		(BOB, BOB, True, False, "your own charge"),
		(BOB, BOB, None, True, "somebody else must give you its credit"),
		(BOB, BOB, None, False, None),
		(ANNA, BOB, None, True, None),
		(ANNA, ANNA, None, True, None),  # theirs already
		("", None, True, False, None),
	],
)
def test_u10_who_decides_on_upsells_makes_none_their_own(by, assignee, is_upsell, marked, words):
	credit = replace(standing(), earned=earned(ANNA, is_upsell=marked))
	problems = check_reassignment(ORDER, credit, "a reason", by=by, assignee=assignee, is_upsell=is_upsell)
	assert [problem.field for problem in problems] == (["is_upsell"] if words else [])
	assert not words or words in str(problems[0])


# --- hours (U2) -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
	("qty", "uom", "hours"),
	[
		("1.5", "Hour", "1.5"),
		("90", "Minute", "1.5"),
		("20", "Minute", "0.333333"),
		("5400", "Second", "1.5"),
		("-30", "Minute", "-0.5"),
		("0", "Hour", "0"),
		("3", "Nos", "0"),
		("3", "", "0"),
		("3", None, "0"),
		("3", "Day", "0"),  # of how many hours, no two firms agree
	],
)
def test_u2_hours_of_a_charge(qty, uom, hours):
	assert hours_of(D(qty), uom) == D(hours)


@given(st.integers(-(10**15), 10**15), st.sampled_from([("Hour", 1), ("Minute", 60), ("Second", 3600)]))
def test_u2_hours_are_exact_to_a_millionth(units, uom):
	name, to_the_hour = uom
	hours = hours_of(D(units).scaleb(-3), name)
	off = abs(Fraction(hours) - Fraction(units, 1000 * to_the_hour))
	assert off <= Fraction(1, 2 * 10**6) + Fraction(1, 10**12)


def test_u5_another_item_in_the_row_is_an_edit_and_stamps():
	(change,) = save([charge("r1", "PUMP")], [standing("r1", "MILL")])
	assert (change.earned.assigned_to, change.earned.edited) == (ANNA, NOW)


# --- rows put in anew ------------------------------------------------------------------------------


def test_u4_a_charge_put_in_anew_by_the_same_save_is_a_new_entry_and_no_upsell():
	old = [standing("r1", "MILL"), standing("r2", "PUMP")]
	changes = save([charge("n1", "MILL"), charge("n2", "CARE")], old)
	told = {
		change.charge.row: (change.earned.assigned_to, change.earned.is_upsell)
		for change in changes
		if not change.removed
	}
	assert told == {"n1": (BOB, False), "n2": (BOB, True)}
	assert {change.charge.row for change in changes if change.removed} == {"r1", "r2"}


def test_u4_what_replaces_an_upsell_is_one():
	old = standing("r1", "MILL")
	upsold = replace(old, earned=replace(old.earned, is_upsell=True))
	assert save([charge("n1", "MILL")], [upsold])[0].earned.is_upsell


def test_u6_a_row_refused_by_its_quotation_is_not_called_added_at_conversion():
	rows = [converting("r1", "q1"), converting("r2", "q2"), charge("r3")]
	lines = {"q1": quoted("q1"), "q2": quoted("q2", docstatus=0)}
	changes = save(rows, happening=Happening.NEW, quoted=lines)
	assert [change.earned.upsell_rule for change in changes] == ["", "", "Added at Conversion"]


# --- what there must be before, than which an addition is more (U11, ADR 8) -------------------------

OWN = Stamp(BOB, 1)
ITS_AUTHORS = replace(ORDER, created=OWN), replace(QUOTATION, created=OWN)


def added(voucher=ITS_AUTHORS[0], credits=None, **event) -> Earned:
	"""The credit of a pump that Bob adds, at 50, to what has a mill of before."""
	*_others, change = save(
		[charge(), charge("r2", "PUMP")], [standing()] if credits is None else credits, voucher, **event
	)
	assert (change.earned.assigned_to, change.earned.origin) == (BOB, Origin.ADDED)
	assert change.earned.is_upsell == (change.earned.upsell_rule == UpsellRule.ADDED_LATER)
	return change.earned


@pytest.mark.parametrize("voucher", ITS_AUTHORS)
def test_u11_what_its_author_adds_before_it_was_submitted_or_sent_is_no_upsell(voucher):
	one = added(voucher)
	assert not one.is_upsell
	assert texts(one) == (
		f"{BOB} added the charge while writing the document. It was neither submitted nor sent yet: no upsell."
	)


OF_QUOTATION = [replace(standing(), earned=earned(origin=Origin.CONVERTED, source="UC-9"))]
GROUNDS = {
	"another's work": ({"voucher": ORDER}, f"to what {DIRK} wrote"),
	"a deal that was closed": ({"is_deal": True}, "after the order was submitted"),
	"an order that was made of a quotation": ({"credits": OF_QUOTATION}, "that was made of a quotation"),
	"an offer that was submitted or sent": ({"offered_at": 10}, "after the document was submitted or sent"),
	"an amendment of an order": ({"is_deal": True, "amended": True}, "while amending"),
	"an amendment of another's": ({"offered_at": 10, "amended": True, "author": ANNA, "grace": 99}, "while amending"),
}  # fmt: skip


@pytest.mark.parametrize("case", GROUNDS)
@pytest.mark.parametrize("grace", [None, 0, 30])
def test_u11_what_is_added_to_something_that_was_there_is_an_upsell_and_says_to_what(case, grace):
	event, words = GROUNDS[case]
	one = added(**{"grace": grace, **event})
	assert one.is_upsell and one.qty_before == 0
	assert words in texts(one) and "no upsell" not in texts(one)


@pytest.mark.parametrize(
	("grace", "is_upsell"), [(39, True), (40, False), (41, False), (0, True), (None, True)]
)
@pytest.mark.parametrize("amended", [False, True])
def test_u11_within_the_grace_period_its_author_is_still_writing_an_offer(grace, is_upsell, amended):
	one = added(ITS_AUTHORS[1], offered_at=10, grace=grace, amended=amended)
	assert one.is_upsell == is_upsell
	assert ("within the grace period" in texts(one)) != is_upsell


def test_u11_a_clock_that_was_stepped_back_shortens_no_grace():
	assert not added(ITS_AUTHORS[1], offered_at=70, grace=1).is_upsell


def test_u11_a_copy_that_still_names_a_quotation_is_no_order_made_of_it():
	copy = Standing("UC-r1", converting("r1", "q1"), earned(BOB, origin=Origin.COPIED))
	rows = [copy.charge, charge("r2", "PUMP")]
	(change,) = save(rows, [copy], ITS_AUTHORS[0], quoted={"q1": quoted()})
	assert not change.earned.is_upsell


def test_u4_u11_what_its_author_puts_in_anew_for_an_upsell_is_one_as_far_as_that_was():
	upsold = replace(
		twenty("r2", 30), earned=earned(is_upsell=True, upsell_rule=UpsellRule.ADDED_LATER, qty_before=D(10))
	)
	rows = [charge("n1", qty=D(36))]
	(change, _gone) = save(rows, [upsold], ITS_AUTHORS[0])
	assert (change.earned.is_upsell, upsold_part(change)) == (True, 20)
	assert "in place of an upsell that was removed" in texts(change.earned)
	(change, _gone) = save(rows, [upsold], ORDER)
	assert upsold_part(change) == 26, "what another adds is more than there was"


def upsold_part(change) -> int:
	return upsold(change.charge, change.earned)


# --- what is sold more is an upsell, what is only written differently is not (U11, by quantity) -----


def twenty(row="r1", qty=20, **changes) -> Standing:
	"""Anna's charge of 20."""
	return standing(row, qty=D(qty), **changes)


def new_rows(changes) -> dict[str, tuple]:
	"""Of each new credit: whose it is, and how much of it is an upsell."""
	return {
		change.charge.row: (change.earned.assigned_to, upsold(change.charge, change.earned))
		for change in changes
		if change.standing is None
	}


def upsold(one: Charge, credit: Earned) -> int:
	return int(one.qty - credit.qty_before) if credit.is_upsell else 0


def test_u11_a_row_split_in_two_is_no_upsell_and_stays_who_had_it():
	changes = save([charge("r1", qty=D(10), idx=1), charge("n1", qty=D(10), idx=2)], [twenty()])
	assert new_rows(changes) == {"n1": (ANNA, 0)}
	(new,) = (change.earned for change in changes if change.standing is None)
	assert (new.origin, new.created, new.customised) == (Origin.ADDED, NOW, True)
	assert texts(new) == f"{BOB} wrote a part of what was sold as a row of its own; {ANNA} keeps the credit."


def test_u11_a_row_split_by_an_amendment_too():
	rows = [charge("r1", qty=D(10), idx=1), charge("n1", qty=D(10), idx=2)]
	old = twenty("o1")
	changes = save(rows, happening=Happening.NEW, amended=True, predecessors={"r1": old}, continued=(old,))
	assert new_rows(changes) == {"r1": (ANNA, 0), "n1": (ANNA, 0)}


def test_u11_more_than_the_split_is_the_upsell_of_who_typed_it():
	changes = save([charge("r1", qty=D(10), idx=1), charge("n1", qty=D(15), idx=2)], [twenty()])
	assert new_rows(changes) == {"n1": (BOB, 5)}
	assert "Of its quantity 15, 10 were sold before: the rest is the upsell." in texts(changes[1].earned)


def test_u4_u11_a_row_dropped_and_more_of_it_put_in():
	changes = save([charge("n1", qty=D(30))], [twenty(qty=10)])
	assert new_rows(changes) == {"n1": (BOB, 20)}


def test_u11_what_another_row_has_taken_up_does_not_cover_a_new_one():
	rows = [charge("r1", qty=D(20), idx=1), charge("n1", qty=D(10), idx=2)]
	changes = save(rows, [twenty("r1", 10), twenty("r2", 10)])
	assert new_rows(changes) == {"n1": (BOB, 10)}


def test_u11_a_box_is_ten_pieces():
	box = charge("n1", qty=D(1), stock_qty=D(10), idx=2)
	changes = save([charge("r1", qty=D(10), stock_qty=D(10), idx=1), box], [twenty(stock_qty=D(20))])
	assert new_rows(changes) == {"n1": (ANNA, 0)}
	two = replace(box, qty=D(2), stock_qty=D(20))
	(new,) = (
		one.earned
		for one in save([charge("r1", qty=D(10), stock_qty=D(10), idx=1), two], [twenty(stock_qty=D(20))])
		if one.standing is None
	)
	assert (new.is_upsell, new.qty_before) == (True, 1)


def test_u11_a_split_upsell_is_one_and_what_is_left_of_half_an_upsell_is_kept_longest():
	whole = replace(twenty(), earned=earned(is_upsell=True, upsell_rule=UpsellRule.ADDED_LATER))
	rows = [charge("r1", qty=D(15), idx=1), charge("n1", qty=D(5), idx=2)]
	assert new_rows(save(rows, [whole])) == {"n1": (ANNA, 5)}
	half = replace(whole, earned=replace(whole.earned, qty_before=D(10)))
	assert new_rows(save(rows, [half])) == {"n1": (ANNA, 5)}
	nothing_left = [charge("r1", qty=D(5), idx=1), charge("n1", qty=D(15), idx=2)]
	assert new_rows(save(nothing_left, [half])) == {"n1": (ANNA, 10)}


QUOTED_20 = {"q1": quoted("q1", qty=D(20), rate=D(100))}


def order_of(*rows: tuple[str, int], lines=None, **event):
	"""A new order, made of a quotation: rows with the quotation's row they name, and a quantity."""
	charges = [
		replace(converting(f"r{at}", line) if line else charge(f"r{at}"), qty=D(qty), idx=at, rate=D(150))
		for at, (line, qty) in enumerate(rows, start=1)
	]
	return save(charges, happening=Happening.NEW, quoted=lines or QUOTED_20, **event)


@pytest.mark.parametrize(
	("rows", "whose"),
	[
		([("q1", 10), ("", 10)], [(ANNA, 0), (ANNA, 0)]),
		([("q1", 20), ("", 5)], [(ANNA, 0), (BOB, 5)]),
		([("q1", 10), ("", 15)], [(ANNA, 0), (BOB, 5)]),
		([("q1", 20), ("q1", 10)], [(ANNA, 0), (BOB, 10)]),  # Duplicate in the table
		([("q1", 10), ("q1", 10)], [(ANNA, 0), (ANNA, 0)]),
		([("q1", 10), ("", 5), ("", 10)], [(ANNA, 0), (ANNA, 0), (BOB, 5)]),
	],
)
def test_u6_u11_what_a_quotation_offers_is_no_upsell_however_it_is_typed(rows, whose):
	changes = order_of(*rows)
	assert list(new_rows(changes).values()) == whose
	for change, (user, _upsell) in zip(changes, whose, strict=True):
		assert (change.earned.origin, change.earned.source) == (
			("Converted", "UC-q1") if user == ANNA else ("Added", "")
		)


def test_u6_u11_what_other_orders_have_taken_is_offered_no_more():
	lines = {"q1": quoted("q1", qty=D(20), ordered_qty=D(10))}
	assert list(new_rows(order_of(("q1", 5), ("", 10), lines=lines)).values()) == [(ANNA, 0), (BOB, 5)]


@pytest.mark.parametrize(("rate", "whose"), [(150, (ANNA, 0)), (140, (BOB, 1))])
def test_u6_u11_an_alternative_that_was_typed_as_it_was_quoted(rate, whose):
	lines = {
		"q1": quoted("q1", item_code="MILL"),
		"q2": quoted("q2", item_code="PUMP", rate=D(150), qty=D(1), is_alternative=True),
	}
	rows = [converting("r1", "q1", idx=1), charge("r2", "PUMP", qty=D(1), rate=D(rate), idx=2)]
	assert new_rows(save(rows, happening=Happening.NEW, quoted=lines))["r2"] == whose


def test_u11_what_was_typed_later_within_what_was_quoted_is_no_upsell():
	there = Standing(
		"UC-r1", converting("r1", "q1", qty=D(10), idx=1), earned(origin=Origin.CONVERTED, source="UC-q1")
	)
	rows = [there.charge, charge("r2", qty=D(10), idx=2), charge("r3", qty=D(1), idx=3)]
	assert new_rows(save(rows, [there], quoted=QUOTED_20)) == {"r2": (ANNA, 0), "r3": (BOB, 1)}


def test_u11_an_order_that_takes_half_of_a_quoted_upsell_takes_half_of_what_was_sold_before():
	half = quoted(
		"q1", qty=D(30), credit=replace(twenty("q1", 30), earned=earned(is_upsell=True, qty_before=D(10)))
	)
	(change,) = order_of(("q1", 15), lines={"q1": half})
	assert upsold(change.charge, change.earned) == 10


@given(
	st.lists(st.integers(1, 9), min_size=1, max_size=3),
	st.lists(st.integers(0, 9), min_size=3, max_size=3),
	st.lists(st.integers(1, 9), max_size=3),
)
def test_u11_new_rows_are_upsells_of_what_is_sold_more_and_of_nothing_else(before, kept, typed):
	old = [twenty(f"r{at}", qty) for at, qty in enumerate(before)]
	rows = [charge(f"r{at}", qty=D(qty), idx=at) for at, qty in enumerate(kept[: len(before)]) if qty]
	rows += [charge(f"n{at}", qty=D(qty), idx=10 + at) for at, qty in enumerate(typed)]
	changes = save(rows, old)
	after = sum(int(one.qty) for one in rows)
	more = max(0, after - sum(before))
	new = [upsell for _whose, upsell in new_rows(changes).values()]
	assert sum(new) == min(more, sum(typed))


def test_u11_what_is_offered_instead_of_another_is_no_upsell():
	changes = save(
		[charge("r1"), charge("n1", "PUMP", is_alternative=True)], [standing("r1")], voucher=QUOTATION
	)
	assert new_rows(changes) == {"n1": (BOB, 0)}
	assert "Offered instead of another charge: no upsell." in texts(changes[-1].earned)


# --- what is sold more in a row that was there (U11, by quantity) -----------------------------------


def upsell(row: str, qty: int, before: int = 0, **changes) -> Standing:
	sold = earned(is_upsell=True, upsell_rule=UpsellRule.ADDED_LATER, qty_before=D(before))
	return replace(twenty(row, qty, **changes), earned=sold)


def in_books(books: list[Standing]) -> dict[str, D]:
	"""Of each row that is there, what of its quantity is an upsell, in the stock unit."""
	return {one.charge.row: upsold_in_stock(one) for one in books if not one.removed}


def upsold_in_stock(one: Standing) -> D:
	if not one.earned.is_upsell:
		return D(0)
	more = max(D(0), one.charge.qty - one.earned.qty_before)
	return one.charge.quantity * more / one.charge.qty


def after(charges, credits, **event) -> dict[str, D]:
	return in_books(books_after(credits, save(charges, credits, **event)))


@pytest.mark.parametrize("happening", [Happening.CHANGED, Happening.NEW])
def test_u11_a_quantity_that_goes_from_one_row_to_another_makes_no_upsell_larger(happening):
	rows = [charge("r1", qty=D(1), idx=1), charge("r2", qty=D(39), idx=2)]
	old = [twenty("r1", 30), upsell("r2", 10)]
	event = {}
	if happening == Happening.NEW:  # an amendment
		event = {
			"amended": True,
			"continued": tuple(old),
			"predecessors": {one.charge.row: one for one in old},
		}
	changes = save(rows, [] if event else old, happening=happening, **event)
	found = in_books(books_after([] if event else old, changes))
	assert found == {"r1": 0, "r2": 10}


def test_u11_what_grows_beyond_what_other_rows_hold_less_is_more_of_the_upsell():
	rows = [charge("r1", qty=D(25), idx=1), charge("r2", qty=D(20), idx=2)]
	assert after(rows, [twenty("r1", 30), upsell("r2", 10)]) == {"r1": 0, "r2": 15}


def test_u11_an_upsell_that_was_cut_and_raised_again_is_what_it_was():
	half = upsell("r1", 10, before=8)
	(cut,) = books_after([half], save([charge("r1", qty=D(5))], [half]))
	assert upsold_in_stock(cut) == 0
	(again,) = books_after([cut], save([charge("r1", qty=D(10))], [cut]))
	assert upsold_in_stock(again) == 2


def test_u11_another_unit_of_measure_changes_nothing_of_what_was_sold_before():
	boxes = upsell("r1", 3, before=1, stock_qty=D(30))
	assert after([charge("r1", qty=D(30), stock_qty=D(30))], [boxes]) == {"r1": 20}
	pieces = upsell("r1", 30, before=10, stock_qty=D(30))
	assert after([charge("r1", qty=D(3), stock_qty=D(30))], [pieces]) == {"r1": 20}


def test_u11_another_item_in_the_row_stands_for_what_the_first_was():
	assert after([charge("r1", "DRILL", qty=D(1))], [upsell("r1", 10, before=8)]) == {"r1": D("0.2")}
	assert after([charge("r1", "DRILL", qty=D(1))], [upsell("r1", 10)]) == {"r1": 1}
	dropped = [upsell("r1", 10), standing("r2", "DRILL", qty=D(1))]
	assert after([charge("r1", "DRILL", qty=D(1))], dropped) == {"r1": 0}, "the drill was sold before"


PARTLY_MORE = {"q1": quoted("q1", qty=D(10), credit=upsell("q1", 10, before=8))}


@pytest.mark.parametrize(("qty", "more"), [(5, 1), (10, 2), (20, 12)])
def test_u6_u11_an_order_of_a_quoted_upsell_has_its_part_whenever_its_quantity_is_typed(qty, more):
	(typed_first,) = order_of(("q1", qty), lines=PARTLY_MORE)
	assert upsold_in_stock(Standing("", typed_first.charge, typed_first.earned)) == more
	(mapped,) = books_after([], order_of(("q1", 10), lines=PARTLY_MORE))
	for now in (7, 15, qty):
		one = replace(mapped.charge, qty=D(now))
		(mapped,) = books_after([mapped], save([one], [mapped], quoted=PARTLY_MORE))
	assert upsold_in_stock(mapped) == more


UNITS = st.sampled_from([1, 10])
HELD = st.lists(st.tuples(st.integers(0, 4), UNITS, st.booleans(), st.integers(0, 4)), min_size=1, max_size=4)


@given(HELD, st.lists(st.tuples(st.integers(0, 4), UNITS), min_size=7, max_size=7))
def test_u11_nothing_is_more_than_what_is_sold_more(before, now):
	"""Of rows that grow, shrink, come, go and change their unit in one save, however they are upsells already."""
	old = [
		upsell(f"r{at}", qty, before=sold, stock_qty=D(qty * unit))
		if more
		else twenty(f"r{at}", qty, stock_qty=D(qty * unit))
		for at, (qty, unit, more, sold) in enumerate(before)
		if qty
	]
	rows = [
		charge(f"r{at}", qty=D(qty), stock_qty=D(qty * unit), idx=at)
		for at, (qty, unit) in enumerate(now)
		if qty and ((at < len(before) and before[at][0]) or at >= 4)
	]
	books = books_after(old, save(rows, old))
	grown = sum(one.quantity for one in rows) - sum(one.charge.quantity for one in old)
	sold_more = sum(in_books(books).values()) - sum(map(upsold_in_stock, old))
	assert sold_more <= max(D(0), D(grown)) + D("1e-6")


def quoted_part(row: str, qty: int, before: int) -> Standing:
	"""What an order has of PARTLY_MORE."""
	sold = earned(
		is_upsell=True,
		upsell_rule=UpsellRule.CARRIED_OVER,
		qty_before=D(before),
		origin=Origin.CONVERTED,
		source="UC-q1",
	)
	return Standing(f"UC-{row}", converting(row, "q1", qty=D(qty)), sold)


def test_u6_u11_what_a_conversion_takes_over_from_another_was_sold_before_once():
	both = [quoted_part("r1", 5, 4), quoted_part("r2", 5, 4)]
	rows = [replace(both[0].charge, qty=D(10))]
	assert after(rows, both, quoted=PARTLY_MORE) == {"r1": 2}, "as if all had been ordered in one row"


def test_u11_a_row_of_nothing_keeps_what_was_sold_before():
	none = upsell("r1", 5, before=3)
	(none,) = books_after([none], save([charge("r1", qty=D(0))], [none]))
	assert after([charge("r1", qty=D(5))], [none]) == {"r1": 2}


@pytest.mark.parametrize(
	("rows", "now"), [((10,), (5, 5)), ((5, 5), (8, 2)), ((3, 6), (5, 4)), ((8, 4), (4, 8))]
)
def test_u6_u11_what_is_quoted_and_ordered_is_no_upsell_however_its_rows_are_split(rows, now):
	"""Within what is quoted; a row that goes on may name the quotation's row, the others are typed."""
	old = [
		Standing(
			f"UC-r{at}",
			converting(f"r{at}", "q1", qty=D(qty), idx=at),
			earned(origin=Origin.CONVERTED, source="UC-q1"),
		)
		for at, qty in enumerate(rows)
	]
	typed = [charge(f"n{at}", qty=D(qty), idx=at) for at, qty in enumerate(now) if at]
	changes = save([replace(old[0].charge, qty=D(now[0])), *typed], old, quoted=QUOTED_20)
	assert [upsell for _whose, upsell in new_rows(changes).values()] == [0] * len(typed)
