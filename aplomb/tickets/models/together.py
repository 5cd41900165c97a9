"""Working on one ticket together: who has it open, who follows it, who works on it too, hand-overs, snoozes, tasks."""

from django.db import models

from aplomb.lib.time import utc_now
from aplomb.people.models import Person, Team
from aplomb.tickets.models.messages import Message
from aplomb.tickets.models.ticket import Ticket


class Viewing(models.Model):
    """Somebody has the ticket open in one tab. Never in the record, and gone soon after they leave.

    `seen_at` is renewed while the page is open, `changed_at` only when others should hear of it.
    """

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="+", db_index=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+", db_index=False)
    page = models.CharField(max_length=16)
    since = models.DateTimeField(default=utc_now)
    writing_since = models.DateTimeField(null=True, blank=True)
    has_left = models.BooleanField(default=False)
    seen_at = models.DateTimeField(default=utc_now)
    changed_at = models.DateTimeField(default=utc_now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "person", "page"], name="one_viewing_a_tab")]
        indexes = [
            models.Index(fields=["changed_at"], name="viewings_changed"),
            models.Index(fields=["seen_at"], name="viewings_old"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} at {self.ticket_id}"


class Follower(models.Model):
    """Somebody who wants to hear what is said on a ticket."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="followers", db_index=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=utc_now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "person"], name="follows_once")]

    def __str__(self) -> str:
        return f"{self.person_id} follows {self.ticket_id}"


class CoWorker(models.Model):
    """Somebody who works on the ticket beside its assignee. They stay when it is resolved: it may come back."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="co_workers", db_index=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=utc_now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "person"], name="works_on_it_once")]

    def __str__(self) -> str:
        return f"{self.person_id} works on {self.ticket_id}"


class HandOver(models.Model):
    """A ticket went from one to another with a word. Its text is the note `message`, so that it stands in one place."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="hand_overs")
    message = models.OneToOneField(Message, on_delete=models.CASCADE, related_name="+")
    given_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    given_to = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    at = models.DateTimeField(default=utc_now)
    read_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    read_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.ticket_id} handed over"


class Snooze(models.Model):
    """Why a ticket is out of sight, and who put it there. It counts only while the ticket lies on that pile."""

    ticket = models.OneToOneField(Ticket, on_delete=models.CASCADE, related_name="snooze")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    reason = models.CharField(max_length=200, default="", blank=True)
    at = models.DateTimeField(default=utc_now)

    def __str__(self) -> str:
        return f"{self.ticket_id} sleeps"


class Task(models.Model):
    """Something to do on a ticket, by somebody or by anybody, by some hour or whenever."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="tasks")
    text = models.CharField(max_length=300)
    assignee = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    due_at = models.DateTimeField(null=True, blank=True)
    # a day without an hour: due when it ends, and shown without the hour
    is_whole_day = models.BooleanField(default=False)
    added_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    added_at = models.DateTimeField(default=utc_now)
    done_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["assignee", "due_at", "id"], name="open_tasks_of_one", condition=models.Q(done_at=None)
            ),
            models.Index(fields=["due_at"], name="open_tasks_due", condition=models.Q(done_at=None)),
        ]

    def __str__(self) -> str:
        return self.text
