"""State of letters: what the desk has written itself. A shipped letter that nobody has touched has no row."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from aplomb.lib.texts import Texts, read_texts
from aplomb.lib.time import utc_now
from aplomb.people.models import Person, Team


class Kind(models.TextChoices):
    CANNED = "canned", _("Canned replies")
    LETTER = "letter", _("Letters")
    NOTICE = "notice", _("Notices")
    SIGNATURE = "signature", _("Signatures")


class Letter(models.Model):
    """A letter of the desk's own, or a shipped one that was touched; its words stand in its versions."""

    key = models.SlugField(max_length=60, unique=True, allow_unicode=True)
    kind = models.CharField(max_length=9, choices=Kind.choices)
    # what colleagues call it, by language; a shipped letter's own names fill the gaps
    names = models.JSONField(default=dict)
    # whose it is; empty: the whole desk's
    team = models.ForeignKey(Team, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    shortcut = models.CharField(max_length=30, default="", blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["key"]
        constraints = [
            models.UniqueConstraint(fields=["shortcut"], name="one_letter_of_a_shortcut", condition=~Q(shortcut="")),
        ]

    def __str__(self) -> str:
        return self.key


class LetterVersion(models.Model):
    """The words of a letter: a draft until it has an instant from which it is in force (lib/versions.py)."""

    letter = models.ForeignKey(Letter, on_delete=models.CASCADE, related_name="versions", db_index=False)
    number = models.PositiveIntegerField()
    # lib/texts.py: subject and body in each language, and of which source each translation was made
    words = models.JSONField(default=dict)
    in_force_from = models.DateTimeField(null=True, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField(default=utc_now)
    changed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    put_at = models.DateTimeField(null=True, blank=True)
    put_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    retired_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["letter", "number"]
        constraints = [
            models.UniqueConstraint(fields=["letter", "number"], name="one_version_of_a_number"),
            models.UniqueConstraint(
                fields=["letter"], name="one_draft_of_a_letter", condition=Q(in_force_from__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.letter_id} version {self.number}"

    @property
    def texts(self) -> Texts:
        return read_texts(self.words)
