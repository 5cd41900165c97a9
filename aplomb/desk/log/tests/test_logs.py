"""Who read what, and what was changed by whom."""

import datetime as dt
from collections.abc import Callable

import pytest
import time_machine
from django.test import Client
from django.utils import translation

from aplomb.automation.actions import MacroWish, keep_macro
from aplomb.calendars.actions import add_calendar, set_day
from aplomb.channels.mail.actions import change_mailbox
from aplomb.channels.mail.coming_in.storing import Arrival, store
from aplomb.channels.mail.models import IncomingMail
from aplomb.journal.actors import SYSTEM
from aplomb.journal.changes import note_change
from aplomb.journal.looks.models import Look
from aplomb.journal.looks.noting import KEPT_FOR, forget_old_looks, note_look
from aplomb.journal.models import Chain, Entry
from aplomb.letters.actions import put_in_force, save_draft
from aplomb.lib.time import utc_now
from aplomb.people.actions import add_team, change_person, change_team, set_password
from aplomb.people.models import Person, Role
from aplomb.tickets.record import verify_all
from tests.cast import HELP, Cast

Web = Callable[..., Client]
NOW = dt.datetime(2026, 3, 10, 12, 10, tzinfo=dt.UTC)


def looks() -> list[tuple[int, str, str]]:
    return list(Look.objects.order_by("pk").values_list("person", "what", "key"))


def test_once_an_hour_for_each_person_and_thing(cast: Cast) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        for _again in range(3):
            note_look(cast.ada, "mail source", "mail 1")
        note_look(cast.bo, "mail source", "mail 1")
        note_look(cast.ada, "mail source", "mail 2")
        assert Look.objects.count() == 3
        clock.shift(dt.timedelta(minutes=50))
        note_look(cast.ada, "mail source", "mail 1")
    assert Look.objects.count() == 4


def test_customers_are_not_kept_and_the_command_line_is_nobody_of_the_staff(cast: Cast) -> None:
    note_look(cast.cleo, "mail source", "mail 1")
    note_look(SYSTEM, "record export", "ticket 1")
    assert looks() == [(0, "record export", "ticket 1")]


def test_after_400_days_it_is_forgotten(cast: Cast) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        note_look(cast.ada, "mail source", "old")
        clock.shift(KEPT_FOR - dt.timedelta(seconds=1))
        note_look(cast.ada, "mail source", "new")
        assert forget_old_looks() == 0
        clock.shift(dt.timedelta(seconds=2))
        assert (forget_old_looks(), forget_old_looks()) == (1, 0)
    assert [key for _person, _what, key in looks()] == ["new"]


def test_the_source_of_a_mail_and_a_mailbox_are_kept(cast: Cast, web: Web) -> None:
    [mail] = store([Arrival(content=b"From: x\r\n\r\nx", source="smtp", envelope_to=(HELP,))])
    IncomingMail.objects.filter(pk=mail.pk).update(state="parked", ticket=cast.ticket)
    web(cast.ada).get(f"/mail/in/{mail.pk}/source")
    web(cast.max).get(f"/settings/mailboxes/{cast.mailbox.pk}")
    assert looks() == [
        (cast.ada.pk, "mail source", f"mail {mail.pk}"),
        (cast.max.pk, "mailbox settings", f"mailbox {cast.mailbox.pk}"),
    ]


def test_an_ordinary_page_keeps_nothing(cast: Cast, web: Web) -> None:
    client = web(cast.ada)
    for address in ("/", f"/tickets/{cast.ticket.number}", f"/tickets/{cast.ticket.number}/history", "/settings"):
        assert client.get(address).status_code == 200
    assert looks() == []


def test_administrators_and_legal_read_the_log_and_that_is_kept(cast: Cast, web: Web) -> None:
    note_look(cast.ada, "mail source", "mail 1")
    for who in (cast.max, cast.lena):
        shown = web(who).get("/settings/reads").content.decode()
        assert "Ada Lindqvist" in shown
        assert "the source of a mail" in shown
    assert looks()[1:] == [(cast.max.pk, "who read what", ""), (cast.lena.pk, "who read what", "")]


@pytest.mark.parametrize("name", ["ada", "bo", "noor", "olga", "tariq", "aud"])
@pytest.mark.parametrize("address", ["/settings/reads", "/settings/changes"])
def test_for_others_the_logs_are_not_there(cast: Cast, web: Web, name: str, address: str) -> None:
    assert web(getattr(cast, name)).get(address).status_code == 404
    assert looks() == []


def test_by_person_and_by_thing(cast: Cast, web: Web) -> None:
    note_look(cast.ada, "mail source", "mail 1")
    note_look(cast.bo, "mail source", "mail 2")
    client = web(cast.max)

    def cells(query: str) -> str:
        shown = client.get(f"/settings/reads?{query}").content.decode()
        return shown.partition("<tbody>")[2].partition("</tbody>")[0]

    assert ("mail 1" in cells(f"person={cast.ada.pk}"), "mail 2" in cells(f"person={cast.ada.pk}")) == (True, False)
    assert ("mail 1" in cells("key=mail+2"), "mail 2" in cells("key=mail+2")) == (False, True)
    assert "mail 1" not in cells("person=999999&key=%00<script>")


def test_many_rows_come_page_by_page(cast: Cast, web: Web) -> None:
    for number in range(120):
        note_look(cast.ada, "mail source", f"mail {number}")
    client, seen, address = web(cast.max), 0, f"/settings/reads?person={cast.ada.pk}"
    for _page in range(4):
        shown = client.get(address).content.decode()
        seen += shown.count("<td>the source of a mail</td>")
        if 'rel="next"' not in shown:
            break
        address = shown.partition("pager line")[2].partition('href="')[2].partition('"')[0].replace("&amp;", "&")
    assert seen == 120


def test_changes_are_told_in_sentences_with_what_differs(cast: Cast, web: Web) -> None:
    change_person(cast.ada, roles=[Role.AGENT, Role.SUPERVISOR], by=cast.max)
    change_team(cast.lines, by=cast.max, name="Lines and fibre", is_open=False, members=[cast.ada, cast.bo])
    change_mailbox(cast.mailbox, by=cast.max, name="Help us")
    add_team(name="Night", by=cast.max, members=[cast.bo])
    shown = web(cast.lena).get("/settings/changes").content.decode()
    for words in (
        "Max Iordache changed the person Ada Lindqvist",
        "<del>agent</del> → <ins>agent, supervisor</ins>",
        "Max Iordache changed the team Lines and fibre",
        "<del>Ada Lindqvist</del> → <ins>Ada Lindqvist, Bo Marsh</ins>",
        "Max Iordache changed the mailbox help@desk.example",
        "Max Iordache added the team Night",
    ):
        assert words in shown, words
    assert shown.index("Night") < shown.index("Lines and fibre")


def test_a_password_is_told_of_and_never_shown(cast: Cast, web: Web) -> None:
    set_password(cast.ada, "correct horse battery", by=cast.max)
    change_mailbox(cast.mailbox, by=cast.max, password="staple")
    kept = str(list(Entry.objects.filter(chain__key="desk").values_list("content", "openings")))
    assert "horse" not in kept
    assert "staple" not in kept
    assert web(cast.max).get("/settings/changes").content.decode().count("another one") == 2


def test_what_stays_the_same_is_no_change(cast: Cast) -> None:
    change_person(cast.ada, full_name="Ada Lindqvist", by=cast.max)
    change_person(cast.ada, theme="dark", by=cast.ada)
    change_team(cast.lines, by=cast.max, name="Lines", is_open=True, members=[cast.ada])
    assert not Entry.objects.filter(chain__key="desk").exists()


def test_the_chain_begins_with_a_persons_change_and_then_holds_the_command_lines_too(cast: Cast, web: Web) -> None:
    change_person(cast.ada, work_name="Addy", by=SYSTEM)
    assert not Chain.objects.filter(key="desk").exists()
    change_person(cast.ada, work_name="Ada", by=cast.max)
    change_person(cast.ada, work_name="Addy", by=SYSTEM)
    assert Entry.objects.filter(chain__key="desk").count() == 2
    assert "The command line changed the person" in web(cast.max).get("/settings/changes").content.decode()
    assert all(verdict.broken is None for verdict in verify_all())


def test_words_and_hostile_names_are_only_words(cast: Cast, web: Web) -> None:
    note_change("thing 1", "<script>x</script>", by=cast.max, before={"a": "%(who)s"}, after={"a": ["<b>"]})
    with translation.override("el"):
        shown = web(cast.max).get("/settings/changes").content.decode()
    assert "<script>x" not in shown
    assert "<b>" not in shown
    assert Person.objects.filter(pk=cast.max.pk).exists()


def test_letters_calendars_and_macros_are_in_the_log_of_changes(cast: Cast, web: Web) -> None:
    save_draft("serial-number", "en", subject="", body="{greeting}", by=cast.max)
    put_in_force("serial-number", by=cast.max)
    nights = add_calendar(name="Nights", time_zone="UTC", hours={}, by=cast.max)
    set_day(nights, date=utc_now().date(), by=cast.max)
    macro = keep_macro(MacroWish(name="Hurry", steps={"priority": 4}), by=cast.max)
    keep_macro(MacroWish(name="Hurry up", steps={"priority": 4}), by=cast.max, macro_id=macro.pk)
    page = web(cast.max).get("/settings/changes").content.decode()
    for told in ("added the calendar Nights", "changed the calendar Nights", "changed the letter", "Hurry up"):
        assert told in page
