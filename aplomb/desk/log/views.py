"""Who read what, and what was changed by whom. Reading the first is itself kept in it."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from aplomb.desk.doors import only
from aplomb.desk.frame import person_of
from aplomb.desk.inputs import query_text, whole_number
from aplomb.desk.log.policies import may_read_logs
from aplomb.desk.log.reads import changes_page, looks_page
from aplomb.desk.log.sentences import differences, done_sentence, page_of, read_what
from aplomb.journal.looks.noting import note_look
from aplomb.people.models import Person


@only(may_read_logs)
@require_safe
def looks(request: HttpRequest) -> HttpResponse:
    """Who read what, newest first: of one person (?person=), at one thing (?key=)."""
    person, key = whole_number(request.GET.get("person")), query_text(request, "key")
    page = looks_page(person=person, key=key, before=whole_number(request.GET.get("before")))
    note_look(person_of(request), "who read what", f"of {person}" if person is not None else key)
    rows = [
        {"row": each, "what": read_what(each.what), "url": page_of(each.key), "of": _query(person=each.person, key="")}
        for each in page.rows
    ]
    context = {
        "rows": rows,
        "people": Person.objects.order_by("full_name").values_list("pk", "full_name"),
        "person": person,
        "key": key,
        "is_filtered": person is not None or bool(key),
        "next_url": _query(person=person, key=key, before=page.before) if page.before else "",
    }
    return render(request, "desk/log/looks.html", context)


@only(may_read_logs)
@require_safe
def changes(request: HttpRequest) -> HttpResponse:
    """What was changed of the desk's own settings, newest first."""
    page = changes_page(before=whole_number(request.GET.get("before")))
    note_look(person_of(request), "changes", "")
    rows = [
        {"row": each, "text": done_sentence(each), "url": page_of(each.thing), "differing": differences(each)}
        for each in page.rows
    ]
    next_url = f"{reverse('changes')}?before={page.before}" if page.before else ""
    return render(request, "desk/log/changes.html", {"rows": rows, "next_url": next_url})


def _query(*, person: int | None, key: str, before: int = 0) -> str:
    given = {"person": person if person is not None else "", "key": key, "before": before or ""}
    found = urlencode({name: value for name, value in given.items() if value != ""})
    return f"{reverse('looks')}?{found}"
