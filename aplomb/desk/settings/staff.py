"""The administrator's pages of people and teams."""

from collections.abc import Iterable

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from aplomb.desk.doors import only
from aplomb.desk.frame import person_of
from aplomb.desk.inputs import posted, query_text, zone_choices
from aplomb.desk.settings.forms import PersonForm, TeamForm
from aplomb.desk.sign_in.links import link_address
from aplomb.journal.actors import Actor
from aplomb.people.actions import LINK_LIVES, add_person, add_team, change_person, change_team, make_sign_in_link
from aplomb.people.errors import Refused
from aplomb.people.models import Person, Role, Team
from aplomb.people.policies import may_administer

ROWS = 200


@only(may_administer)
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Everyone who works the desk, those who left last."""
    wanted = query_text(request, "find")
    found = Person.objects.prefetch_related("teams").order_by("-is_active", "work_name", "id")
    if wanted:
        found = found.filter(
            Q(full_name__icontains=wanted) | Q(work_name__icontains=wanted) | Q(email__icontains=wanted)
        )
    rows = list(found[: ROWS + 1])
    labels = dict(Role.choices)
    page = {
        "rows": [
            {"person": each, "roles": [labels[role] for role in each.roles if role in labels]} for each in rows[:ROWS]
        ],
        "has_more": len(rows) > ROWS,
        "find": wanted,
    }
    return render(request, "desk/settings/people.html", page)


@only(may_administer)
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Take somebody in; they come by a sign-in link, which their page makes."""
    by = person_of(request)
    form = PersonForm(posted(request), initial={"language": by.language, "time_zone": by.time_zone})
    if request.method == "POST" and form.is_valid():
        made = form.do(lambda: _added(form, by))
        if made is not None:
            messages.success(
                request,
                _("%(name)s is on the staff now. Make a sign-in link to let them in.") % {"name": made.work_name},
            )
            return redirect("person", made.pk)
    return render(request, "desk/settings/add_person.html", {"form": form}, status=400 if form.errors else 200)


@only(may_administer)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody's names, roles, teams, language and zone."""
    by, whose = person_of(request), _person(pk)
    initial = {each: getattr(whose, each) for each in ("full_name", "work_name", "roles", "language", "time_zone")}
    initial["teams"] = list(whose.teams.all())
    form = PersonForm(posted(request), initial=initial, is_new=False)
    form.fields["time_zone"].choices = zone_choices(also=whose.time_zone)  # type: ignore[attr-defined]  # a choice
    if request.method == "POST" and form.is_valid():
        changed = form.do(lambda: _changed(form, whose, by))
        if changed is not None:
            messages.success(request, _("Saved."))
            return redirect("person", pk)
        whose.refresh_from_db()
    return render(
        request, "desk/settings/person.html", {"form": form, "whose": whose}, status=400 if form.errors else 200
    )


@only(may_administer)
@never_cache
@require_POST
def person_link(request: HttpRequest, pk: int) -> HttpResponse:
    """A link that signs this person in, shown once."""
    whose = _person(pk)
    if not whose.is_active:
        raise Http404
    page = {
        "whose": whose,
        "link": link_address(make_sign_in_link(whose)),
        "minutes": int(LINK_LIVES.total_seconds()) // 60,
    }
    return render(request, "desk/settings/person_link.html", page)


@only(may_administer)
@require_POST
def switch_person(request: HttpRequest, pk: int) -> HttpResponse:
    """Switch somebody off or on again: POST is_active 0 or 1."""
    whose, wanted = _person(pk), request.POST.get("is_active") == "1"
    try:
        change_person(whose, by=person_of(request), is_active=wanted)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        said = _("%(name)s can sign in again.") if wanted else _("%(name)s is switched off and cannot sign in.")
        messages.success(request, said % {"name": whose.work_name})
    return redirect("person", pk)


@only(may_administer)
@require_safe
def teams(request: HttpRequest) -> HttpResponse:
    return render(request, "desk/settings/teams.html", {"rows": Team.objects.prefetch_related("members")})


@only(may_administer)
@require_http_methods(["GET", "HEAD", "POST"])
def add_team_page(request: HttpRequest) -> HttpResponse:
    by = person_of(request)
    form = TeamForm(posted(request))
    if request.method == "POST" and form.is_valid():
        made = form.do(lambda: add_team(by=by, **form.cleaned_data))
        if made is not None:
            messages.success(request, _("The team %(name)s is there.") % {"name": made.name})
            return redirect("teams")
    return render(request, "desk/settings/team.html", {"form": form}, status=400 if form.errors else 200)


@only(may_administer)
@require_http_methods(["GET", "HEAD", "POST"])
def team(request: HttpRequest, pk: int) -> HttpResponse:
    by, which = person_of(request), Team.objects.filter(pk=pk).first()
    if which is None:
        raise Http404
    members = list(which.members.all())
    form = TeamForm(posted(request), initial={"name": which.name, "is_open": which.is_open, "members": members})
    if request.method == "POST" and form.is_valid():
        gone = [each for each in members if not each.is_active]
        given = form.cleaned_data | {"members": [*form.cleaned_data["members"], *gone]}
        changed = form.do(lambda: change_team(which, by=by, **given))
        if changed is not None:
            messages.success(request, _("Saved."))
            return redirect("teams")
    page = {"form": form, "team_name": str(form.initial["name"])}
    return render(request, "desk/settings/team.html", page, status=400 if form.errors else 200)


def _person(pk: int) -> Person:
    found = Person.objects.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _added(form: PersonForm, by: Actor) -> Person:
    given = dict(form.cleaned_data)
    chosen = given.pop("teams")
    made = add_person(by=by, **given)
    _set_teams(made, chosen, by=by)
    return made


def _changed(form: PersonForm, whose: Person, by: Actor) -> Person:
    given = dict(form.cleaned_data)
    chosen = given.pop("teams")
    given["work_name"] = given["work_name"].strip() or given["full_name"].split()[0]
    change_person(whose, by=by, **given)
    _set_teams(whose, chosen, by=by)
    return whose


def _set_teams(whose: Person, chosen: Iterable[Team], *, by: Actor) -> None:
    wanted = {each.pk for each in chosen}
    # locked: two administrators may be about two people of the same team
    for each in Team.objects.select_for_update():
        members = list(each.members.all())
        if (whose in members) == (each.pk in wanted):
            continue
        left = [member for member in members if member.pk != whose.pk]
        change_team(
            each, by=by, name=each.name, is_open=each.is_open, members=[*left, whose] if each.pk in wanted else left
        )
