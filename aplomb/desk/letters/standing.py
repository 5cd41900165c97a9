"""What becomes of a letter's draft and versions: put in force, thrown away, retired, put away. Each is one POST."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from aplomb.desk import words
from aplomb.desk.doors import only
from aplomb.desk.frame import person_of
from aplomb.desk.letters.forms import NamesForm, StartForm
from aplomb.desk.letters.listing import letter_page
from aplomb.desk.tickets.answers import in_place
from aplomb.letters.actions import archive_letter, confirm_translation, put_in_force, retire_version, throw_draft_away
from aplomb.letters.policies import may_see_letters
from aplomb.letters.reads import letter_for
from aplomb.lib.time import utc_now


@in_place
@only(may_see_letters)
@require_POST
def put(request: HttpRequest, letter: str) -> HttpResponse:
    """The draft in force, now or from an instant."""
    by = person_of(request)
    found = letter_for(by, letter)
    form = StartForm(request.POST)
    if form.is_valid():
        done = form.do(lambda: put_in_force(letter, start=form.chosen, by=by))
        if done is not None and done.in_force_from is not None:
            if done.in_force_from > utc_now():
                when = words.Speech().moment(done.in_force_from)
                messages.success(request, _("It will be in force from %(when)s.") % {"when": when})
            else:
                messages.success(request, _("It is in force now."))
            return redirect("letter", letter)
    page = {**letter_page(found, by), "form": NamesForm(letter=found), "start_form": form}
    return render(request, "desk/letters/letter.html", page, status=400)


@in_place
@only(may_see_letters)
@require_POST
def discard(request: HttpRequest, letter: str) -> HttpResponse:
    """The draft is gone; what is in force stays."""
    throw_draft_away(letter, by=person_of(request))
    messages.success(request, _("The draft is gone. What is in force stays as it is."))
    return redirect("letter", letter)


@in_place
@only(may_see_letters)
@require_POST
def retire(request: HttpRequest, letter: str, version: int) -> HttpResponse:
    """Out of force; the shipped words count again, where there are such."""
    by = person_of(request)
    retire_version(letter, version, by=by)
    found = letter_for(by, letter)
    if found.version_in_force() is None and found.shipped is not None:
        messages.success(request, _("Retired. The text that came with Aplomb is in force again."))
    else:
        messages.success(request, _("Retired."))
    return redirect("letter", letter)


@in_place
@only(may_see_letters)
@require_POST
def archive(request: HttpRequest, letter: str) -> HttpResponse:
    """No longer offered, or offered again: POST is_archived 1 or 0."""
    is_archived = request.POST.get("is_archived") != "0"
    archive_letter(letter, is_archived=is_archived, by=person_of(request))
    messages.success(request, _("It is no longer used.") if is_archived else _("It is used again."))
    return redirect("letter", letter)


@in_place
@only(may_see_letters)
@require_POST
def confirm(request: HttpRequest, letter: str, language: str) -> HttpResponse:
    """A stale translation still holds."""
    confirm_translation(letter, language, by=person_of(request))
    messages.success(request, _("Noted in the draft: the translation holds for the source as it is now."))
    return redirect("edit_letter", letter, language)
