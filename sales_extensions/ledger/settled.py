"""What settles invoices, read from ERPNext's Payment Ledger, which all that settles writes to (M2)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

import frappe

from sales_extensions import current
from sales_extensions.engine.documents import (
	POS_INVOICE,
	SALES_INVOICE,
	UNSETTLED,
	Deal,
	Dealt,
	Documented,
	Part,
	Voucher,
	linked,
)
from sales_extensions.engine.entries import Key
from sales_extensions.engine.facts import Measure
from sales_extensions.engine.money import ZERO, to_decimal
from sales_extensions.engine.settlements import (
	Settlement,
	money_of_entry,
	money_of_payment,
	payments_of,
	till_of,
)

from . import facts, vouchers
from .vouchers import Id

PAYMENT_ENTRY, JOURNAL_ENTRY = "Payment Entry", "Journal Entry"
INVOICES = (SALES_INVOICE, POS_INVOICE)


@dataclass(frozen=True, slots=True)
class _Debt:
	"""What an invoice is about. `owed`: in the currency of the customer's account."""

	owed: Decimal
	settlements: list[Settlement]


def documented(
	ids: Collection[Id],
	found: vouchers.Read,
	dealt: Mapping[Deal, Dealt],
	*,
	current_read: bool = False,
) -> list[Documented]:
	"""What pays these invoices, as it is to be booked. `found`: with all invoices of their deals."""
	own = {id: found.voucher(id) for id in found.headers if id.doctype in INVOICES}
	debts = _debts(found, [id for id, voucher in own.items() if voucher.counts], current_read)

	def at(precision: int) -> list[list[Part]]:
		exact = {id: replace(one, precision=precision) for id, one in own.items()}
		return linked(
			parts
			for id, debt in debts.items()
			for parts in payments_of(exact[id], debt.owed, debt.settlements)
		)

	return [
		_documented(parts, dealt, at)
		for parts in at(facts.precision())
		if Id(*parts[0].voucher.against) in ids
	]


def _documented(
	parts: list[Part], dealt: Mapping[Deal, Dealt], at: Callable[[int], list[list[Part]]]
) -> Documented:
	known = tuple(part for part in parts if part.deal in dealt)
	voucher = parts[0].voucher
	own = {part.deal: dealt[part.deal] for part in known}

	def in_decimals(precision: int) -> list[Part]:
		one = (voucher.id, voucher.against)
		return next((own for own in at(precision) if (own[0].voucher.id, own[0].voucher.against) == one), [])

	return Documented(voucher, Measure.PAID, known, own, voucher.times, in_decimals)


def gone(known: Iterable[Documented], standing: Iterable[Key]) -> list[Documented]:
	"""What is booked as paying an invoice, and pays nothing of it any more."""
	there = {one.id for one in known}
	left = {(key.voucher, key.against) for key in standing} - there
	return [Documented(_unsettled(*one), Measure.PAID, (), {}) for one in sorted(left)]


def _unsettled(voucher: tuple[str, str], against: tuple[str, str]) -> Voucher:
	return Voucher(
		*voucher, "", None, 1, ZERO, ZERO, (), frozenset({Measure.PAID}), uncounted=UNSETTLED, against=against
	)


def of_period(targets: Collection[str]) -> set[Id]:
	"""The invoices that are settled on the days of these targets."""
	rows = current.sql(
		"""SELECT DISTINCT e.against_voucher_no FROM `tabPayment Ledger Entry` e JOIN (
			SELECT company, MIN(from_date) AS from_date, MAX(to_date) AS to_date FROM `tabSales Target`
			WHERE name IN %(targets)s AND measured_on = 'Paid' GROUP BY company) period
		ON e.company = period.company AND e.posting_date BETWEEN period.from_date AND period.to_date
		WHERE e.against_voucher_type = %(doctype)s AND e.delinked = 0""",
		{"targets": tuple(targets) or ("",), "doctype": SALES_INVOICE},
		when=False,
	)
	return {Id(SALES_INVOICE, name) for (name,) in rows}


# --- what is owed, and what settles it ------------------------------------------------------------


def _debts(found: vouchers.Read, ids: Collection[Id], current_read: bool) -> dict[Id, _Debt]:
	if not ids:
		return {}
	debts: dict[Id, _Debt] = {}
	for row in vouchers.union_of(OWED, ids, current_read):
		id = Id(row[0], row[1])
		debts[id] = _debt(id, found, *row[2:])
	for invoice, settlement in _settlements([id for id in ids if id.doctype == SALES_INVOICE], current_read):
		if invoice in debts:
			debts[invoice].settlements.append(settlement)
	return debts


OWED = """SELECT '{doctype}', name, party_account_currency, grand_total, rounded_total, base_grand_total,
	base_rounded_total, is_pos, base_paid_amount, base_change_amount, base_write_off_amount FROM `tab{doctype}` WHERE name IN {names}"""


def _debt(id: Id, found: vouchers.Read, currency: str, *amounts: object) -> _Debt:
	grand, rounded, base_grand, base_rounded, is_pos, paid, change, off = map(to_decimal, amounts)
	header, base = found.headers[id], base_rounded or base_grand
	owed = base if currency == facts.currency_of(header.company) else rounded or grand
	at_till = till_of(owed, base, paid - change, off) if is_pos else None
	own = [Settlement(id.doctype, id.name, header.posting_date, header.made, *at_till)] if at_till else []
	return _Debt(owed, own)


def _settlements(ids: Collection[Id], current_read: bool) -> list[tuple[Id, Settlement]]:
	"""What the Payment Ledger has against these invoices; what was paid with the invoice itself is not in it by name.

	A credit note settles without being money.
	"""
	if not ids:
		return []
	rows = current.sql(
		f"""SELECT against_voucher_no, voucher_type, voucher_no, posting_date, creation, amount_in_account_currency
		FROM `tabPayment Ledger Entry` WHERE against_voucher_type = %(doctype)s AND against_voucher_no IN %(names)s
			AND delinked = 0 AND voucher_no <> against_voucher_no {vouchers.held(current_read)}""",
		{"names": tuple(sorted(id.name for id in ids)), "doctype": SALES_INVOICE},
		when=current_read,
	)
	return _summed(rows, _money({(row[1], row[2]) for row in rows}, current_read))


def _summed(
	rows: Collection[tuple], money: Mapping[tuple[str, str], Fraction]
) -> list[tuple[Id, Settlement]]:
	"""One for each invoice and document."""
	sums: dict[tuple[str, str, str], list[tuple]] = defaultdict(list)
	for invoice, doctype, name, *rest in rows:
		sums[invoice, doctype, name].append(tuple(rest))
	return [
		(Id(SALES_INVOICE, invoice), _settlement(doctype, name, own, money.get((doctype, name), Fraction(1))))
		for (invoice, doctype, name), own in sums.items()
	]


def _settlement(doctype: str, name: str, rows: Collection[tuple], money: Fraction) -> Settlement:
	day, made = min(row[0] for row in rows), min(str(row[1]) for row in rows)
	return Settlement(doctype, name, day, made, -sum((to_decimal(row[2]) for row in rows), ZERO), money)


def _money(documents: Collection[tuple[str, str]], current_read: bool) -> dict[tuple[str, str], Fraction]:
	"""What of each is money, where not all of it is."""
	names: dict[str, list[str]] = defaultdict(list)
	for doctype, name in documents:
		names[doctype].append(name)
	return {
		**{one: Fraction(0) for one in documents if one[0] in INVOICES},
		**{(PAYMENT_ENTRY, name): part for name, part in _of_payments(names[PAYMENT_ENTRY], current_read)},
		**{(JOURNAL_ENTRY, name): part for name, part in _of_entries(names[JOURNAL_ENTRY], current_read)},
	}


def _of_payments(names: list[str], current_read: bool) -> list[tuple[str, Fraction]]:
	"""Those that have deductions. A payment to the customer has them the other way round."""
	if not names:
		return []
	of_exchange = frappe.get_meta("Payment Entry Deduction").has_field("is_exchange_gain_loss")
	rows = current.sql(
		f"""SELECT p.name, p.base_total_allocated_amount, IF(p.payment_type = 'Pay', -d.amount, d.amount)
		FROM `tabPayment Entry` p JOIN `tabPayment Entry Deduction` d FORCE INDEX (parent) ON d.parent = p.name
		WHERE p.name IN %(names)s {"AND d.is_exchange_gain_loss = 0" if of_exchange else ""}
		{vouchers.held(current_read)}""",
		{"names": tuple(names)},
		when=current_read,
	)
	deducted: dict[tuple[str, Decimal], Decimal] = defaultdict(Decimal)
	for name, allocated, amount in rows:
		deducted[name, to_decimal(allocated)] += to_decimal(amount)
	return [(name, money_of_payment(allocated, amount)) for (name, allocated), amount in deducted.items()]


def _of_entries(names: list[str], current_read: bool) -> list[tuple[str, Fraction]]:
	if not names:
		return []
	rows = current.sql(
		f"""SELECT j.parent, a.report_type = 'Balance Sheet', j.debit - j.credit
		FROM `tabJournal Entry Account` j FORCE INDEX (parent) JOIN `tabAccount` a ON a.name = j.account
		WHERE j.parent IN %(names)s AND NOT (a.account_type = 'Receivable' AND IFNULL(j.party, '') <> '')
		{vouchers.held(current_read)}""",
		{"names": tuple(names)},
		when=current_read,
	)
	sums: dict[str, list[Decimal]] = defaultdict(lambda: [ZERO, ZERO])
	for name, is_balance, amount in rows:
		sums[name][0 if is_balance else 1] += to_decimal(amount)
	return [(name, money_of_entry(*own)) for name, own in sums.items()]
