"""The list of letters, a new canned reply, one letter with its versions, and what a version changed."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from aplomb.desk.doors import only
from aplomb.desk.frame import person_of
from aplomb.desk.inputs import posted
from aplomb.desk.letters.difference import difference
from aplomb.desk.letters.forms import NamesForm, NewReplyForm, StartForm
from aplomb.desk.letters.shown import STANDING_WORDS, groups, shown
from aplomb.desk.tickets.answers import in_place
from aplomb.letters.actions import add_canned_reply, change_letter
from aplomb.letters.policies import may_see_letters, reader_of
from aplomb.letters.reads import KnownLetter, letter_for
from aplomb.lib.texts import Texts
from aplomb.people.models import Person


@only(may_see_letters)
@require_safe
def letters(request: HttpRequest) -> HttpResponse:
    """Every letter that this person sees, by kind, each language with its state."""
    by = person_of(request)
    page = {"groups": groups(by), "may_add": _may_add(by)}
    return render(request, "desk/letters/letters.html", page)


@only(may_see_letters)
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """A new canned reply; its words are written on the page that follows."""
    by = person_of(request)
    if not _may_add(by):
        raise Http404
    form = NewReplyForm(posted(request), initial={"language": get_language()}, reader=reader_of(by))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        made = form.do(lambda: add_canned_reply(by=by, **given))
        if made is not None:
            answer = redirect("edit_letter", made.key, given["language"])
            answer["Location"] += f"?source={given['language']}"
            return answer
    return render(request, "desk/letters/add.html", {"form": form}, status=400 if form.errors else 200)


@in_place
@only(may_see_letters)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def letter(request: HttpRequest, letter: str) -> HttpResponse:
    """One letter: its languages, its versions, and what one can do with them. POST: its names and shortcut."""
    by = person_of(request)
    found = letter_for(by, letter)
    form = NamesForm(posted(request), letter=found)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if form.do(lambda: change_letter(letter, names=form.names, shortcut=given.get("shortcut", ""), by=by)):
            messages.success(request, _("Saved."))
            return redirect("letter", letter)
    page = {**letter_page(found, by), "form": form}
    return render(request, "desk/letters/letter.html", page, status=400 if form.errors else 200)


def letter_page(found: KnownLetter, by: Person) -> dict[str, Any]:
    """What the page of a letter shows beside the form of its names."""
    standings = found.standings()
    return {
        "shown": shown(found, reader_of(by)),
        "letter": found,
        "start_form": StartForm(),
        "versions": [
            {"version": each, "standing": each_is, "word": STANDING_WORDS[each_is]} for each, each_is in standings
        ],
    }


@in_place
@only(may_see_letters)
@require_safe
def version(request: HttpRequest, letter: str, version: int) -> HttpResponse:
    """What a version says in each language, and what it changed of the one before, or of what is shipped."""
    found = letter_for(person_of(request), letter)
    one = next((each for each in found.versions if each.number == version), None)
    if one is None:
        raise Http404
    before = max((each for each in found.versions if each.number < version), key=lambda each: each.number, default=None)
    older = before.texts if before is not None else found.shipped.texts if found.shipped else Texts(one.texts.source)
    page = {
        "letter": found,
        "version": one,
        "before": before,
        "changes": [each for each in _changes(older, one.texts) if each["runs"]],
        "word": next(STANDING_WORDS[each_is] for each, each_is in found.standings() if each.number == version),
    }
    return render(request, "desk/letters/version.html", page)


def _changes(older: Texts, newer: Texts) -> list[dict[str, Any]]:
    found = []
    for language in sorted({*older.written, *newer.written}, key=lambda each: (each != newer.source, each)):
        texts = [
            "\n\n".join(filter(None, (of.parts(language).get(each, "") for each in ("subject", "body"))))
            for of in (older, newer)
        ]
        found.append(
            {"language": language, "runs": difference(*texts) if texts[0] != texts[1] else (), "is_new": not texts[0]}
        )
    return found


def _may_add(by: Person) -> bool:
    reader = reader_of(by)
    return reader.is_administrator or (reader.is_supervisor and bool(reader.teams))
