"""Acting on ticked rows from the browser."""

from collections.abc import Callable

import pytest
from django.test import Client

from aplomb.journal.jobs import waiting
from aplomb.journal.models import Entry
from aplomb.tickets.actions.bulk import begin_bulk, work_bulk
from aplomb.tickets.jobs import work_on_many
from aplomb.tickets.models import BulkRun
from tests.cast import Cast, asked, fresh
from tests.moved import nothing_moves

Web = Callable[..., Client]
PIECE = {"HX-Request": "true"}


def test_a_queue_offers_ticks_to_those_who_work_only(cast: Cast, web: Web) -> None:
    assert 'id="bulk-form"' in web(cast.ada).get("/").content.decode()
    assert 'id="bulk-form"' not in web(cast.aud).get("/").content.decode()


def test_what_became_of_each_is_told_and_undone(cast: Cast, web: Web) -> None:
    client = web(cast.ada)
    given = {
        "act": "assign:me",
        "key": "one",
        "ticket": [
            f"{cast.ticket.number}:{fresh(cast.ticket).version}",
            f"{cast.greek.number}:999",
            cast.hidden.number,
        ],
    }
    text = client.post("/bulk", given, headers=PIECE).content.decode()
    assert "1 done." in text and "2 were left as they are" in text
    assert cast.greek.shown_number in text and "There is no ticket of that number here." in text
    assert fresh(cast.ticket).assignee == cast.ada and fresh(cast.greek).assignee is None
    run = BulkRun.objects.get()
    assert "1 put back." in client.post(f"/bulk/{run.pk}/undo", headers=PIECE).content.decode()
    assert fresh(cast.ticket).assignee is None


def test_pressed_twice_it_is_once(cast: Cast, web: Web) -> None:
    client = web(cast.ada)
    given = {"act": "status:resolved", "key": "one", "ticket": cast.ticket.number}
    client.post("/bulk", given, headers=PIECE)
    before = Entry.objects.count()
    assert "1 done." in client.post("/bulk", given, headers=PIECE).content.decode()
    assert (BulkRun.objects.count(), Entry.objects.count()) == (1, before)


def test_many_are_a_job_that_the_page_follows(cast: Cast, web: Web) -> None:
    numbers = [asked(cast.cleo, "x", subject=f"Many {each}").ticket.number for each in range(51)]
    client = web(cast.ada)
    answer = client.post("/bulk", {"act": "status:closed", "key": "k", "ticket": numbers}, headers=PIECE)
    run = BulkRun.objects.get()
    assert "0 of 51 done so far." in answer.content.decode() and f"/bulk/{run.pk}" in answer.content.decode()
    work_bulk(run.pk)
    assert "51 done." in client.get(f"/bulk/{run.pk}", headers=PIECE).content.decode()


def test_without_scripts_the_result_is_a_page(cast: Cast, web: Web) -> None:
    client = web(cast.ada)
    answer = client.post("/bulk", {"act": "bin:spam", "ticket": cast.ticket.number})
    run = BulkRun.objects.get()
    assert answer.headers["Location"] == f"/bulk/{run.pk}"
    assert "<main" in client.get(f"/bulk/{run.pk}").content.decode() and fresh(cast.ticket).is_binned


def test_others_do_not_see_or_undo_it(cast: Cast, web: Web) -> None:
    web(cast.ada).post("/bulk", {"act": "bin:spam", "ticket": cast.ticket.number})
    run, client = BulkRun.objects.get(), web(cast.bo)
    with nothing_moves():
        assert client.get(f"/bulk/{run.pk}").status_code == 404
        assert client.post(f"/bulk/{run.pk}/undo").status_code == 404


@pytest.mark.parametrize("given", [{}, {"act": "x"}, {"act": "assign:"}, {"act": "assign:", "ticket": "abc\x00"}])
def test_nonsense_is_refused(cast: Cast, web: Web, given: dict[str, str]) -> None:
    assert web(cast.ada).post("/bulk", given, headers=PIECE).status_code == 422
    assert not BulkRun.objects.exists()


def test_merging_goes_into_the_earliest(cast: Cast, web: Web) -> None:
    second = asked(cast.cleo, "Still").ticket
    web(cast.ada).post("/bulk", {"act": "merge:", "ticket": [second.number, cast.ticket.number]}, headers=PIECE)
    assert fresh(second).merged_into_id == cast.ticket.pk


def test_choices_are_fetched_when_they_are_opened(cast: Cast, web: Web) -> None:
    client = web(cast.ada)
    assert "Bo" in client.get("/bulk/choose/assignee").content.decode()
    assert client.get("/bulk/choose/tags").status_code == 200
    assert "snooze:" in client.get("/bulk/choose/hours").content.decode()


def test_pressed_again_what_broke_off_goes_on(cast: Cast, web: Web) -> None:
    begin_bulk(cast.ada, "one", "status", "resolved", {cast.ticket.number: None})
    given = {"act": "status:resolved", "key": "one", "ticket": cast.ticket.number}
    assert "1 done." in web(cast.ada).post("/bulk", given, headers=PIECE).content.decode()
    assert fresh(cast.ticket).status == "resolved"


def test_many_and_their_undoing_wait_as_jobs(cast: Cast, web: Web) -> None:
    numbers = [asked(cast.cleo, "x", subject=f"Many {each}").ticket.number for each in range(51)]
    client, before = web(cast.ada), waiting(work_on_many)
    client.post("/bulk", {"act": "status:closed", "key": "k", "ticket": numbers}, headers=PIECE)
    run = BulkRun.objects.get()
    assert waiting(work_on_many) == before + 1
    work_bulk(run.pk)
    client.post(f"/bulk/{run.pk}/undo", headers=PIECE)
    assert (waiting(work_on_many), BulkRun.objects.get().state) == (before + 2, "undoing")
