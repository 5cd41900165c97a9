"""When somebody works and when they are absent: their own page of it, and everybody's for supervisors."""

import datetime as dt
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from aplomb.desk.calendars.days import short_date
from aplomb.desk.calendars.hours import WeekForm, week_text
from aplomb.desk.doors import only
from aplomb.desk.frame import person_of
from aplomb.desk.inputs import DeskForm
from aplomb.desk.presence.words import standing_words
from aplomb.journal.actors import Actor
from aplomb.lib.time import utc_now
from aplomb.people.actions.presence import (
    MOST_AT_ONCE,
    add_absence,
    may_plan,
    remove_absence,
    set_hours,
    set_limit,
)
from aplomb.people.models import Absence, ChannelLimit, Person, WorkingHours
from aplomb.people.models.presence import AbsenceKind, Channel
from aplomb.people.policies import YES, Verdict, may_administer
from aplomb.people.presence import USUAL_LIMITS, standing_of

ROWS = 300
OURS, OWN = "team", "own"


def may_plan_all(by: Actor) -> Verdict:
    """Everybody's hours and absences: supervisors and administrators."""
    return YES if isinstance(by, Person) and by.is_supervisor else may_administer(by)


class TimesForm(WeekForm):
    """Whose hours count, one's own, and how many of a kind at once."""

    by = forms.ChoiceField(
        label=gettext_lazy("Working hours"),
        choices=[(OURS, gettext_lazy("those of the team or the desk")), (OWN, gettext_lazy("my own"))],
        widget=forms.RadioSelect,
    )
    limit_mail = forms.IntegerField(
        label=gettext_lazy("Tickets at once"), required=False, min_value=0, max_value=MOST_AT_ONCE
    )
    limit_chat = forms.IntegerField(
        label=gettext_lazy("Chats at once"), required=False, min_value=0, max_value=MOST_AT_ONCE
    )
    limit_call = forms.IntegerField(
        label=gettext_lazy("Calls at once"), required=False, min_value=0, max_value=MOST_AT_ONCE
    )

    def __init__(self, *args: Any, hours: dict[str, Any] | None, **kwargs: Any) -> None:
        super().__init__(*args, hours=hours, **kwargs)


class AbsenceForm(DeskForm):
    """Days on which somebody is not there."""

    first_day = forms.DateField(
        label=gettext_lazy("First day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    last_day = forms.DateField(
        label=gettext_lazy("Last day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        choices=AbsenceKind.choices,
        help_text=gettext_lazy("What colleagues see. Nobody asks for more."),
    )
    stand_in = forms.ModelChoiceField(
        label=gettext_lazy("Who stands in"),
        queryset=Person.objects.none(),
        required=False,
        empty_label=gettext_lazy("nobody in particular"),
    )

    def __init__(self, *args: Any, whose: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["stand_in"]
        assert isinstance(field, forms.ModelChoiceField)
        others = Person.objects.filter(is_active=True).exclude(pk=whose.pk).order_by("work_name")
        field.queryset = others.filter(pk__in=[each.pk for each in others if each.is_agent])


@require_safe
def own(request: HttpRequest) -> HttpResponse:
    """One's own page."""
    return redirect("times", person_of(request).pk)


@only(may_plan_all)
@require_safe
def everybody(request: HttpRequest) -> HttpResponse:
    """Who works when, who is absent, and who will be."""
    people = list(Person.objects.filter(is_active=True).order_by("work_name", "pk")[:ROWS])
    standing = standing_of(people)
    own_hours = dict(WorkingHours.objects.values_list("person", "hours"))
    today = utc_now().date()
    coming: dict[int, list[str]] = {}
    for each in Absence.objects.filter(last_day__gte=today - dt.timedelta(days=1)).order_by("first_day"):
        coming.setdefault(each.person_id, []).append(_stretch(each))
    rows = [
        {
            "person": each,
            "said": standing_words(standing[each.pk]),
            "state": standing[each.pk].state,
            "week": week_text(own_hours.get(each.pk, {})),
            "absences": coming.get(each.pk, []),
        }
        for each in people
    ]
    return render(request, "desk/presence/everybody.html", {"rows": rows})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def of_person(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody's hours, limits and absences."""
    by, whose = person_of(request), _whose(request, pk)
    if request.method != "POST":
        return _page(request, whose, _times_form(whose, None), AbsenceForm(whose=whose))
    form = _times_form(whose, request.POST)
    if form.is_valid() and form.do(lambda: _keep(form, whose, by)):
        messages.success(request, _("Saved."))
        return redirect("times", pk)
    return _page(request, whose, form, AbsenceForm(whose=whose))


@require_POST
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """One more absence."""
    by, whose = person_of(request), _whose(request, pk)
    form = AbsenceForm(request.POST, whose=whose)
    if form.is_valid() and form.do(lambda: add_absence(whose, by=by, **form.cleaned_data)) is not None:
        messages.success(request, _("The absence is noted."))
        return redirect("times", pk)
    return _page(request, whose, _times_form(whose, None), form)


@require_POST
def remove(request: HttpRequest, pk: int, absence: int) -> HttpResponse:
    """They are there after all."""
    whose = _whose(request, pk)
    if not Absence.objects.filter(pk=absence, person=whose).exists():
        raise Http404
    remove_absence(whose, absence, by=person_of(request))
    messages.success(request, _("The absence is removed."))
    return redirect("times", pk)


def _whose(request: HttpRequest, pk: int) -> Person:
    found = Person.objects.filter(pk=pk, is_active=True).first()
    if found is None or not may_plan(person_of(request), found):
        raise Http404
    return found


def _times_form(whose: Person, sent: Any) -> TimesForm:
    row = WorkingHours.objects.filter(person=whose).first()
    limits = dict(USUAL_LIMITS) | dict(ChannelLimit.objects.filter(person=whose).values_list("channel", "at_most"))
    initial = {"by": OWN if row else OURS} | {f"limit_{channel}": limits[channel] for channel in Channel.values}
    return TimesForm(sent, initial=initial, hours=row.hours if row else {})


def _keep(form: TimesForm, whose: Person, by: Person) -> bool:
    with transaction.atomic():
        set_hours(whose, form.hours() if form.cleaned_data["by"] == OWN else None, by=by)
        for channel in Channel.values:
            if f"limit_{channel}" in form.changed_data:
                set_limit(whose, channel, form.cleaned_data[f"limit_{channel}"], by=by)
    return True


def _page(request: HttpRequest, whose: Person, form: TimesForm, absence_form: AbsenceForm) -> HttpResponse:
    since = utc_now().date() - dt.timedelta(days=31)
    absences = Absence.objects.filter(person=whose, last_day__gte=since).select_related("stand_in")
    page = {
        "whose": whose,
        "is_own": whose.pk == person_of(request).pk,
        "sees_all": bool(may_plan_all(person_of(request))),
        "form": form,
        "absence_form": absence_form,
        "absences": [{"absence": each, "days": _stretch(each)} for each in absences],
    }
    return render(request, "desk/presence/times.html", page, status=400 if form.errors or absence_form.errors else 200)


def _stretch(absence: Absence) -> str:
    kind = str(AbsenceKind(absence.kind).label)
    if absence.first_day == absence.last_day:
        return f"{short_date(absence.first_day)}, {kind}"
    return f"{short_date(absence.first_day)} – {short_date(absence.last_day)}, {kind}"
