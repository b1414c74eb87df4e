"""Roles that the app's rules name."""

MANAGER = "Sales Manager"
SELLER = "Sales User"
SYSTEM_MANAGER = "System Manager"
UPSELL_TRACKING = "Upsell Tracking"
