"""Machines that call on behalf of the cast."""

import json
from typing import Any

import pytest
from django.test import Client

from aplomb.journal.actors import SYSTEM
from aplomb.people.actions import SCOPES, create_token
from aplomb.people.models import Person
from tests.cast import Cast

BASE = "/api/v1"


class Machine:
    """A program with a person's token."""

    def __init__(self, person: Person | None, *scopes: str) -> None:
        self.browser = Client()
        self.secret = create_token(person, by=SYSTEM, scopes=scopes or SCOPES)[1] if person else ""

    def get(self, path: str, query: dict[str, Any] | None = None, **headers: str) -> Any:
        return self.browser.get(BASE + path, query or {}, headers=self._headers(headers))

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self._send("post", path, body, headers)

    def patch(self, path: str, body: Any, **headers: str) -> Any:
        return self._send("patch", path, body, headers)

    def raw(self, method: str, path: str, body: bytes, content_type: str = "application/json") -> Any:
        return self.browser.generic(method, BASE + path, body, content_type=content_type, headers=self._headers({}))

    def upload(self, file: Any, **headers: str) -> Any:
        return self.browser.post(BASE + "/attachments", {"file": file}, headers=self._headers(headers))

    def _send(self, method: str, path: str, body: Any, headers: dict[str, str]) -> Any:
        content = b"" if body is None else json.dumps(body, ensure_ascii=False).encode()
        sent = self._headers(headers)
        return self.browser.generic(method.upper(), BASE + path, content, content_type="application/json", headers=sent)

    def _headers(self, further: dict[str, str]) -> dict[str, str]:
        spelled = {name.replace("_", "-"): value for name, value in further.items()}
        return {"Authorization": f"Bearer {self.secret}", **spelled} if self.secret else spelled


@pytest.fixture
def ada(cast: Cast) -> Machine:
    """Ada's program, with every scope."""
    return Machine(cast.ada)


@pytest.fixture
def stranger(db: None) -> Machine:
    """Somebody without a token."""
    return Machine(None)
