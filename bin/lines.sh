# The lines of Frappe and ERPNext that the app runs on, what each needs, and which one is meant here.
# Sourced, after words.sh, by lib.sh, translations and .ci/run. Nothing else in bin/ knows one line from another.

LINES=(16 15) # the newest first

# What a line needs: python (from, to before), node (from), db_port, constraints on Python packages, and the apps beside ours.
line_value() { # name
	case $LINE:$1 in
		15:python)      echo "3.10 3.14" ;;
		16:python)      echo "3.14 3.15" ;;
		15:node)        echo 18 ;;
		16:node)        echo 24 ;;
		15:db_port)     echo 13307 ;;
		16:db_port)     echo 13316 ;;
		15:constraints) echo 'setuptools<81' ;;
		16:constraints) ;;
		16:before)      echo 15 ;; # the line that its sites come from
		15:neighbours)  echo "hrms:version-15 crm:v1.52.0" ;;
		16:neighbours)  echo "hrms:version-16 crm:main" ;;
	esac
}

# The first interpreter here that the line runs on: PYTHON, else python3, else one that carries its version in its name.
line_python() { # line; empty if there is none
	local LINE=$1 range candidate
	read -ra range <<<"$(line_value python)"
	for candidate in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11 python3.10}; do
		"$candidate" - "${range[@]}" 2>/dev/null <<-'PY' && { echo "$candidate"; return; }
			import sys
			of = lambda text: tuple(map(int, text.split(".")))
			sys.exit(not of(sys.argv[1]) <= sys.version_info[:2] < of(sys.argv[2]))
		PY
	done
	return 0
}

bench_line() { # folder: the line of the bench that is there
	sed -n 's/^__version__ = "\([0-9]*\)\..*/\1/p' "$1/apps/frappe/frappe/__init__.py" 2>/dev/null || true
}

# Sets LINE, PYTHON and BENCH, and WHY_LINE in words.
choose_line() {
	local there; there=$(bench_line "${FRAPPE_BENCH:-}")
	if [ -n "${FRAPPE_LINE:-}" ]; then
		LINE=$FRAPPE_LINE WHY_LINE="FRAPPE_LINE says so"
	elif [ -n "$there" ]; then
		LINE=$there WHY_LINE="the bench in $FRAPPE_BENCH is of that line"
	else
		newest_line
	fi
	[[ " ${LINES[*]} " == *" $LINE "* ]] || fail "FRAPPE_LINE is $LINE; it can be one of: ${LINES[*]}."
	[ -z "$there" ] || [ "$there" = "$LINE" ] || fail "FRAPPE_LINE is $LINE, but the bench in $FRAPPE_BENCH is of line $there. Leave out one of the two."
	local python; python=$(line_python "$LINE")
	[ -n "$python" ] || [ -n "${MAY_LACK_PYTHON:-}" ] || fail "Frappe $LINE runs on Python from $(line_value python | sed 's/ / to before /'), and there is none here. Install one, or name it in PYTHON."
	PYTHON=$python
	BENCH=$(realpath -m "${FRAPPE_BENCH:-$(line_bench "$LINE")}")
}

line_bench() { # line
	if [ "$(bench_line "$HOME/frappe-bench")" = "$1" ]; then echo "$HOME/frappe-bench"; else echo "$HOME/frappe-bench-$1"; fi
}

newest_line() {
	for LINE in "${LINES[@]}"; do
		local python; python=$(line_python "$LINE")
		[ -n "$python" ] || continue
		WHY_LINE="the newest that a Python here can run ($python is $("$python" -c 'import platform; print(platform.python_version())'))"
		return
	done
	LINE=${LINES[-1]} WHY_LINE="no Python is here yet"
}
