"""The administrator's pages of calendars."""

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from aplomb.calendars.actions import (
    add_calendar,
    change_calendar,
    delete_calendar,
    import_days,
    make_default,
    remove_day,
    set_day,
)
from aplomb.calendars.dayfile import DayFile
from aplomb.calendars.errors import CalendarRefused
from aplomb.calendars.models import SHIPPED_HOURS, Calendar, DayKind
from aplomb.calendars.reads import arithmetic_of, days_that_differ, next_closed
from aplomb.desk.calendars.days import weekday_and_date
from aplomb.desk.calendars.forms import CalendarForm, DayForm, FileForm
from aplomb.desk.calendars.hours import spans_text, week_text
from aplomb.desk.doors import only
from aplomb.desk.frame import person_of
from aplomb.desk.inputs import DeskForm, posted
from aplomb.lib.time import utc_now, zone
from aplomb.lib.worktime import is_open, next_open
from aplomb.people.actions.presence import set_team_calendar
from aplomb.people.models import Desk, Person, Team, TeamCalendar
from aplomb.people.policies import may_administer

T = TypeVar("T")
SHOWN_AHEAD = 4


@only(may_administer)
@require_safe
def calendars(request: HttpRequest) -> HttpResponse:
    """Each calendar with its hours, whether it is open now, and the next days on which it is closed."""
    now = utc_now()
    teams: dict[int, list[str]] = {}
    for link in TeamCalendar.objects.select_related("team").order_by("team__name"):
        teams.setdefault(link.calendar_id, []).append(link.team.name)
    rows = []
    for each in Calendar.objects.all():
        counted = arithmetic_of(each)
        today = now.astimezone(zone(each.time_zone)).date()
        rows.append(
            {
                "calendar": each,
                "week": week_text(each.hours),
                "teams": teams.get(each.pk, []),
                "is_open": is_open(counted, now),
                "opens": next_open(counted, now),
                "closed": [(weekday_and_date(day.date), day.name) for day in next_closed(each, today, SHOWN_AHEAD)],
            }
        )
    return render(request, "desk/calendars/calendars.html", {"rows": rows})


@only(may_administer)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """A new calendar; it begins with the desk's zone and the usual hours."""
    by, desk = person_of(request), Desk.objects.first()
    initial = {"time_zone": desk.time_zone if desk else by.time_zone, "country": ""}
    form = CalendarForm(posted(request), initial=initial, hours=SHIPPED_HOURS)
    if request.method == "POST" and form.is_valid():
        made = kept(form, lambda: add_calendar(by=by, **form.given()))
        if made is not None:
            _set_teams(made, form.cleaned_data["teams"], by=by)
            messages.success(request, _("The calendar %(name)s is there.") % {"name": made.name})
            return redirect("calendar", made.pk)
    return render(request, "desk/calendars/calendar.html", {"form": form}, status=400 if form.errors else 200)


@only(may_administer)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def calendar(request: HttpRequest, pk: int) -> HttpResponse:
    """A calendar's name, zone, hours, place and teams."""
    by, which = person_of(request), calendar_at(pk)
    linked = list(TeamCalendar.objects.filter(calendar=which).values_list("team", flat=True))
    initial = {each: getattr(which, each) for each in ("name", "time_zone", "country", "region")}
    form = CalendarForm(posted(request), initial={**initial, "teams": linked}, hours=which.hours)
    shown_name = which.name
    if request.method == "POST" and form.is_valid():
        changed = kept(form, lambda: change_calendar(which, by=by, **form.given()))
        if changed is not None:
            _set_teams(which, form.cleaned_data["teams"], by=by)
            messages.success(request, _("Saved."))
            return redirect("calendar", pk)
    page = {"form": form, "calendar": which, "shown_name": shown_name, "is_used": bool(linked)}
    return render(request, "desk/calendars/calendar.html", page, status=400 if form.errors else 200)


@only(may_administer)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def days(request: HttpRequest, pk: int) -> HttpResponse:
    """The days of this and the next year that differ, and a form for one more."""
    by, which = person_of(request), calendar_at(pk)
    form = DayForm(posted(request))
    if request.method == "POST" and form.is_valid():
        given, spans = form.cleaned_data, form.hours().get("spans", [])
        made = kept(
            form,
            lambda: set_day(which, date=given["date"], name=given["name"], kind=given["kind"], spans=spans, by=by),
        )
        if made is not None:
            messages.success(request, _("%(date)s is noted.") % {"date": weekday_and_date(made.date)})
            return redirect("calendar_days", pk)
    return _days_page(request, which, form, FileForm())


@only(may_administer)
@require_POST
def take_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Days off out of an iCalendar file."""
    by, which = person_of(request), calendar_at(pk)
    form = FileForm(request.POST, request.FILES)
    if form.is_valid():
        taken = kept(form, lambda: import_days(which, form.content(), by=by))
        if taken is not None:
            messages.success(request, " ".join(_said_of(*taken)))
            return redirect("calendar_days", pk)
    return _days_page(request, which, DayForm(), form)


@only(may_administer)
@require_POST
def unset_day(request: HttpRequest, pk: int) -> HttpResponse:
    """A date is like its weekday again: POST date."""
    which, date = calendar_at(pk), _posted_date(request)
    if not remove_day(which, date, by=person_of(request)):
        raise Http404
    messages.success(request, _("%(date)s is as usual again.") % {"date": weekday_and_date(date)})
    return redirect("calendar_days", pk)


@only(may_administer)
@require_POST
def work_on(request: HttpRequest, pk: int) -> HttpResponse:
    """A public holiday on which the desk works: POST date."""
    which, date = calendar_at(pk), _posted_date(request)
    try:
        set_day(which, date=date, kind=DayKind.USUAL, by=person_of(request))
    except CalendarRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("%(date)s is worked as usual.") % {"date": weekday_and_date(date)})
    return redirect("calendar_days", pk)


@only(may_administer)
@require_POST
def lead(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a calendar the desk's."""
    which = calendar_at(pk)
    make_default(which, by=person_of(request))
    messages.success(request, _("%(name)s is the desk's calendar now.") % {"name": which.name})
    return redirect("calendars")


@only(may_administer)
@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete a calendar that nothing uses."""
    which = calendar_at(pk)
    try:
        delete_calendar(which, by=person_of(request))
    except CalendarRefused as refused:
        messages.error(request, str(refused))
        return redirect("calendar", pk)
    messages.success(request, _("The calendar %(name)s is deleted.") % {"name": which.name})
    return redirect("calendars")


def calendar_at(pk: int) -> Calendar:
    """Raises Http404."""
    found = Calendar.objects.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def kept(form: DeskForm, action: Callable[[], T]) -> T | None:
    """What the action gives; None when it refused, which the form then shows at its field."""
    try:
        return action()
    except CalendarRefused as refused:
        named = f"{refused.field}_0_from" if f"{refused.field}_0_from" in form.fields else refused.field
        form.add_error(named if named in form.fields else None, str(refused))
    return None


def _set_teams(which: Calendar, chosen: Iterable[Team], *, by: Person) -> None:
    wanted = {each.pk: each for each in chosen}
    linked = {link.team_id: link.team for link in TeamCalendar.objects.filter(calendar=which).select_related("team")}
    for pk, team in wanted.items():
        if pk not in linked:
            set_team_calendar(team, which, by=by)
    for pk, team in linked.items():
        if pk not in wanted:
            set_team_calendar(team, None, by=by)


def _days_page(request: HttpRequest, which: Calendar, form: DayForm, file_form: FileForm) -> HttpResponse:
    today = utc_now().astimezone(zone(which.time_zone)).date()
    years = []
    for year in (today.year, today.year + 1):
        found = days_that_differ(which, dt.date(year, 1, 1), dt.date(year, 12, 31))
        rows = [
            {
                "day": each,
                "date": weekday_and_date(each.date),
                "hours": spans_text(each.spans),
                "is_past": each.date < today,
            }
            for each in found
        ]
        past = [row for row in rows if row["is_past"]]
        years.append({"year": str(year), "past": past, "rows": rows[len(past) :]})
    page: dict[str, Any] = {"calendar": which, "years": years, "form": form, "file_form": file_form}
    wrong = form.errors or file_form.errors
    return render(request, "desk/calendars/days.html", page, status=400 if wrong else 200)


def _posted_date(request: HttpRequest) -> dt.date:
    try:
        return dt.date.fromisoformat(request.POST.get("date", "")[:10])
    except ValueError:
        raise Http404 from None


def _said_of(new: int, read: DayFile) -> list[str]:
    said = [ngettext("%(count)s day off taken.", "%(count)s days off taken.", new) % {"count": new}]
    there = len(read.days) - new
    if there:
        said.append(
            ngettext("%(count)s date differed already.", "%(count)s dates differed already.", there) % {"count": there}
        )
    if read.with_hours:
        said.append(
            ngettext(
                "%(count)s event with hours was left out.",
                "%(count)s events with hours were left out.",
                read.with_hours,
            )
            % {"count": read.with_hours}
        )
    return said
