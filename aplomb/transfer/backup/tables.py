"""Which tables of the desk are saved. What is not named here and belongs to no model fails a test."""

from collections.abc import Iterator
from typing import Any

from django.db import models

from aplomb.tickets.models import Attachment

# who is signed in now, and what is only remembered to be quick: an archive must open no door and needs no cache
LEFT = frozenset({"django_session", "cache", "django_content_type", "auth_permission"})
# Django's own book of migrations: the manifest tells it
KEPT_IN_MANIFEST = frozenset({"django_migrations"})
# jobs have a form of their own, so that they change engines; the index of words is saved as words
JOBS = "journal_job"
WORDS = "search_ticket"
# whose rows name files in the desk's storage, and in which column
FILES: tuple[tuple[type[models.Model], str], ...] = ((Attachment, "path"),)


def saved_models(registry: Any) -> Iterator[type[models.Model]]:
    """The models of this registry (today's, or that of an older schema) whose rows are saved, in a stable order."""
    found = [
        model
        for model in registry.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy and model._meta.db_table not in LEFT | {JOBS}
    ]
    yield from sorted(found, key=lambda model: str(model._meta.db_table))
