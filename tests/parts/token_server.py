"""A token endpoint on a loopback port, as a mail service has one, with introspection (RFC 7662)."""

import base64
import hashlib
import json
import secrets
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

CLIENT = "desk-at-work"
SECRET = "application's word"


@dataclass
class TokenServer:
    """`consent` acts as the person would. `refusal` is an error for every further request while it is set, such as
    "invalid_grant"; `lasts` the seconds of a token; `rotates` whether a refresh ends the refresh token."""

    person: str = "help"
    lasts: int = 3600
    rotates: bool = True
    refusal: str = ""
    gate: threading.Event = field(default_factory=threading.Event)
    asked: list[dict[str, str]] = field(default_factory=list)
    access: dict[str, str] = field(default_factory=dict)
    refresh: set[str] = field(default_factory=set)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def __enter__(self) -> Self:
        self.gate.set()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._answering())
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), name="tokens", daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.gate.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=10)

    def consent(self, page: str) -> tuple[str, str]:
        """What a person's consent on this page brings back: state and code."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(page).query).items()}
        code = secrets.token_urlsafe(12)
        self.codes[code] = asked
        return asked["state"], code

    def withdraw(self) -> None:
        """No token is good any more."""
        self.access.clear()
        self.refresh.clear()

    def answer(self, path: str, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        if path == "/introspect":
            person = self.access.get(form.get("token", ""))
            return 200, {"active": True, "username": person} if person else {"active": False}
        self.asked.append(form)
        self.gate.wait(10)
        if self.refusal:
            return 400, {"error": self.refusal, "error_description": "as the test wants it"}
        if form.get("client_id") != CLIENT or form.get("client_secret") != SECRET:
            return 401, {"error": "invalid_client", "error_description": "the secret has ended"}
        kind = form.get("grant_type")
        if kind == "client_credentials":
            return 200, self._tokens(refreshable=False)
        if kind == "authorization_code" and self._is_good(form):
            return 200, self._tokens(refreshable=True)
        if kind == "refresh_token" and form.get("refresh_token") in self.refresh:
            if self.rotates:
                self.refresh.discard(form["refresh_token"])
            return 200, self._tokens(refreshable=self.rotates)
        return 400, {"error": "invalid_grant", "error_description": "withdrawn"}

    def _is_good(self, form: dict[str, str]) -> bool:
        asked = self.codes.pop(form.get("code", ""), None)
        if asked is None or asked["redirect_uri"] != form.get("redirect_uri"):
            return False
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == asked["code_challenge"]

    def _tokens(self, *, refreshable: bool) -> dict[str, Any]:
        token = secrets.token_urlsafe(24)
        self.access[token] = self.person
        told: dict[str, Any] = {"access_token": token, "token_type": "Bearer", "expires_in": self.lasts}
        if refreshable:
            told["refresh_token"] = secrets.token_urlsafe(24)
            self.refresh.add(told["refresh_token"])
        return told

    def _answering(self) -> type[BaseHTTPRequestHandler]:
        tokens = self

        class Answering(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                form = {name: each[0] for name, each in parse_qs(self.rfile.read(length).decode()).items()}
                status, told = tokens.answer(urlsplit(self.path).path, form)
                content = json.dumps(told).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: object) -> None:
                """Tests say nothing."""

        return Answering
