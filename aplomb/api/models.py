"""What the API remembers: answers under an Idempotency-Key."""

from django.db import models

from aplomb.lib.time import utc_now
from aplomb.people.models import Person


class IdempotentAnswer(models.Model):
    """The answer given to a request under a key, so that the same request again changes nothing. Kept for a day."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    # SHA-256 of method, path and body: the same key with another request is refused
    request = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    body = models.TextField(default="")
    at = models.DateTimeField(default=utc_now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="one_answer_a_key")]
        indexes = [models.Index(fields=["at"], name="answers_by_age")]

    def __str__(self) -> str:
        return self.key
