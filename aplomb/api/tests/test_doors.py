"""Who comes in, and what everybody hears who does not."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from aplomb.api.tests.conftest import BASE, Machine
from aplomb.api.urls import api
from aplomb.journal.actors import SYSTEM
from aplomb.people.actions import SCOPES, change_person, create_token, revoke_token
from aplomb.people.models import Token
from aplomb.tickets.models import Ticket
from tests.cast import Cast

NEW = {"subject": "No signal", "text": "Since noon.", "contact": {"email": "eve@new.example"}}
OPERATIONS = [
    (method, path.removeprefix(BASE), operation["security"][0]["token"])
    for path, operations in api.get_openapi_schema(path_prefix=BASE)["paths"].items()
    for method, operation in operations.items()
]


def reach(machine: Machine, method: str, path: str) -> Any:
    filled = path.replace("{number}", "12345678").replace("{contact_id}", "1").replace("{message_id}", "1")
    return machine.raw(method.upper(), filled.replace("{attachment_id}", "1"), b"{}")


@pytest.mark.parametrize(("method", "path", "scopes"), OPERATIONS)
def test_no_door_opens_without_a_token(stranger: Machine, method: str, path: str, scopes: list[str]) -> None:
    answer = reach(stranger, method, path)
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == 'Bearer realm="aplomb"'
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "no-token"


@pytest.mark.parametrize(("method", "path", "scopes"), [each for each in OPERATIONS if each[2]])
def test_no_door_opens_with_the_other_scopes(cast: Cast, method: str, path: str, scopes: list[str]) -> None:
    machine = Machine(cast.max, *(each for each in SCOPES if each not in scopes))
    answer = reach(machine, method, path)
    assert (answer.status_code, answer.json()["code"]) == (403, "missing-scope")
    assert f'scope="{scopes[0]}"' in answer["WWW-Authenticate"]


def test_every_door_needs_the_scope_of_its_kind() -> None:
    wanted = {(method, path.split("/")[1]): scopes for method, path, scopes in OPERATIONS}
    assert wanted == {
        ("get", "tickets"): ["tickets:read"],
        ("post", "tickets"): ["tickets:write"],
        ("patch", "tickets"): ["tickets:write"],
        ("post", "messages"): ["tickets:write"],
        ("get", "contacts"): ["customers:read"],
        ("post", "contacts"): ["customers:write"],
        ("patch", "contacts"): ["customers:write"],
        ("post", "attachments"): ["tickets:write"],
        ("get", "attachments"): ["tickets:read"],
        ("get", "me"): [],
    }


def test_a_read_only_token_of_an_administrator_changes_nothing(cast: Cast) -> None:
    machine = Machine(cast.max, "tickets:read")
    count = Ticket.objects.count()
    assert machine.post("/tickets", NEW).status_code == 403
    assert Ticket.objects.count() == count


def test_the_session_of_a_browser_opens_nothing(cast: Cast, web: Any) -> None:
    browser: Client = web(cast.max)
    count = Ticket.objects.count()
    assert browser.get(f"{BASE}/tickets").status_code == 401
    assert browser.post(f"{BASE}/tickets", NEW, content_type="application/json").status_code == 401
    assert Ticket.objects.count() == count


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Bearer x y", "Basic abc", "Bearer " + "x" * 9000, "apl_x"]
)
def test_what_is_no_token_is_refused(cast: Cast, header: str) -> None:
    assert Client().get(f"{BASE}/me", headers={"Authorization": header}).status_code == 401


def test_a_token_ends_by_revoking_by_its_time_and_with_its_person(cast: Cast) -> None:
    def status(secret: str) -> int:
        return Client().get(f"{BASE}/me", headers={"Authorization": f"Bearer {secret}"}).status_code

    token, revoked = create_token(cast.ada, by=SYSTEM)
    _token, over = create_token(cast.ada, by=SYSTEM, lives=dt.timedelta(days=1))
    _token, left = create_token(cast.noor, by=SYSTEM)
    assert [status(each) for each in (revoked, over, left)] == [200, 200, 200]
    revoke_token(token, by=SYSTEM)
    Token.objects.exclude(expires_at=None).update(expires_at=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
    change_person(cast.noor, by=SYSTEM, is_active=False)
    assert [status(each) for each in (revoked, over, left)] == [401, 401, 401]


def test_me_says_whose_token_it_is(cast: Cast) -> None:
    assert Machine(cast.ada, "tickets:read").get("/me").json() == {
        "email": "ada@desk.example",
        "work_name": "Ada",
        "full_name": "Ada Lindqvist",
        "language": "en",
        "time_zone": "UTC",
        "roles": ["agent"],
        "teams": ["Lines"],
        "scopes": ["tickets:read"],
        "token": "",
    }


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"", "application/json", 422),
        (b"[]", "application/json", 422),
        (b"null", "application/json", 422),
        (b"7", "application/json", 422),
        (b"{", "application/json", 400),
        (b'{"subject": NaN}', "application/json", 400),
        (b'{"subject": "\xff\xfe"}', "application/json", 400),
        ('{"subject": "x"}'.encode("utf-16"), "application/json", 400),
        (b'{"subject": "\\ud800"}', "application/json", 422),
        (b'{"\\ud800": "\\udfff"}', "application/json", 422),
        (b'{"contact": {"\\ud800": 1}, "priority": "\\ud800"}', "application/json", 422),
        (b'{"subject": ' + b"9" * 5000 + b"}", "application/json", 400),
        (b'{"a":' * 100_000, "application/json", 400),
        (b"x" * (6 * 1024 * 1024), "application/json", 413),
        (b"subject=x", "application/x-www-form-urlencoded", 415),
        (b"{}", "text/plain", 415),
    ],
    ids=str,
)
def test_a_body_that_is_no_object_in_json_is_refused(
    cast: Cast, ada: Machine, body: bytes, content_type: str, status: int
) -> None:
    count = Ticket.objects.count()
    answer = ada.raw("POST", "/tickets", body, content_type)
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == status
    assert Ticket.objects.count() == count


@pytest.mark.parametrize("path", ["/", "/nothing", "/tickets/", "/tickets/a/b", "/contacts/-1", "/tickets/%00"])
def test_an_unknown_address_is_a_problem_document(ada: Machine, path: str) -> None:
    answer = ada.get(path)
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


def test_a_wrong_method_says_which_ones_go(ada: Machine) -> None:
    answer = ada.raw("DELETE", "/tickets", b"")
    assert (answer.status_code, answer["Allow"]) == (405, "GET, POST")
    assert answer.json()["code"] == "wrong-method"


def test_head_is_get_without_a_body(cast: Cast, ada: Machine) -> None:
    answer = ada.raw("HEAD", f"/tickets/{cast.ticket.number}", b"")
    assert (answer.status_code, answer["ETag"], answer.content) == (200, '"2"', b"")


def test_a_fault_of_ours_is_a_problem_that_tells_nothing(
    cast: Cast, ada: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("aplomb.api.tickets.ticket_for", broken)
    answer = ada.get(f"/tickets/{cast.ticket.number}")
    assert (answer.status_code, answer.json()["code"]) == (500, "failed")
    assert b"secret" not in answer.content


def test_problems_speak_the_language_that_was_asked_for(ada: Machine) -> None:
    assert ada.get("/nothing", Accept_Language="xx").json()["title"] == "Not found"
    assert ada.get("/nothing", Accept_Language="el")["Content-Language"] == "el"


def test_the_docs_page_lists_every_operation_and_needs_no_script(db: None) -> None:
    page = Client().get(f"{BASE}/docs")
    text = page.content.decode()
    assert page.status_code == 200
    assert "<script" not in text
    assert " style=" not in text
    assert "//" not in text.replace("://", "").replace("<!-- ", "")
    for method, path, _scopes in OPERATIONS:
        assert f"<b>{method.upper()}</b> <code>{BASE}{path}</code>" in text


def test_the_document_is_openapi_and_open_to_all(db: None) -> None:
    document = Client().get(f"{BASE}/openapi.json").json()
    assert document["openapi"] == "3.1.0"
    assert document["components"]["securitySchemes"] == {"token": {"type": "http", "scheme": "bearer"}}
