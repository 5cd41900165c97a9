"""Times, sizes and links in words."""

import datetime as dt

import pytest
from django.utils import timezone, translation

from aplomb.desk import words
from aplomb.desk.templatetags.desk import asset, due_words, instant, said

NOW = dt.datetime(2026, 3, 10, 12, 0, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)


@pytest.mark.parametrize(
    ("left", "text", "tone"),
    [
        (25 * MINUTE, "reply due in 25 min", "soon"),
        (99 * MINUTE, "reply due in 99 min", "soon"),
        (121 * MINUTE, "reply due in 2 hr", "later"),
        (72 * 60 * MINUTE, "reply due in 3 days", "later"),
        (-1 * MINUTE, "reply was due 1 min ago", "late"),
        (-150 * MINUTE, "reply was due 2 hr ago", "late"),
        (dt.timedelta(), "reply due in 0 min", "soon"),
    ],
)
def test_due_times_are_said_as_people_say_them(left: dt.timedelta, text: str, tone: str) -> None:
    due = words.Speech().due(NOW + left, "reply", NOW)
    assert (due.text, due.tone) == (text, tone)


def test_the_instant_itself_is_in_the_readers_zone() -> None:
    with timezone.override("Asia/Kathmandu"):
        assert words.Speech().exact(NOW) == "Tuesday, 10 March 2026, 17:45 +0545"


@pytest.mark.parametrize(
    ("language", "text"), [("en", "3 Nov 2020"), ("el", "3 Νοε 2020"), ("es", "3 nov 2020"), ("ro", "3 nov. 2020")]
)
def test_days_are_written_as_each_language_does(language: str, text: str) -> None:
    with translation.override(language), timezone.override("UTC"):
        assert words.Speech().day(dt.datetime(2020, 11, 3, 9, tzinfo=dt.UTC)) == text


def test_today_and_yesterday_are_the_readers() -> None:
    now = dt.datetime.now(dt.UTC)
    with timezone.override("UTC"):
        assert words.Speech().day(now) == "today"
        assert words.Speech().day(now - dt.timedelta(days=1)) == "yesterday"
        assert words.Speech().day(now + dt.timedelta(days=1)) == "tomorrow"


@pytest.mark.parametrize(
    ("size", "text"),
    [(0, "0 B"), (999, "999 B"), (1000, "1 kB"), (1536, "1.5 kB"), (25_000_000, "25 MB"), (3_200_000_000, "3.2 GB")],
)
def test_sizes(size: int, text: str) -> None:
    assert words.file_size(size) == text


def test_sizes_in_greek_have_a_comma() -> None:
    with translation.override("el"):
        assert words.file_size(1536) == "1,5 kB"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a < b & c", "a &lt; b &amp; c"),
        ("see https://a.example/x.", ">https://a.example/x</a>."),
        ("(https://a.example/?q=1&r=2)", ">https://a.example/?q=1&amp;r=2</a>)"),
        ('https://a.example/"onmouseover=alert(1)', ">https://a.example/</a>&quot;onmouseover"),
        ("javascript:alert(1)", "javascript:alert(1)"),
        ("", ""),
    ],
)
def test_what_people_write_is_escaped_and_its_addresses_are_links(text: str, shown: str) -> None:
    found = said(text)
    assert shown in found
    assert 'href="javascript' not in found


def test_a_file_that_changed_has_another_address() -> None:
    assert asset("css/tokens.css").startswith("/static/css/tokens.css?v=")
    assert asset("css/not-there.css") == "/static/css/not-there.css"


def test_times_say_the_whole_on_hover() -> None:
    with timezone.override("UTC"):
        assert 'title="Tuesday, 10 March 2026, 12:00 UTC"' in instant(NOW)
        assert 'class="due late"' in due_words(NOW - dt.timedelta(days=9000))
    assert instant(None) == ""
