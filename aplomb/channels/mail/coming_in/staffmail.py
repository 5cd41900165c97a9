"""Agents who answer from their own mail program: with a signed token address and a proven domain, or not at all.

    From an address of the staff
      to a token address of the ticket, domain proven      their answer to the customer; a note, if they forward something
                                                           or write to their note address
      onto a ticket in any other way                       held (unproven), and both are told
      on a request of their own, or a new one              a customer's mail like any other; held if the domain is disproven

Whoever forges From gains nothing: neither a number in the subject nor a Message-ID counts, and the token in a customer's
mail does not help without the domain's proof. A mail that a supervisor releases is taken as its sender's.
"""

import contextlib
import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from aplomb.channels.mail.addressing import mailbox_of
from aplomb.channels.mail.coming_in.matching import REFERENCES_READ, Match
from aplomb.channels.mail.going_out.compose import BadAddress
from aplomb.channels.mail.going_out.telling import letter_to
from aplomb.channels.mail.holding import Held
from aplomb.channels.mail.models import IncomingMail, LastAcknowledgement, Mailbox, ThreadMark
from aplomb.channels.mail.reading.headers import Address
from aplomb.channels.mail.reading.parse import ParsedAttachment, ParsedMail
from aplomb.channels.mail.tokens import new_staff_token, numbers_signed_in, signing_key, staff_tokens_in
from aplomb.customers.addresses import email_key
from aplomb.customers.merged import whole_contact_ids
from aplomb.customers.models import ContactPoint
from aplomb.journal.outbox.actions import post
from aplomb.lib.time import utc_now
from aplomb.people.errors import NotFound, Refused
from aplomb.people.models import Person
from aplomb.tickets.actions.draft import drop_upload, throw_draft_away, upload_file
from aplomb.tickets.actions.note import add_note
from aplomb.tickets.actions.reply import Reply, reply_to_ticket
from aplomb.tickets.merged import end_of
from aplomb.tickets.models import Draft, Kind, Message, Ticket
from aplomb.tickets.numbers import numbers_in
from aplomb.tickets.policies import sees, ticket_for

Hold = IncomingMail.Hold

TELL_AT_MOST_EVERY = dt.timedelta(hours=1)
# pictures within the text below this are the logo of a signature, not a screenshot
SMALLEST_PICTURE = 15_000

# translated for each who reads them
DISPROVEN = gettext_noop("Its domain says that this mail is not from %(name)s.")
OUT_OF_SIGHT = gettext_noop("%(name)s does not see the ticket that it is for.")
MACHINE = gettext_noop("%(name)s's mail program answered by itself.")
NO_TOKEN = gettext_noop("It says that it is from %(name)s, and did not come to the ticket's own address.")
NO_PROOF = gettext_noop("It says that it is from %(name)s, and nothing proves that it comes from their domain.")
_REASONS = frozenset({DISPROVEN, OUT_OF_SIGHT, MACHINE, NO_TOKEN, NO_PROOF})


@dataclass(frozen=True)
class _Aim:
    """Which ticket the mail wants to be on, and whether a token of an address says so."""

    ticket: Ticket
    has_token: bool
    is_note: bool = False


def person_at(address: str) -> Person | None:
    """Whose address on the staff this is, also of somebody who has left; None: nobody's."""
    spellings = {email_key(address), address.strip().lower()}
    return Person.objects.filter(email__in=spellings).first() if address else None


def may_forward(mail: IncomingMail, parsed: ParsedMail) -> bool:
    """Whether what is forwarded becomes the ticket of the customer within: an agent forwards it, from a proven domain."""
    person = person_at(parsed.sender.address if parsed.sender else "")
    return person is not None and person.is_agent and _is_proven(mail)


def answer_address_for(person: Person, ticket: Ticket, *, is_note: bool = False) -> str:
    """Where this person may answer on the ticket from their own mail program; empty where the server knows no plus."""
    mailbox = mailbox_of(ticket.pk)
    if mailbox is None or not mailbox.has_plus:
        return ""
    local, _at, domain = mailbox.address.rpartition("@")
    return f"{local}+{new_staff_token(ticket.number, person.pk, signing_key(), is_note=is_note)}@{domain}"


def take_answer(mail: IncomingMail, parsed: ParsedMail) -> tuple[Message, Match] | Held | None:
    """What a mail from the staff becomes: an answer or a note on its ticket, or `Held`. None: it is a customer's like any.

    Needs a transaction. Tells whom it concerns when the mail is held.
    """
    person = person_at(parsed.sender.address if parsed.sender else "")
    if person is None:
        return None
    aim = _aim(mail, parsed, person)
    if aim is None or _is_own_request(aim.ticket, person):
        if mail.is_authenticated is False and not _is_vouched_for(mail):
            return _held(mail, parsed, person, aim, DISPROVEN)
        return None
    if reason := _why_not(mail, parsed, aim):
        return _held(mail, parsed, person, aim, reason)
    try:
        with transaction.atomic():
            return _written(parsed, person, aim), Match(aim.ticket, "staff")
    except NotFound:
        return _held(mail, parsed, person, aim, OUT_OF_SIGHT)
    except Refused as error:
        return _held(mail, parsed, person, aim, str(error))


def _why_not(mail: IncomingMail, parsed: ParsedMail, aim: _Aim) -> str:
    if parsed.automatic.is_automatic or parsed.bounce.is_bounce:
        return MACHINE
    if _is_vouched_for(mail):
        return ""
    if not aim.has_token:
        return NO_TOKEN
    if not _is_proven(mail):
        return NO_PROOF
    return ""


def _is_proven(mail: IncomingMail) -> bool:
    return mail.is_authenticated is True


def _is_vouched_for(mail: IncomingMail) -> bool:
    return mail.is_released and mail.hold == Hold.UNPROVEN


def _aim(mail: IncomingMail, parsed: ParsedMail, person: Person) -> _Aim | None:
    """The ticket by its strongest sign. A number in the subject counts here whoever takes part: the mail is held for it."""
    key = signing_key()
    named = [*mail.envelope_to, *parsed.recipients_seen, *(each.address for each in (*parsed.to, *parsed.cc))]
    addresses = " ".join(named)
    for number, is_note in staff_tokens_in(addresses, person.pk, key):
        if (ticket := _ticket(number)) is not None:
            return _Aim(ticket, has_token=True, is_note=is_note)
    for number in numbers_signed_in(addresses, key):
        if (ticket := _ticket(number)) is not None:
            return _Aim(ticket, has_token=True)
    referred = [*parsed.in_reply_to, *reversed(parsed.references[-REFERENCES_READ:])]
    signed = numbers_signed_in(" ".join(referred), key)
    for number in [*signed[:5], *numbers_in(parsed.subject)[:5]]:
        if (ticket := _ticket(number)) is not None:
            return _Aim(ticket, has_token=False)
    marks = ThreadMark.objects.filter(header_id__in=[each[:255] for each in referred]).select_related("ticket__contact")
    mark = marks.order_by("-is_seen", "-id").first() if referred else None
    return _Aim(end_of(mark.ticket), has_token=False) if mark is not None else None


def _ticket(number: str) -> Ticket | None:
    found = Ticket.objects.select_related("contact").filter(number=number).first()
    return end_of(found) if found is not None else None


def _is_own_request(ticket: Ticket, person: Person) -> bool:
    """Whether the ticket is what this person asked the desk themselves."""
    own = ContactPoint.objects.filter(
        kind=ContactPoint.Kind.EMAIL, key=email_key(person.email), contact__in=whole_contact_ids(ticket.contact)
    )
    return own.exists()


def _written(parsed: ParsedMail, person: Person, aim: _Aim) -> Message:
    """Their words on the ticket, as if written there. Raises Refused of many kinds."""
    is_note = aim.is_note or parsed.forwarded is not None
    kind = Kind.NOTE if is_note else Kind.REPLY
    ticket = ticket_for(person, aim.ticket.number, lock=True)
    uploads = _files(parsed.attachments, person, ticket, kind)
    if is_note:
        # what is forwarded is meant for colleagues, whole
        text = parsed.new_text if parsed.forwarded is None else parsed.text
        return add_note(ticket.number, text, by=person, uploads=uploads, keeps_draft=True)
    return reply_to_ticket(ticket.number, Reply(text=parsed.new_text, uploads=uploads, keeps_draft=True), by=person)


def _files(files: Iterable[ParsedAttachment], person: Person, ticket: Ticket, kind: str) -> tuple[int, ...]:
    had_draft = Draft.objects.filter(person=person, ticket=ticket, kind=kind).exists()
    kept = []
    for file in files:
        if not file.content or (file.inline and file.size < SMALLEST_PICTURE):
            continue
        row = upload_file(person, ticket, kind, name=file.name, content=file.content)
        drop_upload(person, row.pk)
        kept.append(row.pk)
    if kept and not had_draft:
        throw_draft_away(person, ticket, kind)
    return tuple(kept)


def _held(mail: IncomingMail, parsed: ParsedMail, person: Person, aim: _Aim | None, reason: str) -> Held:
    """Write down why, and tell both: whoever the mail says it is from, and those who may release it."""
    if aim is not None:
        # who sees the ticket sees the mail
        mail.ticket = aim.ticket
    mail.is_released = False
    if not parsed.automatic.is_automatic and not parsed.bounce.is_bounce:
        told = _who_decides(aim.ticket if aim else None, person)
        _tell(mail, person, reason, is_own=True)
        for each in told:
            _tell(mail, each, reason, is_own=False, of=person)
    return Held(Hold.UNPROVEN, _in_words(reason, person.work_name))


def _in_words(reason: str, name: str) -> str:
    return _(reason) % {"name": name} if reason in _REASONS else reason


def _who_decides(ticket: Ticket | None, person: Person) -> list[Person]:
    """The one who has the ticket, and supervisors who see it; nobody hears of a ticket out of sight."""
    active = [each for each in Person.objects.filter(is_active=True).exclude(pk=person.pk) if each.is_supervisor][:10]
    if ticket is not None and ticket.assignee is not None and ticket.assignee_id != person.pk:
        active.insert(0, ticket.assignee)
    seen = {each.pk: each for each in active if each.is_active and (ticket is None or _sees(each, ticket))}
    return list(seen.values())


def _sees(person: Person, ticket: Ticket) -> bool:
    return sees(person, ticket)


def _tell(mail: IncomingMail, to: Person, reason: str, *, is_own: bool, of: Person | None = None) -> None:
    """A mail about the held one, at most one an hour to a person; automatic, so that no machine answers it."""
    mailbox = mail.mailbox or Mailbox.objects.filter(is_active=True).first()
    if not to.is_active or not _may_tell(to.email):
        return
    name = (of or to).work_name
    with translation.override(to.language):
        subject = (
            _("A mail from you is held")
            if is_own
            else _("A mail that says it is from %(name)s is held") % {"name": name}
        )
        text = "\n\n".join([*_words(mail, name, reason, is_own=is_own), f"{settings.URL}/mail/in?state=held"])
    sender = Address(mailbox.name if mailbox else "", mailbox.address if mailbox else settings.DEFAULT_FROM_EMAIL)
    with contextlib.suppress(BadAddress):
        post(letter_to(to, subject, text, sender, f"held.{uuid4().hex}", f"incoming {mail.pk}"))


def _words(mail: IncomingMail, name: str, reason: str, *, is_own: bool) -> list[str]:
    why = _in_words(reason, name)
    about = _("Subject: %(subject)s") % {"subject": mail.subject or _("(no subject)")}
    if is_own:
        return [
            _("The desk got a mail with your address as its sender. It waits, and nobody was answered."),
            about,
            why,
            _(
                "Answer on the ticket's page, or ask a supervisor to release the mail. If it is not from you, tell them."
            ),
        ]
    return [
        _("The desk got a mail that says it is from %(name)s. It waits, and nobody was answered.") % {"name": name},
        about,
        why,
        _("Ask them whether they wrote it. If so, release it: it then goes on as theirs."),
    ]


def _may_tell(address: str) -> bool:
    now = utc_now()
    key = f"held {email_key(address)}"[:320]
    row, is_new = LastAcknowledgement.objects.select_for_update().get_or_create(address=key, defaults={"at": now})
    if is_new:
        return True
    if now - row.at < TELL_AT_MOST_EVERY:
        return False
    row.at = now
    row.save(update_fields=["at"])
    return True
