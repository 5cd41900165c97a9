"""Notes about a customer."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from aplomb.customers.actions.notes import (
    add_customer_note,
    edit_customer_note,
    pin_customer_note,
    strike_customer_note,
)
from aplomb.customers.models import CustomerNote
from aplomb.customers.owners import Owner
from aplomb.customers.policies import may_edit_note, may_note_customers, may_see_customers, may_strike_note
from aplomb.customers.reads import notes_page
from aplomb.desk.customers.doors import note_for, owner_for
from aplomb.desk.customers.place_forms import CustomerNoteForm
from aplomb.desk.customers.tabs import owner_page, tab_url
from aplomb.desk.doors import only
from aplomb.desk.frame import person_of
from aplomb.desk.inputs import posted, whole_number
from aplomb.journal.looks.noting import note_look
from aplomb.people.errors import Refused
from aplomb.people.models import Person


@only(may_see_customers)
@require_http_methods(["GET", "HEAD", "POST"])
def notes(request: HttpRequest, of: str, pk: int) -> HttpResponse:
    """The notes about a customer; POST adds one."""
    by, owner = person_of(request), owner_for(of, pk)
    form = CustomerNoteForm(posted(request), auto_id="new_%s")
    if request.method == "POST":
        if not may_note_customers(by):
            raise Http404
        if form.is_valid() and form.do(lambda: add_customer_note(owner, by=by, **form.cleaned_data)) is not None:
            messages.success(request, _("The note is there."))
            return redirect(tab_url(owner, "notes"))
    return _notes_page(request, owner, form)


@only(may_note_customers)
@require_POST
def note(request: HttpRequest, pk: int) -> HttpResponse:
    """POST do: edit (with text), pin, unpin, strike."""
    by, row = person_of(request), note_for(pk)
    owner = row.organisation or row.contact
    assert owner is not None
    do = request.POST.get("do", "")
    if do == "edit":
        form = CustomerNoteForm(request.POST, auto_id=f"note{pk}_%s")
        if form.is_valid() and form.do(lambda: edit_customer_note(row, form.cleaned_data["text"], by=by)) is not None:
            return _back(owner, row)
        return _notes_page(request, owner, CustomerNoteForm(auto_id="new_%s"), wrong=(pk, form))
    try:
        if do in ("pin", "unpin"):
            pin_customer_note(row, by=by, is_pinned=do == "pin")
        elif do == "strike":
            strike_customer_note(row, by=by)
        else:
            return HttpResponse(status=400)
    except Refused as refused:
        messages.error(request, str(refused))
    return _back(owner, row)


def _back(owner: Owner, row: CustomerNote) -> HttpResponse:
    return redirect(f"{tab_url(owner, 'notes')}#note-{row.pk}")


def _notes_page(
    request: HttpRequest, owner: Owner, form: CustomerNoteForm, *, wrong: tuple[int, CustomerNoteForm] | None = None
) -> HttpResponse:
    by = person_of(request)
    found = notes_page(owner, before=whole_number(request.GET.get("before")) or 0)
    if found.rows:
        note_look(by, "customer notes", f"{owner._meta.model_name} {owner.pk}")
    page = {
        **owner_page(request, owner, "notes"),
        "rows": [_shown(each, by, wrong) for each in found.rows],
        "before": found.before,
        "form": form,
    }
    return render(request, "desk/customers/notes.html", page, status=400 if form.errors or wrong else 200)


def _shown(row: CustomerNote, by: Person, wrong: tuple[int, CustomerNoteForm] | None) -> dict[str, object]:
    form = None
    if may_edit_note(by, row):
        mine = wrong is not None and wrong[0] == row.pk
        form = wrong[1] if wrong and mine else CustomerNoteForm(initial={"text": row.text}, auto_id=f"note{row.pk}_%s")
    return {"row": row, "form": form, "may_strike": row.struck_at is None and bool(may_strike_note(by, row))}
