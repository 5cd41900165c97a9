"""State of the notices to the staff: what happened that concerns a person, and what each wants to hear when."""

import datetime as dt

from django.db import models
from django.utils.translation import gettext_lazy as _

from aplomb.lib.time import utc_now
from aplomb.people.models.staff import Person


class NoticeMail(models.TextChoices):
    """What becomes of a notice by mail."""

    NONE = "none", _("not mailed")
    SOON = "soon", _("waits to be mailed")
    DAILY = "daily", _("waits for the digest of the day")
    MAILED = "mailed", _("mailed")


WAITING = (NoticeMail.SOON, NoticeMail.DAILY)


class Notice(models.Model):
    """Something that one person is told, once. Kept as a kind and facts; the words are worked out for who reads it."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="notices", db_index=False)
    # a word of people/kinds.py
    kind = models.CharField(max_length=32)
    # what it is about: the same is never told twice
    about = models.CharField(max_length=80)
    # the ticket by its number, as this floor does not know tickets; who may not see that ticket does not see this
    ticket_number = models.CharField(max_length=12, default="", blank=True)
    # the page that shows it, where that is not the ticket's own
    path = models.CharField(max_length=200, default="", blank=True)
    words = models.JSONField(default=dict)
    made_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    created_at = models.DateTimeField(default=utc_now)
    in_page = models.BooleanField(default=True)
    seen_at = models.DateTimeField(null=True)
    mail = models.CharField(max_length=6, choices=NoticeMail.choices, default=NoticeMail.NONE)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "about"], name="one_notice_about")]
        indexes = [
            models.Index(fields=["person", "-id"], name="notice_newest", condition=models.Q(in_page=True)),
            models.Index(
                fields=["person", "-id", "ticket_number"],
                name="notice_unseen",
                condition=models.Q(in_page=True, seen_at=None),
            ),
            models.Index(fields=["person", "mail", "id"], name="notice_by_mail"),
            models.Index(fields=["ticket_number"], name="notice_of_ticket"),
            models.Index(fields=["created_at"], name="notice_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} for {self.person_id}: {self.about}"


class NoticeChoices(models.Model):
    """What one person wants to hear and when. Whoever never chose has no row, and the defaults of the kinds."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, primary_key=True, related_name="notice_choices")
    # by kind, only what differs from its default: {"page": truth, "mail": never | at once | daily}
    kinds = models.JSONField(default=dict)
    # nothing is mailed from … to …, by the clock where the person is; from 22:00 to 07:00 goes over midnight
    quiet_from = models.TimeField(null=True)
    quiet_to = models.TimeField(null=True)
    # whole days without mail, 0 is Monday
    quiet_days = models.JSONField(default=list)
    digest_at = models.TimeField(default=dt.time(8))
    last_mailed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"choices of {self.person_id}"
