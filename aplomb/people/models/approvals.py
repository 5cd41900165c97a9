"""State of approvals: what is asked, and what each said to it."""

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from aplomb.lib.time import utc_now
from aplomb.people.models.staff import Person


class Verdict(models.TextChoices):
    APPROVE = "approve", _("agrees")
    REFUSE = "refuse", _("refuses")


class Approval(models.Model):
    """Somebody asks for a decision that they may not make alone. `about` names a thing ("ticket 12345678")."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        APPROVED = "approved", _("approved")
        REFUSED = "refused", _("refused")
        EXPIRED = "expired", _("expired")
        WITHDRAWN = "withdrawn", _("withdrawn")

    kind = models.CharField(max_length=40)
    about = models.CharField(max_length=60)
    question = models.CharField(max_length=500)
    reason = models.TextField()
    # what the one who decides must know beside the question: short words by name
    facts = models.JSONField(default=dict)
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    # whose matter it is, where that is not the one who asks
    on_behalf_of = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    asked_at = models.DateTimeField(default=utc_now)
    due_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    # how many different people must agree: one that runs keeps its own
    needed = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["due_at", "id"], name="approvals_waiting", condition=Q(state="waiting")),
            models.Index(fields=["expires_at"], name="approvals_expiring", condition=Q(state="waiting")),
            models.Index(fields=["about", "id"], name="approvals_about"),
            models.Index(fields=["asked_by", "-id"], name="approvals_asked"),
            models.Index(fields=["-ended_at", "-id"], name="approvals_ended", condition=~Q(state="waiting")),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(needed__gte=1), name="somebody_agrees"),
            models.CheckConstraint(condition=Q(expires_at__gte=F("due_at")), name="expires_after_due"),
            models.CheckConstraint(
                condition=Q(state="waiting", ended_at=None) | (~Q(state="waiting") & Q(ended_at__isnull=False)),
                name="ended_or_waiting",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk} ({self.state})"

    @property
    def is_waiting(self) -> bool:
        return bool(self.state == Approval.State.WAITING)

    @property
    def fact_lines(self) -> list[tuple[str, str]]:
        found: dict[str, Any] = self.facts
        return [(str(name), str(value)) for name, value in found.items()]


class ApprovalVote(models.Model):
    """What one person said to it. The two people who may not are copied here, so that the database refuses them too."""

    approval = models.ForeignKey(Approval, on_delete=models.CASCADE, related_name="votes", db_index=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    on_behalf_of = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    verdict = models.CharField(max_length=8, choices=Verdict.choices)
    reason = models.TextField(default="", blank=True)
    at = models.DateTimeField(default=utc_now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["approval", "person"], name="one_vote_a_person"),
            models.CheckConstraint(condition=~Q(person=F("asked_by")), name="never_ones_own"),
            models.CheckConstraint(
                condition=Q(on_behalf_of=None) | ~Q(person=F("on_behalf_of")), name="never_on_ones_own_behalf"
            ),
            models.CheckConstraint(condition=~Q(verdict="refuse", reason=""), name="a_refusal_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.verdict} of {self.person_id} on {self.approval_id}"
