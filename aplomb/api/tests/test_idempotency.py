"""The same request under the same key happens once."""

import datetime as dt
import threading
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from aplomb.api.idempotency import forget_old_answers
from aplomb.api.models import IdempotentAnswer
from aplomb.api.tests.conftest import Machine
from aplomb.tickets.models import Attachment, Message, Ticket
from tests.cast import Cast, gather

NEW: dict[str, Any] = {"subject": "Χωρίς σήμα", "text": "Since noon.", "contact": {"email": "eve@new.example"}}


def test_the_same_request_again_gets_the_same_answer(cast: Cast, ada: Machine) -> None:
    count = Ticket.objects.count()
    first, second = (ada.post("/tickets", NEW, Idempotency_Key="k-1") for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert [second[name] for name in ("Location", "ETag")] == [first[name] for name in ("Location", "ETag")]
    assert second["Idempotent-Replayed"] == "true"
    assert Ticket.objects.count() == count + 1


def test_another_request_under_the_key_is_refused(cast: Cast, ada: Machine) -> None:
    ada.post("/tickets", NEW, Idempotency_Key="k-1")
    count = Ticket.objects.count()
    for answer in (
        ada.post("/tickets", {**NEW, "subject": "Other"}, Idempotency_Key="k-1"),
        ada.post("/contacts", {"emails": ["x@y.example"]}, Idempotency_Key="k-1"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (422, "key-reused")
    assert Ticket.objects.count() == count


def test_a_key_is_each_persons_own(cast: Cast, ada: Machine) -> None:
    first = ada.post("/tickets", NEW, Idempotency_Key="k-1")
    second = Machine(cast.noor).post("/tickets", NEW, Idempotency_Key="k-1")
    assert first.json()["number"] != second.json()["number"]


def test_without_a_key_each_request_counts(cast: Cast, ada: Machine) -> None:
    assert ada.post("/tickets", NEW).json()["number"] != ada.post("/tickets", NEW).json()["number"]


def test_a_refusal_is_kept_like_any_answer_and_left_nothing_behind(cast: Cast, ada: Machine) -> None:
    path = f"/tickets/{cast.hidden.number}/messages"
    before = Message.objects.count()
    first, second = (ada.post(path, {"kind": "note", "text": "x"}, Idempotency_Key="k-1") for _ in range(2))
    assert (first.status_code, second.status_code) == (404, 404)
    assert first.content == second.content
    assert second["Content-Type"] == "application/problem+json"
    assert Message.objects.count() == before


def test_after_a_fault_of_ours_the_key_is_free(cast: Cast, ada: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError

    count = Ticket.objects.count()
    with monkeypatch.context() as patched:
        patched.setattr("aplomb.api.tickets.ticket_answer", broken)
        assert ada.post("/tickets", NEW, Idempotency_Key="k-1").status_code == 500
    assert Ticket.objects.count() == count
    assert ada.post("/tickets", NEW, Idempotency_Key="k-1").status_code == 201


def test_an_answer_is_kept_for_a_day(cast: Cast, ada: Machine) -> None:
    first = ada.post("/tickets", NEW, Idempotency_Key="k-1").json()
    ada.post("/tickets", NEW, Idempotency_Key="k-2")
    IdempotentAnswer.objects.filter(key="k-1").update(at=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
    assert ada.post("/tickets", NEW, Idempotency_Key="k-1").json()["number"] != first["number"]
    IdempotentAnswer.objects.filter(key="k-1").update(at=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
    forget_old_answers()
    assert list(IdempotentAnswer.objects.values_list("key", flat=True)) == ["k-2"]


@pytest.mark.parametrize("key", ["", "x" * 201, "a b", "κλειδί"])
def test_a_key_that_is_none_is_refused(cast: Cast, ada: Machine, key: str) -> None:
    count = Ticket.objects.count()
    answer = ada.post("/tickets", NEW, Idempotency_Key=key)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "Idempotency-Key")
    assert Ticket.objects.count() == count


def test_a_file_is_the_same_file_whatever_the_boundary(cast: Cast, ada: Machine) -> None:
    first = ada.upload(SimpleUploadedFile("a.txt", b"abc"), Idempotency_Key="k-1")
    second = ada.upload(SimpleUploadedFile("a.txt", b"abc"), Idempotency_Key="k-1")
    other = ada.upload(SimpleUploadedFile("a.txt", b"abd"), Idempotency_Key="k-1")
    assert (first.content, first.status_code, other.status_code) == (second.content, 201, 422)
    assert Attachment.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_at_the_same_time_it_still_happens_once() -> None:
    cast = gather()
    count = Ticket.objects.count()
    machines = [Machine(cast.ada) for _ in range(4)]
    together = threading.Barrier(len(machines))
    found: list[Any] = []

    def call(machine: Machine) -> None:
        together.wait()
        found.append(machine.post("/tickets", NEW, Idempotency_Key="k-1"))
        connection.close()

    threads = [threading.Thread(target=call, args=(each,)) for each in machines]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert {each.status_code for each in found} == {201}
    assert len({each.content for each in found}) == 1
    assert Ticket.objects.count() == count + 1
