# What the programs of bin/ and .ci/run say, and how many tests there are. Sourced, never run.

TESTS=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)/tests
# Said by bin/test where it has no bench, and looked for by .ci/run
NO_SITE_TESTS="THE SITE TESTS AND THE BROWSER TESTS WERE SKIPPED."

say()  { printf '  %s\n' "$*"; }
fail() { printf '\nStopped: %s\n' "$*" >&2; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }

loud() { # lines
	local stars; stars=$(printf '*%.0s' {1..74})
	printf '\n%s\n' "$stars"; printf '*  %-68s  *\n' "$@"; printf '%s\n\n' "$stars"
	[ -z "${GITHUB_ACTIONS:-}" ] || printf '::warning::%s\n' "$*"
}

# How many there are, as written: one of many cases counts once.
tests_written() { # folders, files; none: all
	(cd "$TESTS" && { grep -rhsE '^[[:space:]]*def test_' --include='test_*.py' "${@:-.}" || true; } | wc -l)
}
