"""The browser of the tests that need one."""

import shutil

#: the machine's, else the one that Playwright brought
CHROMIUM = next(
	filter(None, map(shutil.which, ("chromium-headless-shell", "chromium", "google-chrome"))), None
)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
	"--disable-background-networking", "--disable-component-update", "--disable-sync"]  # fmt: skip
