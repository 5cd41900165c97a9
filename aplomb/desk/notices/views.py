"""The list of one's notices, marking them as seen, and the bell as a piece for open pages."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from aplomb.desk.frame import frame_of, person_of
from aplomb.desk.inputs import next_page, query_text, whole_number
from aplomb.desk.notices.reads import address_of, bell_of, newest_of, notice_for, notice_page
from aplomb.people.actions.notices import see, unsee


@never_cache
@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """What one was told, newest first; all of it or what was not seen yet."""
    person = person_of(request)
    only_unseen = query_text(request, "show") == "unseen"
    page = notice_page(person, only_unseen=only_unseen, before=whole_number(request.GET.get("before")))
    found = {
        "page": page,
        "only_unseen": only_unseen,
        "is_first_page": "before" not in request.GET,
        "newest": page.rows[0].notice.pk if page.rows else 0,
    }
    piece = query_text(request, "part") == "list"
    return render(request, "desk/notices/list.html" if piece else "desk/notices/notices.html", found)


@never_cache
@require_safe
def open_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Go to what a notice is about: it is seen by that."""
    person = person_of(request)
    row = notice_for(person, pk)
    if row is None:
        raise Http404
    see(person, [pk])
    return redirect(address_of(row.notice))


@never_cache
@require_safe
def bell(request: HttpRequest) -> HttpResponse:
    """The bell as it is now, with a word for who listens when something is newer than `after`."""
    person = person_of(request)
    after = whole_number(request.GET.get("after")) or 0
    return _bell(request, query_text(request, "ticket", most=12), newest_of(person, after=after))


@require_POST
def mark_seen(request: HttpRequest) -> HttpResponse:
    """Mark as seen what is of a ticket, or all up to the newest that the page showed."""
    person = person_of(request)
    ticket = request.POST.get("ticket", "").replace("\0", "")[:12]
    up_to = whole_number(request.POST.get("up_to")) or 0
    if ticket or up_to:
        see(person, ticket_number=ticket, up_to=up_to)
    if request.headers.get("HX-Request"):
        return _bell(request, ticket)
    return redirect(next_page(request, reverse("notices")))


@require_POST
def switch_seen(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark one notice as seen, or keep it for later."""
    person = person_of(request)
    if notice_for(person, pk) is None:
        raise Http404
    if request.POST.get("seen") == "no":
        unsee(person, pk)
    else:
        see(person, [pk])
    if request.headers.get("HX-Request"):
        return render(request, "desk/notices/one.html", {"row": notice_for(person, pk), "with_bell": True})
    return redirect(next_page(request, reverse("notices")))


def _bell(request: HttpRequest, number: str, newest: object = None) -> HttpResponse:
    found = bell_of(person_of(request), frame_of(request).sight, number)
    return render(request, "desk/notices/bell.html", {"bell": found, "newest": newest})
