"""What a person must not overlook, in a strip above every page: mailboxes that need attention, and answers that never arrived."""

import time
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import ngettext

from aplomb.channels.mail.coming_in.watching import standing_troubles
from aplomb.channels.mail.models import Mailbox
from aplomb.journal.models import OutgoingMail
from aplomb.people.models import Person
from aplomb.people.policies import may_administer
from aplomb.tickets.models import Stage, Ticket
from aplomb.tickets.policies import may_work

# whether there is anything at all is asked once in so many seconds: on most days there is nothing
KNOWN_FOR = 15.0
MAILS_LOOKED_AT = 200


@dataclass(frozen=True)
class Strip:
    """A sentence, and where to do something about it."""

    words: str
    url: str


@dataclass
class _Remembered:
    is_any: bool = False
    until: float = 0.0


_last = _Remembered()


def troubles_for(person: Person) -> tuple[Strip, ...]:
    """What is wrong that this person can mend. No query while nothing is wrong, two at the most."""
    if not _is_any():
        return ()
    found = []
    if may_administer(person):
        found += [Strip(each.words, reverse("mailbox", args=[each.mailbox.pk])) for each in standing_troubles()]
    if may_work(person) and (count := _undelivered(person)):
        words = ngettext(
            "A message on %(count)s ticket of yours could not be delivered.",
            "Messages on %(count)s tickets of yours could not be delivered.",
            count,
        )
        found.append(Strip(words % {"count": count}, f"{reverse('outgoing_mail')}?state=failed"))
    return tuple(found)


def forget_troubles() -> None:
    """Look anew: something changed just now."""
    _last.until = 0.0


def _is_any() -> bool:
    if _last.until < time.monotonic():
        _last.is_any = (
            Mailbox.objects.exclude(alarmed_at=None).exists()
            or OutgoingMail.objects.filter(state=OutgoingMail.State.FAILED).exclude(chain_key="").exists()
        )
        _last.until = time.monotonic() + KNOWN_FOR
    return _last.is_any


def _undelivered(person: Person) -> int:
    """On how many of their open tickets a mail has failed and nobody has settled it."""
    failed = OutgoingMail.objects.filter(state=OutgoingMail.State.FAILED).exclude(chain_key="").order_by("-id")
    numbers = failed.values("chain_key")[:MAILS_LOOKED_AT]
    return Ticket.objects.filter(assignee=person, stage=Stage.LIVE, number__in=numbers).order_by().count()
