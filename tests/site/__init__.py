"""Tests on a real site. They stand in the bench's folder of sites: ERPNext opens its logs beside it as it is imported."""

import os
from pathlib import Path

if os.environ.get("SALES_EXTENSIONS_SITE"):
	os.chdir(Path(os.environ.get("FRAPPE_BENCH", Path.home() / "frappe-bench")) / "sites")
