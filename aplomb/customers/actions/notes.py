"""Writing notes about customers."""

from django.db import transaction
from django.utils.translation import gettext as _

from aplomb.customers.actions.places import clean_lines, mark, unmark
from aplomb.customers.models import CustomerNote, Has
from aplomb.customers.owners import Owner, owned_by
from aplomb.customers.policies import may_edit_note, may_note_customers, may_strike_note
from aplomb.journal.actors import Actor
from aplomb.lib.time import utc_now
from aplomb.people.errors import Wrong
from aplomb.people.models import Person
from aplomb.people.policies import require

MOST = 4000


def add_customer_note(owner: Owner, text: str, *, by: Person, is_pinned: bool = False) -> CustomerNote:
    """Raises Wrong for an empty one, NotAllowed."""
    require(may_note_customers(by))
    note = CustomerNote(**owned_by(owner), text=_text(text), person=by, is_pinned=is_pinned)
    with transaction.atomic():
        note.save()
        mark(owner, Has.NOTES | Has.PINNED if is_pinned else Has.NOTES)
    return note


def edit_customer_note(note: CustomerNote, text: str, *, by: Actor) -> CustomerNote:
    """Other words within a day, by the one who wrote it. Raises Wrong, NotAllowed."""
    with transaction.atomic():
        note = _locked(note)
        require(may_edit_note(by, note))
        note.text, note.edited_at = _text(text), utc_now()
        note.save(update_fields=["text", "edited_at"])
    return note


def pin_customer_note(note: CustomerNote, *, by: Actor, is_pinned: bool) -> None:
    """Above the others and beside tickets, or no longer. Raises NotAllowed; Wrong for a struck one."""
    require(may_note_customers(by))
    with transaction.atomic():
        note = _locked(note)
        if note.struck_at is not None:
            raise Wrong("text", _("This note was struck."))
        note.is_pinned = is_pinned
        note.save(update_fields=["is_pinned"])
        _mark_pins(note)


def strike_customer_note(note: CustomerNote, *, by: Person) -> None:
    """It no longer holds: it stays, with who struck it and when. Twice is once. Raises NotAllowed."""
    require(may_strike_note(by, note))
    with transaction.atomic():
        note = _locked(note)
        if note.struck_at is not None:
            return
        note.struck_at, note.struck_by, note.is_pinned = utc_now(), by, False
        note.save(update_fields=["struck_at", "struck_by", "is_pinned"])
        _mark_pins(note)


def _locked(note: CustomerNote) -> CustomerNote:
    return CustomerNote.objects.select_for_update().get(pk=note.pk)


def _mark_pins(note: CustomerNote) -> None:
    owner = note.organisation or note.contact
    assert owner is not None
    # the customer's row is the lock of its pins: of two who pin and unpin at once one waits
    mark(owner, Has(0))
    if CustomerNote.objects.filter(**owned_by(owner), is_pinned=True).exists():
        mark(owner, Has.PINNED)
    else:
        unmark(owner, Has.PINNED)


def _text(text: str) -> str:
    found = clean_lines(text, MOST + 1)
    if not found:
        raise Wrong("text", _("The note is empty."))
    if len(found) > MOST:
        raise Wrong("text", _("A note has at most %(count)s characters.") % {"count": MOST})
    return found
