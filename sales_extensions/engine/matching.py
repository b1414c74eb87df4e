"""Which targets a credit counts for (T1, T5)."""

from .facts import Order, Target, Trees, within
from .words import Reason, _, dated


def assignee_of(target: Target, seller: str, trees: Trees) -> str | None:
	"""The assignee that `seller` stands under: themself, or else a group above them. None if there is none."""
	if seller in target.assignees:
		return seller
	above = trees.sellers.get(seller, ())
	return next((assignee for assignee in target.assignees if assignee in above), None)


def seller_reason(target: Target, seller: str, trees: Trees) -> Reason:
	"""Why a seller's credits count for a target, or why not."""
	assignee = assignee_of(target, seller, trees)
	if assignee is None:
		return Reason(_("{0} is not, and is not under, a Sales Person of the target."), (seller,))
	if assignee == seller:
		return Reason(_("{0} is a Sales Person of the target."), (seller,))
	return Reason(
		_("{0} was under {1} on the order's day, a Sales Person of the target."), (seller, assignee)
	)


#: As it was said before sellers moved with dates: entries have it still.
SAID_BEFORE = _("{0} is under {1}, a Sales Person of the target.")


def is_in_period(target: Target, order: Order) -> bool:
	"""Whether the order is of the target's company, and of a day within it: what most targets of a seller are not."""
	day = order.posting_date
	return order.company == target.company and day is not None and target.from_date <= day <= target.to_date


def order_mismatch(target: Target, order: Order, trees: Trees) -> Reason | None:
	"""Why the order cannot count for the target whoever is credited, or None if it can."""
	if order.company != target.company:
		return Reason(_("The order is of company {0}, the target of {1}."), (order.company, target.company))
	if not target.from_date <= order.posting_date <= target.to_date:
		return Reason(
			dated(_("The order's date {0} is outside the target's period {1} to {2}."), 0, 1, 2),
			(f"{order.posting_date}", f"{target.from_date}", f"{target.to_date}"),
		)
	if target.territory and not within(trees.territories, order.territory, target.territory):
		return Reason(_("The order's territory is not within {0}."), (target.territory,))
	if target.customer_group and not within(
		trees.customer_groups, order.customer_group, target.customer_group
	):
		return Reason(_("The order's customer group is not within {0}."), (target.customer_group,))
	if target.item_group and not lines_within(order, target.item_group, trees):
		return Reason(_("The order has no item in item group {0}."), (target.item_group,))
	return None


def lines_within(order: Order, item_group: str, trees: Trees) -> list[int]:
	"""The positions of the order's lines in an item group or under it."""
	return [
		position
		for position, line in enumerate(order.lines)
		if within(trees.item_groups, line.item_group, item_group)
	]
