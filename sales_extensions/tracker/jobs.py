"""Rows and counts of the tracker (K1, K5).

The framework makes the statement that finds a document type's jobs, so that roles, User Permissions, shares and
other apps' conditions hold; ours are put around it. The rows of the document types are merged a page at a time,
from as far as each was read.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

import frappe
from frappe.utils import add_days, flt

from sales_extensions import lines
from sales_extensions.engine import tracker as engine
from sales_extensions.engine.money import to_decimal

from . import DOCTYPES, WORTH
from .fields import Column, Field, columns, filterable, permitted, readable
from .settings import inactive_statuses, stage_rules

#: Rows that an export reads at once.
BATCH = 4000
#: An opportunity's amount, and what its items come to: in company currency, and in its own.
STATED, ITEMS = (WORTH["Opportunity"], "opportunity_amount"), ("base_total", "total")
RATE = "conversion_rate"
WORTH_FIELDS = {
	"Opportunity": (*STATED, *ITEMS, RATE, "currency", "company"),
	"Quotation": (WORTH["Quotation"],),
}
ALWAYS = ("name", "status", "company", "currency", "modified")


@dataclass(frozen=True, slots=True)
class Query:
	"""What is asked for. Filters and order name columns by their keys."""

	filters: tuple[tuple[str, str, object], ...] = ()
	doctypes: tuple[str, ...] = DOCTYPES
	stages: tuple[str, ...] = ()
	inactive: bool = False
	#: the key of a column; any other text orders by the last update
	order_by: str = ""
	descending: bool = True


class View:
	"""The tracker as one user sees it: columns, filters and rules, read once."""

	def __init__(self):
		self.columns: list[Column] = columns()
		self._own = {one.key: one for one in self.columns}
		self.allowed = {doctype: permitted(doctype) for doctype in readable()}
		self.allowed = {doctype: own for doctype, own in self.allowed.items() if "status" in own}
		self.rules = stage_rules()

	@property
	def stages(self) -> list[str]:
		"""All that a job may be in, in the order of the rules."""
		return list(dict.fromkeys([*(rule.stage for rule in self.rules), engine.OTHER]))

	@cached_property
	def by_key(self) -> dict[str, Column]:
		"""All that can be filtered by."""
		return filterable(self.columns)

	def column(self, key: str) -> Column | None:
		return self._own.get(key) or self.by_key.get(key)

	def doctypes(self, query: Query) -> list[str]:
		"""Those asked for that the user may read, and that can meet the filters."""
		return [
			doctype
			for doctype in query.doctypes
			if doctype in self.allowed and self._filters(doctype, query) is not None
		]

	def _filters(self, doctype: str, query: Query) -> list[list] | None:
		"""Filters by the document type's own fields; None if one asks for a value in a field that it lacks."""
		found = []
		for key, operator, value in query.filters:
			column = self.column(key)
			own = column.fields.get(doctype)
			if own and not _is_worth(own):
				found += [
					[own.table or doctype, own.fieldname, *one]
					for one in _as_kept(column, own, operator, value)
				]
			elif not own and (operator, value) != ("is", "not set"):
				return None
		return found

	def _by_worth(self, doctype: str, query: Query) -> tuple[list[str], list]:
		"""Filters on what a job is worth, as SQL on the jobs found: the document's own field may be empty."""
		found, values = [], []
		for key, operator, value in query.filters:
			own = self.column(key).fields.get(doctype)
			if own and _is_worth(own):
				sql, more = _compared(_worth(self._amounts(doctype)), operator, value)
				found.append(sql)
				values += more
		return found, values

	def _amounts(self, doctype: str) -> list[str]:
		return [name for name in WORTH_FIELDS.get(doctype, ()) if name in self.allowed[doctype]]

	def _condition_fields(self, doctype: str) -> list[str]:
		wanted = engine.condition_fields(self.rules, doctype)
		return [name for name in wanted if name in self.allowed[doctype]]

	def _found(self, doctype: str, query: Query, names: Iterable[str], *, inactive: bool) -> str:
		"""The statement that finds jobs, as SQL without order or limit: all that the user may read."""
		filters = self._filters(doctype, query) or []
		archived = [] if inactive else inactive_statuses(doctype)
		if archived:
			filters.append([doctype, "status", "not in", archived])
		return lines.PermittedQuery(doctype).execute(
			fields=[f"`tab{doctype}`.`{name}`" for name in dict.fromkeys(names)],
			filters=filters, order_by=None, run=False, distinct=any(one[0] != doctype for one in filters),
		)  # fmt: skip

	# --- counts ----------------------------------------------------------------------------------

	def groups(self, query: Query, *, inactive: bool = True) -> list[engine.JobGroup]:
		"""One grouped statement for each document type, over all statuses."""
		return [group for doctype in self.doctypes(query) for group in self._groups(doctype, query, inactive)]

	def _groups(self, doctype: str, query: Query, inactive: bool) -> Iterator[engine.JobGroup]:
		allowed = self.allowed[doctype]
		conditions = self._condition_fields(doctype)
		by = [name for name in ("status", "company") if name in allowed] + conditions
		amounts = self._amounts(doctype)
		sql = escaped(self._found(doctype, query, ["name", *by, *amounts], inactive=inactive))
		where, values = self._by_worth(doctype, query)
		listed = ", ".join(f"job.`{name}`" for name in by)
		archived = set(inactive_statuses(doctype))
		for row in frappe.db.sql(
			f"""SELECT {listed}, COUNT(*) AS jobs,
			SUM({_worth(amounts)}) AS amount
			FROM ({sql}) job {_all_of(where)} GROUP BY {listed}""",
			values,
			as_dict=True,
		):
			yield engine.JobGroup(
				doctype,
				row.get("status") or "",
				row.jobs,
				Decimal(str(row.amount or 0)),
				currency_of(row.get("company")),
				(row.get("status") or "") not in archived,
				{name: str(row.get(name) or "") for name in conditions},
			)

	# --- rows ------------------------------------------------------------------------------------

	def page(self, query: Query, after: Mapping[str, int], length: int) -> tuple[list[dict], dict | None]:
		"""The next rows, and from where the page after them goes on; None after the last."""
		column = self._own.get(query.order_by)
		found = {  # one more than a page: is there another?
			doctype: self._rows(doctype, query, after.get(doctype, 0), length + 1)
			for doctype in self.doctypes(query)
		}
		merged = heapq.merge(
			*([(_rank(row, column), doctype, row) for row in rows] for doctype, rows in found.items()),
			key=lambda one: one[0],
			reverse=query.descending,
		)
		taken = [(doctype, row) for (_rank, doctype, row), _n in zip(merged, range(length), strict=False)]
		reached = {one: after.get(one, 0) for one in found}
		for doctype, _row in taken:
			reached[doctype] += 1
		more = sum(map(len, found.values())) > len(taken)
		return [self._shown(doctype, row) for doctype, row in taken], reached if more else None

	def _rows(
		self, doctype: str, query: Query, start: int, length: int, name: str | None = None
	) -> list[dict]:
		allowed = self.allowed[doctype]
		column = self._own.get(query.order_by)
		own = column.fields.get(doctype) if column else None
		order_by = own.fieldname if own else "modified"
		worth = bool(own) and _is_worth(own)
		sorted_by = _worth(self._amounts(doctype)) if worth else f"job.`{order_by}`"
		wanted = [name for name in ALWAYS if name in allowed]
		wanted += [one.fields[doctype].fieldname for one in self.columns if doctype in one.fields]
		wanted += [currency for currency in self._currency_fields(doctype) if currency in allowed]
		wanted += self._amounts(doctype)
		wanted += [order_by, *self._condition_fields(doctype)]
		where, values = self._where(doctype, query, name)
		direction = "DESC" if query.descending else "ASC"
		rows = frappe.db.sql(
			f"""SELECT * FROM ({escaped(self._found(doctype, query, wanted, inactive=query.inactive))}) job
			{where} ORDER BY {sorted_by} {direction}, job.`name` {direction} LIMIT %s OFFSET %s""",
			(*values, length, start),
			as_dict=True,
		)
		for row in rows:
			row._order = _ranked(row) if worth else row[order_by] if own or not column else None
		return rows

	def _where(self, doctype: str, query: Query, name: str | None) -> tuple[str, list]:
		"""One job alone, or those of the stages asked for: by the values that put a job into one."""
		if name:
			return "WHERE job.name = %s", [name]
		where, values = self._by_worth(doctype, query)
		if not query.stages:
			return _all_of(where), values
		by = ["status", *self._condition_fields(doctype)]
		found = engine.groups_in(self._groups(doctype, query, query.inactive), set(query.stages), self.rules)
		tuples = {(one.status, *(one.values[field] for field in by[1:])) for one in found}
		if not tuples:
			return "WHERE 1 = 0", []
		listed = ", ".join(f"IFNULL(job.`{field}`, '')" for field in by)
		marks = ", ".join("(" + ", ".join(["%s"] * len(by)) + ")" for _one in tuples)
		where.append(f"({listed}) IN ({marks})")
		return _all_of(where), [*values, *(value for one in sorted(tuples) for value in one)]

	def _currency_fields(self, doctype: str) -> set[str]:
		own = (one.fields.get(doctype) for one in self.columns)
		return {one.options for one in own if one and one.fieldtype == "Currency" and ":" not in one.options}

	def _shown(self, doctype: str, row: dict) -> dict:
		"""A row as the page and the export show it: values by column, its stage and why."""
		conditions = {name: str(row.get(name) or "") for name in self._condition_fields(doctype)}
		status = row.get("status") or ""
		standing = engine.stage_of(doctype, status, conditions, self.rules)
		return {
			"doctype": doctype,
			"name": row.name,
			"status": status,
			"stage": standing.stage,
			"colour": standing.colour,
			"reason": standing.reason,
			"is_active": status not in inactive_statuses(doctype),
			"currency": {
				one.key: self._currency(one.fields[doctype], row)
				for one in self.columns
				if doctype in one.fields and one.fieldtype == "Currency"
			},
			"values": {
				one.key: _value(one.fields[doctype].fieldname, row)
				for one in self.columns
				if doctype in one.fields
			},
		}

	def _currency(self, own: Field, row: dict) -> str:
		if own.fieldname == WORTH["Opportunity"] and not _worth_of(row)[1]:
			return row.currency
		return row.get(own.options) or currency_of(row.get("company"))

	def all_rows(self, query: Query) -> Iterator[dict]:
		"""Each row once, read in batches."""
		after: dict | None = {}
		while after is not None:
			rows, after = self.page(query, after, BATCH)
			yield from rows

	def one(self, doctype: str, name: str) -> dict | None:
		"""One job, active or not, or None if it is not the user's to read."""
		if doctype not in self.allowed:
			return None
		rows = self._rows(doctype, Query(inactive=True), 0, 1, name=name)
		return self._shown(doctype, rows[0]) if rows else None


def _as_kept(column: Column, own: Field, operator: str, value: object) -> list[tuple[str, object]]:
	"""A comparison with a value as comparisons with what is kept: a list as a text, a moment for a day."""
	if own.fieldname == "_assign":
		return [_with_assignees(operator, value)]
	if own.fieldname == "_user_tags" and operator in ("=", "!="):
		return [("like" if operator == "=" else "not like", f"%{value}%")]
	if column.is_day_of_moments and own.fieldtype == "Datetime" and operator in ("=", "<=", ">") and value:
		following = str(add_days(value, 1))
		return {"=": [(">=", value), ("<", following)], "<=": [("<", following)], ">": [(">=", following)]}[
			operator
		]
	return [(operator, value)]


def _with_assignees(operator: str, value: object) -> tuple[str, object]:
	"""They are kept as a list in JSON: each name stands between quotes, and an empty list has none."""
	if operator == "is" or value == "":
		is_set = value == "set" if operator == "is" else operator in ("!=", "not like")
		return ("like" if is_set else "not like"), '%"%'
	if operator in ("=", "!="):
		return ("like" if operator == "=" else "not like"), f'%"{value}"%'
	return operator, value


def _is_worth(own: Field) -> bool:
	return not own.table and own.fieldname == WORTH["Opportunity"]


def _compared(amount: str, operator: str, value: object) -> tuple[str, list]:
	"""An amount with a value, as SQL and its parameters."""
	if operator == "is":  # what has no exchange rate is an amount all the same
		return f"COALESCE({amount}, 1) {'<>' if value == 'set' else '='} 0", []
	if operator in ("in", "not in"):
		marks = ", ".join(["%s"] * len(value))
		return f"{amount} {operator.upper()} ({marks})", list(value)
	if operator in ("like", "not like"):
		return f"CAST({amount} AS CHAR) {operator.upper()} %s", [value]
	return f"{amount} {operator} %s", [value]


def _all_of(conditions: list[str]) -> str:
	return f"WHERE {' AND '.join(conditions)}" if conditions else ""


def escaped(sql: str) -> str:
	"""Finished SQL inside a statement with parameters."""
	return sql.replace("%", "%%")


def currency_of(company: str | None) -> str:
	currency = frappe.get_cached_value("Company", company, "default_currency") if company else None
	return currency or frappe.db.get_default("currency") or ""


def _worth(amounts: list[str]) -> str:
	"""What a job is worth in company currency, as SQL: as `_worth_of` has it; NULL without an exchange rate."""
	if WORTH["Quotation"] in amounts:
		return f"job.`{WORTH['Quotation']}`"
	own = f"IF({_is_foreign(amounts)}, NULL, 1)"
	rate = f"IF(job.`{RATE}` <> 0, job.`{RATE}`, {own})" if RATE in amounts else own
	cases = []
	for in_company, in_its_own in (STATED, ITEMS):
		if in_company in amounts:
			cases.append(f"WHEN job.`{in_company}` <> 0 THEN job.`{in_company}`")
		if in_its_own in amounts:
			cases.append(f"WHEN job.`{in_its_own}` <> 0 THEN job.`{in_its_own}` * {rate}")
	return f"CASE {' '.join(cases)} ELSE 0 END" if cases else "0"


def _is_foreign(amounts: list[str]) -> str:
	if "currency" not in amounts:
		return "FALSE"
	site = frappe.db.escape(currency_of(None)).replace("%", "%%")
	of_company = "(SELECT own.default_currency FROM `tabCompany` own WHERE own.name = job.`company`)"
	company = f"COALESCE({of_company}, {site})" if "company" in amounts else site
	return f"COALESCE(job.`currency`, '') NOT IN ('', {company})"


def _worth_of(row: dict) -> tuple[Decimal, bool]:
	"""What an opportunity is worth, and whether that is in company currency; of the fields that the user may read."""
	pairs = [tuple(to_decimal(row.get(name)) for name in pair) for pair in (STATED, ITEMS)]
	currency = row.get("currency")
	is_foreign = bool(currency) and currency != currency_of(row.get("company"))
	return engine.worth(*pairs, to_decimal(row.get(RATE)), is_foreign=is_foreign)


def _ranked(row: dict) -> object:
	"""What a job is sorted by: nothing, where its amount can't be compared."""
	amount, comparable = _worth_of(row)
	return float(amount) if comparable else None


def _value(fieldname: str, row: dict) -> object:
	value = row.get(fieldname)
	if fieldname == WORTH["Opportunity"]:
		return float(_worth_of(row)[0])
	if fieldname == "_assign":
		return ", ".join(frappe.parse_json(value) or []) if value else ""
	return value


def _rank(row: dict, column: Column | None) -> tuple:
	"""Nothing comes before anything, as in the database."""
	value = row._order
	if value is None:
		return (0, 0 if column and column.is_number else "")
	if column and column.is_number:
		return (1, flt(value))
	return (1, str(value).casefold())
