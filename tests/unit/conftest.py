"""The rules are tested from a bare clone: no framework, no site, nothing installed."""

import sys
from pathlib import Path

from hypothesis import settings

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

# Figures do not depend on the clock, so a slow computer is no reason to fail.
settings.register_profile("rules", deadline=None, max_examples=50)
settings.register_profile("thorough", deadline=None, max_examples=3000)  # --hypothesis-profile=thorough
settings.load_profile("rules")
