"""Answers to side conversations: known again by signs of their own, and never taken for the customer's word.

    token      the signed word of a side conversation, in an address or a Message-ID that is answered     decides
    thread     a Message-ID of its mails, in In-Reply-To or References                                    decides
    recent     an answer ("Re: …") to its subject, from one of those asked, lately                        decides

    who wrote                                       what it becomes
    the one whose ticket it is, or goes on there    their own word on the ticket: they are waited for, and they know
    one of those who were asked                     what was told
    somebody else who takes part in the ticket      their own word on the ticket
    anybody else, and every machine                 what was told: the safe side, as the customer never reads it

docs/flows/sides.md says why.
"""

from django.db.models import QuerySet

from aplomb.channels.mail.coming_in.matching import RECENT, REFERENCES_READ, Match, bare_subject, is_answer
from aplomb.channels.mail.coming_in.said import answer_to_in, files_in, rest_in
from aplomb.channels.mail.models import IncomingMail, ThreadMark
from aplomb.channels.mail.reading.parse import ParsedMail
from aplomb.channels.mail.tokens import numbers_signed_in, side_keys_in, signing_key
from aplomb.customers.addresses import email_key
from aplomb.customers.models import ContactPoint
from aplomb.journal.actors import MAIL
from aplomb.lib.prepared import prepared
from aplomb.lib.time import utc_now
from aplomb.tickets.actions.sides import Told, customers_among, know_side, receive_told
from aplomb.tickets.merged import askers_of, end_of
from aplomb.tickets.models import Message, SideConversation

SIGNAL = "side"
# the newest ones among which an answer without any sign is looked for
LOOKED_AT = 200


def side_of(mail: IncomingMail, parsed: ParsedMail) -> SideConversation | None:
    """The side conversation that a mail belongs to. Two queries at the most for a mail that answers nothing of the kind."""
    referred = _referred(parsed)
    named = [*mail.envelope_to, *parsed.recipients_seen, *(each.address for each in (*parsed.to, *parsed.cc))]
    text = " ".join([*named, *referred])
    for side_key in side_keys_in(text, signing_key())[:5]:
        found = SideConversation.objects.select_related("ticket").filter(key=side_key).first()
        if found is not None:
            return found
    if not referred and not is_answer(parsed):
        return None
    # a Message-ID that was only named in a side conversation says less than a token of the customer's
    is_customers = bool(numbers_signed_in(text, signing_key()))
    marks = list(_marks(tuple(each[:255] for each in referred), not is_customers)) if referred else []
    best = max(marks, key=lambda mark: (mark.is_seen, mark.pk), default=None)
    if best is not None:
        return best.side
    return None if is_customers else _recent(parsed)


def take_told(mail: IncomingMail, parsed: ParsedMail, side: SideConversation | None) -> tuple[Message, Match] | None:
    """What somebody outside says in a side conversation; None where it belongs to none, or is the customer's own word."""
    if side is None or _is_customers_word(mail, parsed, side):
        return None
    ticket = end_of(side.ticket)
    told = Told(
        text=parsed.new_text or parsed.text,
        quoted=rest_in(parsed),
        html=parsed.html or "",
        said_by=_said_by(mail, parsed),
        answer_to=answer_to_in(parsed),
        said_at=mail.received_at,
        to=tuple(each.address for each in parsed.to[:100]),
        cc=tuple(each.address for each in parsed.cc[:100]),
        is_automatic=_is_machine(parsed),
        is_known=bool(customers_among(ticket, tuple(each.address for each in (*parsed.to[:100], *parsed.cc[:100])))),
        files=files_in(parsed),
    )
    message = receive_told(side, told, by=MAIL)
    return message, Match(message.ticket, SIGNAL)


def customers_own(side: SideConversation) -> Match:
    """The customer wrote into the side conversation: it is their word on its ticket, and they know of it from now on."""
    know_side(side)
    return Match(side.ticket, SIGNAL)


def _referred(parsed: ParsedMail) -> list[str]:
    referred = [*parsed.in_reply_to, *reversed(parsed.references[-REFERENCES_READ:])]
    if parsed.bounce.original_message_id:
        referred.insert(0, parsed.bounce.original_message_id)
    return referred[: REFERENCES_READ * 2]


@prepared
def _marks(header_ids: tuple[str, ...], also_unseen: bool) -> QuerySet[ThreadMark]:
    found = ThreadMark.objects.filter(header_id__in=header_ids, side__isnull=False).select_related("side__ticket")
    return found if also_unseen else found.filter(is_seen=True)


def _recent(parsed: ParsedMail) -> SideConversation | None:
    """For servers that know no plus and programs that drop the thread: one of those asked answers to its subject."""
    subject = bare_subject(parsed.subject)
    if not subject or parsed.sender is None or not is_answer(parsed):
        return None
    sender = email_key(parsed.sender.address)
    newest = SideConversation.objects.filter(is_open=True, begun_at__gt=utc_now() - RECENT)
    rows = newest.order_by("-begun_at").values_list("pk", "subject", "people")[:LOOKED_AT]
    mine = [pk for pk, said, people in rows if sender in map(email_key, people) and bare_subject(said) == subject]
    return SideConversation.objects.select_related("ticket").get(pk=mine[0]) if len(mine) == 1 else None


def _is_customers_word(mail: IncomingMail, parsed: ParsedMail, side: SideConversation) -> bool:
    if parsed.bounce.is_report or parsed.bounce.is_bounce:
        return False
    key = email_key(parsed.sender.address if parsed.sender else mail.envelope_from)
    if not key:
        return False
    ticket = end_of(side.ticket)
    own = ContactPoint.objects.filter(contact__in=askers_of(ticket), key=key)
    if own.exists():
        return True
    if key in map(email_key, side.people):
        return False
    return bool(customers_among(ticket, (key,)))


def _is_machine(parsed: ParsedMail) -> bool:
    return parsed.automatic.is_automatic or parsed.bounce.is_bounce or parsed.bounce.is_report


def _said_by(mail: IncomingMail, parsed: ParsedMail) -> str:
    if parsed.sender is None:
        return mail.envelope_from
    name = "" if parsed.sender.poses_as else " ".join(parsed.sender.name.split())[:70]
    return f"{name} <{parsed.sender.address}>" if name else parsed.sender.address
