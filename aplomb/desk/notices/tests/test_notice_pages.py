"""The bell, the list of notices, and what each wants to hear, as pages."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from aplomb.desk.notices.reads import bell_of, notice_page
from aplomb.people.actions import change_person
from aplomb.people.actions.notices import choices_of, notice, see
from aplomb.people.models import Notice, Person
from aplomb.tickets.actions.change import Changes, change_ticket
from aplomb.tickets.policies import sight_of
from tests.cast import Cast

pytestmark = pytest.mark.django_db

Web = Callable[..., Client]


def tell(person: Person, ticket: Any, about: str, by: Person | None = None, kind: str = "mentioned") -> Notice:
    with transaction.atomic():
        told = notice(person, kind, by=by, about=about, ticket_number=ticket.number if ticket else "")
    assert told is not None
    return told


def test_the_bell_says_how_many_are_not_seen(cast: Cast, web: Web) -> None:
    assert 'id="bell"' in web(cast.ada).get("/").content.decode()
    assert "not seen" not in web(cast.ada).get("/").content.decode()
    tell(cast.ada, cast.ticket, "a", cast.bo)
    tell(cast.ada, cast.ticket, "b", cast.bo)
    assert "Notices, 2 not seen" in web(cast.ada).get("/").content.decode()
    assert "not seen" not in web(cast.bo).get("/").content.decode()


def test_the_bell_costs_one_query(cast: Cast) -> None:
    tell(cast.ada, cast.ticket, "a", cast.bo)
    sight = sight_of(cast.ada)
    bell_of(cast.ada, sight)
    with CaptureQueriesContext(connection) as asked:
        bell = bell_of(cast.ada, sight, cast.ticket.number)
    assert len(asked) == 1
    assert (bell.unseen, bell.word, bell.is_of_this_page) == (1, "1", True)
    assert not bell_of(cast.ada, sight, cast.greek.number).is_of_this_page


def test_ten_thousand_notices_are_counted_to_a_hundred_and_paged(cast: Cast, web: Web) -> None:
    rows = [
        Notice(person=cast.ada, kind="answered", about=f"m {number}", ticket_number=cast.ticket.number)
        for number in range(10_000)
    ]
    Notice.objects.bulk_create(rows, batch_size=1000)
    assert bell_of(cast.ada, sight_of(cast.ada)).word == "99+"
    page = web(cast.ada).get("/notices").content.decode()
    assert page.count('class="notice unseen"') == 40 and 'rel="next"' in page
    before = Notice.objects.order_by("-pk")[39].pk
    assert web(cast.ada).get(f"/notices?before={before}").content.decode().count('class="notice unseen"') == 40
    newest = Notice.objects.latest("pk").pk
    web(cast.ada).post("/notices/seen", {"up_to": newest})
    assert not Notice.objects.filter(seen_at=None).exists()


def test_the_list_says_who_did_what_on_which_ticket(cast: Cast, web: Web) -> None:
    tell(cast.ada, cast.ticket, "a", cast.bo)
    page = web(cast.ada).get("/notices").content.decode()
    assert "Bo mentions you." in page and "No dial tone" in page and cast.ticket.shown_number in page


def test_an_empty_list_says_what_will_stand_there(cast: Cast, web: Web) -> None:
    assert "No notices yet" in web(cast.ada).get("/notices").content.decode()
    assert "Nothing new" in web(cast.ada).get("/notices?show=unseen").content.decode()


def test_a_notice_of_a_hidden_ticket_is_not_there(cast: Cast, web: Web) -> None:
    told = tell(cast.ada, cast.hidden, "a", cast.noor)
    page = web(cast.ada).get("/notices").content.decode()
    assert "A breach" not in page and cast.hidden.number not in page and "not seen" not in page.replace("Not seen", "")
    assert bell_of(cast.ada, sight_of(cast.ada)).unseen == 0
    assert web(cast.ada).get(f"/notices/{told.pk}").status_code == 404
    assert web(cast.ada).post(f"/notices/{told.pk}/seen").status_code == 404
    told.refresh_from_db()
    assert told.seen_at is None


def test_a_notice_is_there_again_when_the_ticket_is(cast: Cast, web: Web) -> None:
    tell(cast.noor, cast.hidden, "a", cast.bo)
    assert bell_of(cast.noor, sight_of(cast.noor)).unseen == 1


def test_a_ticket_that_moves_out_of_sight_takes_its_notices_with_it(cast: Cast, web: Web) -> None:
    tell(cast.ada, cast.ticket, "a", cast.bo)
    change_ticket(cast.ticket.number, Changes(team=cast.trust), by=cast.bo)
    assert "No dial tone" not in web(cast.ada).get("/notices").content.decode()
    assert "data-says" not in web(cast.ada).get("/notices/bell?after=0").content.decode()


def test_nobody_reads_the_notices_of_another(cast: Cast, web: Web) -> None:
    told = tell(cast.ada, cast.ticket, "a", cast.bo)
    assert web(cast.bo).get(f"/notices/{told.pk}").status_code == 404
    assert web(cast.bo).post(f"/notices/{told.pk}/seen", {"seen": "yes"}).status_code == 404
    assert web(cast.bo).get("/notices/999999999999999999").status_code == 404
    told.refresh_from_db()
    assert told.seen_at is None


def test_opening_a_notice_leads_to_what_it_is_about_and_marks_it(cast: Cast, web: Web) -> None:
    told = tell(cast.ada, cast.ticket, "a", cast.bo)
    answer = web(cast.ada).get(f"/notices/{told.pk}")
    assert (answer.status_code, answer["Location"]) == (302, f"/tickets/{cast.ticket.number}")
    told.refresh_from_db()
    assert told.seen_at is not None


def test_a_notice_of_no_ticket_leads_to_its_page(cast: Cast, web: Web) -> None:
    with transaction.atomic():
        told = notice(
            cast.max, "mailbox_trouble", about="m", path="/settings/mailboxes/1", words={"address": "help@desk.example"}
        )
    assert told is not None
    assert "The mailbox help@desk.example needs attention." in web(cast.max).get("/notices").content.decode()
    assert web(cast.max).get(f"/notices/{told.pk}")["Location"] == "/settings/mailboxes/1"


def test_words_of_a_notice_are_escaped(cast: Cast, web: Web) -> None:
    change_person(cast.bo, by=cast.max, work_name="<b>Bo</b>")
    tell(cast.ada, cast.ticket, "a", cast.bo)
    page = web(cast.ada).get("/notices").content.decode() + web(cast.ada).get("/notices/bell?after=0").content.decode()
    assert "<b>Bo" not in page and "&lt;b&gt;Bo" in page


def test_the_bell_as_a_piece_tells_what_is_newer(cast: Cast, web: Web) -> None:
    told = tell(cast.ada, cast.ticket, "a", cast.bo)
    piece = web(cast.ada).get("/notices/bell?after=0").content.decode()
    assert 'data-says="New notice: Bo mentions you. No dial tone"' in piece
    again = web(cast.ada).get(f"/notices/bell?after={told.pk}").content.decode()
    assert "data-says" not in again and "1 not seen" in again
    assert "data-here" in web(cast.ada).get(f"/notices/bell?after=0&ticket={cast.ticket.number}").content.decode()
    assert web(cast.ada).get("/notices/bell?after=nonsense&ticket=%00%00").status_code == 200


def test_a_page_of_a_ticket_marks_its_own_notices(cast: Cast, web: Web) -> None:
    tell(cast.ada, cast.ticket, "a", cast.bo)
    tell(cast.ada, cast.greek, "b", cast.bo)
    assert "data-here" in web(cast.ada).get(f"/tickets/{cast.ticket.number}").content.decode()
    piece = web(cast.ada).post("/notices/seen", {"ticket": cast.ticket.number}, headers={"HX-Request": "true"})
    assert "1 not seen" in piece.content.decode() and "data-here" not in piece.content.decode()
    assert [each.about for each in Notice.objects.filter(seen_at=None)] == ["b"]


def test_marking_nothing_marks_nothing(cast: Cast, web: Web) -> None:
    tell(cast.ada, cast.ticket, "a", cast.bo)
    web(cast.ada).post("/notices/seen", {})
    web(cast.ada).post("/notices/seen", {"up_to": "-1", "ticket": ""})
    assert Notice.objects.filter(seen_at=None).count() == 1


def test_one_is_marked_and_kept_for_later(cast: Cast, web: Web) -> None:
    told = tell(cast.ada, cast.ticket, "a", cast.bo)
    answer = web(cast.ada).post(f"/notices/{told.pk}/seen", {"seen": "yes", "next": "/notices"})
    assert answer["Location"] == "/notices"
    piece = web(cast.ada).post(f"/notices/{told.pk}/seen", {"seen": "no"}, headers={"HX-Request": "true"})
    assert f'id="notice-{told.pk}"' in piece.content.decode() and "notice unseen" in piece.content.decode()


def test_who_is_not_signed_in_reads_nothing(cast: Cast) -> None:
    for address in ("/notices", "/notices/bell", "/notices/1", "/settings/notices"):
        assert Client().get(address).status_code == 302
    assert Client().post("/notices/seen", {"up_to": "5"}).status_code == 302


FORM = {"quiet_from": "22:00", "quiet_to": "07:00", "quiet_days": ["5", "6"], "digest_at": "09:30"}


def filled(page: str, **changed: str) -> dict[str, Any]:
    """The form as the page shows it to an agent, with some of it changed."""
    given: dict[str, Any] = {f"page_{kind}": "on" for kind in kinds_on(page)}
    given |= {f"mail_{kind}": "never" for kind in kinds_on(page)}
    return {**given, **FORM, **changed}


def kinds_on(page: str) -> list[str]:
    return [piece.split('"')[0] for piece in page.split('name="mail_')[1:]]


def test_everybody_chooses_for_themselves(cast: Cast, web: Web) -> None:
    page = web(cast.ada).get("/settings/notices").content.decode()
    answer = web(cast.ada).post("/settings/notices", filled(page, mail_answered="at once"))
    assert answer.status_code == 302
    found = choices_of(cast.ada)
    assert (found.quiet_from, found.quiet_to, found.quiet_days) == (dt.time(22), dt.time(7), [5, 6])
    assert found.kinds["answered"] == {"mail": "at once"} and found.kinds["assigned"] == {"mail": "never"}
    assert choices_of(cast.bo).kinds == {}
    page = web(cast.ada).get("/settings/notices").content.decode()
    assert 'value="22:00"' in page and 'value="09:30"' in page


def test_only_administrators_choose_about_mailboxes(cast: Cast, web: Web) -> None:
    assert "mailbox_trouble" not in kinds_on(web(cast.ada).get("/settings/notices").content.decode())
    assert "mailbox_trouble" in kinds_on(web(cast.max).get("/settings/notices").content.decode())


def test_quiet_hours_without_an_end_are_refused_with_what_was_typed(cast: Cast, web: Web) -> None:
    page = web(cast.ada).get("/settings/notices").content.decode()
    answer = web(cast.ada).post("/settings/notices", filled(page, quiet_to="", mail_answered="daily"))
    assert answer.status_code == 400
    assert "Quiet hours need a beginning and an end." in answer.content.decode()
    assert choices_of(cast.ada).quiet_from is None
    assert web(cast.ada).post("/settings/notices", filled(page, mail_answered="by pigeon")).status_code == 400
    assert web(cast.ada).post("/settings/notices", {}).status_code == 400


def test_who_has_an_address_of_the_desk_is_told_that_no_mail_comes(cast: Cast, web: Web) -> None:
    Person.objects.filter(pk=cast.ada.pk).update(email="help@desk.example")
    assert "Nothing can be mailed to help@desk.example" in web(cast.ada).get("/settings/notices").content.decode()
    assert "Nothing can be mailed" not in web(cast.bo).get("/settings/notices").content.decode()


def test_the_words_are_in_the_language_of_who_reads(cast: Cast, web: Web) -> None:
    tell(cast.ada, cast.ticket, "a", cast.bo)
    for language in ("el", "es", "it", "ro", "en"):
        change_person(cast.ada, by=cast.ada, language=language)
        page = web(Person.objects.get(pk=cast.ada.pk)).get("/notices")
        assert page["Content-Language"] == language and "Bo" in page.content.decode()


def test_a_page_asks_three_queries_whatever_it_holds(cast: Cast) -> None:
    for number in range(60):
        tell(cast.ada, cast.ticket if number % 2 else cast.greek, f"a {number}", cast.bo)
    with CaptureQueriesContext(connection) as asked:
        page = notice_page(cast.ada)
    assert (len(page.rows), len(asked)) == (40, 3)
    assert see(cast.ada, up_to=page.rows[0].notice.pk) == 60
    assert notice_page(cast.ada, only_unseen=True).rows == ()
