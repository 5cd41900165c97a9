"""Idempotency-Key on POST: the same request under the same key is done once, and answered alike.

The key is taken in the transaction of the change itself: a second request that comes while the first is at work
waits for it (a unique row on PostgreSQL, the write lock on SQLite), then finds its answer. A failure of ours keeps
nothing.
"""

import datetime as dt
import hashlib
import json
import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from aplomb.api.auth import person_of
from aplomb.api.models import IdempotentAnswer
from aplomb.api.problems import PROBLEM_TYPE, problem, problem_of
from aplomb.lib.time import utc_now
from aplomb.people.errors import Wrong
from aplomb.people.models import Person

HEADER = "Idempotency-Key"
KEPT_FOR = dt.timedelta(hours=24)
SHAPE = r"^[!-~]{1,200}$"
_KEPT_HEADERS = ("Location", "ETag")

View = Callable[..., HttpResponse]


def once_per_key(view: View) -> View:
    """The view, answering a repeated request under one Idempotency-Key with the first answer."""

    @wraps(view)
    def answered(request: HttpRequest, **values: Any) -> HttpResponse:
        key = request.headers.get(HEADER)
        if key is None:
            return view(request, **values)
        if not re.fullmatch(SHAPE, key):
            raise Wrong(HEADER, _("A key has 1 to 200 visible ASCII characters."))
        return _once(person_of(request), key, request, lambda: view(request, **values))

    return answered


def forget_old_answers() -> None:
    """Answers older than a day."""
    IdempotentAnswer.objects.filter(at__lt=utc_now() - KEPT_FOR).delete()


def _once(person: Person, key: str, request: HttpRequest, answer: Callable[[], HttpResponse]) -> HttpResponse:
    asked = fingerprint(request)
    with transaction.atomic():
        row, is_new = _take(person, key, asked)
        if not is_new:
            if row.request != asked:
                return problem("key-reused", _("This key was used for another request. Take a new one."))
            return _again(row)
        try:
            response = answer()
        except Exception as exc:  # every refusal is an answer too, and kept like one
            response = problem_of(request, exc)
        if response.status_code >= 500:
            transaction.set_rollback(True)
            return response
        row.status = response.status_code
        headers = {name: response[name] for name in _KEPT_HEADERS if name in response}
        row.body = json.dumps({"headers": headers, "text": response.content.decode()}, ensure_ascii=False)
        row.save(update_fields=["status", "body"])
    return response


def _take(person: Person, key: str, asked: str) -> tuple[IdempotentAnswer, bool]:
    """The row of this key and whether it is ours to fill."""
    mine = IdempotentAnswer.objects.filter(person=person, key=key)
    mine.filter(at__lt=utc_now() - KEPT_FOR).delete()
    found = mine.first()
    if found is not None:
        return found, False
    try:
        with transaction.atomic():
            return IdempotentAnswer.objects.create(person=person, key=key, request=asked), True
    except IntegrityError:
        return mine.get(), False


def _again(row: IdempotentAnswer) -> HttpResponse:
    kept = json.loads(row.body)
    is_problem = row.status >= 400
    return HttpResponse(
        kept["text"],
        status=row.status,
        content_type=PROBLEM_TYPE if is_problem else "application/json",
        headers={**kept["headers"], "Idempotent-Replayed": "true"},
    )


def fingerprint(request: HttpRequest) -> str:
    """SHA-256 in hex over method, path, query and body; of a multipart body over its fields and files."""
    parts = [(request.method or "").encode(), request.get_full_path().encode()]
    if request.content_type == "multipart/form-data":
        for name, values in sorted(request.POST.lists()):
            parts += [name.encode(), *(str(value).encode() for value in values)]
        for name, files in sorted(request.FILES.lists()):
            for file in files:
                digest = hashlib.sha256()
                for chunk in file.chunks():
                    digest.update(chunk)
                file.seek(0)
                parts += [name.encode(), (file.name or "").encode(), digest.digest()]
    else:
        parts.append(request.body)
    whole = hashlib.sha256()
    for part in parts:
        # lengths in front: no two requests run together into one
        whole.update(len(part).to_bytes(8, "big") + part)
    return whole.hexdigest()
