"""One action on many tickets at once: what was asked, what became of each, and what it takes to put it back."""

from django.db import models

from aplomb.lib.time import utc_now
from aplomb.people.models import Person


class BulkRun(models.Model):
    """An action on the tickets that somebody ticked. Its key comes with the form, so that pressing twice is once."""

    class State(models.TextChoices):
        RUNNING = "running", "running"
        DONE = "done", "done"
        UNDOING = "undoing", "undoing"
        UNDONE = "undone", "undone"

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+", db_index=False)
    key = models.CharField(max_length=40)
    action = models.CharField(max_length=12)
    choice = models.CharField(max_length=80, default="", blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.RUNNING)
    begun_at = models.DateTimeField(default=utc_now)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="one_bulk_run")]

    def __str__(self) -> str:
        return f"{self.action} by {self.person_id}"


class BulkItem(models.Model):
    """One of its tickets. `before` is what it was, `version` what it came to: the same at undoing, or it is left alone."""

    class Outcome(models.TextChoices):
        WAITING = "waiting", "waiting"
        DONE = "done", "done"
        SAME = "same", "same"
        REFUSED = "refused", "refused"

    class Undone(models.TextChoices):
        NOT = "", "not"
        BACK = "back", "back"
        LEFT = "left", "left"

    run = models.ForeignKey(BulkRun, on_delete=models.CASCADE, related_name="items", db_index=False)
    number = models.CharField(max_length=8)
    seen_version = models.PositiveIntegerField(null=True, blank=True)
    outcome = models.CharField(max_length=8, choices=Outcome.choices, default=Outcome.WAITING)
    reason = models.CharField(max_length=300, default="", blank=True)
    before = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=0)
    undone = models.CharField(max_length=4, choices=Undone.choices, default="", blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "number"], name="one_bulk_item")]

    def __str__(self) -> str:
        return f"{self.number} of {self.run_id}"
