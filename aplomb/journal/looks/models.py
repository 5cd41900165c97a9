"""State of the log of who read what."""

from django.db import models


class Look(models.Model):
    """Somebody looked at something that matters. Staff live on a higher floor: they are known here by their number.

    `what` is a stable word (journal.looks.WHAT …), `key` names the thing ("ticket 12345678", "mailbox 3").
    """

    person = models.BigIntegerField()
    what = models.CharField(max_length=30)
    key = models.CharField(max_length=80)
    # the first look within this hour, which begins at `hour`
    hour = models.DateTimeField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "what", "key", "hour"], name="one_look_an_hour")]
        indexes = [
            models.Index(fields=["person", "-id"], name="looks_of_person"),
            models.Index(fields=["key", "-id"], name="looks_at_thing"),
            models.Index(fields=["at"], name="looks_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.person} at {self.what} {self.key}"
