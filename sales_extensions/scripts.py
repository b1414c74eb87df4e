"""Scripts of the desk, by addresses that change with what is in them.

The framework gives bundles such addresses, and other scripts none (15.72, 16.17): browsers keep those for as long as the
web server tells them to, a year in bench's own configuration, whatever an upgrade brought.
"""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

FOLDER = Path(__file__).parent / "public" / "js"


def addressed(*names: str) -> list[str]:
	"""The addresses of scripts in public/js, for hooks."""
	return [f"/assets/sales_extensions/js/{name}?v={_mark(name)}" for name in names]


def _mark(name: str) -> str:
	return sha256((FOLDER / name).read_bytes()).hexdigest()[:12]
