"""Makes the CSV files of this folder: a year of a company that does not exist.

    python3 examples/a-year/make.py [FOLDER]

The same files each time, on any Python: of chance only `random.Random.random` is used, which is the same everywhere.
"""

import csv
import sys
from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from random import Random

YEAR, TODAY = 2026, date(2026, 12, 11)
CENT = Decimal("0.01")
CHANCE = Random(20261211)


@dataclass(frozen=True)
class Company:
	name: str
	group: str
	currency: str
	tax: Decimal
	scale: Decimal
	domain: str


NL = Company("Kanaal Fietsen BV", "Netherlands", "EUR", Decimal("1.21"), Decimal(1), "kanaal.example")
UK = Company("Canal Cycles Ltd", "United Kingdom", "GBP", Decimal("1.20"), Decimal("0.86"), "canal.example")

#: team -> company, territory, and its sellers
TEAMS = {
	"North": (NL, "Groningen & Friesland", ("Sanne de Wit", "Jorrit Hoekstra", "Fenna Bos", "Ayoub Haddad", "Tjitske Wiersma",
		"Bram Postma", "Noor van Dam", "Rik Zijlstra", "Eva Terpstra")),
	"Randstad": (NL, "Holland", ("Daan Visser", "Lotte Bakker", "Youssef El Amrani", "Mila Jansen", "Thijs de Boer",
		"Esra Öztürk", "Joost van Leeuwen", "Iris Mulder", "Sem Smit")),
	"South": (NL, "Brabant & Limburg", ("Pien Janssen", "Luuk Hendriks", "Femke Peters", "Milan Kowalski", "Roos Claessens",
		"Gijs van den Heuvel", "Anouk Willems", "Stijn Maas")),
	"London": (UK, "Greater London", ("Amelia Hughes", "Oliver O'Brien", "Priya Nair", "Jack Thornton", "Zoë Clarke")),
	"Midlands": (UK, "The Midlands", ("Harry Walker", "Isla Bennett", "Mohammed Rahman", "Grace Turner", "Leo Foster")),
	"Scotland": (UK, "Scotland", ("Callum Fraser", "Ailsa Campbell", "Ewan MacLeod", "Skye Morrison")),
}  # fmt: skip
ROOT_SELLER, ROOT_TERRITORY, ROOT_GROUP = "All Sellers", "All Territories", "All Item Groups"
ITEM_GROUPS = {
	"Bicycles": {"City Bikes": 900, "E-Bikes": 2400, "Cargo Bikes": 3900},
	"Gear": {"Accessories": 60, "Spare Parts": 45},
	"Services": {"Maintenance Plans": 240, "Fleet Tracking": 120},
}
PRICES = {name: price for group in ITEM_GROUPS.values() for name, price in group.items()}
CUSTOMER_GROUPS = ("Dealers", "Fleets", "Municipalities")
CHARGES = {
	"Accessories": ("Locks", "Child seats", "Panniers"),
	"Spare Parts": ("Spare batteries", "Tyres"),
	"Maintenance Plans": ("Three years of maintenance", "Battery insurance"),
	"Fleet Tracking": ("Trackers", "Dashboard for the fleet"),
}
#: how much of a year is sold in each month, in per cent
SEASON = (5, 6, 10, 12, 12, 10, 7, 6, 9, 9, 8, 6)


@dataclass
class Seller:
	name: str
	team: str
	company: Company
	territory: str
	strength: float

	@property
	def user(self) -> str:
		plain = "".join(sign for sign in self.name.lower() if "a" <= sign <= "z" or sign == " ")
		return f"{plain.replace(' ', '.')}@{self.company.domain}"


@dataclass
class Tables:
	orders: list[dict] = field(default_factory=list)
	lines: list[dict] = field(default_factory=list)
	upsells: list[dict] = field(default_factory=list)
	allocations: list[dict] = field(default_factory=list)


# --- chance -----------------------------------------------------------------------------------------


def likely(part: float) -> bool:
	return CHANCE.random() < part


def one_of(options):
	return options[int(CHANCE.random() * len(options))]


def between(least: float, most: float) -> float:
	return least + (most - least) * CHANCE.random()


def some_day(month: int) -> date:
	last = TODAY.day if month == TODAY.month else monthrange(YEAR, month)[1]
	day = date(YEAR, month, 1 + int(CHANCE.random() * last))
	return day - timedelta(days=max(0, day.weekday() - 4)) if day.day > 2 else day


def money(amount: Decimal) -> Decimal:
	return amount.quantize(CENT, ROUND_HALF_UP)


# --- people -----------------------------------------------------------------------------------------


def sellers() -> list[Seller]:
	return [
		Seller(name, team, company, territory, between(0.75, 1.3))
		for team, (company, territory, names) in TEAMS.items()
		for name in names
	]


def trees() -> list[dict]:
	rows = [
		row("Sales Person", ROOT_SELLER, ""),
		row("Sales Person", NL.group, ROOT_SELLER),
		row("Sales Person", UK.group, ROOT_SELLER),
	]
	rows += [
		row("Territory", ROOT_TERRITORY, ""),
		row("Territory", NL.group, ROOT_TERRITORY),
		row("Territory", UK.group, ROOT_TERRITORY),
	]
	for team, (company, territory, names) in TEAMS.items():
		rows += [
			row("Sales Person", team, company.group),
			*(row("Sales Person", name, team) for name in names),
		]
		rows.append(row("Territory", territory, company.group))
	rows.append(row("Item Group", ROOT_GROUP, ""))
	for group, names in ITEM_GROUPS.items():
		rows += [row("Item Group", group, ROOT_GROUP), *(row("Item Group", name, group) for name in names)]
	return sorted(
		rows, key=lambda one: list(dict.fromkeys(other["tree"] for other in rows)).index(one["tree"])
	)


def row(tree: str, name: str, parent: str) -> dict:
	return {"tree": tree, "name": name, "parent": parent}


# --- orders -----------------------------------------------------------------------------------------


def orders(everyone: list[Seller]) -> Tables:
	"""Each seller's orders through the year, more of them in spring."""
	made = []
	for seller in everyone:
		for month, share in enumerate(SEASON[: TODAY.month], 1):
			wanted = 18 * seller.strength * share / 100
			for _ in range(int(wanted) + likely(wanted % 1)):
				made.append((some_day(month), seller))
	tables = Tables()
	made.sort(key=lambda one: one[0])
	for number, (day, seller) in enumerate(made, 1):
		order(tables, f"SO-{YEAR % 100}-{number:04}", day, seller, everyone)
	return tables


def order(tables: Tables, name: str, day: date, seller: Seller, everyone: list[Seller]) -> None:
	docstatus, status = state(day)
	lines = item_rows(seller)
	net = sum(lines.values())
	delivered, billed = progress(status)
	tables.orders.append(
		{
			"name": name, "company": seller.company.name, "transaction_date": day, "docstatus": docstatus,
			"status": status, "base_grand_total": money(net * seller.company.tax), "base_net_total": net,
			"currency": seller.company.currency, "per_delivered": delivered, "per_billed": billed,
			"territory": seller.territory, "customer_group": one_of(CUSTOMER_GROUPS), **whose(seller, everyone),
		}
	)  # fmt: skip
	done = status == "Closed" and likely(0.5)
	tables.lines += [line(name, group, amount, done) for group, amount in lines.items()]
	upsold(tables, name, seller, lines, everyone)
	allocated(tables, name, seller, money(net * seller.company.tax), everyone)


def state(day: date) -> tuple[int, str]:
	age = (TODAY - day).days
	if likely(0.03):
		return 2, "Cancelled"
	if age < 21 and likely(0.3):
		return 0, "Draft"
	if age > 30 and likely(0.05):
		return 1, "Closed"
	return 1, "On Hold" if likely(0.02) else "Completed" if age > 45 else "To Deliver and Bill"


def progress(status: str) -> tuple[int, int]:
	if status == "Completed":
		return 100, 100
	return (int(between(0, 20)) * 5, int(between(0, 20)) * 5) if status == "Closed" else (0, 0)


def item_rows(seller: Seller) -> dict[str, Decimal]:
	"""Net amounts by item group: something to ride, and often something with it."""
	bike = one_of(tuple(ITEM_GROUPS["Bicycles"]))
	found = {bike: amount_of(bike, 1 + int(CHANCE.random() ** 1.5 * 7), seller)}
	for group in ("Accessories", "Spare Parts", "Maintenance Plans", "Fleet Tracking"):
		if likely(0.28):
			found[group] = amount_of(group, 2 + int(CHANCE.random() * 12), seller)
	return found


def amount_of(group: str, number: int, seller: Seller) -> Decimal:
	discount = Decimal(100 - int(CHANCE.random() * 13)) / 100
	return money(PRICES[group] * number * seller.company.scale * discount)


def line(order: str, group: str, amount: Decimal, done: bool) -> dict:
	"""Of some closed orders the rows say themselves what was done of them; of others the order's percentages tell."""
	found = {"order": order, "item_group": group, "net_amount": amount}
	if done:
		delivered = int(between(0, 5))
		found |= {
			"qty": 4,
			"delivered_qty": delivered,
			"amount": amount,
			"billed_amt": money(amount * int(between(0, 5)) / 4),
		}
	return found


def whose(seller: Seller, everyone: list[Seller]) -> dict[str, str]:
	"""A Sales Team of one, two or three; or none, and the order is its owner's; or it came in by itself."""
	kind = CHANCE.random()
	if kind < 0.03:
		return {"owner": f"webshop@{seller.company.domain}", "owner_sales_person": "", "sales_team": ""}
	if kind < 0.2:
		return {"owner": seller.user, "owner_sales_person": seller.name, "sales_team": ""}
	team = [f"{seller.name}:100"]
	if kind > 0.95:
		one, other = colleagues(seller, everyone, 2)
		team = [f"{name}:33.333333333" for name in (seller.name, one, other)]
	elif kind > 0.75:
		part = one_of((50, 60, 70, 80))
		team = [f"{seller.name}:{part}", f"{colleagues(seller, everyone, 1)[0]}:{100 - part}"]
	return {"owner": f"desk@{seller.company.domain}", "owner_sales_person": "", "sales_team": ";".join(team)}


def colleagues(seller: Seller, everyone: list[Seller], number: int) -> list[str]:
	others = [one.name for one in everyone if one.team == seller.team and one.name != seller.name]
	first = int(CHANCE.random() * len(others))
	return [others[(first + step) % len(others)] for step in range(number)]


def upsold(
	tables: Tables, name: str, seller: Seller, lines: dict[str, Decimal], everyone: list[Seller]
) -> None:
	"""Some of what goes with a bicycle was added later, now and then by a colleague."""
	for group, amount in lines.items():
		if group in CHARGES and likely(0.3):
			by = seller.name if likely(0.8) else colleagues(seller, everyone, 1)[0]
			part = money(amount * one_of((Decimal("0.5"), Decimal("0.75"), Decimal(1))))
			charge = one_of(CHARGES[group])
			tables.upsells.append(
				{
					"order": name,
					"sales_person": by,
					"item_group": group,
					"net_amount": part,
					"charge_name": charge,
				}
			)


def allocated(tables: Tables, name: str, seller: Seller, total: Decimal, everyone: list[Seller]) -> None:
	if not likely(0.06):
		return
	one, other = colleagues(seller, everyone, 2)
	shares = one_of((
		("Natural Owner", ((one, "Percentage", 25, ""), (other, "Fixed Amount", "", 500))),
		("Natural Owner", ((one, "Percentage", "33.33", ""),)),
		("Nobody", ((seller.name, "Percentage", 70, ""), (one, "Percentage", 20, ""))),
		("Natural Owner", ((one, "Whole Order", "", ""),)),
		("Natural Owner", ((one, "Fixed Amount", "", money(total + 250)),)),
		("Natural Owner", ((seller.name, "Percentage", 80, ""), (one, "Percentage", 50, ""))),
	))  # fmt: skip
	for by, basis, percentage, fixed in shares[1]:
		tables.allocations.append(
			{
				"sales_order": name, "remainder_to": shares[0], "sales_person": by, "basis": basis,
				"percentage": percentage, "fixed_amount": fixed,
			}
		)  # fmt: skip


# --- targets ----------------------------------------------------------------------------------------


def targets(everyone: list[Seller]) -> list[dict]:
	found = [of_seller(one) for one in everyone]
	for team, (company, _territory, names) in TEAMS.items():
		found += [of_team(team, company, len(names), quarter) for quarter in (1, 2, 3, 4)]
	return numbered([*found, *of_company(NL, 26), *of_company(UK, 14), *others()])


def target(title: str, company: Company, months: tuple[int, int], who: str, **more: object) -> dict:
	first, last = months
	return {
		"title": title, "target_type": "Financial", "company": company.name, "from_date": date(YEAR, first, 1),
		"to_date": date(YEAR, last, monthrange(YEAR, last)[1]), "assignees": who, "currency": company.currency, **more,
	}  # fmt: skip


def goal(each: int, company: Company) -> int:
	return int(each * company.scale / 500) * 500


def of_seller(one: Seller) -> dict:
	amount = goal(int(182000 * between(0.8, 1.15)), one.company)
	season = {"monthly_distribution": "Season"} if one.company is NL else {}
	return target(f"{one.name} {YEAR}", one.company, (1, 12), one.name, target_amount=amount, **season)


def of_team(team: str, company: Company, number: int, quarter: int) -> dict:
	share = sum(SEASON[3 * quarter - 3 : 3 * quarter])
	amount = goal(int(178000 * number * share / 100 * between(0.9, 1.1)), company)
	return target(f"{team} Q{quarter}", company, (3 * quarter - 2, 3 * quarter), team, target_amount=amount)


def of_company(company: Company, number: int) -> list[dict]:
	year = (1, 12)
	return [
		target(f"{company.name} {YEAR}", company, year, company.group, monthly_distribution="Season",
			target_amount=goal(184000 * number, company)),
		target(f"E-bikes, {company.group}", company, year, company.group, item_group="E-Bikes",
			target_amount=goal(56000 * number, company)),
		target(f"Services, {company.group}", company, (10, 12), company.group, item_group="Services",
			target_amount=goal(3600 * number, company)),
		target(f"Upsells, {company.group}", company, year, company.group, target_type="Upsell",
			target_amount=goal(3600 * number, company)),
		target(f"Orders of municipalities, {company.group}", company, (10, 12), company.group, target_type="Numeric",
			customer_group="Municipalities", target_count=int(1.5 * number)),
	]  # fmt: skip


def others() -> list[dict]:
	"""A joint target of some, one by territory, and one that is still to come."""
	joint = "Sanne de Wit;Daan Visser;Pien Janssen"
	return [
		target("Three at the fair", NL, (9, 9), joint, target_amount=42000),
		target("Holland in December", NL, (12, 12), NL.group, territory="Holland", target_amount=190000),
		target("Scotland by number", UK, (1, 12), "Scotland", target_type="Numeric", target_count=84),
		target("North, next spring", NL, (1, 3), "North", target_amount=230000)
		| {"from_date": date(YEAR + 1, 1, 1), "to_date": date(YEAR + 1, 3, 31)},
	]


def numbered(rows: list[dict]) -> list[dict]:
	return [{"name": f"TGT-{YEAR}-{number:03}", **row} for number, row in enumerate(rows, 1)]


# --- files ------------------------------------------------------------------------------------------

COLUMNS = {
	"orders": "name company transaction_date docstatus status base_grand_total base_net_total currency per_delivered "
	"per_billed territory customer_group owner owner_sales_person sales_team",
	"lines": "order item_group net_amount qty delivered_qty amount billed_amt",
	"upsells": "order sales_person item_group net_amount charge_name",
	"allocations": "sales_order remainder_to sales_person basis percentage fixed_amount",
	"targets": "name title target_type company from_date to_date target_amount target_count assignees territory "
	"customer_group item_group monthly_distribution currency",
	"trees": "tree name parent",
	"monthly_distributions": "name month percentage",
	"policy": "setting value",
}
POLICY = {
	"count_orders_on": "Submit",
	"order_amount_basis": "Grand Total",
	"closed_order_credit": "Delivered or Billed Share",
	"allow_overlay_allocation": 1,
}


def tables() -> dict[str, list[dict]]:
	everyone = sellers()
	made = orders(everyone)
	return {
		"orders": made.orders,
		"lines": made.lines,
		"upsells": made.upsells,
		"allocations": made.allocations,
		"targets": targets(everyone),
		"trees": trees(),
		"monthly_distributions": [
			{"name": "Season", "month": month, "percentage": part} for month, part in enumerate(SEASON, 1)
		],
		"policy": [{"setting": setting, "value": value} for setting, value in POLICY.items()],
	}


def main(folder: Path) -> None:
	for name, rows in tables().items():
		with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
			writer = csv.DictWriter(file, COLUMNS[name].split(), lineterminator="\n")
			writer.writeheader()
			writer.writerows(rows)


if __name__ == "__main__":
	main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
