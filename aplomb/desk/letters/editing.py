"""The editor: one language of a letter's draft, the source beside it, and the mail as its customer would see it."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from aplomb.desk.doors import only
from aplomb.desk.frame import person_of
from aplomb.desk.inputs import posted
from aplomb.desk.letters.difference import difference
from aplomb.desk.letters.forms import WordsForm
from aplomb.desk.letters.previews import EXAMPLES
from aplomb.desk.letters.shown import shown
from aplomb.desk.tickets.answers import in_place
from aplomb.letters.actions import save_draft, text_digest
from aplomb.letters.errors import EditedMeanwhile
from aplomb.letters.models import Kind
from aplomb.letters.policies import may_edit_letter, may_see_letters, reader_of
from aplomb.letters.reads import KnownLetter, letter_for
from aplomb.letters.variables import available_in
from aplomb.people.errors import NotAllowed, Refused
from aplomb.people.models import Person
from aplomb.people.policies import require


@in_place
@only(may_see_letters)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, letter: str, language: str) -> HttpResponse:
    """Write one language. What is wrong, and what somebody else saved meanwhile, is said with the text kept."""
    by = person_of(request)
    if language not in dict(settings.LANGUAGES):
        raise Http404
    found = letter_for(by, letter)
    may_edit = may_edit_letter(by, team_id=found.team_id, person_id=found.person_id)
    if request.method == "POST":
        require(may_edit)
    source = request.GET.get("source", "")
    form = _form(request, found, language)
    theirs: str | None = None
    if request.method == "POST" and form.is_valid():
        try:
            _save(form, letter, language, source if source in dict(settings.LANGUAGES) else "en", by)
        except NotAllowed:
            raise
        except EditedMeanwhile:
            found = letter_for(by, letter)
            theirs = found.texts_to_edit().parts(language).get("body", "")
            # saved once more it is on purpose: the writer has read what the other wrote
            form = _form(request, found, language, seen=text_digest(found, language))
            form.is_valid()
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("The draft is saved. Customers get it once it is in force."))
            return redirect("edit_letter", letter, language)
    page = _page(found, language, by) | {"form": form, "may_edit": bool(may_edit)}
    if theirs is not None:
        mine = form.data.get("body", "").replace("\r\n", "\n").strip("\n")
        page |= {"is_changed": True, "runs": difference(theirs, mine)}
        return render(request, "desk/letters/edit.html", page, status=409)
    return render(request, "desk/letters/edit.html", page, status=400 if form.errors else 200)


def _save(form: WordsForm, letter: str, language: str, source: str, by: Person) -> None:
    given = form.cleaned_data
    save_draft(
        letter,
        language,
        subject=given.get("subject", ""),
        body=given["body"],
        seen=given["seen"],
        source=source,
        by=by,
    )


def _form(request: HttpRequest, found: KnownLetter, language: str, *, seen: str = "") -> WordsForm:
    parts = found.texts_to_edit().parts(language)
    initial = {**parts, "seen": text_digest(found, language)}
    given: Any = posted(request)
    if given is not None and seen:
        given = given.copy()
        given["seen"] = seen
    return WordsForm(given, initial=initial, letter=found, language=language)


def _page(found: KnownLetter, language: str, by: Person) -> dict[str, Any]:
    texts = found.texts_to_edit()
    return {
        "letter": found,
        "shown": shown(found, reader_of(by)),
        "language": language,
        "states": texts.states(code for code, _name in settings.LANGUAGES),
        "state": texts.state(language),
        "source": texts.source,
        "source_parts": texts.parts(texts.source),
        "variables": available_in(found.kind, found.key),
        "has_marks": found.kind == Kind.CANNED,
        "draft": found.draft,
        "examples": EXAMPLES.get(language, EXAMPLES["en"]),
    }
