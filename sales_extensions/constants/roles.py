"""Roles that the app's rules name."""

MANAGER = "Sales Manager"
SELLER = "Sales User"
UPSELL_TRACKING = "Upsell Tracking"
