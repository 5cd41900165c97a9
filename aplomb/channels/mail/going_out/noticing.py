"""Notices to the staff by mail: one alone says what happened, several go together as one digest.

people.actions decides what is due and when; this answers its question who carries it (CARRIERS on the wiring page).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from babel.dates import format_skeleton
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from aplomb.channels.mail.addressing import names_us, our_addresses
from aplomb.channels.mail.going_out.telling import own_sender, staff_letter
from aplomb.journal.outbox.actions import post
from aplomb.lib.time import zone
from aplomb.people.kinds import sentence
from aplomb.people.models import Notice, Person
from aplomb.tickets.models import Ticket
from aplomb.tickets.policies import numbers_in_sight, sight_of

LINES_AT_MOST = 50
ASKED_AT_ONCE = 500


@dataclass
class Matter:
    """What a digest says of one ticket, or of what is no ticket (an empty title)."""

    title: str
    url: str
    lines: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return "\n".join(
            [*([self.title] if self.title else []), *(f"  {each}" for each in self.lines), f"  {self.url}"]
        )


def carry_notices(person: Person, notices: Sequence[Notice]) -> bool:
    """Write one mail for these notices, in this transaction. False, and nothing written, where the person's address is
    one of the desk's own (it would come in as a ticket), or where they may not see any of these tickets (any more)."""
    if names_us(person.email, our_addresses(also_unused=True)):
        return False
    tickets = _visible(person, notices)
    kept = [each for each in notices if not each.ticket_number or each.ticket_number in tickets]
    if not kept:
        return False
    with translation.override(person.language):
        subject, text = _alone(kept[0], tickets) if len(kept) == 1 else _digest(person, kept, tickets)
        foot = _("What is mailed to you and when, you choose here: %(url)s") % {
            "url": f"{settings.URL}/settings/notices"
        }
    post(staff_letter(person, subject, f"{text}\n\n{foot}", f"notices {person.pk} {kept[-1].pk}", own_sender()))
    return True


def _visible(person: Person, notices: Sequence[Notice]) -> dict[str, Ticket]:
    numbers = sorted({each.ticket_number for each in notices if each.ticket_number})
    found: dict[str, Ticket] = {}
    sight = sight_of(person)
    for start in range(0, len(numbers), ASKED_AT_ONCE):
        found.update(numbers_in_sight(sight, numbers[start : start + ASKED_AT_ONCE]))
    return found


def _alone(notice: Notice, tickets: dict[str, Ticket]) -> tuple[str, str]:
    said = _said(notice)
    ticket = tickets.get(notice.ticket_number)
    # its own page marks it as seen and leads on
    url = f"{settings.URL}/notices/{notice.pk}"
    if ticket is None:
        return said.rstrip("."), f"{said}\n\n{url}"
    title = _title(ticket)
    return f"{title}: {said.rstrip('.')}", f"{title}\n{said}\n\n{url}"


def _digest(person: Person, notices: Sequence[Notice], tickets: dict[str, Ticket]) -> tuple[str, str]:
    """By ticket, the newest first; within a ticket in order of time."""
    shown = notices[-LINES_AT_MOST:]
    matters: dict[str, Matter] = {}
    for each in reversed(shown):
        key = each.ticket_number or each.path
        if key not in matters:
            matters[key] = _matter(each, tickets)
        matters[key].lines.insert(0, f"{_moment(each, person)}  {_said(each)}")
    parts = [str(each) for each in matters.values()]
    if len(notices) > len(shown):
        more = len(notices) - len(shown)
        words = ngettext("There is %(count)s more:", "There are %(count)s more:", more) % {"count": more}
        parts.append(f"{words} {settings.URL}/notices")
    subject = ngettext("%(count)s notice for you", "%(count)s notices for you", len(notices)) % {"count": len(notices)}
    return subject, "\n\n".join(parts)


def _matter(notice: Notice, tickets: dict[str, Ticket]) -> Matter:
    ticket = tickets.get(notice.ticket_number)
    if ticket is None:
        return Matter("", f"{settings.URL}{notice.path or '/notices'}")
    return Matter(_title(ticket), f"{settings.URL}/tickets/{ticket.number}")


def _title(ticket: Ticket) -> str:
    return f"{' '.join(ticket.subject.split())[:200]} [{ticket.shown_number}]"


def _said(notice: Notice) -> str:
    return sentence(notice.kind, notice.words, notice.made_by.work_name if notice.made_by else "")


def _moment(notice: Notice, person: Person) -> str:
    language = "en_GB" if person.language == "en" else person.language
    local = notice.created_at.astimezone(zone(person.time_zone))
    # 24 hours in every language, as on the pages
    return f"{format_skeleton('MMMd', local, tzinfo=local.tzinfo, locale=language)} {local:%H:%M}"
