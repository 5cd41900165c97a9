"""The pages of calendars: what they show, what they take, and for whom they are there."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from aplomb.calendars.actions import add_calendar, make_first_calendar, set_day
from aplomb.calendars.models import Calendar, OwnDay
from aplomb.desk.calendars.hours import week_text
from aplomb.journal.actors import SYSTEM
from aplomb.lib.time import utc_now
from aplomb.people.models import TeamCalendar
from tests.cast import Cast

pytestmark = pytest.mark.django_db

Web = Callable[..., Client]
FORM = {"name": "Days", "time_zone": "UTC", "country": "", "mon_0_from": "09:00", "mon_0_to": "17:00"}


@pytest.fixture
def admin(web: Web, cast: Cast) -> Client:
    make_first_calendar("Europe/Athens", by=SYSTEM)
    return web(cast.max)


def text_of(response: Any) -> str:
    return str(response.content.decode())


def test_only_administrators_find_them(web: Web, cast: Cast) -> None:
    calendar = make_first_calendar("UTC", by=SYSTEM)
    for person in (cast.ada, cast.bo, cast.aud):
        client = web(person)
        for path in ("", "/add", f"/{calendar.pk}", f"/{calendar.pk}/days"):
            assert client.get(f"/settings/calendars{path}").status_code == 404
        assert client.post(f"/settings/calendars/{calendar.pk}", FORM).status_code == 404
    assert Calendar.objects.get().name != "Days"


def test_a_calendar_is_made_with_its_hours_and_teams(admin: Client, cast: Cast) -> None:
    sent = {
        **FORM,
        "tue_0_from": "22:00",
        "tue_0_to": "06:00",
        "sun_0_from": "0",
        "sun_0_to": "00:00",
        "sat_0_from": "930",
        "sat_0_to": "24.00",
    }
    answer = admin.post("/settings/calendars/add", {**sent, "teams": [cast.lines.pk]})
    made = Calendar.objects.get(name="Days")
    assert answer.headers["Location"] == f"/settings/calendars/{made.pk}"
    assert made.hours == {
        "mon": [["09:00", "17:00"]],
        "tue": [["22:00", "06:00"]],
        "sat": [["09:30", "24:00"]],
        "sun": [["00:00", "24:00"]],
    }
    assert TeamCalendar.objects.get().team == cast.lines
    admin.post(f"/settings/calendars/{made.pk}", FORM)
    assert not TeamCalendar.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "said", "field"),
    [
        ({"mon_1_from": "16:00", "mon_1_to": "18:00"}, "overlaps other hours", "id_mon_1_from"),
        ({"mon_0_to": "09:00"}, "ends when it begins", "id_mon_0_from"),
        ({"mon_1_from": "18:00"}, "Say until when", "id_mon_1_to"),
        ({"mon_1_to": "18:00"}, "Say from when", "id_mon_1_from"),
        ({"mon_0_from": "nine"}, "Enter a time", "id_mon_0_from"),
        ({"mon_0_from": "9:60"}, "Enter a time", "id_mon_0_from"),
        ({"mon_0_to": "24:01"}, "Enter a time", "id_mon_0_to"),
        ({"mon_0_to": "٠٩:٠٠"}, "Enter a time", "id_mon_0_to"),
        ({"name": ""}, "required", "id_name"),
        ({"time_zone": "Mars/Base"}, "There is no time zone", "id_time_zone"),
        ({"sun_0_from": "22:00", "sun_0_to": "10:00"}, "overlaps other hours", "id_mon_0_from"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_saved(
    admin: Client, wrong: dict[str, str], said: str, field: str
) -> None:
    answer = admin.post("/settings/calendars/add", {**FORM, **wrong})
    assert answer.status_code == 400
    assert said in text_of(answer)
    assert f'href="#{field}"' in text_of(answer)
    assert Calendar.objects.count() == 1


def test_the_list_says_hours_and_the_next_closed_days(admin: Client) -> None:
    calendar = Calendar.objects.get()
    today = utc_now().date()
    ahead = next(
        today + dt.timedelta(days=each) for each in range(2, 9) if (today + dt.timedelta(days=each)).weekday() < 5
    )
    set_day(calendar, date=ahead, name="Inventory", by=SYSTEM)
    shown = text_of(admin.get("/settings/calendars"))
    assert "Mon–Fri 09:00–17:00" in shown and "Inventory" in shown
    add_calendar(name="Never", time_zone="UTC", hours={}, by=SYSTEM)
    assert "never open" in text_of(admin.get("/settings/calendars"))


def test_without_any_calendar_the_list_says_what_that_means(web: Web, cast: Cast) -> None:
    assert "No calendar yet" in text_of(web(cast.max).get("/settings/calendars"))


def test_days_are_noted_and_taken_back(admin: Client) -> None:
    calendar = Calendar.objects.get()
    date = f"{utc_now().year + 1}-12-24"
    page = f"/settings/calendars/{calendar.pk}/days"
    half = {"date": date, "name": "Eve", "kind": "hours", "spans_0_from": "09:00", "spans_0_to": "12:00"}
    assert admin.post(page, {**half, "spans_0_to": "08:00"}).status_code == 400
    assert admin.post(page, {"date": date, "kind": "hours"}).status_code == 400
    assert admin.post(page, {"date": "2026-02-30", "kind": "closed"}).status_code == 400
    assert not OwnDay.objects.exists()
    assert admin.post(page, half).status_code == 302
    assert "09:00–12:00" in text_of(admin.get(page))
    assert admin.post(f"{page}/remove", {"date": date}).status_code == 302
    assert admin.post(f"{page}/remove", {"date": date}).status_code == 404
    assert admin.post(f"{page}/remove", {"date": "tomorrow"}).status_code == 404
    assert not OwnDay.objects.exists()


@pytest.mark.parametrize("content", [b"", b"no calendar", b"X" * 1_000_001])
def test_a_holiday_file_that_is_no_calendar_is_refused_at_the_field(admin: Client, content: bytes) -> None:
    calendar = Calendar.objects.get()
    answer = admin.post(f"/settings/calendars/{calendar.pk}/import", {"file": SimpleUploadedFile("x.ics", content)})
    assert answer.status_code == 400
    assert 'href="#id_file"' in text_of(answer)
    assert admin.post(f"/settings/calendars/{calendar.pk}/import").status_code == 400
    assert not OwnDay.objects.exists()


def test_a_file_of_days_off_is_taken(admin: Client) -> None:
    calendar, year = Calendar.objects.get(), utc_now().year + 1
    event = f"BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:{year}0501\r\nSUMMARY:Fiesta\r\nEND:VEVENT\r\n"
    file = SimpleUploadedFile("x.ics", f"BEGIN:VCALENDAR\r\n{event}END:VCALENDAR\r\n".encode())
    answer = admin.post(f"/settings/calendars/{calendar.pk}/import", {"file": file}, follow=True)
    assert "1 day off taken." in text_of(answer) and "Fiesta" in text_of(answer)


def test_the_desks_calendar_stays_and_one_that_teams_use_too(admin: Client, cast: Cast) -> None:
    first = Calendar.objects.get()
    second = add_calendar(name="Second", time_zone="UTC", hours={}, by=SYSTEM)
    admin.post(f"/settings/calendars/{first.pk}/delete")
    assert Calendar.objects.count() == 2
    admin.post(f"/settings/calendars/{second.pk}/default")
    TeamCalendar.objects.create(team=cast.lines, calendar=first)
    admin.post(f"/settings/calendars/{first.pk}/delete")
    assert Calendar.objects.count() == 2
    TeamCalendar.objects.all().delete()
    admin.post(f"/settings/calendars/{first.pk}/delete")
    assert [each.name for each in Calendar.objects.all()] == ["Second"]


def test_hours_are_said_in_a_few_lines() -> None:
    nine = [["09:00", "17:00"]]
    assert week_text({"mon": nine, "tue": nine, "wed": nine, "fri": nine}) == [
        ("Mon–Wed", "09:00–17:00"),
        ("Fri", "09:00–17:00"),
    ]
    assert week_text({}) == []
