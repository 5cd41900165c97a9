"""Mail that waits for a person: held with its reason, seen in a list, released onto its ticket or discarded.

    stored → held → stored (released: it is never held again) → applied
                  → discarded

coming_in/applying.py asks the checks of its list in their order; the first that gives a `Held` decides.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from aplomb.channels.mail.models import IncomingMail
from aplomb.channels.mail.reading.parse import ParsedMail
from aplomb.journal.actors import Actor
from aplomb.people.models import Person, Role
from aplomb.people.policies import Verdict, no, require
from aplomb.tickets.policies import may_work

State, Hold = IncomingMail.State, IncomingMail.Hold


@dataclass(frozen=True)
class Held:
    """That a mail waits for a person: the kind (IncomingMail.Hold) and why, in a sentence for the list."""

    hold: str
    reason: str


# asked within the transaction that applies the mail, before anybody becomes a contact: fast, and no network
Check = Callable[[IncomingMail, ParsedMail], Held | None]

# what each kind means and what a person may do about it, above the list
MEANING: dict[str, "str | Promise"] = {
    Hold.SPAM: _("It looks like spam."),
    Hold.BLOCKED: _("Its sender is blocked."),
    Hold.LOOP: _("Two machines seem to write to each other. While it is held, nothing answers it."),
    Hold.UNPROVEN: _("It says that it is from somebody of this desk, and nothing proves it."),
    Hold.VIRUS: _("A file of it is dangerous."),
}


def first_reason(mail: IncomingMail, parsed: ParsedMail, checks: Iterable[Check]) -> Held | None:
    """Why the mail waits for a person; None when it does not, or when a person let it through."""
    if mail.is_released:
        return None
    return next((found for check in checks if (found := check(mail, parsed)) is not None), None)


def may_release(mail: IncomingMail, by: Actor) -> Verdict:
    """Everybody who works tickets; whoever releases a colleague's unproven mail vouches for it, as supervisors do."""
    return may_vouch(by) if mail.hold == Hold.UNPROVEN else may_work(by)


def may_vouch(by: Actor) -> Verdict:
    """Say that a mail from somebody of the desk is theirs: it then counts as if they had written it on the desk."""
    if not isinstance(by, Person) or by.is_one_of(Role.SUPERVISOR, Role.ADMINISTRATOR):
        return may_work(by)
    return no(_("Only supervisors vouch for a mail that says it is from a colleague."))


def release_mail(mail: IncomingMail, *, by: Actor) -> bool:
    """Let a held mail through, also one that was discarded from among the held. False when it is neither. Raises NotAllowed."""
    from aplomb.channels.mail.jobs import apply_mail

    require(may_work(by))
    require(may_release(mail, by))
    with transaction.atomic():
        moved = (
            IncomingMail.objects.filter(pk=mail.pk, hold=mail.hold, state__in=[State.HELD, State.DISCARDED])
            .exclude(hold="")
            .update(state=State.STORED, is_released=True, reason="", attempts=0)
        )
        if moved:
            apply_mail.enqueue(mail_id=mail.pk)
    return bool(moved)
