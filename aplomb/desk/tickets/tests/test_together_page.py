"""The ticket's page when several work on it: onlookers, the difference under a reply, hand-over, snooze, tasks."""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from aplomb.lib.time import utc_now
from aplomb.tickets.actions.change import Changes, change_ticket
from aplomb.tickets.actions.follow import follow
from aplomb.tickets.actions.hand_over import Handing, hand_over
from aplomb.tickets.actions.merge import merge_ticket
from aplomb.tickets.actions.note import add_note
from aplomb.tickets.actions.reply import Reply, reply_to_ticket
from aplomb.tickets.actions.snooze import snooze_ticket
from aplomb.tickets.actions.tasks import Doing, add_task
from aplomb.tickets.models import Draft, Message, Stage, Task, Ticket, Viewing
from aplomb.tickets.numbers import shown
from tests.cast import Cast, asked, fresh, person, wrote
from tests.moved import nothing_moves

Web = Callable[..., Client]
PIECE = {"HX-Request": "true"}
HOUR = dt.timedelta(hours=1)


def post(client: Client, ticket: Ticket, path: str, **given: Any) -> Any:
    return client.post(f"/tickets/{ticket.number}/{path}", given, headers=PIECE)


def seen(client: Client, ticket: Ticket) -> dict[str, str]:
    """What the reply's form says to have seen."""
    page = client.get(f"/tickets/{ticket.number}").content.decode()
    names = ("seen_version", "seen_seq", "last_id")
    return {name: re.findall(f'name="{name}" value="(\\d+)"', page)[0] for name in names}


def sent(cast: Cast) -> int:
    return Message.objects.filter(ticket=cast.ticket, kind="reply", person=cast.ada).count()


# who looks


def test_a_page_says_who_else_has_it_open_and_who_writes(cast: Cast, web: Web) -> None:
    bo = web(cast.bo)
    post(web(cast.ada), cast.ticket, "looking", page="tab-a", writing="1")
    answer = post(bo, cast.ticket, "looking", page="tab-b").content.decode()
    assert "Ada is writing a reply, since" in answer
    assert "Bo has" not in answer
    again = web(cast.ada).get(f"/tickets/{cast.ticket.number}/looking").content.decode()
    assert "Bo has this ticket open" in again
    assert post(bo, cast.ticket, "looking", page="tab-b", left="1").status_code == 204
    assert "Bo" not in web(cast.ada).get(f"/tickets/{cast.ticket.number}/looking").content.decode()


def test_who_may_not_answer_does_not_write_a_reply(cast: Cast, web: Web) -> None:
    post(web(cast.aud), cast.ticket, "looking", page="tab-a", writing="1")
    assert Viewing.objects.get().writing_since is None


def test_the_queue_marks_what_others_have_open_and_one_may_see(cast: Cast, web: Web) -> None:
    post(web(cast.bo), cast.ticket, "looking", page="tab-b", writing="1")
    post(web(cast.noor), cast.hidden, "looking", page="tab-n")
    numbers = f"{cast.ticket.number},{cast.hidden.number},x,"
    found = web(cast.ada).get("/looking", {"numbers": numbers}).json()["rows"]
    assert found == {cast.ticket.number: {"names": "Bo", "writes": True}}
    assert web(cast.ada).get("/looking").json() == {"rows": {}}


# the difference


def test_what_others_did_is_shown_before_sending_and_then_sent_all_the_same(cast: Cast, web: Web) -> None:
    client = web(cast.ada)
    before = seen(client, cast.ticket)
    wrote(cast.cleo, cast.ticket, "It works again,\nthank you!")
    add_note(cast.ticket.number, "Legal is on it.", by=cast.bo)
    change_ticket(cast.ticket.number, Changes(priority=4, assignee=cast.bo, subject="Dial tone"), by=cast.bo)
    change_ticket(cast.ticket.number, Changes(priority=1), by=cast.bo)
    answer = post(client, cast.ticket, "reply", text="We are on it.", then="waiting_customer", **before)
    page = answer.content.decode()
    assert answer.status_code == 409
    for word in ("It works again,\nthank you!", "Legal is on it.", "Cleo Whitfield wrote", "Bo left a note"):
        assert word in page
    words = re.sub(r"\s+", " ", re.sub(r"<svg.*?</svg>|<[^>]*>", " ", page, flags=re.DOTALL))
    assert "Priority: normal is now low (Bo" in words
    assert "Assignee: nothing is now Bo (Bo" in words
    assert "Subject: No dial tone is now Dial tone (Bo" in words
    assert "urgent" not in words.split("Your text is kept")[0]
    assert sent(cast) == 0
    [accepted] = re.findall(r'name="accepted" value="([^"]+)"', page)
    again = post(client, cast.ticket, "reply", text="We are on it.", accepted=accepted, **before)
    assert again.status_code == 200
    assert (sent(cast), fresh(cast.ticket).status) == (1, "waiting_customer")


def test_what_came_after_the_difference_is_shown_too(cast: Cast, web: Web) -> None:
    client = web(cast.ada)
    before = seen(client, cast.ticket)
    wrote(cast.cleo, cast.ticket, "First word")
    page = post(client, cast.ticket, "reply", text="x", **before).content.decode()
    [accepted] = re.findall(r'name="accepted" value="([^"]+)"', page)
    wrote(cast.cleo, cast.ticket, "Second word")
    answer = post(client, cast.ticket, "reply", text="x", accepted=accepted, **before)
    assert answer.status_code == 409
    box = answer.content.decode().split("Your text is kept")[0]
    assert ("Second word" in box, "First word" in box) == (True, False)


def test_ones_own_changes_followers_and_looking_stop_nothing(cast: Cast, web: Web) -> None:
    client = web(cast.ada)
    before = seen(client, cast.ticket)
    change_ticket(cast.ticket.number, Changes(priority=4), by=cast.ada)
    add_note(cast.ticket.number, "To myself", by=cast.ada)
    follow(cast.ticket.number, by=cast.bo)
    add_task(cast.ticket.number, Doing(text="Call"), by=cast.bo)
    wrote(cast.cleo, cast.ticket, "I am away until Monday.", is_automatic=True)
    post(web(cast.bo), cast.ticket, "looking", page="tab-b")
    assert post(client, cast.ticket, "reply", text="x", **before).status_code == 200
    assert sent(cast) == 1


def test_a_colleagues_answer_stops_and_one_that_was_undone_is_said(cast: Cast, web: Web) -> None:
    client = web(cast.ada)
    before = seen(client, cast.ticket)
    answer = reply_to_ticket(cast.ticket.number, Reply(text="All is well."), by=cast.bo)
    page = post(client, cast.ticket, "reply", text="x", **before)
    assert (page.status_code, "Bo answered" in page.content.decode()) == (409, True)
    web(cast.bo).post(f"/messages/{answer.pk}/undo")
    page = post(client, cast.ticket, "reply", text="x", **before)
    assert "Bo undid a reply before it left" in page.content.decode()


@pytest.mark.parametrize("accepted", ["", "x", "1", "..", "-1.2.", "9" * 30 + ".1.", "1.2.3.4"])
def test_what_is_said_to_have_been_seen_may_be_nonsense(cast: Cast, web: Web, accepted: str) -> None:
    client = web(cast.ada)
    before = seen(client, cast.ticket)
    wrote(cast.cleo, cast.ticket)
    answer = post(client, cast.ticket, "reply", text="x", accepted=accepted, **before)
    assert (answer.status_code, sent(cast)) in [(409, 0), (422, 0)]


def test_without_scripts_the_page_comes_back_with_the_text_and_the_difference(cast: Cast, web: Web) -> None:
    client = web(cast.ada)
    before = seen(client, cast.ticket)
    wrote(cast.cleo, cast.ticket, "Wait!")
    answer = client.post(f"/tickets/{cast.ticket.number}/reply", {"text": "Long words of mine", **before})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Long words of mine" in page
    assert "Send all the same" in page


# mentions


def test_the_list_has_those_who_see_the_ticket_written_so_that_they_are_meant(cast: Cast, web: Web) -> None:
    person("bo2", "Bo Ek", "agent")
    names = [each["name"] for each in web(cast.noor).get(f"/tickets/{cast.hidden.number}/mentionable").json()["people"]]
    assert names == ["Bo Marsh"]
    names = [each["name"] for each in web(cast.ada).get(f"/tickets/{cast.ticket.number}/mentionable").json()["people"]]
    assert {"Bo Ek", "Bo Marsh", "Noor", "Lena"} <= set(names)
    assert "Ada" not in names


def test_a_note_that_names_somebody_who_does_not_see_asks_first_and_keeps_the_draft(cast: Cast, web: Web) -> None:
    client = web(cast.noor)
    post(client, cast.hidden, "draft/note", text="@Ada?")
    answer = post(client, cast.hidden, "note", text="@Ada?")
    assert (answer.status_code, "Ada does not see this ticket" in answer.content.decode()) == (409, True)
    assert Draft.objects.get().text == "@Ada?"
    assert not Message.objects.filter(kind="note").exists()
    assert post(client, cast.hidden, "note", text="@Ada?", confirmed="true").status_code == 200


# followers, co-workers


def test_following_working_on_it_too_and_the_queue_of_it(cast: Cast, web: Web) -> None:
    client = web(cast.ada)
    assert "Stop following" in post(client, cast.ticket, "follow").content.decode()
    assert "Stop following" not in post(client, cast.ticket, "follow", do="stop").content.decode()
    post(client, cast.ticket, "co-work", person=cast.bo.pk)
    assert "No dial tone" in web(cast.bo).get("/?with=me").content.decode()
    assert "No dial tone" not in client.get("/?with=me").content.decode()
    post(client, cast.ticket, "co-work", person=cast.bo.pk, do="remove")
    assert "Nobody has asked you in" in web(cast.bo).get("/?with=me").content.decode()
    assert post(client, cast.ticket, "co-work", person="99999").status_code == 404


@pytest.mark.parametrize(("what", "names"), [("follower", {"Ada", "Aud", "Noor"}), ("co-worker", {"Ada", "Noor"})])
def test_whom_one_may_add(cast: Cast, web: Web, what: str, names: set[str]) -> None:
    page = web(cast.ada).get(f"/tickets/{cast.ticket.number}/people/{what}", headers=PIECE).content.decode()
    listed = set(re.findall(r'<button name="person" value="\d+">(\w+)', page))
    assert names <= listed
    assert ("Aud" in listed) == (what == "follower")


# hand-over


def test_the_next_one_reads_it_first_and_confirms(cast: Cast, web: Web) -> None:
    ada, bo = web(cast.ada), web(cast.bo)
    assert ada.get(f"/tickets/{cast.ticket.number}/hand-over").status_code == 200
    given = {"person": cast.bo.pk, "done": "Called twice.", "open": "<b>The router</b>", "promised": ""}
    assert post(ada, cast.ticket, "hand-over", **given).status_code == 302
    page = bo.get(f"/tickets/{cast.ticket.number}").content.decode()
    assert "Ada handed this over to Bo" in page
    assert "&lt;b&gt;The router&lt;/b&gt;" in page
    assert "I have read it" in page
    assert "I have read it" not in ada.get(f"/tickets/{cast.ticket.number}").content.decode()
    back = bo.get(f"/tickets/{cast.ticket.number}/hand-over?back=1").content.decode()
    assert f'<option value="{cast.ada.pk}" selected>' in back
    assert "handed this over" not in post(bo, cast.ticket, "hand-over/read").content.decode()


def test_a_refused_hand_over_keeps_what_was_typed(cast: Cast, web: Web) -> None:
    answer = post(web(cast.ada), cast.ticket, "hand-over", open="Many words")
    assert (answer.status_code, "Many words" in answer.content.decode()) == (422, True)
    assert "Choose who gets the ticket." in answer.content.decode()


def test_handed_to_a_closed_team_one_goes_back_to_the_queue(cast: Cast, web: Web) -> None:
    answer = post(web(cast.ada), cast.ticket, "hand-over", team=cast.trust.pk, open="x")
    assert (answer.status_code, answer["Location"]) == (302, "/")


# snooze


def test_it_is_put_away_and_brought_back_from_the_page(cast: Cast, web: Web) -> None:
    client = web(cast.ada)
    reply_to_ticket(cast.ticket.number, Reply(text="x"), by=cast.ada)
    body = client.get(f"/tickets/{cast.ticket.number}/snooze", headers=PIECE).content.decode()
    until = re.findall(r'name="until" value="([^"]+)"', body)
    assert len(until) >= 2
    page = post(client, cast.ticket, "snooze", until=until[-1], reason="on <holiday>").content.decode()
    assert "Ada put it away until" in page
    assert "on &lt;holiday&gt;" in page
    assert fresh(cast.ticket).stage == Stage.SNOOZED
    assert "No dial tone" in client.get("/?stage=snoozed").content.decode()
    assert "No dial tone" not in client.get("/").content.decode().split('id="list"')[1]
    assert "put it away until" not in post(client, cast.ticket, "wake").content.decode()


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"until": "soon"},
        {"until": "2020-01-01T00:00:00+00:00"},
        {"date": "2020-01-01"},
        {"date": "2026-13-01"},
        {"date": "9999-12-31", "time": "23:59"},
        {"date": "2099-01-01", "time": "25:00"},
        {"until": "2099-01-01T00:00:00"},
    ],
)
def test_an_hour_that_is_none_is_said_and_moves_nothing(cast: Cast, web: Web, given: dict[str, str]) -> None:
    client = web(cast.ada)
    client.get(f"/tickets/{cast.ticket.number}")
    with nothing_moves():
        assert post(client, cast.ticket, "snooze", **given).status_code == 422


def test_a_chosen_day_is_one_of_the_readers_zone(cast: Cast, web: Web) -> None:
    cast.ada.time_zone = "Europe/Athens"
    cast.ada.save(update_fields=["time_zone"])
    reply_to_ticket(cast.ticket.number, Reply(text="x"), by=cast.ada)
    day = (utc_now() + dt.timedelta(days=30)).date()
    post(web(cast.ada), cast.ticket, "snooze", date=day.isoformat(), time="10:00")
    until = fresh(cast.ticket).snoozed_until
    assert until is not None
    assert until.astimezone(dt.timezone(dt.timedelta(hours=2))).hour in (10, 9)
    assert until.hour in (7, 8)


def test_what_falls_due_before_is_said_with_the_hours(cast: Cast, web: Web) -> None:
    body = web(cast.ada).get(f"/tickets/{cast.ticket.number}/snooze", headers=PIECE).content.decode()
    assert "something falls due an hour after that" in body
    Ticket.objects.filter(pk=cast.ticket.pk).update(next_due_at=utc_now() + dt.timedelta(minutes=20))
    body = web(cast.ada).get(f"/tickets/{cast.ticket.number}/snooze", headers=PIECE).content.decode()
    assert "Something is due on this ticket first." in body
    assert 'name="until"' not in body


def test_found_and_on_the_customers_page_it_says_until_when(cast: Cast, web: Web) -> None:
    reply_to_ticket(cast.ticket.number, Reply(text="x"), by=cast.ada)
    snooze_ticket(cast.ticket.number, utc_now() + 48 * HOUR, by=cast.ada)
    page = web(cast.ada).get(f"/?contact={cast.cleo.pk}").content.decode()
    assert "put away until" in page


# tasks


def test_tasks_are_added_done_and_mine_on_one_page(cast: Cast, web: Web) -> None:
    ada, bo = web(cast.ada), web(cast.bo)
    other = asked(cast.cleo, "x", subject="Later matter").ticket
    day = utc_now() + dt.timedelta(days=3)
    post(ada, cast.ticket, "tasks", text="Call <them>", person=cast.bo.pk, date=day.date().isoformat())
    post(ada, other, "tasks", text="First", person=cast.bo.pk, date=utc_now().date().isoformat(), time="23:58")
    post(ada, cast.ticket, "tasks", text="Whenever", person=cast.bo.pk)
    page = bo.get("/tasks").content.decode()
    assert "Call &lt;them&gt;" in page
    assert page.index("First") < page.index("Call &lt;them&gt;") < page.index("Whenever")
    assert "Nothing to do" in ada.get("/tasks").content.decode()
    task = Task.objects.get(text="First")
    assert post(bo, other, f"tasks/{task.pk}/done", **{"from": "my_tasks"})["Location"] == "/tasks"
    assert "First" not in bo.get("/tasks").content.decode()
    assert Task.objects.get(text="Call <them>").is_whole_day


def test_a_task_belongs_to_its_ticket_and_unknown_doings_are_not_there(cast: Cast, web: Web) -> None:
    task = add_task(cast.hidden.number, Doing(text="x"), by=cast.noor)
    for path in (f"tasks/{task.pk}/done", "tasks/99999/done"):
        assert post(web(cast.ada), cast.ticket, path).status_code == 404
    assert post(web(cast.noor), cast.hidden, f"tasks/{task.pk}/eat").status_code == 404
    assert Task.objects.get().done_at is None


def test_resolving_with_an_open_task_asks_once_more(cast: Cast, web: Web) -> None:
    add_task(cast.ticket.number, Doing(text="x"), by=cast.ada)
    client = web(cast.ada)
    answer = post(client, cast.ticket, "change", status="resolved")
    assert (answer.status_code, answer["HX-Retarget"]) == (409, "#says")
    assert "1 task is still open." in answer.content.decode()
    page = client.post(f"/tickets/{cast.ticket.number}/change", {"status": "resolved"})
    assert (page.status_code, 'name="status" value="resolved"' in page.content.decode()) == (409, True)
    assert post(client, cast.ticket, "change", status="resolved", confirmed="true").status_code == 200
    assert fresh(cast.ticket).status == "resolved"


# the history


def test_all_of_it_is_in_the_history_in_sentences(cast: Cast, web: Web) -> None:
    reply_to_ticket(cast.ticket.number, Reply(text="x"), by=cast.ada)
    add_note(cast.ticket.number, "@Lena look", by=cast.ada)
    snooze_ticket(cast.ticket.number, utc_now() + 48 * HOUR, by=cast.ada, reason="holiday")
    task = add_task(cast.ticket.number, Doing(text="Call them", assignee=cast.bo), by=cast.ada)
    client = web(cast.ada)
    post(client, cast.ticket, f"tasks/{task.pk}/done")
    post(client, cast.ticket, "wake")
    post(client, cast.ticket, "co-work", person=cast.noor.pk)
    post(client, cast.ticket, "follow")
    hand_over(cast.ticket.number, Handing(person=cast.bo, open="x"), by=cast.ada)
    post(web(cast.bo), cast.ticket, "hand-over/read")
    page = client.get(f"/tickets/{cast.ticket.number}/history").content.decode()
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page))
    for words in (
        "mentioned Lena in a note",
        "let Lena follow the ticket",
        ": holiday",
        "gave Bo the task “Call them”",
        "did a task",
        "brought it back",
        "asked Noor to work on it too",
        "follows the ticket",
        "handed it over to Bo",
        "has read the hand-over note",
    ):
        assert words in text, words
    assert shown(cast.ticket.number) in text


def test_tasks_of_a_merged_ticket_stand_where_it_goes_on_and_on_ones_own_page(cast: Cast, web: Web) -> None:
    one, two = asked(cast.cleo, "One").ticket, asked(cast.cleo, "Two").ticket
    task = add_task(one.number, Doing(text="Call the plumber", assignee=cast.ada), by=cast.ada)
    add_task(two.number, Doing(text="Out of sight", assignee=cast.ada), by=cast.ada)
    merge_ticket(one.number, cast.ticket.number, by=cast.ada)
    merge_ticket(two.number, cast.hidden.number, by=cast.noor)
    ada = web(cast.ada)
    assert "Call the plumber" in ada.get(f"/tickets/{cast.ticket.number}").content.decode()
    mine = ada.get("/tasks").content.decode()
    assert ("Call the plumber" in mine, "Out of sight" in mine) == (True, False)
    assert post(ada, cast.ticket, f"tasks/{task.pk}/done").status_code == 200
    assert Task.objects.get(pk=task.pk).done_by == cast.ada
    assert post(ada, cast.greek, f"tasks/{task.pk}/reopen").status_code == 404
