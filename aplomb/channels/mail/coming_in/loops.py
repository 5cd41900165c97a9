"""Machines that write to each other: two desks, an answering machine that minds no header, a list.

A loop needs our letters: each of their mails is made by one of ours. So two things end it within five messages, whatever
stands in the headers: an address gets at most two automatic letters a day until a person has answered it (`may_answer` of
going_out/acknowledging.py), and what it repeats is held (`why_held`). RFC 3834 section 2 asks for the first, RFC 5321
section 6.3 for the second.

A mail counts as a repetition only since the last answer of a person: an answering machine that reacts to what an agent writes
is no loop, and a customer who asks three times for news is none either.
"""

import datetime as dt
import hashlib
import re
import unicodedata
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from aplomb.channels.mail.coming_in import undelivered
from aplomb.channels.mail.coming_in.matching import bare_subject
from aplomb.channels.mail.coming_in.traits import reports_among
from aplomb.channels.mail.holding import Held
from aplomb.channels.mail.models import IncomingMail
from aplomb.channels.mail.reading.parse import ParsedMail
from aplomb.tickets.models import Delivery, Kind, Message

State, Hold = IncomingMail.State, IncomingMail.Hold

WINDOW = dt.timedelta(hours=24)
# copies to the letter that came before, without a word of a person from here
MOST_COPIES = 4
# mails of the same words (numbers and times apart) that came before, with as many letters of ours among them
MOST_IN_TALK = 2
# mails of a machine that says so in its headers, in an hour
MOST_AUTOMATIC = 30
HOUR = dt.timedelta(hours=1)
# once a person released a mail that was taken for a loop, its sender is believed for so long
BELIEVED = dt.timedelta(days=30)

LOOKED_AT = 60
WORDS_COUNTED = 3000
# shorter ones ("ok, thanks", "see attached") are the same only under the same subject
FEW_WORDS = 8

_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Earlier:
    """A mail of the same sender that came before."""

    at: dt.datetime
    digest: str
    words: str
    ticket: int | None
    message: int | None


def words_digest(parsed: ParsedMail) -> str:
    """What a machine repeats: the new words, without numbers, times and quotes, and its files. Empty where it says nothing."""
    words = _words(parsed.new_text or parsed.text)
    if len(words) < FEW_WORDS:
        words += ["\n", *_words(bare_subject(parsed.subject))]
    files = [hashlib.sha256(file.content).hexdigest() for file in parsed.attachments]
    if words in ([], ["\n"]) and not files:
        return ""
    return hashlib.sha256(" ".join([*words, "\n", *files]).encode("utf-8", "replace")).hexdigest()


def _words(text: str) -> list[str]:
    """Lower-case words without those that hold a digit."""
    found = _WORD.findall(unicodedata.normalize("NFKC", text[: WORDS_COUNTED * 12]).casefold())
    return [each for each in found[:WORDS_COUNTED] if not any(sign.isdigit() for sign in each)]


def why_held(mail: IncomingMail, parsed: ParsedMail) -> Held | None:
    """Whether this mail goes on with a loop. One query for most mails, two or three for one that repeats."""
    if not mail.sender:
        return None
    earlier = _earlier(mail)
    copies = [each for each in earlier if each.digest == mail.digest]
    alike = [each for each in earlier if mail.words_digest and each.words == mail.words_digest]
    reason = ""
    if parsed.automatic.is_automatic and _is_flood(mail, parsed, earlier):
        reason = _("%(sender)s, a machine, wrote more than %(count)s mails within an hour.") % {
            "sender": mail.sender,
            "count": MOST_AUTOMATIC,
        }
    elif len(copies) >= MOST_COPIES and len(_unanswered(copies)) >= MOST_COPIES:
        reason = ngettext(
            "%(sender)s sent the same mail %(count)s time before within a day, and no person has answered.",
            "%(sender)s sent the same mail %(count)s times before within a day, and no person has answered.",
            len(copies),
        ) % {"sender": mail.sender, "count": len(copies)}
    elif len(alike) >= MOST_IN_TALK and _is_talk(alike, earlier):
        reason = _("%(sender)s answers every automatic letter of this desk with the same words.") % {
            "sender": mail.sender
        }
    if not reason or _is_believed(mail):
        return None
    return Held(Hold.LOOP, reason)


def _earlier(mail: IncomingMail) -> list[Earlier]:
    """The sender's mails of the last day, newest first, those that were held included."""
    rows = (
        # the newest ones by id and their times looked at here: a sender's old mails are never walked through
        IncomingMail.objects.filter(sender=mail.sender)
        .exclude(pk=mail.pk)
        .order_by("-id")
        .values_list("received_at", "digest", "words_digest", "ticket", "message", "state", "hold")[:LOOKED_AT]
    )
    return [
        Earlier(at, digest, words, ticket, message)
        for at, digest, words, ticket, message, state, hold in rows
        if (state in {State.APPLIED, State.HELD} or hold == Hold.LOOP)
        and mail.received_at - WINDOW < at <= mail.received_at
    ]


def _is_flood(mail: IncomingMail, parsed: ParsedMail, earlier: list[Earlier]) -> bool:
    """Whether a machine writes too much within an hour, its reports of our own mails apart: those are as many as we send."""
    lately = [each for each in earlier if each.at > mail.received_at - HOUR]
    if len(lately) < MOST_AUTOMATIC or undelivered.is_about_ours(parsed.bounce):
        return False
    return len(lately) - reports_among(each.message for each in lately if each.message) >= MOST_AUTOMATIC


def _unanswered(mails: list[Earlier]) -> list[Earlier]:
    """Those that came after the last answer of a person on one of their tickets."""
    tickets = {each.ticket for each in mails if each.ticket}
    answered = (
        Message.objects.filter(ticket__in=tickets, kind=Kind.REPLY)
        .exclude(delivery=Delivery.WITHDRAWN)
        .order_by("-id")
        .values_list("sent_at", flat=True)
        .first()
    )
    return mails if answered is None else [each for each in mails if each.at > answered]


def _is_talk(alike: list[Earlier], earlier: list[Earlier]) -> bool:
    """Whether our letters stand between these mails, one for each, and no word of a person."""
    since = _unanswered(alike)
    if len(since) < MOST_IN_TALK:
        return False
    tickets = {each.ticket for each in earlier if each.ticket}
    letters = Message.objects.filter(
        ticket__in=tickets, kind=Kind.SYSTEM, is_automatic=True, sent_at__gte=min(each.at for each in since)
    )
    return letters.count() >= MOST_IN_TALK


def _is_believed(mail: IncomingMail) -> bool:
    return IncomingMail.objects.filter(
        sender=mail.sender, is_released=True, hold=Hold.LOOP, received_at__gt=mail.received_at - BELIEVED
    ).exists()
