"""An agent at the desk, by HTTP: one keep-alive connection, cookies, the pages' forms. Every answer is checked."""

import http.client
import json
import re
from http.cookies import SimpleCookie
from urllib.parse import quote, urlencode

from bench.desk import Desk

RARE_WORD = "kestrel"
ROWS_AT_LEAST = 25
_CSRF = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
_VERSION = re.compile(r'name="seen_version"[^>]*value="(\d+)"|value="(\d+)"[^>]*name="seen_version"')
_LAST = re.compile(r'name="last_id"[^>]*value="(\d+)"|value="(\d+)"[^>]*name="last_id"')


class Wrong(RuntimeError):
    """The desk answered something else than what was measured."""


class Agent:
    """Signed in by a sign-in link, as `aplomb user login-link` gives it."""

    def __init__(self, desk: Desk, number: int) -> None:
        self.desk = desk
        self.connection = http.client.HTTPConnection("127.0.0.1", desk.port, timeout=120)
        self.cookies: dict[str, str] = {}
        self.token = ""
        self._sign_in(desk.command("user", "login-link", f"agent{number}@desk.example")["link"])

    def _sign_in(self, link: str) -> None:
        path = "/" + link.split("/", 3)[3]
        page = self._ask("GET", path)
        form = _CSRF.search(page[1])
        if form is None:
            raise Wrong("the page of the sign-in link has no form")
        status, _text = self._ask("POST", path, {"csrfmiddlewaretoken": form[1]})
        if status != 302 or "aplomb_session" not in self.cookies:
            raise Wrong(f"the sign-in link answered {status}")

    def _ask(
        self, method: str, path: str, form: dict[str, str] | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, str]:
        sent = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()), **(headers or {})}
        body = None
        if form is not None:
            body = urlencode(form).encode()
            sent |= {
                "Content-Type": "application/x-www-form-urlencoded",
                "Origin": f"http://127.0.0.1:{self.desk.port}",
            }
        self.connection.request(method, path, body=body, headers=sent)
        answer = self.connection.getresponse()
        text = answer.read().decode("utf-8", "replace")
        for line in answer.headers.get_all("Set-Cookie") or []:
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
        return answer.status, text

    def queue(self) -> None:
        """The queue page."""
        status, text = self._ask("GET", "/")
        rows = len(set(re.findall(r'href="/tickets/(\d{8})', text)))
        if status != 200 or rows < ROWS_AT_LEAST:
            raise Wrong(f"the queue answered {status} with {rows} rows")

    def ticket(self, number: str) -> tuple[str, str, str]:
        """A ticket's page. Returns its token, version and last message for the forms on it."""
        status, text = self._ask("GET", f"/tickets/{number}")
        form = _CSRF.search(text)
        if status != 200 or form is None or f"{number[:4]}-{number[4:]}" not in text or "<textarea" not in text:
            raise Wrong(f"the ticket {number} answered {status}")
        version, last = _VERSION.search(text), _LAST.search(text)
        return form[1], (version[1] or version[2]) if version else "", (last[1] or last[2]) if last else "0"

    def find(self, word: str = RARE_WORD) -> int:
        """Tickets that have the word. Returns how many the page shows."""
        status, text = self._ask("GET", f"/?q={quote(word)}")
        rows = len(set(re.findall(r'href="/tickets/(\d{8})', text)))
        if status != 200 or not rows:
            raise Wrong(f"finding {word} answered {status} with {rows} rows")
        return rows

    def reply(self, number: str, page: tuple[str, str, str], place: int) -> None:
        """Send the form of the composer as the page's script does, and read the pieces that come back."""
        words = f"Thank you, number {place}: the part is on its way and should be with you the day after tomorrow."
        form = {"csrfmiddlewaretoken": page[0], "seen_version": page[1], "last_id": page[2], "text": words}
        status, text = self._ask("POST", f"/tickets/{number}/reply", form, {"HX-Request": "true"})
        if status != 200 or words not in text:
            raise Wrong(f"the reply on {number} answered {status}")

    def api_list(self) -> None:
        """The first page of tickets by the HTTP API."""
        if not self.token:
            self.token = self.desk.command("token", "create")["token"]
        status, text = self._ask("GET", "/api/v1/tickets?limit=30", headers={"Authorization": f"Bearer {self.token}"})
        if status != 200 or len(json.loads(text)["items"]) != 30:
            raise Wrong(f"the API's list answered {status}")
