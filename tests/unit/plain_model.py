"""The requirements done once more, the slow and plain way, with fractions.

Written from the text of T1, T5, T8, A1 to A6, H1, M6 and U11 alone. It shares the engine's facts, and none of its
rules, so that a mistake has to be made twice to go unseen.
"""

import math
from fractions import Fraction


def round_half_away(value: Fraction) -> int:
	whole = math.floor(abs(value) + Fraction(1, 2))
	return whole if value >= 0 else -whole


def worth_in_units(order, policy) -> tuple[int, bool]:
	"""What the order is worth in its smallest unit, and whether targets see it (T8)."""
	unit = 10**order.precision
	total = Fraction(order.net_total if policy.basis == "Net Total" else order.grand_total)
	units = round_half_away(total * unit)
	counts = order.docstatus == 1 or (order.docstatus == 0 and policy.count_on == "Save")
	if order.status == "Closed":
		part = part_that_counts(order, policy)
		units = round_half_away(units * part)
		counts = counts and part > 0
	return units, counts


def done_by_group(order, policy) -> dict[str, Fraction] | None:
	"""Of a closed order that counts what was delivered or billed: that, by item group (M6). None: not so, or not known."""
	if order.status != "Closed" or policy.closed in ("Full Amount", "None") or not order.lines:
		return None
	if any(line.done_amount is None for line in order.lines) or not sum(
		Fraction(line.net_amount) for line in order.lines
	):
		return None
	return {line.item_group: Fraction(line.done_amount) for line in order.lines}


def largest_remainder(parts: list[Fraction]) -> list[int]:
	"""Whole units for parts that add up to whole units: the largest fractions first, then the earliest."""
	floors = [math.floor(part) for part in parts]
	over = int(sum(parts)) - sum(floors)
	by_fraction = sorted(range(len(parts)), key=lambda place: (floors[place] - parts[place], place))
	return [floor + (place in by_fraction[:over]) for place, floor in enumerate(floors)]


def natural_shares(order) -> list[tuple[str, Fraction]]:
	"""The Sales Team, or else who sold it, or else the owner's Sales Person (A1, H1). A team above 100 % is scaled down
	to it. Who sold it has it by weight.
	"""
	if not order.team and order.pin:
		weights = [Fraction(part.weight) for part in order.pin.parts]
		sold = zip(order.pin.parts, weights, strict=True)
		return [(part.sales_person, weight / sum(weights)) for part, weight in sold if part.sales_person]
	if not order.team:
		return [(order.owner_seller, Fraction(1))] if order.owner_seller else []
	whole = max(Fraction(100), sum(Fraction(member.percentage) for member in order.team))
	return [(member.sales_person, Fraction(member.percentage) / whole) for member in order.team]


def exact_parts(order, allocation, units: int) -> list[tuple[str | None, Fraction, bool]]:
	"""Seller (None: nobody), exact part in units, and whether the seller has a claim, zero orders included."""
	left, part_of, left_percentage = Fraction(units), {}, Fraction(100)
	shares = list(allocation.shares) if allocation else []
	for place, share in enumerate(shares):
		if share.basis != "Fixed Amount":
			percentage = Fraction(100) if share.basis == "Whole Order" else Fraction(share.percentage)
			part_of[place] = units * percentage / 100
			left -= part_of[place]
			left_percentage -= percentage
	for place, share in enumerate(shares):
		if share.basis == "Fixed Amount":
			agreed = round_half_away(Fraction(share.fixed_amount) * 10**order.precision)
			part_of[place] = max(Fraction(0), min(Fraction(agreed), left))
			left -= part_of[place]
	parts = [
		(share.sales_person, part_of[place], units == 0 or part_of[place] != 0)
		for place, share in enumerate(shares)
	]
	given = Fraction(0)
	if not allocation or allocation.remainder_to == "Natural Owner":
		for seller, share in natural_shares(order):
			parts.append(
				(seller, left * share, share != 0 and (left != 0 or (units == 0 and left_percentage != 0)))
			)
			given += left * share
	return [*parts, (None, left - given, False)]


def credited_units(order, allocation, policy) -> tuple[dict[str, int], int]:
	"""Each credited seller's units, and what is nobody's (A3, A4, A5)."""
	units, _counts = worth_in_units(order, policy)
	parts = exact_parts(order, allocation, units)
	rounded = largest_remainder([part for _seller, part, _claims in parts])
	sums: dict[str, int] = {}
	for (seller, _part, claims), own in zip(parts, rounded, strict=True):
		if seller and claims:
			sums[seller] = sums.get(seller, 0) + own
	return sums, units - sum(sums.values())


def is_within(tree, name, group) -> bool:
	return bool(name) and (name == group or group in tree.get(name, ()))


def stands_for(target, seller, trees) -> bool:
	return any(is_within(trees.sellers, seller, assignee) for assignee in target.assignees)


def nets(order, policy) -> dict[str, Fraction]:
	"""What of each item group counts: ordered, or of a closed order done, and then only where something was."""
	done = done_by_group(order, policy)
	if done is None:
		return {line.item_group: Fraction(line.net_amount) for line in order.lines}
	return {group: amount for group, amount in done.items() if amount}


def groups_in_scope(target, order, policy, trees) -> list[bool]:
	return [is_within(trees.item_groups, group, target.item_group) for group in nets(order, policy)]


def sees(target, order, policy, trees) -> bool:
	"""Company, dates with both ends, and each filter with its subtree (T5)."""
	return (
		target.company == order.company
		and target.from_date <= order.posting_date
		and order.posting_date <= target.to_date
		and (not target.territory or is_within(trees.territories, order.territory, target.territory))
		and (
			not target.customer_group
			or is_within(trees.customer_groups, order.customer_group, target.customer_group)
		)
		and (not target.item_group or any(groups_in_scope(target, order, policy, trees)))
	)


def units_in_scope(target, order, policy, trees, units: int) -> int:
	"""The part of a credit that falls on the target's item group, by net amounts of the lines."""
	if not target.item_group:
		return units
	amounts = [*nets(order, policy).values()]
	if sum(amounts) == 0:
		amounts = [Fraction(1)] * len(amounts)
	parts = largest_remainder([units * net / sum(amounts) for net in amounts])
	inside = groups_in_scope(target, order, policy, trees)
	return sum(part for part, counts in zip(parts, inside, strict=True) if counts)


def part_that_counts(order, policy) -> Fraction:
	"""Of a closed order, what was delivered or billed, whichever is more; or as the policy has it (T8)."""
	if order.status != "Closed" or policy.closed == "Full Amount":
		return Fraction(1)
	if policy.closed == "None":
		return Fraction(0)
	by_group = done_by_group(order, policy)
	if by_group is not None:
		part = sum(by_group.values()) / sum(Fraction(line.net_amount) for line in order.lines)
	else:
		part = max(Fraction(order.per_delivered), Fraction(order.per_billed)) / 100
	return min(max(part, Fraction(0)), Fraction(1))


def part_of_charge(charge, order, policy) -> Fraction:
	"""Of an upsell in a closed order what of its own row was delivered or billed, where that is known (M6)."""
	known = (
		order.status == "Closed" and policy.closed == "Delivered or Billed Share" and charge.done is not None
	)
	return Fraction(charge.done) if known else part_that_counts(order, policy)


def upsell_units(target, order, policy, trees) -> dict[str, int]:
	"""What each seller's upsells bring a target, net of tax (U11). A charge falls on its own item group."""
	found: dict[str, int] = {}
	charges = [
		charge
		for charge in order.upsells
		if order.status != "Closed" or charge.done is None or part_of_charge(charge, order, policy)
	]
	for seller in {charge.sales_person for charge in charges}:
		own = [charge for charge in charges if charge.sales_person == seller]
		exact = [
			Fraction(charge.net_amount) * 10**order.precision * part_of_charge(charge, order, policy)
			for charge in own
		]
		units = round_half_away(sum(exact))
		if target.item_group:
			inside = [is_within(trees.item_groups, charge.item_group, target.item_group) for charge in own]
			if not any(inside):
				continue
			parts = [math.floor(part) for part in exact]
			nearest = sorted(range(len(exact)), key=lambda place: (parts[place] - exact[place], place))
			for place in nearest[: units - sum(parts)]:
				parts[place] += 1
			units = sum(part for part, counts in zip(parts, inside, strict=True) if counts)
		found[seller] = units
	return found


def brought(target, order, sums, policy, trees) -> dict[str, int]:
	"""Each seller's units in a target: of the order, or of their upsells in it (T1, U11)."""
	if target.target_type == "Upsell":
		return upsell_units(target, order, policy, trees)
	return {seller: units_in_scope(target, order, policy, trees, units) for seller, units in sums.items()}


def ledger(order, allocation, policy, targets, trees) -> dict[tuple[str, str], tuple[int, int]]:
	"""(target, seller) -> (units, orders). An order counts once in a target, with who has most of it (A6)."""
	sums, _nobody = credited_units(order, allocation, policy)
	found: dict[tuple[str, str], tuple[int, int]] = {}
	if not worth_in_units(order, policy)[1]:
		return found
	for target in targets:
		if not sees(target, order, policy, trees):
			continue
		own = {
			seller: units
			for seller, units in brought(target, order, sums, policy, trees).items()
			if stands_for(target, seller, trees)
		}
		for seller in own:
			first = min(own, key=lambda one: (-own[one], one))
			found[target.name, seller] = (own[seller], int(seller == first))
	return found
