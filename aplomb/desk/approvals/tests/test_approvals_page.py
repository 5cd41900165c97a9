"""The page of decisions, its place on a ticket, and who may do what there."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from aplomb.journal.actors import SYSTEM
from aplomb.people.actions import change_person
from aplomb.people.actions.approvals import ask_approval, decide
from aplomb.people.models import Approval, ApprovalVote, Role
from tests.cast import Cast, person

Web = Callable[..., Client]
PIECE = {"HX-Request": "true"}


@pytest.fixture
def approval(cast: Cast) -> Approval:
    return ask(cast)


def ask(cast: Cast, question: str = "May we refund it?", **further: object) -> Approval:
    given = {"about": f"ticket {cast.ticket.number}", "by": cast.ada, "facts": {"Amount": "40 €"}, **further}
    return ask_approval("decision", question=question, reason="It broke twice.", **given)  # type: ignore[arg-type]  # by name


def page(client: Client) -> str:
    answer = client.get("/approvals")
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_an_agent_asks_on_the_ticket_and_sees_it_in_the_rail(cast: Cast, web: Web) -> None:
    client = web(cast.ada)
    assert "Ask for a decision" in client.get(f"/tickets/{cast.ticket.number}/decision").content.decode()
    answer = client.post(
        f"/tickets/{cast.ticket.number}/decision", {"question": "May we refund it?", "reason": "It broke twice."}
    )
    assert answer.headers["Location"] == f"/tickets/{cast.ticket.number}"
    shown = client.get(answer.headers["Location"]).content.decode()
    approval = Approval.objects.get()
    assert f'id="approval-{approval.pk}"' in shown
    assert f'href="#approval-{approval.pk}"' in shown
    assert "decision due in 24 hr" in shown
    assert "reply due in 24 hr" in shown
    assert f"/approvals/{approval.pk}/decide" not in shown
    assert f"/approvals/{approval.pk}/withdraw" in shown


def test_what_is_wrong_stands_at_its_field_and_nothing_typed_is_lost(cast: Cast, web: Web) -> None:
    answer = web(cast.ada).post(f"/tickets/{cast.ticket.number}/decision", {"question": "", "reason": "kept words"})
    assert answer.status_code == 422
    assert "kept words" in answer.content.decode()
    assert not Approval.objects.exists()


def test_where_nobody_may_decide_the_form_says_so(cast: Cast, web: Web) -> None:
    answer = web(cast.bo).post(f"/tickets/{cast.ticket.number}/decision", {"question": "May I?", "reason": "Because."})
    assert answer.status_code == 422
    assert "nobody else here who may decide" in answer.content.decode()


def test_the_supervisor_finds_everything_needed_to_decide(cast: Cast, web: Web, approval: Approval) -> None:
    shown = page(web(cast.bo))
    for word in ("May we refund it?", "It broke twice.", "Amount", "40 €", "Ada asks", cast.ticket.subject):
        assert word in shown
    assert f"/approvals/{approval.pk}/decide" in shown


def test_deciding_as_a_piece_gives_the_lists_anew(cast: Cast, web: Web, approval: Approval) -> None:
    answer = web(cast.bo).post(f"/approvals/{approval.pk}/decide", {"verdict": "approve"}, headers=PIECE)
    assert "Bo agrees" in answer.content.decode()
    assert "Nothing waits for your word" in answer.content.decode()
    assert Approval.objects.get().state == "approved"


def test_deciding_on_the_ticket_gives_its_head_and_rail(cast: Cast, web: Web, approval: Approval) -> None:
    given = {"verdict": "refuse", "reason": "Not ours.", "ticket": cast.ticket.number}
    answer = web(cast.bo).post(f"/approvals/{approval.pk}/decide", given, headers=PIECE).content.decode()
    assert 'id="rail"' in answer
    assert "Not ours." in answer
    assert "decision due" not in answer


def test_without_script_one_comes_back_to_the_page(cast: Cast, web: Web, approval: Approval) -> None:
    answer = web(cast.bo).post(
        f"/approvals/{approval.pk}/decide", {"verdict": "approve"}, headers={"Referer": "http://testserver/approvals"}
    )
    assert (answer.status_code, answer.headers["Location"]) == (302, "http://testserver/approvals")


def test_a_refusal_without_reason_is_said_in_place(cast: Cast, web: Web, approval: Approval) -> None:
    answer = web(cast.bo).post(f"/approvals/{approval.pk}/decide", {"verdict": "refuse"}, headers=PIECE)
    assert answer.status_code == 422
    assert "A refusal needs a reason." in answer.content.decode()
    assert Approval.objects.get().state == "waiting"


def test_a_second_window_that_decides_later_hears_that_it_is_settled(cast: Cast, web: Web) -> None:
    sue = person("sue", "Sue Okafor", Role.SUPERVISOR)
    approval = ask(cast)
    decide(approval.pk, "approve", by=sue)
    answer = web(cast.bo).post(
        f"/approvals/{approval.pk}/decide", {"verdict": "refuse", "reason": "No."}, headers=PIECE
    )
    assert answer.status_code == 422
    assert "settled already" in answer.content.decode()


def test_ones_own_shows_no_buttons_and_is_refused(cast: Cast, web: Web) -> None:
    person("sue", "Sue Okafor", Role.SUPERVISOR)
    approval = ask(cast, by=cast.bo)
    client = web(cast.bo)
    assert f"/approvals/{approval.pk}/decide" not in page(client)
    answer = client.post(f"/approvals/{approval.pk}/decide", {"verdict": "approve"}, headers=PIECE)
    assert answer.status_code == 422
    assert "somebody else must decide" in answer.content.decode()
    assert not ApprovalVote.objects.exists()


def test_the_role_taken_away_meanwhile_the_word_no_longer_counts(cast: Cast, web: Web, approval: Approval) -> None:
    client = web(cast.bo)
    page(client)
    change_person(cast.bo, roles=[Role.AGENT], by=SYSTEM)
    answer = client.post(f"/approvals/{approval.pk}/decide", {"verdict": "approve"}, headers=PIECE)
    assert (answer.status_code, Approval.objects.get().state) == (422, "waiting")


def test_out_of_sight_is_not_there(cast: Cast, web: Web) -> None:
    hidden = ask(cast, about=f"ticket {cast.hidden.number}", by=cast.noor)
    client = web(cast.ada)
    for address in (f"/approvals/{hidden.pk}/decide", f"/approvals/{hidden.pk}/withdraw"):
        assert client.post(address, {"verdict": "approve"}).status_code == 404
    assert client.get(f"/tickets/{cast.hidden.number}/decision").status_code == 404
    assert "Someone" not in page(client)
    assert client.post("/approvals/999999/decide", {"verdict": "approve"}).status_code == 404


def test_the_owner_who_only_looks_has_no_such_page(cast: Cast, web: Web) -> None:
    client = web(cast.olga)
    assert client.get("/approvals").status_code == 404
    assert client.get(f"/tickets/{cast.ticket.number}/decision").status_code == 404
    assert "/approvals" not in client.get("/").content.decode()


def test_taking_back(cast: Cast, web: Web, approval: Approval) -> None:
    answer = web(cast.ada).post(f"/approvals/{approval.pk}/withdraw", headers=PIECE)
    assert "withdrawn" in answer.content.decode()
    assert Approval.objects.get().state == "withdrawn"


def test_hostile_words_are_only_words(cast: Cast, web: Web) -> None:
    ask(cast, question='<script>alert("x")</script>', facts={"<b>": "<i>"})
    shown = page(web(cast.bo))
    assert "<script>alert" not in shown
    assert "<b>" not in shown


def test_the_page_asks_as_much_for_many_as_for_few(cast: Cast, web: Web) -> None:
    client = web(cast.bo)
    page(client)
    counts = []
    for number in range(2):
        for each in range(3 + number * 12):
            ask(cast, question=f"Question {each}?")
        # what is remembered for some seconds is known again
        page(client)
        with CaptureQueriesContext(connection) as queries:
            page(client)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 18


def test_a_plain_ticket_asks_for_no_approvals(cast: Cast, web: Web) -> None:
    client = web(cast.ada)
    client.get(f"/tickets/{cast.ticket.number}")
    with CaptureQueriesContext(connection) as queries:
        client.get(f"/tickets/{cast.ticket.number}")
    assert not [each for each in queries.captured_queries if "approval" in each["sql"]]
