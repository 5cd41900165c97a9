"""The only writers of notices and of what each wants to hear of them.

with transaction.atomic():
    …
    notice(person, "mentioned", by=author, about=f"mentioned {message.pk}", ticket_number=ticket.number)
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from aplomb.journal.actors import Actor
from aplomb.journal.wake import call_person
from aplomb.lib.prepared import prepared
from aplomb.lib.time import utc_now
from aplomb.people.errors import Wrong
from aplomb.people.kinds import AT_ONCE, BY_MAIL, DAILY, KINDS, NEVER
from aplomb.people.models import WAITING, Notice, NoticeChoices, NoticeMail, Person
from aplomb.people.wishes import is_wanted_in_page, wanted_by_mail

KEPT_FOR = dt.timedelta(days=90)
FORGOTTEN_AT_ONCE = 1000
STATES = {NEVER: NoticeMail.NONE, AT_ONCE: NoticeMail.SOON, DAILY: NoticeMail.DAILY}


def notice(
    person: Person,
    kind: str,
    *,
    about: str,
    ticket_number: str = "",
    by: Actor | None = None,
    words: Mapping[str, Any] | None = None,
    path: str = "",
) -> Notice | None:
    """Tell one of the staff that something happened, once for what it is `about` (at most 80 characters). Needs a transaction.

    `kind` is a word of people/kinds.py; `by` who did it; `words` are short facts that its sentence uses, never a text of a
    customer; `path` the page that shows it, where that is not the ticket's own. Their page and mail follow from their choices.
    Gives the new notice; None when they were told before, did it themselves, have left, or want to hear nothing of it.
    Raises ValueError for an unknown kind or too long a word.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("a notice is written in the transaction of what it tells of")
    if kind not in KINDS or len(about) > 80 or len(path) > 200:
        raise ValueError(f"no notice: {kind} about {about}")
    if not person.is_active or (isinstance(by, Person) and by.pk == person.pk):
        return None
    choices = choices_of(person)
    in_page, mail = is_wanted_in_page(choices, kind), wanted_by_mail(choices, kind)
    if not in_page and mail == NEVER:
        return None
    facts = {
        "kind": kind,
        "ticket_number": ticket_number,
        "path": path,
        "words": dict(words or {}),
        "made_by": by if isinstance(by, Person) else None,
        "in_page": in_page,
        "mail": STATES[mail],
        "created_at": utc_now(),
    }
    # of two that tell the same at once, the database lets one
    told, is_new = Notice.objects.get_or_create(person=person, about=about, defaults=facts)
    if not is_new:
        return None
    if in_page:
        call_person(person.pk)
    return told


def choices_of(person: Person) -> NoticeChoices:
    """What this person chose; the defaults, not saved, where they never did."""
    found = _choices(person.pk)
    return found[0] if found else NoticeChoices(person=person)


@prepared
def _choices(person_id: int) -> QuerySet[NoticeChoices]:
    return NoticeChoices.objects.filter(pk=person_id)


def settle_mail(told: Notice, mail: NoticeMail) -> None:
    """Its writer has put its mail in the outbox by itself, in this transaction, or there is no way to write one."""
    told.mail = mail
    told.save(update_fields=["mail"])


def see(person: Person, notices: Iterable[int] | None = None, *, ticket_number: str = "", up_to: int = 0) -> int:
    """Mark as seen: these, those of a ticket, or all up to an id. What was seen is not mailed any more. Gives how many."""
    rows = Notice.objects.filter(person=person, in_page=True, seen_at=None)
    if notices is not None:
        rows = rows.filter(pk__in=list(notices))
    if ticket_number:
        rows = rows.filter(ticket_number=ticket_number)
    if up_to:
        rows = rows.filter(pk__lte=up_to)
    with transaction.atomic():
        rows.filter(mail__in=WAITING).update(mail=NoticeMail.NONE)
        return rows.update(seen_at=utc_now())


def unsee(person: Person, notice_id: int) -> int:
    """Keep it for later: it counts as not seen. It is not mailed again."""
    return Notice.objects.filter(person=person, in_page=True, pk=notice_id).update(seen_at=None)


def choose(
    person: Person,
    *,
    kinds: Mapping[str, tuple[bool, str]],
    quiet_from: dt.time | None = None,
    quiet_to: dt.time | None = None,
    quiet_days: Iterable[int] = (),
    digest_at: dt.time = dt.time(8),
) -> NoticeChoices:
    """Set what one wants to hear: by kind, in the page or not, and by mail never, at once or daily. What waits to be mailed
    follows the new choice. Raises Wrong."""
    unknown = [kind for kind, (_page, mail) in kinds.items() if kind not in KINDS or mail not in BY_MAIL]
    if unknown:
        raise Wrong("kinds", _("There is no notice of the kind %(name)s.") % {"name": unknown[0]})
    if (quiet_from is None) != (quiet_to is None):
        raise Wrong("quiet_to", _("Quiet hours need a beginning and an end."))
    if quiet_from is not None and quiet_from == quiet_to:
        raise Wrong("quiet_to", _("Quiet hours cannot end when they begin."))
    days = sorted({day for day in quiet_days if 0 <= day <= 6})
    if len(days) == 7:
        raise Wrong("quiet_days", _("With seven quiet days nothing would ever be mailed: choose never instead."))
    with transaction.atomic():
        row, _made = NoticeChoices.objects.select_for_update(no_key=True).get_or_create(person=person)
        chosen = {**row.kinds, **{kind: _choice(kind, page, mail) for kind, (page, mail) in kinds.items()}}
        row.kinds = {kind: each for kind, each in chosen.items() if each}
        row.quiet_from, row.quiet_to, row.quiet_days, row.digest_at = quiet_from, quiet_to, days, digest_at
        row.save(update_fields=["kinds", "quiet_from", "quiet_to", "quiet_days", "digest_at"])
        for state in STATES.values():
            same = [kind for kind, (_page, mail) in kinds.items() if STATES[mail] == state]
            waiting = Notice.objects.filter(person=person, mail__in=WAITING, kind__in=same)
            waiting.exclude(mail=state).update(mail=state)
    return row


def _choice(kind: str, page: bool, mail: str) -> dict[str, Any]:
    """Only what differs: a default that changes later holds for whoever never chose."""
    known = KINDS[kind]
    chosen: dict[str, Any] = {} if page == known.in_page else {"page": page}
    return chosen if mail == known.mail else {**chosen, "mail": mail}


def forget_notices_of(ticket_number: str) -> None:
    """The ticket is gone for good: so is what was told of it."""
    Notice.objects.filter(ticket_number=ticket_number).exclude(ticket_number="").delete()


def forget_old_notices(*, now: dt.datetime | None = None) -> int:
    """Forget some notices that are older than 90 days. Gives how many; none: there are no more."""
    old = Notice.objects.filter(created_at__lt=(now or utc_now()) - KEPT_FOR)
    ids = list(old.order_by("created_at").values_list("pk", flat=True)[:FORGOTTEN_AT_ONCE])
    Notice.objects.filter(pk__in=ids).delete()
    return len(ids)
