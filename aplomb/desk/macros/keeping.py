"""The list of macros, a new one, changing one, and putting one out of use."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from aplomb.automation.actions import MacroWish, keep_macro
from aplomb.automation.models import Macro
from aplomb.automation.policies import macro_for, may_keep_macro, visible_macros
from aplomb.automation.steps import lines_of
from aplomb.desk.doors import only
from aplomb.desk.frame import person_of
from aplomb.desk.inputs import posted
from aplomb.desk.macros.forms import OWN, MacroForm, initial_of
from aplomb.desk.tickets.answers import in_place
from aplomb.letters.policies import reader_of
from aplomb.letters.reads import letters_seen_by
from aplomb.people.policies import require
from aplomb.tickets.policies import may_work


@only(may_work)
@require_safe
def macros(request: HttpRequest) -> HttpResponse:
    """Every macro that this person sees, with what it does in words."""
    by = person_of(request)
    reader = reader_of(by)
    names = {each.key: each.name for each in letters_seen_by(by)}
    rows = [
        {
            "macro": each,
            "lines": lines_of(each.steps, None, by),
            "reply": names.get(each.reply, each.reply),
            "may_keep": bool(may_keep_macro(by, team_id=each.team_id, person_id=each.person_id, reader=reader)),
        }
        for each in visible_macros(by)
    ]
    return render(request, "desk/macros/macros.html", {"rows": rows})


@only(may_work)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """A new macro."""
    by = person_of(request)
    form = MacroForm(posted(request), by=by, initial={"owner": OWN})
    if request.method == "POST" and form.is_valid():
        made = form.do(lambda: keep_macro(form.wish, by=by))
        if made is not None:
            messages.success(request, _("Saved."))
            return redirect("macros")
    return _page(request, form)


@only(may_work)
@never_cache
@in_place
@require_http_methods(["GET", "HEAD", "POST"])
def macro(request: HttpRequest, macro: int) -> HttpResponse:
    """One macro to change."""
    by = person_of(request)
    found = macro_for(by, macro)
    require(may_keep_macro(by, team_id=found.team_id, person_id=found.person_id))
    form = MacroForm(posted(request), by=by, initial=initial_of(found))
    if request.method == "POST" and form.is_valid():
        seen = form.cleaned_data["version"]
        changed = form.do(lambda: keep_macro(form.wish, by=by, macro_id=macro, seen_version=seen))
        if changed is not None:
            messages.success(request, _("Saved."))
            return redirect("macros")
    return _page(request, form, found)


@only(may_work)
@in_place
@require_POST
def use(request: HttpRequest, macro: int) -> HttpResponse:
    """Put a macro out of use, or into use again."""
    by = person_of(request)
    found = macro_for(by, macro)
    keep_macro(_as_it_is(found, is_active=not found.is_active), by=by, macro_id=macro)
    messages.success(request, _("It is in use again.") if not found.is_active else _("It is no longer offered."))
    return redirect("macros")


def _as_it_is(found: Macro, *, is_active: bool) -> MacroWish:
    return MacroWish(
        name=found.name,
        steps=found.steps,
        note=found.note,
        reply=found.reply,
        then=found.then,
        team=found.team,
        person=found.person,
        is_active=is_active,
    )


def _page(request: HttpRequest, form: MacroForm, found: Macro | None = None) -> HttpResponse:
    page: dict[str, Any] = {"form": form, "macro": found}
    return render(request, "desk/macros/macro.html", page, status=400 if form.errors else 200)
