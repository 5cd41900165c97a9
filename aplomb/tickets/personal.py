"""What is still to be made personal in an answer asks for a second look before it goes (a gate of config/wiring.py)."""

from collections.abc import Iterable

from django.utils.translation import ngettext

from aplomb.journal.actors import Actor
from aplomb.letters.wording import marks_in
from aplomb.tickets.gates import Objection
from aplomb.tickets.models import Ticket

NAMED = 5


def ask_about_marks(ticket: Ticket, by: Actor, text: str) -> Iterable[Objection]:
    """Confirm an answer in which places of a canned reply still wait for words; the first few are named."""
    marks = marks_in(text)
    if not marks:
        return
    named = ", ".join(f"[[{each.words}]]" for each in marks[:NAMED])
    reason = ngettext(
        "%(count)s place is still to be made personal: %(places)s.",
        "%(count)s places are still to be made personal: %(places)s.",
        len(marks),
    ) % {"count": len(marks), "places": named + (" …" if len(marks) > NAMED else "")}
    yield Objection("not-personal-yet", reason, "confirm")
