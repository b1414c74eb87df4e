#!/usr/bin/env bash
# One would guess that a new bench gets ports which no other bench of the machine has, or else fails
# to start. frappe-bench 5.31.0 looks at the benches in the same folder alone, and takes the highest
# port there plus one: in another folder it gives 8000, 9000, 11000 and 13000 again, and says nothing.
# Both benches then start, since the Redis that answers at the port is taken as one's own, and two
# sites of one name share what is kept there: sessions, lists of installed apps, addresses of assets.
# A bench that was taken away leaves a gap that is never used again, as the highest counts. Source:
# bench/config/common_site_config.py. Whoever has a bench in ~/frappe-bench and makes another under
# /opt or for a test meets it: give the second its own ports in common_site_config.json before the
# first start, and write the Redis configurations anew (bench setup redis).
set -euo pipefail

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

python3 -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install --quiet --disable-pip-version-check frappe-bench==5.31.0

cd "$tmp"
"$tmp/venv/bin/python" - <<'PY'
import json
from pathlib import Path

from bench.config.common_site_config import make_ports


def bench(path: str, add: int) -> str:
    sites = Path(path) / "sites"
    sites.mkdir(parents=True)
    config = {
        "webserver_port": 8000 + add,
        "socketio_port": 9000 + add,
        "redis_queue": f"redis://127.0.0.1:{11000 + add}",
        "redis_cache": f"redis://127.0.0.1:{13000 + add}",
    }
    (sites / "common_site_config.json").write_text(json.dumps(config))
    return path


def ports(path: str) -> tuple:
    found = make_ports(path)
    return tuple(found[name] for name in ("webserver_port", "redis_queue", "redis_cache"))


bench("home/first", 0)
Path("opt").mkdir()
print("beside the first:", *ports("home/second"))
assert ports("home/second") == (8001, 11001, 13001)
print("in another folder:", *ports("opt/second"))
assert ports("opt/second") == (8000, 11000, 13000)
bench("home/third", 7)
print("with a gap of six:", *ports("home/fourth"))
assert ports("home/fourth") == (8008, 11008, 13008)
PY
