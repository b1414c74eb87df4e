"""The site over HTTP, as browsers and other programs reach it: a server of its own on a free port."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from . import clock
from .world import PASSWORD

STARTING_SECONDS = 60


@contextmanager
def serve(site: str, sites_path: Path) -> Iterator[str]:
	"""Serve `site` until the end of the block. Gives its address."""
	port = _free_port()
	command = clock.framework("--site", site, "serve", "--port", str(port), "--noreload")
	with tempfile.TemporaryFile() as log:
		server = subprocess.Popen(
			command, cwd=sites_path, env={**clock.around(), "CI": "1"}, stdout=log, stderr=log
		)
		try:
			_wait(server, url := f"http://127.0.0.1:{port}", log)
			yield url
		finally:
			server.terminate()
			try:
				server.wait(10)
			except subprocess.TimeoutExpired:
				server.kill()
				server.wait()


def _free_port() -> int:
	with socket.socket() as probe:
		probe.bind(("127.0.0.1", 0))
		return probe.getsockname()[1]


def _wait(server: subprocess.Popen, url: str, log) -> None:
	until = time.monotonic() + STARTING_SECONDS
	while time.monotonic() < until and server.poll() is None:
		try:
			if requests.get(f"{url}/api/method/ping", timeout=10).ok:
				return
		except requests.ConnectionError:
			time.sleep(0.2)
	log.seek(0)
	raise RuntimeError(f"no server at {url}:\n{log.read().decode()}")


class Answer:
	"""A response: its status, the text that the user is shown, and the data."""

	def __init__(self, response: requests.Response):
		self.status = response.status_code
		self.raw = response.text
		try:
			self.body = response.json()
		except ValueError:
			self.body = {}
		if not isinstance(self.body, dict):
			self.body = {"message": self.body}
		self.data = self.body.get("data", self.body.get("message"))

	@property
	def message(self) -> str:
		"""The messages that the desk would show, without their tags."""
		shown = []
		for message in json.loads(self.body.get("_server_messages") or "[]"):
			message = json.loads(message) if isinstance(message, str) else message
			shown.append(message.get("message", "") if isinstance(message, dict) else str(message))
		shown.append(str(self.body.get("_error_message") or ""))
		shown.append(str(self.body.get("exception") or ""))
		return re.sub(r"<[^>]+>", "", " ".join(shown))

	def __repr__(self) -> str:
		return f"<{self.status}: {self.message or self.raw[:300]}>"


class Client:
	"""A logged-in user; None is a visitor."""

	def __init__(self, url: str, user: str | None, password: str = PASSWORD):
		self.url, self.user = url, user
		self.session = requests.Session()
		self.session.headers["Accept"] = "application/json"
		if user:
			answer = self.session.post(
				f"{url}/api/method/login", data={"usr": user, "pwd": password}, timeout=60
			)
			assert answer.ok, f"{user} can't log in: {answer.text[:300]}"

	def ask(self, method: str, path: str, **kwargs) -> Answer:
		return Answer(self.session.request(method, self.url + path, timeout=120, **kwargs))

	def get(self, doctype: str, name: str = "", **params) -> Answer:
		return self.ask("GET", resource(doctype, name), params=params)

	def post(self, doctype: str, values: dict) -> Answer:
		return self.ask("POST", resource(doctype), data=json.dumps(values), headers=JSON)

	def put(self, doctype: str, name: str, values: dict) -> Answer:
		return self.ask("PUT", resource(doctype, name), data=json.dumps(values), headers=JSON)

	def delete(self, doctype: str, name: str) -> Answer:
		return self.ask("DELETE", resource(doctype, name))

	def call(self, method: str, **values) -> Answer:
		"""A whitelisted method by POST."""
		values = {k: json.dumps(v) if isinstance(v, dict | list) else v for k, v in values.items()}
		return self.ask("POST", f"/api/method/{method}", data=values)


JSON = {"Content-Type": "application/json"}


def resource(doctype: str, name: str = "") -> str:
	path = f"/api/resource/{requests.utils.quote(doctype)}"
	return f"{path}/{requests.utils.quote(name, safe='')}" if name else path
