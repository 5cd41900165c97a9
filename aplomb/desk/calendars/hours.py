"""Weekly hours in a form: for each weekday pairs of from and to, with an empty pair to add another."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _

from aplomb.calendars.actions import words_for
from aplomb.desk.calendars.days import weekday_name
from aplomb.desk.inputs import DeskForm
from aplomb.lib.worktime import WEEKDAYS, WrongHours, spans_of_date, week_of

# pairs that stand there empty, and at most
AT_LEAST, AT_MOST = 2, 6
TYPED = re.compile(r"([0-9]{1,2})(?:[:.,h]?([0-9]{2}))?")

Hours = dict[str, list[list[str]]]


@dataclass(frozen=True)
class Pair:
    """From and to."""

    begin: BoundField
    end: BoundField


@dataclass(frozen=True)
class DayRow:
    """A weekday and its pairs."""

    key: str
    name: str
    pairs: list[Pair]


class TimeText(forms.CharField):
    """A time of day as people type it: 9, 9:30, 9.30, 0930; 24:00 ends a day. Gives "09:30", empty for none.

    Not the browser's own control: that shows 12 hours or 24 by its own settings, and knows no 24:00.
    """

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"inputmode": "numeric", "autocomplete": "off", "placeholder": "00:00", "size": "5"}
        super().__init__(required=False, max_length=8, widget=forms.TextInput(attrs=attrs), **kwargs)

    def clean(self, value: Any) -> str:
        """Raises ValidationError."""
        text = super().clean(value)
        if not text:
            return ""
        found = TYPED.fullmatch(text)
        if found is None or int(found[2] or 0) > 59 or int(found[1]) * 60 + int(found[2] or 0) > 1440:
            raise forms.ValidationError(_("Enter a time such as 09:00."))
        return f"{int(found[1]):02}:{int(found[2] or 0):02}"


class HoursForm(DeskForm):
    """A form with hours. A subclass says which rows there are: keys and their names."""

    def add_rows(self, rows: Mapping[str, str], hours: Mapping[str, Any]) -> None:
        """Fields for each row: those that it has, and an empty pair."""
        self.row_names = dict(rows)
        self.counts: dict[str, int] = {}
        for key, name in rows.items():
            spans = hours.get(key) or []
            sent = sum(
                1 for number in range(AT_MOST) if self.is_bound and self.add_prefix(f"{key}_{number}_from") in self.data
            )
            self.counts[key] = max(AT_LEAST, min(AT_MOST, max(sent, len(spans) + (len(spans) >= AT_LEAST))))
            for number in range(self.counts[key]):
                begin, end = spans[number] if number < len(spans) else ("", "")
                words = _("%(day)s, from"), _("%(day)s, to")
                for part, value, word in zip(("from", "to"), (begin, end), words, strict=True):
                    self.fields[f"{key}_{number}_{part}"] = TimeText(label=word % {"day": name}, initial=value)

    def day_rows(self) -> list[DayRow]:
        """For the template."""
        return [
            DayRow(
                key,
                name,
                [Pair(self[f"{key}_{number}_from"], self[f"{key}_{number}_to"]) for number in range(self.counts[key])],
            )
            for key, name in self.row_names.items()
        ]

    def hours(self) -> Hours:
        """What was entered, in the shape in which it is kept."""
        found: Hours = {}
        for key in self.row_names:
            for _number, begin, end in self._given(key):
                found.setdefault(key, []).append(_span(begin, end))
        return found

    def clean(self) -> dict[str, Any]:
        """Half a pair, and hours that cannot be, are said at their field."""
        cleaned = super().clean() or self.cleaned_data
        if self.errors:
            return cleaned
        for key in self.row_names:
            for number in range(self.counts[key]):
                begin, end = (cleaned.get(f"{key}_{number}_{part}") for part in ("from", "to"))
                if end and not begin:
                    self.add_error(f"{key}_{number}_from", _("Say from when."))
                elif begin and not end:
                    self.add_error(f"{key}_{number}_to", _("Say until when."))
        if not self.errors:
            self.check_hours()
        return cleaned

    def check_hours(self) -> None:
        """As the hours of a week."""
        try:
            week_of(self.hours())
        except WrongHours as wrong:
            self.refuse_hours(wrong)

    def refuse_hours(self, wrong: WrongHours) -> None:
        """Say at the pair what is wrong with it."""
        for number, begin, end in self._given(wrong.day):
            if "–".join(_span(begin, end)) == wrong.span:
                self.add_error(f"{wrong.day}_{number}_from", words_for(wrong))
                return
        self.add_error(None, words_for(wrong))

    def _given(self, key: str) -> list[tuple[int, str, str]]:
        if key not in self.counts:
            return []
        found = []
        for number in range(self.counts[key]):
            begin, end = (self.cleaned_data.get(f"{key}_{number}_{part}") for part in ("from", "to"))
            if begin and end:
                found.append((number, begin, end))
        return found


class WeekForm(HoursForm):
    """A form with the hours of a week."""

    def __init__(self, *args: Any, hours: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.add_rows({key: weekday_name(number) for number, key in enumerate(WEEKDAYS)}, hours or {})


class SpansForm(HoursForm):
    """A form with the hours of one date."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.add_rows({"spans": _("Hours")}, {})

    def check_hours(self) -> None:
        try:
            spans_of_date("spans", self.hours().get("spans", []))
        except WrongHours as wrong:
            self.refuse_hours(wrong)


def _span(begin: str, end: str) -> list[str]:
    # midnight at the end is the day's own
    return [begin, "24:00" if end == "00:00" else end]


def spans_text(spans: Any) -> str:
    """ "09:00–13:00, 14:00–17:00"; empty where there are none."""
    return ", ".join(f"{begin}–{end}" for begin, end in spans)


def week_text(hours: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The week in a few lines: days in a row with the same hours together. A day without hours is left out."""
    lines: list[tuple[int, int, str]] = []
    for number, key in enumerate(WEEKDAYS):
        text = spans_text(hours.get(key) or [])
        if lines and lines[-1][1] == number - 1 and lines[-1][2] == text:
            lines[-1] = (lines[-1][0], number, text)
        else:
            lines.append((number, number, text))
    return [
        (
            weekday_name(first, short=True)
            if first == last
            else f"{weekday_name(first, short=True)}–{weekday_name(last, short=True)}",
            text,
        )
        for first, last, text in lines
        if text
    ]
