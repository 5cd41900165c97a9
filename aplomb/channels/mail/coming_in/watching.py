"""A mailbox that goes quiet says nothing by itself: this looks at each every few minutes and tells the administrators.

What is looked for:

    failing    it cannot be fetched for a quarter of an hour; or nobody fetches it at all
    quiet      nothing came for as long as would have brought ten mails, at these hours of the last four weeks
    secret     its password or its application's secret ends within 14 days

The alarm goes by another way than that mailbox: a strip on every page of the administrators, and a mail to each of them under
another address. Once for each trouble of an episode; it ends by itself, with a word that all is well again.
"""

import datetime as dt
from dataclasses import dataclass
from statistics import median

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from aplomb.channels.mail.going_out.telling import notify, people_who_administer
from aplomb.channels.mail.models import IncomingMail, Mailbox
from aplomb.lib.time import utc_now

FAILING, QUIET, SECRET = "failing", "quiet", "secret"

FAILS_FOR = dt.timedelta(minutes=15)
UNFETCHED_FOR = dt.timedelta(minutes=30)
SECRET_ENDS_WITHIN = dt.timedelta(days=14)
# with ten mails expected and none there, chance is to blame once in 22 000 times (Poisson: e to the power of -10)
EXPECTED = 10
WEEKS = 4
LEAST_WEEKS = 2
WEEK = dt.timedelta(weeks=1)
COUNTED_AT_MOST = 200

NAMES: dict[str, "str | Promise"] = {
    FAILING: gettext_lazy("Mail cannot be fetched."),
    QUIET: gettext_lazy("It is unusually quiet."),
    SECRET: gettext_lazy("Its password or secret ends soon."),
}


@dataclass(frozen=True)
class Trouble:
    """What is wrong with a mailbox. `kind` is one of the words above."""

    mailbox: Mailbox
    kind: str

    @property
    def words(self) -> str:
        """In a sentence or two, in the reader's language, with what to do."""
        return _words(self.mailbox, self.kind)


def watch(now: dt.datetime | None = None) -> None:
    """Look at every mailbox, and tell what is new and what is over. Safe to repeat."""
    now = now or utc_now()
    for mailbox in Mailbox.objects.filter(is_active=True, is_draft=False).order_by("id"):
        _note(mailbox, troubles_of(mailbox, now), now)
    # what is not in use any more troubles nobody
    Mailbox.objects.exclude(is_active=True, is_draft=False).exclude(alarmed_at=None).update(alarmed_at=None, alarm="")


def troubles_of(mailbox: Mailbox, now: dt.datetime) -> list[str]:
    """The kinds of trouble that this mailbox has now."""
    found = []
    if _is_failing(mailbox, now):
        found.append(FAILING)
    elif _is_quiet(mailbox, now):
        found.append(QUIET)
    if mailbox.secret_ends_at is not None and mailbox.secret_ends_at - now < SECRET_ENDS_WITHIN:
        found.append(SECRET)
    return found


def standing_troubles() -> list[Trouble]:
    """What was found when somebody last looked, of every mailbox. One query."""
    boxes = Mailbox.objects.exclude(alarmed_at=None).filter(is_active=True).defer("password", "signature")
    return [Trouble(box, kind) for box in boxes for kind in box.alarm.split() if kind in NAMES]


def _is_failing(mailbox: Mailbox, now: dt.datetime) -> bool:
    if mailbox.intake != Mailbox.Intake.IMAP:
        return False
    if mailbox.failed_at is not None:
        return now - mailbox.failed_at > FAILS_FOR
    limit = max(UNFETCHED_FOR, dt.timedelta(seconds=settings.IMAP_SECONDS * 10))
    return mailbox.fetched_at is not None and now - mailbox.fetched_at > limit


def _is_quiet(mailbox: Mailbox, now: dt.datetime) -> bool:
    """Whether the silence is longer than chance allows.

    The silence is laid over the same hours of each of the last four weeks, so that nights and Sundays count as they are. The
    median of the weeks counts, so that neither one flood nor one holiday says what is usual; a week in which the same hours
    were empty too speaks against an alarm. Longer than a week, a silence is measured against the weeks before it began.
    """
    last = IncomingMail.objects.filter(mailbox=mailbox).order_by("-id").values_list("received_at", flat=True).first()
    if last is None or now - last < dt.timedelta(minutes=30):
        return False
    silence = now - last
    shift = WEEK * (silence // WEEK + 1)
    mails = Arrivals(mailbox)
    first = mails.first_at()
    usual = [
        mails.between(last - shift * week, now - shift * week)
        for week in range(1, WEEKS + 1)
        if first is not None and last - shift * week >= first
    ]
    # the last mail itself stands at the beginning of the silence; of each other week as well
    return len(usual) >= LEAST_WEEKS and min(usual) > 0 and median(usual) >= EXPECTED


class Arrivals:
    """How many mails came to a mailbox in a time, without an index on it: ids grow with time, so that a few looks by id find
    where a time begins, however many mails there are."""

    def __init__(self, mailbox: Mailbox) -> None:
        self.mails: QuerySet[IncomingMail] = IncomingMail.objects.filter(mailbox=mailbox)
        self.lowest = self.mails.order_by("id").values_list("pk", flat=True).first() or 0
        self.highest = self.mails.order_by("-id").values_list("pk", flat=True).first() or 0

    def first_at(self) -> dt.datetime | None:
        """When the first one came."""
        return self.mails.filter(pk=self.lowest).values_list("received_at", flat=True).first()

    def between(self, since: dt.datetime, until: dt.datetime) -> int:
        """How many came after `since` and before `until`; counted up to 200."""
        found = self.mails.filter(pk__gte=self._first_after(since), pk__lt=self._first_after(until))
        return found.order_by().values("pk")[:COUNTED_AT_MOST].count()

    def _first_after(self, at: dt.datetime) -> int:
        """The id of the first mail after that instant, else one above the highest."""
        low, high = self.lowest, self.highest + 1
        while low < high:
            middle = (low + high) // 2
            row = self.mails.filter(pk__gte=middle).order_by("id").values_list("pk", "received_at").first()
            if row is None or row[1] > at:
                high = middle
            else:
                low = row[0] + 1
        return low


def _note(mailbox: Mailbox, kinds: list[str], now: dt.datetime) -> None:
    """Write down what is wrong now; tell what was not told yet, and that it is over once nothing is wrong any more."""
    before = mailbox.alarm.split()
    if kinds == before:
        return
    began = mailbox.alarmed_at or now
    episode = int(began.timestamp())
    with transaction.atomic():
        # one process tells it: who changes the row
        same = Mailbox.objects.filter(pk=mailbox.pk, alarm=mailbox.alarm, alarmed_at=mailbox.alarmed_at)
        if not same.update(alarm=" ".join(kinds), alarmed_at=began if kinds else None):
            return
        for kind in kinds:
            if kind not in before:
                _tell(mailbox, kind, f"mailbox {mailbox.pk} {kind} {episode}")
        if not kinds:
            _tell(mailbox, "", f"mailbox {mailbox.pk} well {episode}")


def _tell(mailbox: Mailbox, kind: str, about: str) -> None:
    """A mail to each administrator, under another address than the mailbox's own."""

    def words() -> tuple[str, str]:
        names = {"address": mailbox.address, "url": f"{settings.URL}/settings/mailboxes/{mailbox.pk}"}
        if not kind:
            return _("All is well again: %(address)s") % names, _(
                "The mailbox %(address)s works again as it should.\n\n%(url)s"
            ) % names
        subject = _("The mailbox %(address)s needs attention") % names
        return subject, "\n\n".join([_words(mailbox, kind), names["url"]])

    avoid = {mailbox.address, *mailbox.aliases.values_list("address", flat=True)}
    for person in people_who_administer():
        notify(
            person,
            words,
            about=about,
            kind="mailbox_trouble" if kind else "mailbox_well",
            path=f"/settings/mailboxes/{mailbox.pk}",
            facts={"address": mailbox.address},
            avoid=avoid,
        )


def _words(mailbox: Mailbox, kind: str) -> str:
    address = {"address": mailbox.address}
    if kind == SECRET:
        days = (mailbox.secret_ends_at - utc_now()).days if mailbox.secret_ends_at else 0
        if days < 0:
            return _("The password or secret of %(address)s has ended: enter a new one.") % address
        return ngettext(
            "The password or secret of %(address)s ends in %(days)s day: enter a new one before.",
            "The password or secret of %(address)s ends in %(days)s days: enter a new one before.",
            days,
        ) % {**address, "days": days}
    if kind == QUIET:
        return (
            _(
                "No mail has come to %(address)s for longer than usual. Write to it, and look whether its mail still arrives "
                "there, is forwarded elsewhere, or lies in its spam folder."
            )
            % address
        )
    if mailbox.failure:
        return _("%(address)s cannot be fetched: %(failure)s") % {**address, "failure": mailbox.failure}
    return _("%(address)s has not been fetched for a while: look whether a process that fetches mail runs.") % address
