"""The rules. Facts in, results with reasons out: no database, no framework, no clock of its own."""

from .amounts import Worth, worth
from .attainment import Attainment, Status, attain, expected_share, months_between, percentage_of
from .checks import Problem, check_allocation, check_target, exceeds_order
from .crediting import Crediting, Cut, credit, deleted
from .credits import Credit, Rule
from .entries import Difference, Key, Position, differences, positions
from .facts import (
	Allocation,
	AmountBasis,
	Basis,
	ClosedCredit,
	CountOn,
	Order,
	OrderLine,
	Policy,
	RemainderTo,
	Share,
	Target,
	TargetType,
	TeamMember,
	Trees,
	UpsellCharge,
)
from .words import Reason

__all__ = [
	"Allocation",
	"AmountBasis",
	"Attainment",
	"Basis",
	"ClosedCredit",
	"CountOn",
	"Credit",
	"Crediting",
	"Cut",
	"Difference",
	"Key",
	"Order",
	"OrderLine",
	"Policy",
	"Position",
	"Problem",
	"Reason",
	"RemainderTo",
	"Rule",
	"Share",
	"Status",
	"Target",
	"TargetType",
	"TeamMember",
	"Trees",
	"UpsellCharge",
	"Worth",
	"attain",
	"check_allocation",
	"check_target",
	"credit",
	"deleted",
	"differences",
	"exceeds_order",
	"expected_share",
	"months_between",
	"percentage_of",
	"positions",
	"worth",
]
