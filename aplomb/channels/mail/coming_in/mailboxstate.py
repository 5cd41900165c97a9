"""How a mailbox does: when it last worked, when mail last came, how much is usual, and who reads it."""

import datetime as dt
from dataclasses import dataclass

from aplomb.channels.mail.models import IncomingMail, Mailbox, MailboxAlias, MailboxCheck, MailboxLease, MailGrant
from aplomb.lib.time import utc_now

LOOKED_AT = dt.timedelta(days=28)
MOST_MAILS = 1000


@dataclass(frozen=True)
class MailboxState:
    """What a page tells of a mailbox. `per_day`: mails a day in the last four weeks; None where none came."""

    last_mail_at: dt.datetime | None
    per_day: float | None
    reader: str
    needs_consent: bool
    last_test: MailboxCheck | None
    aliases: tuple[MailboxAlias, ...]


def state_of(mailbox: Mailbox) -> MailboxState:
    """Five queries, each bounded however much mail there is."""
    now = utc_now()
    newest = list(
        IncomingMail.objects.filter(mailbox=mailbox).order_by("-id").values_list("received_at", flat=True)[:MOST_MAILS]
    )
    lease = MailboxLease.objects.filter(mailbox=mailbox, until__gt=now).first()
    grant = MailGrant.objects.filter(mailbox=mailbox).only("needs_consent").first()
    by_consent = mailbox.sign_in == Mailbox.SignIn.OAUTH
    return MailboxState(
        last_mail_at=newest[0] if newest else None,
        per_day=_per_day(newest, now),
        reader=lease.holder if lease is not None else "",
        needs_consent=by_consent and (grant is None or grant.needs_consent),
        last_test=MailboxCheck.objects.filter(mailbox=mailbox, kind=MailboxCheck.Kind.TEST).first(),
        aliases=tuple(MailboxAlias.objects.filter(mailbox=mailbox).select_related("team")),
    )


def _per_day(newest: list[dt.datetime], now: dt.datetime) -> float | None:
    recent = [each for each in newest if each > now - LOOKED_AT]
    if not recent:
        return None
    # a mailbox that is younger, or one with more mail than is looked at: from its oldest mail here
    is_whole = len(recent) < len(newest)
    span = LOOKED_AT if is_whole else max(now - recent[-1], dt.timedelta(days=1))
    return len(recent) / (span / dt.timedelta(days=1))
