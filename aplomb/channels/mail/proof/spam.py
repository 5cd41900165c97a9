"""Spam: what the server in front says of a mail, what its domain asks for, and what people here called spam before.

Learning is a naive Bayes classifier over few strong words (Graham, "A Plan for Spam", 2002; the combination is Robinson's and
Fisher's, Linux Journal 107, 2003). It judges only once it has seen enough of both kinds, and never a mail that carries a
token of ours or comes from somebody whom a person here has answered. Whatever it takes for spam is held and seen.
"""

import math
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from aplomb.channels.mail.holding import Held
from aplomb.channels.mail.models import IncomingMail, SpamWord
from aplomb.channels.mail.rawmail import raw_bytes
from aplomb.channels.mail.reading.headers import Headers, first
from aplomb.channels.mail.reading.parse import ParsedMail, Unparsable, parse_mail
from aplomb.channels.mail.tokens import numbers_signed_in, signing_key
from aplomb.customers.addresses import email_key
from aplomb.customers.models import ContactPoint
from aplomb.lib.prepared import prepared
from aplomb.tickets.models import Delivery, Kind, Message, Ticket

Hold = IncomingMail.Hold

# learning
LEAST_LEARNT: Final = 10
MOST_WORDS: Final = 60_000
WORDS_OF_A_MAIL: Final = 400
TEXT_READ: Final = 20_000
# judging
STRONG_WORDS: Final = 30
LEAST_STRONG: Final = 6
SPAM_FROM: Final = 0.95
STRENGTH_OF_DOUBT: Final = 0.45
LEAST_DISTANCE: Final = 0.1
# a mark of the server's without its own threshold: SpamAssassin's default, and what rspamd marks from
STARS_OF_SPAM: Final = 5
SCORE_OF_SPAM: Final = 6.0
SCL_OF_SPAM: Final = 5

# the row that counts mails; no word of a mail looks like it
TOTALS: Final = "*"

_WORD = re.compile(r"\w{3,40}")
_IDEOGRAPHS = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]{2,}")
_HOST = re.compile(r"https?://(?:[^\s/@<>\"']{0,200}@)?([\w.-]{3,100})", re.I)
_STATUS_SCORE = re.compile(r"\bscore=(-?\d{1,4}(?:\.\d+)?)", re.I)
_SCL = re.compile(r"(?:^|;)\s*SCL:\s*(-?\d{1,2})", re.I)
_NUMBER = re.compile(r"\s*([+-]?\d{1,5}(?:\.\d+)?)")
_RSPAMD_SPAM: Final = ("add header", "rewrite subject", "quarantine", "reject", "discard")


@dataclass(frozen=True)
class ServerVerdict:
    """What the server in front says: spam or not (None: nothing), and by which field."""

    is_spam: bool | None = None
    by: str = ""


def server_verdict(headers: Headers) -> ServerVerdict:
    """Read the fields of the usual spam filters, the topmost of each. Only for a mailbox behind a server that writes them."""
    found = [each for read in (_flag, _status, _rspamd, _microsoft) if (each := read(headers)).is_spam is not None]
    if not found:
        found = [each for read in (_stars, _score) if (each := read(headers)).is_spam is not None]
    return next((each for each in found if each.is_spam), found[0] if found else ServerVerdict())


def _flag(headers: Headers) -> ServerVerdict:
    said = first(headers, "x-spam-flag").strip().lower() or first(headers, "x-spam").strip().lower()
    return ServerVerdict({"yes": True, "true": True, "no": False, "false": False}.get(said), "X-Spam-Flag")


def _status(headers: Headers) -> ServerVerdict:
    said = first(headers, "x-spam-status").strip().lower()
    score = _STATUS_SCORE.search(said[:1_000])
    by = f"X-Spam-Status {score[1]}" if score else "X-Spam-Status"
    return ServerVerdict(True if said.startswith("yes") else False if said.startswith("no") else None, by)


def _rspamd(headers: Headers) -> ServerVerdict:
    said = first(headers, "x-rspamd-action").strip().lower()
    return ServerVerdict(said.startswith(_RSPAMD_SPAM) if said else None, "X-Rspamd-Action")


def _microsoft(headers: Headers) -> ServerVerdict:
    level = _NUMBER.match(first(headers, "x-ms-exchange-organization-scl"))
    level = level or _SCL.search(first(headers, "x-forefront-antispam-report")[:5_000])
    return ServerVerdict(float(level[1]) >= SCL_OF_SPAM if level else None, f"SCL {level[1]}" if level else "SCL")


def _stars(headers: Headers) -> ServerVerdict:
    said = first(headers, "x-spam-level").strip()
    stars = len(said) - len(said.lstrip("*"))
    return ServerVerdict(stars >= STARS_OF_SPAM if said else None, "X-Spam-Level")


def _score(headers: Headers) -> ServerVerdict:
    found = _NUMBER.match(first(headers, "x-spam-score"))
    if found is None:
        return ServerVerdict()
    # Exim writes ten times the score, with a bar beside it
    score = float(found[1]) / (10 if "x-spam-bar" in headers and "." not in found[1] else 1)
    return ServerVerdict(score >= SCORE_OF_SPAM, f"X-Spam-Score {score:g}")


def why_held(mail: IncomingMail, parsed: ParsedMail) -> Held | None:
    """Whether the mail waits as spam. One query where too little was learnt, two for most mails, four for one that is held."""
    reason = _told(mail)
    words = spam_words(parsed) if not reason and _has_learnt(next(iter(_learnt(TOTALS)), None)) else []
    chance = probability(words) if words else 0.0
    if not reason and chance < SPAM_FROM:
        return None
    if carries_token(mail, parsed) or (_was_answered(mail) and (not reason or mail.is_authenticated is True)):
        return None
    if not reason:
        mail.verdicts = {**mail.verdicts, "words": round(chance, 3)}
        reason = _("It reads like what was called spam here (%(percent)s%%).") % {"percent": int(chance * 100)}
    return Held(Hold.SPAM, reason)


def _told(mail: IncomingMail) -> str:
    """What the server in front or the sender's own domain says against it."""
    if mark := str(mail.verdicts.get("spam", "")):
        return _("The mail server marked it as spam (%(mark)s).") % {"mark": mark}
    if mail.is_authenticated is False and str(mail.verdicts.get("dmarc", "")) in ("fail quarantine", "fail reject"):
        return _("It is not from the domain that it names, which asks not to take such mail (DMARC).")
    return ""


def carries_token(mail: IncomingMail, parsed: ParsedMail) -> bool:
    """Whether it answers a mail of ours: a signed token of a ticket in its addresses or references."""
    named = [*mail.envelope_to, *parsed.recipients_seen, *(each.address for each in (*parsed.to, *parsed.cc))]
    text = " ".join([*named, *parsed.in_reply_to, *parsed.references])
    numbers = numbers_signed_in(text, signing_key())
    return bool(numbers) and Ticket.objects.filter(number__in=numbers[:10]).exists()


def _was_answered(mail: IncomingMail) -> bool:
    points = ContactPoint.objects.filter(kind=ContactPoint.Kind.EMAIL, key=email_key(mail.sender))
    replies = Message.objects.filter(kind=Kind.REPLY, ticket__contact__in=points.values("contact"))
    return replies.exclude(delivery=Delivery.WITHDRAWN).exists()


def spam_words(parsed: ParsedMail) -> list[str]:
    """What a mail is judged by and learnt from: words, pairs of ideographs, the sender's domain, hosts of links, file endings."""
    text = unicodedata.normalize("NFKC", f"{parsed.subject}\n{parsed.text[:TEXT_READ]}").casefold()
    text = "".join(each for each in text if unicodedata.category(each) != "Cf")
    found: dict[str, None] = {}
    if parsed.sender is not None:
        found[f"from:{parsed.sender.address.rpartition('@')[2]}"[:40]] = None
    for host in _HOST.findall(text[:TEXT_READ])[:40]:
        found[f"link:{host.strip('.')}"[:40]] = None
    for file in parsed.attachments[:20]:
        found[f"file:{file.name.rpartition('.')[2].casefold()}"[:40]] = None
    for word in _WORD.findall(text):
        if not word.isdigit():
            found[word] = None
        if len(found) >= WORDS_OF_A_MAIL:
            break
    for run in _IDEOGRAPHS.findall(text)[:200]:
        found.update(dict.fromkeys(run[start : start + 2] for start in range(min(len(run) - 1, 100))))
    return list(found)[: WORDS_OF_A_MAIL + 200]


@prepared
def _learnt(word: str) -> QuerySet[SpamWord]:
    return SpamWord.objects.filter(word=word)


def probability(words: Iterable[str]) -> float:
    """How likely such words are spam, 0 to 1; 0.5 where too little was learnt or the words tell nothing. One query."""
    rows = {row.word: row for row in SpamWord.objects.filter(word__in=[*words, TOTALS])}
    totals = rows.pop(TOTALS, None)
    if totals is None or not _has_learnt(totals):
        return 0.5
    return combined([_chance(row, totals) for row in rows.values()])


def _has_learnt(totals: SpamWord | None) -> bool:
    return totals is not None and totals.spam >= LEAST_LEARNT and totals.good >= LEAST_LEARNT


def _chance(row: SpamWord, totals: SpamWord) -> float:
    """Robinson's f(w): how far a word speaks for spam, doubted the more the seldomer it was seen."""
    spam, good = min(1.0, row.spam / totals.spam), min(1.0, row.good / totals.good)
    seen = row.spam + row.good
    share = spam / (spam + good) if spam + good else 0.5
    return (STRENGTH_OF_DOUBT * 0.5 + seen * share) / (STRENGTH_OF_DOUBT + seen)


def combined(chances: list[float]) -> float:
    """Robinson's combination of the strongest words by Fisher's method (chi-square): near 0.5 where they disagree."""
    strong = sorted((each for each in chances if abs(each - 0.5) >= LEAST_DISTANCE), key=lambda each: -abs(each - 0.5))
    strong = strong[:STRONG_WORDS]
    if len(strong) < LEAST_STRONG:
        return 0.5
    speaks_for = _chi_square(-2 * sum(math.log(1 - min(each, 0.9999)) for each in strong), len(strong))
    speaks_against = _chi_square(-2 * sum(math.log(max(each, 0.0001)) for each in strong), len(strong))
    return (1 + speaks_for - speaks_against) / 2


def _chi_square(value: float, pairs: int) -> float:
    """1 - P(chi-square with 2·pairs degrees of freedom is at least `value`)."""
    half = value / 2
    term = total = math.exp(-half)
    for number in range(1, pairs):
        term *= half / number
        total += term
    return 1 - min(total, 1.0)


def learn(mail_id: int, *, is_spam: bool) -> None:
    """Count the words of a mail as spam or as good. Twice is once; the other way round takes the first back."""
    mail = IncomingMail.objects.filter(pk=mail_id).first()
    if mail is None:
        return
    try:
        words = spam_words(parse_mail(raw_bytes(mail)))
    except (Unparsable, type(mail).raw.RelatedObjectDoesNotExist, LookupError):
        return
    kind, other = ("spam", "good") if is_spam else ("good", "spam")
    with transaction.atomic():
        locked = IncomingMail.objects.select_for_update().get(pk=mail_id)
        before = locked.verdicts.get("learnt", "")
        if before == kind:
            return
        _count(words, kind, other if before == other else "")
        locked.verdicts = {**locked.verdicts, "learnt": kind}
        locked.save(update_fields=["verdicts"])
    if is_spam:
        forget_rare_words()


def _count(words: list[str], kind: str, taken_back: str) -> None:
    wanted = sorted([*words, TOTALS])
    SpamWord.objects.bulk_create([SpamWord(word=each) for each in wanted], ignore_conflicts=True)
    # locked in one order, so that two who learn at once wait for each other
    rows = list(
        SpamWord.objects.select_for_update().filter(word__in=wanted).order_by("word").values_list("word", flat=True)
    )
    SpamWord.objects.filter(word__in=rows).update(**{kind: F(kind) + 1})
    if taken_back:
        SpamWord.objects.filter(word__in=rows, **{f"{taken_back}__gt": 0}).update(**{taken_back: F(taken_back) - 1})


def forget_rare_words() -> None:
    """Keep the vocabulary within MOST_WORDS: what was seen least goes first."""
    for seen in (1, 2, 4, 8):
        if SpamWord.objects.count() <= MOST_WORDS:
            return
        SpamWord.objects.annotate(seen=F("spam") + F("good")).filter(seen__lte=seen).exclude(word=TOTALS).delete()


def wants_good_ones() -> bool:
    """Whether mails that a person answered are still learnt as good: until there are plenty beside those of spam."""
    totals = SpamWord.objects.filter(word=TOTALS).first()
    return totals is None or totals.good < max(200, 3 * totals.spam)
