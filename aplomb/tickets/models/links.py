"""How tickets hang together: what was merged into what, and what relates to, blocks or belongs under what."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from aplomb.lib.time import utc_now
from aplomb.people.models import Person
from aplomb.tickets.models.ticket import Ticket


class Merge(models.Model):
    """A ticket that goes on in another one, until that is undone. The row is gone afterwards; both chains tell it."""

    ticket = models.OneToOneField(Ticket, on_delete=models.CASCADE, primary_key=True, related_name="merge")
    into = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="merges")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    at = models.DateTimeField(default=utc_now)
    # one customer, or two who may see each other's words; else nothing said there leaves with an answer from here
    is_shared = models.BooleanField(default=True)
    # what the one that stays got by it, to be taken back: tags, seats, status, assignee, drafts
    brought = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.ticket_id} into {self.into_id}"


class Link(models.Model):
    """Two tickets that have to do with each other. Read from the first to the second: a blocks b, a is the parent of b."""

    class Kind(models.TextChoices):
        RELATES = "relates", _("relates to")
        BLOCKS = "blocks", _("blocks")
        PARENT = "parent", _("is the parent of")

    kind = models.CharField(max_length=8, choices=Kind.choices)
    first = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="links_on", db_index=False)
    second = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="links_back", db_index=False)
    at = models.DateTimeField(default=utc_now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first", "kind", "second"], name="one_link_of_a_kind"),
            # a tree: a child has one parent
            models.UniqueConstraint(fields=["second"], name="one_parent", condition=models.Q(kind="parent")),
            models.CheckConstraint(condition=~models.Q(first=models.F("second")), name="never_with_itself"),
        ]
        indexes = [models.Index(fields=["second", "kind"], name="links_back")]

    def __str__(self) -> str:
        return f"{self.first_id} {self.kind} {self.second_id}"
