# Shared by bin/demo and bin/test: everything that turns a bare Debian or Ubuntu
# machine into a bench with ERPNext. Sourced, never run.
#
#   FRAPPE_LINE    the line of Frappe and ERPNext: 15 or 16 (default: the bench's own, else the newest that a Python here can run)
#   FRAPPE_BENCH   the bench to use or make                 (default ~/frappe-bench if it is of that line, else ~/frappe-bench-LINE)
#   PYTHON         the interpreter the bench is made of     (default: the first here that the line runs on)
#
# What this project starts or makes for itself lies in one folder beside the bench
# ("$FRAPPE_BENCH-services"): the bench tool, yarn, a MariaDB of its own and logs. Programs in its
# folder bin/, put there by whoever wants another MariaDB or Node for this bench, come before the machine's.
# A MariaDB or Redis that the machine already runs is left alone.

set -euo pipefail

APP=sales_extensions
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
STEP=0
. "$HERE/bin/words.sh"
step() { STEP=$((STEP + 1)); printf '\n[%d] %s\n' "$STEP" "$*"; }

as_root() {
	if [ "$(id -u)" -eq 0 ]; then "$@"
	elif have sudo; then sudo "$@"
	else fail "installing packages needs root, and there is no sudo here. As root, run: $*"
	fi
}

apt_update() { as_root apt-get update -q >/dev/null 2>&1 || true; }

apt_get() { # packages
	have apt-get || fail "these are needed and can't be installed without apt: $*"
	apt_update
	as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "$@"
}

. "$HERE/bin/lines.sh"
have "${PYTHON:-python3}" || { say "installing: python3"; apt_get python3 >/dev/null; }
choose_line
SERVICES=$BENCH-services
DB_DIR=$SERVICES/mariadb
DB_SOCKET=$DB_DIR/mariadb.sock
DB_PORT=${SALES_EXTENSIONS_DB_PORT:-$(line_value db_port)}
FRAPPE_BRANCH=version-$LINE
# Apps that often share a site with ours, and their branches for this line of Frappe.
read -ra NEIGHBOURS <<<"$(line_value neighbours)"
PATH_BEFORE=$PATH
export PATH="$SERVICES/bin:$SERVICES/node/node_modules/.bin:$PATH:/usr/sbin"
# What Python compiles is kept, also where it is told not to: each of some thirty processes would compile all anew.
unset PYTHONDONTWRITEBYTECODE
export PYTHONPYCACHEPREFIX=$SERVICES/pycache

# A long, chatty command: output to a log, a dot every few seconds, the tail if it fails.
quietly() {
	local name=$1; shift
	mkdir -p "$SERVICES/logs"
	local log=$SERVICES/logs/$name.log
	printf '  %s ' "$name"
	"$@" >"$log" 2>&1 </dev/null &
	local pid=$! seconds=0
	while kill -0 "$pid" 2>/dev/null; do
		sleep 1; seconds=$((seconds + 1))
		[ $((seconds % 5)) -eq 0 ] && printf '.'
	done
	if wait "$pid"; then printf ' done (%ds)\n' "$seconds"; return 0; fi
	printf ' FAILED\n'; tail -n 30 "$log" | sed 's/^/    | /'; say "the whole log: $log"; return 1
}

# --- packages -----------------------------------------------------------------------------------

a_chromium() { have chromium-headless-shell || have chromium || have google-chrome; }

# The one without a window, where there is one, costs a third less. Ubuntu's package only asks for a snap: none, then, and Playwright brings its own.
chromium_package() {
	[ -n "$(apt-cache pkgnames chromium 2>/dev/null)" ] || apt_update
	[ "$(apt-cache show --no-all-versions chromium-headless-shell 2>/dev/null)" ] && { echo chromium-headless-shell; return; }
	grep -qi '^ID=ubuntu' /etc/os-release 2>/dev/null || echo chromium
}

# Debian's name for this interpreter's own packages: python3, or python3.14 where that is another.
python_package() {
	local own; own=$("$PYTHON" -c 'import sys; print("python%d.%d" % sys.version_info[:2])')
	[ "$(python3 -c 'import sys; print("python%d.%d" % sys.version_info[:2])' 2>/dev/null)" = "$own" ] && own=python3
	echo "$own"
}

# The libraries that WeasyPrint, and so our PDFs, are drawn with.
pango_is_there() {
	local known; known=$(ldconfig -p)
	[[ $known == *libpangoft2-1.0.so.0* && $known == *libpango-1.0.so.0* ]]
}

# Debian keeps what virtual environments are made with in a package of its own.
makes_environments() { "$PYTHON" -c 'import venv, ensurepip' 2>/dev/null; }

install_packages() {
	local missing=()
	have git          || missing+=(git)
	have curl         || missing+=(curl)
	have gcc          || missing+=(build-essential)
	have mariadbd     || missing+=(mariadb-server)
	have mariadb      || missing+=(mariadb-client)
	have redis-server || missing+=(redis-server)
	have node         || missing+=(nodejs)
	have npm          || missing+=(npm)
	have pkg-config   || missing+=(pkg-config)
	have crontab      || missing+=(cron)
	pango_is_there    || missing+=(libpango-1.0-0 libpangoft2-1.0-0)
	pkg-config --exists libmariadb mariadb 2>/dev/null || [ -e /usr/include/mariadb/mysql.h ] || missing+=(libmariadb-dev)
	makes_environments || missing+=("$(python_package)-venv")
	"$PYTHON" -c 'import sysconfig, os; assert os.path.exists(sysconfig.get_paths()["include"] + "/Python.h")' \
		2>/dev/null || missing+=("$(python_package)-dev")
	for extra in "$@"; do case $extra in
		browser) a_chromium || [ -z "$(chromium_package)" ] || missing+=("$(chromium_package)") ;;
	esac; done
	[ ${#missing[@]} -eq 0 ] && { say "all there"; return; }
	say "installing: ${missing[*]}"
	quietly apt-install apt_get "${missing[@]}"
}

# --- the bench tool -----------------------------------------------------------------------------

# Dependencies of Frappe 15 import pkg_resources, which setuptools 81 dropped.
export_constraints() {
	mkdir -p "$SERVICES"
	line_value constraints >"$SERVICES/constraints.txt"
	export UV_CONSTRAINT=$SERVICES/constraints.txt UV_BUILD_CONSTRAINT=$SERVICES/constraints.txt
	export PIP_CONSTRAINT=$SERVICES/constraints.txt
	# the certificates the machine trusts, under uv's old and new name for the switch
	export UV_NATIVE_TLS=1 UV_SYSTEM_CERTS=1
}

install_bench_tool() {
	export_constraints
	[ -x "$SERVICES/venv/bin/bench" ] || {
		quietly bench-venv "$PYTHON" -m venv "$SERVICES/venv"
		quietly bench-tool "$SERVICES/venv/bin/pip" install --quiet frappe-bench || fail "the bench tool could not be had from PyPI"
	}
	install_node
	have yarn || quietly yarn npm install --silent --no-audit --no-fund --prefix "$SERVICES/node" yarn@1 ||
		fail "yarn could not be had from npm's registry"
}

# A machine's own Node may be older than the line's: then one from npm's registry, beside the bench.
install_node() {
	local wanted; wanted=$(line_value node)
	[ "$(node --version | tr -dc '0-9.' | cut -d. -f1)" -lt "$wanted" ] || return 0
	quietly "node-$wanted" npm install --silent --no-audit --no-fund --foreground-scripts --prefix "$SERVICES/node" "node@$wanted" ||
		fail "Frappe $LINE needs Node $wanted, which could not be had from npm's registry. Install it."
	hash -r
}

# The `bench` program refuses to run as root, as a container's only user often is; its commands do not mind.
bench_tool() {
	if [ "$(id -u)" -eq 0 ]; then
		PATH="$SERVICES/venv/bin:$PATH" "$SERVICES/venv/bin/python" -c \
			'import sys, bench.cli; sys.argv[0] = "bench"; bench.cli.change_uid = lambda: None; bench.cli.cli()' "$@"
	else
		PATH="$SERVICES/venv/bin:$PATH" "$SERVICES/venv/bin/bench" "$@"
	fi
}

# frappe's own commands (new-site, migrate, …), which `bench` would hand on
frappe_do() { (cd "$BENCH/sites" && "$BENCH/env/bin/python" -m frappe.utils.bench_helper frappe "$@"); }

# --- the bench ----------------------------------------------------------------------------------

bench_is_whole() { [ -x "$BENCH/env/bin/python" ] && [ -d "$BENCH/apps/frappe" ] && [ -d "$BENCH/apps/erpnext" ]; }

# Nobody is asked for a password, and a network that swallows what is sent is not waited for.
reachable() { # app, branch
	GIT_TERMINAL_PROMPT=0 timeout 30 git ls-remote --exit-code "https://github.com/frappe/$1" "$2" >/dev/null 2>&1
}

UNREACHABLE=3 # what make_bench returns where ERPNext's sources can't be had

make_bench() {
	if bench_is_whole; then say "using the bench in $BENCH"; return; fi
	reachable frappe "$FRAPPE_BRANCH" || return "$UNREACHABLE"
	install_bench_tool
	if [ ! -d "$BENCH/apps/frappe" ] || [ ! -x "$BENCH/env/bin/python" ]; then
		[ -e "$BENCH" ] && [ -n "$(ls -A "$BENCH" 2>/dev/null)" ] &&
			fail "$BENCH is there but is no whole bench. Move it away, or set FRAPPE_BENCH to another folder."
		quietly bench-init bench_tool init --frappe-branch "$FRAPPE_BRANCH" --python "$PYTHON" \
			--no-backups --skip-assets "$BENCH" || fail "the bench could not be made"
	fi
	(cd "$BENCH" && quietly get-erpnext bench_tool get-app --branch "$FRAPPE_BRANCH" --skip-assets https://github.com/frappe/erpnext) ||
		fail "ERPNext could not be fetched"
	[ -z "$(line_value constraints)" ] || "$BENCH/env/bin/python" -c 'import pkg_resources' 2>/dev/null ||
		quietly setuptools "$SERVICES/venv/bin/python" -m uv pip install --python "$BENCH/env/bin/python" 'setuptools<81'
	build_assets frappe && build_assets erpnext
	touch "$SERVICES/bench-is-ours"
}

build_assets() {
	(cd "$BENCH/sites" && quietly "build-$1" "$BENCH/env/bin/python" -m frappe.utils.bench_helper frappe build --app "$1") ||
		fail "the assets of $1 could not be built"
}

# The app of this checkout becomes the app of the bench: a link, so that what you edit is what runs.
link_app() {
	local place=$BENCH/apps/$APP
	if [ -e "$place" ] && [ ! -L "$place" ]; then
		[ "$(realpath "$place")" = "$HERE" ] ||
			fail "$place is another copy of the app. Move it away, or run this from there."
	else
		ln -sfn "$HERE" "$place"
	fi
	install_bench_tool
	quietly install-app pip_install -e "$place" || fail "the app could not be installed into the bench"
	enter "$APP"
}

pip_install() { # into the bench, with uv where the bench tool brought it
	local installer=("$SERVICES/venv/bin/python" -m uv pip install --quiet --python "$BENCH/env/bin/python")
	"$SERVICES/venv/bin/python" -c 'import uv' 2>/dev/null || installer=("$BENCH/env/bin/python" -m pip install --quiet)
	"${installer[@]}" "$@"
}

in_bench() { grep -qx "$1" "$BENCH/sites/apps.txt"; } # app

# What the desk asks of an app is served, and the bench knows of it.
enter() { # app
	local apps=$BENCH/sites/apps.txt
	mkdir -p "$BENCH/sites/assets"
	ln -sfn "$BENCH/apps/$1/$1/public" "$BENCH/sites/assets/$1"
	in_bench "$1" && return
	[ -z "$(tail -c1 "$apps")" ] || echo >>"$apps"
	echo "$1" >>"$apps"
}

# The neighbours join the bench, and stay; NEIGHBOURS_THERE: those that it has then. Sites get them only if asked.
get_neighbours() {
	local neighbour app branch
	NEIGHBOURS_THERE=()
	install_bench_tool
	for neighbour in "${NEIGHBOURS[@]}"; do
		app=${neighbour%%:*} branch=${neighbour#*:}
		if ! in_bench "$app" || [ ! -d "$BENCH/apps/$app" ]; then
			reachable "$app" "$branch" || { say "$app: its sources can't be reached"; continue; }
			quietly "get-$app" get_neighbour "$app" "$branch" || fail "$app could not be fetched"
		fi
		NEIGHBOURS_THERE+=("$app")
	done
}

# Its Python and what it adds to the desk. Its pages outside the desk, large programs by themselves, are not built.
get_neighbour() { # app, branch
	local place=$BENCH/apps/$1
	[ -d "$place" ] ||
		git clone --quiet --depth 1 --branch "$2" --origin upstream "https://github.com/frappe/$1" "$place" || return 1
	pip_install -e "$place" || return 1
	enter "$1"
	[ -n "$(find "$place/$1/public" -name '*.bundle.*' -print -quit)" ] || return 0
	(cd "$place" && yarn install --silent --production --ignore-scripts) &&
		(cd "$BENCH/apps/frappe" && node esbuild --production --apps "$1") && return
	sed -i "/^$1\$/d" "$BENCH/sites/apps.txt" # the next run tries again
	return 1
}

# --- services -----------------------------------------------------------------------------------

listening() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

wait_for() { # port, name, log
	local tries
	for tries in $(seq 60); do listening "$1" && return; sleep 0.5; done
	fail "$2 did not start; see $3"
}

config_value() { "$BENCH/env/bin/python" - "$BENCH/sites/common_site_config.json" "$1" <<'PY'
import json, os, sys
path = sys.argv[1]
print((json.load(open(path)) if os.path.exists(path) else {}).get(sys.argv[2], ""))
PY
}

set_config() { # key value, a number where it looks like one
	frappe_do set-config --global $([[ $2 =~ ^[0-9]+$ ]] && echo --parse) "$1" "$2" >/dev/null
}

write_db_config() {
	mkdir -p "$DB_DIR"
	cat >"$DB_DIR/my.cnf" <<-CNF
		[mariadbd]
		datadir = $DB_DIR/data
		socket = $DB_SOCKET
		port = $DB_PORT
		bind-address = 127.0.0.1
		pid-file = $DB_DIR/mariadb.pid
		log-error = $DB_DIR/mariadb.log
		user = $(id -un)
		character-set-server = utf8mb4
		collation-server = utf8mb4_unicode_ci
		innodb_buffer_pool_size = 1G
		max_connections = 200
	CNF
}

start_mariadb() {
	[ -d "$DB_DIR/data/mysql" ] || {
		write_db_config
		quietly mariadb-install-db mariadb-install-db --no-defaults --datadir="$DB_DIR/data" --user="$(id -un)" \
			--auth-root-authentication-method=normal --skip-test-db
	}
	[ -S "$DB_SOCKET" ] && mariadb-admin --no-defaults --socket="$DB_SOCKET" ping >/dev/null 2>&1 || {
		listening "$DB_PORT" && fail "port $DB_PORT is taken. Set SALES_EXTENSIONS_DB_PORT to a free one."
		mariadbd --defaults-file="$DB_DIR/my.cnf" >>"$DB_DIR/mariadb.out" 2>&1 </dev/null &
		disown
		wait_for "$DB_PORT" MariaDB "$DB_DIR/mariadb.log"
	}
	if [ ! -s "$DB_DIR/root-password" ]; then
		(umask 077; "$PYTHON" -c 'import secrets; print(secrets.token_hex(16))' >"$DB_DIR/root-password.new")
		mariadb --no-defaults --socket="$DB_SOCKET" -u root -e \
			"ALTER USER 'root'@'localhost' IDENTIFIED BY '$(cat "$DB_DIR/root-password.new")'"
		mv "$DB_DIR/root-password.new" "$DB_DIR/root-password"
	fi
}

start_redis() { # cache | queue
	local conf=$BENCH/config/redis_$1.conf port
	[ -f "$conf" ] || fail "$conf is missing. In the bench, run: bench setup redis"
	port=$(awk '$1 == "port" {print $2}' "$conf")
	if listening "$port"; then
		[ -f "$SERVICES/bench-is-ours" ] && is_of_another_bench "$port" || return 0
		port=$(free_port_from "$port")
		move_redis "$1" "$port"
	fi
	mkdir -p "$BENCH/config/pids"
	(cd "$BENCH" && redis-server "$conf" --daemonize yes --logfile "$SERVICES/logs/redis_$1.log" >/dev/null)
	wait_for "$port" "Redis ($1)" "$SERVICES/logs/redis_$1.log"
}

# `bench init` knows of the benches beside it alone. With one in another folder it would share a Redis, and sites of
# one name what is kept of them there: log-ins are lost, and a migrate of 16 that reads there that the app is not
# installed takes the folders of its pages out of the checkout.
is_of_another_bench() { # port
	local dir; dir=$(timeout 10 redis-cli -p "$1" CONFIG GET dir 2>/dev/null | tail -n 1) || return 1
	[[ $dir == */config/pids ]] && ! [ "$dir" -ef "$BENCH/config/pids" ]
}

free_port_from() { # port
	local port=$1
	while listening "$port"; do port=$((port + 1)); done
	echo "$port"
}

move_redis() { # cache | queue, port
	sed -i "s/^port .*/port $2/" "$BENCH/config/redis_$1.conf"
	set_config "redis_$1" "redis://127.0.0.1:$2"
	[ "$1" != cache ] || set_config redis_socketio "redis://127.0.0.1:$2"
	say "Redis ($1) of another bench has this one's port: moved to $2"
}

start_services() {
	mkdir -p "$SERVICES/logs"
	local host port
	host=$(config_value db_host); port=$(config_value db_port)
	if [ -f "$SERVICES/bench-is-ours" ] || [ -d "$DB_DIR/data" ]; then
		start_mariadb
		[ "$port" = "$DB_PORT" ] || { set_config db_host 127.0.0.1; set_config db_port "$DB_PORT"; }
		DB_ROOT_PASSWORD=$(cat "$DB_DIR/root-password")
	else
		listening "${port:-3306}" || fail "the bench in $BENCH uses a database at ${host:-127.0.0.1}:${port:-3306}, which does not answer. Start it."
		DB_ROOT_PASSWORD=${DB_ROOT_PASSWORD:-$(config_value root_password)}
		[ -n "$DB_ROOT_PASSWORD" ] || fail "making a site needs the database's root password: set DB_ROOT_PASSWORD."
	fi
	start_redis cache
	start_redis queue
	say "MariaDB and Redis answer"
}

# --- sites --------------------------------------------------------------------------------------

# A site that this project made carries a file that says so; no other is ever touched.
site_is_ours() { [ -f "$BENCH/sites/$1/made-by-$APP" ]; }

make_site() { # name; anew
	local site=$1 key
	[ ! -d "$BENCH/sites/$site" ] || site_is_ours "$site" || fail "$BENCH/sites/$site is not a site that this project made; it is left alone."
	key=$(blank_site_key 2>/dev/null) || key=
	if is_kept "$BLANK" "$key"; then
		quietly blank-site lay_site "$BLANK" "$site" || fail "the site could not be made of what is kept in $BLANK"
		return
	fi
	if [ -d "$BENCH/sites/$site" ]; then
		quietly drop-site frappe_do drop-site "$site" --force --no-backup --root-login root --root-password "$DB_ROOT_PASSWORD" \
			--archived-sites-path "$SERVICES/dropped" || true
		rm -rf "${BENCH:?}/sites/$site" "$SERVICES/dropped"
	fi
	# by force: a database that an interrupted run left behind is made anew
	quietly new-site frappe_do new-site "$site" --force --db-root-username root --db-root-password "$DB_ROOT_PASSWORD" \
		--mariadb-user-host-login-scope % --admin-password admin || { rm -rf "${BENCH:?}/sites/$site"; fail "the site could not be made"; }
	touch "$BENCH/sites/$site/made-by-$APP"
	quietly install-erpnext frappe_do --site "$site" install-app erpnext || fail "ERPNext could not be installed"
	quietly keep-blank-site keep_site "$site" "$BLANK" "$key" || fail "the blank site could not be kept in $BLANK"
}

# A blank site takes minutes to make, and is the same each time: it is kept, until Frappe, ERPNext or MariaDB changes.
BLANK=$SERVICES/blank-site

blank_site_key() {
	local app
	for app in frappe erpnext; do
		git -C "$BENCH/apps/$app" rev-parse HEAD || return 1
		git -C "$BENCH/apps/$app" diff HEAD | sha1sum
	done
	with_server mariadb -e 'SELECT VERSION()'
}

# Kept under a key that says what it was made of; never without one.
is_kept() { [ -n "$2" ] && [ -f "$1/key" ] && [ "$2" = "$(cat "$1/key")" ]; } # folder, key

keep_site() { # site, folder, key
	rm -rf "$2"
	[ -n "$3" ] || return 0
	take_site "$1" "$2" && echo "$3" >"$2/key"
}

# A second site with all that the first has, its users, files and database.
clone_site() { # from, to
	local taken; taken=$(mktemp -d)
	take_site "$1" "$taken" && lay_site "$taken" "$2" || return 1
	rm -rf "$taken"
}

site_value() { "$PYTHON" -c 'import json, sys; print(json.load(open(sys.argv[1]))[sys.argv[2]])' "$1/site_config.json" "$2"; } # folder, key

with_server() { # program of MariaDB, words…
	local program=$1 place; shift
	if [ -S "$DB_SOCKET" ]; then place=(--socket="$DB_SOCKET")
	else place=(--host="$(config_value db_host)" --port="$(config_value db_port)"); fi
	MYSQL_PWD=$DB_ROOT_PASSWORD "$program" --no-defaults -u root "${place[@]}" "$@"
}

take_site() { # site, into a folder
	local site=$BENCH/sites/$1 folder=$2
	mkdir -p "$folder"
	cp -r "$site" "$folder/site" &&
		with_server mariadb-dump --single-transaction --quick "$(site_value "$site" db_name)" >"$folder/database.sql"
}

lay_site() { # from a folder, site
	local folder=$1 site=$BENCH/sites/$2 name
	[ ! -d "$site" ] || site_is_ours "$2" || fail "$site is not a site that this project made; it is left alone."
	name=_$(printf '%s' "$2" | sha1sum | cut -c1-16)
	with_server mariadb -e "DROP DATABASE IF EXISTS \`$name\`; CREATE DATABASE \`$name\`;
		CREATE USER IF NOT EXISTS '$name'@'%'; ALTER USER '$name'@'%' IDENTIFIED BY '$(site_value "$folder/site" db_password)';
		GRANT ALL PRIVILEGES ON \`$name\`.* TO '$name'@'%'" &&
		with_server mariadb "$name" <"$folder/database.sql" || return 1
	rm -rf "$site"
	cp -r "$folder/site" "$site"
	forget_site "$name" || return 1
	sed -i "s/\"\(db_name\|db_user\)\": \"[^\"]*\"/\"\1\": \"$name\"/" "$site/site_config.json"
}

# What was kept of a site that had the name before, its hooks among it, is not the new one's.
forget_site() { # database
	local port; port=$(config_value redis_cache) port=${port##*:}
	redis-cli -p "$port" --scan --pattern "$1|*" | xargs -r -d '\n' redis-cli -p "$port" UNLINK >/dev/null
}

# The neighbours on a site without ours. One that can't be installed beside ERPNext can't be tried beside ours
# either: the site is made anew without it, and NEIGHBOURS_THERE names those that are on it.
add_neighbours() { # site
	local app
	[ ${#NEIGHBOURS_THERE[@]} -gt 0 ] || return 1
	for app in "${NEIGHBOURS_THERE[@]}"; do
		quietly "install-$app" frappe_do --site "$1" install-app "$app" && continue
		say "$app can't be installed beside ERPNext, with or without this app: going on without it"
		leave_out "$app"
		make_site "$1"
		add_neighbours "$1"
		return
	done
}

leave_out() { # app
	local app kept=()
	for app in "${NEIGHBOURS_THERE[@]}"; do [ "$app" = "$1" ] || kept+=("$app"); done
	NEIGHBOURS_THERE=("${kept[@]}")
}
