"""Errors as problem documents (RFC 9457): one place that turns what was refused, wrong or broken into an answer."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

import structlog
from django.conf import settings
from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja.errors import AuthenticationError, HttpError, ValidationError

from aplomb.people.errors import NotAllowed, NotFound, Refused, Wrong
from aplomb.tickets.errors import Changed
from aplomb.tickets.gates import NeedsConfirmation

log = structlog.get_logger()

PROBLEM_TYPE = "application/problem+json"

# code -> (status, title); the docs page lists them, and a problem's type leads there
KINDS: dict[str, tuple[int, "str | Promise"]] = {
    "malformed": (400, gettext_lazy("The request cannot be read")),
    "no-token": (401, gettext_lazy("A valid token is needed")),
    "missing-scope": (403, gettext_lazy("The token lacks a scope")),
    "not-allowed": (403, gettext_lazy("Not allowed")),
    "not-found": (404, gettext_lazy("Not found")),
    "wrong-method": (405, gettext_lazy("Method not allowed")),
    "refused": (409, gettext_lazy("Refused")),
    "in-bin": (409, gettext_lazy("The ticket is in the bin")),
    "merged": (409, gettext_lazy("The ticket goes on in another one")),
    "needs-confirmation": (409, gettext_lazy("A confirmation is needed")),
    "too-late": (409, gettext_lazy("Too late")),
    "changed": (412, gettext_lazy("It has changed meanwhile")),
    "too-large": (413, gettext_lazy("Too large")),
    "wrong-type": (415, gettext_lazy("This media type is not read here")),
    "invalid": (422, gettext_lazy("A value cannot be used")),
    "key-reused": (422, gettext_lazy("The idempotency key belongs to another request")),
    "failed": (500, gettext_lazy("Something went wrong on the desk's side")),
}

# what pydantic found wrong, in words of ours
_FOUND: dict[str, "str | Promise"] = {
    "missing": gettext_lazy("This field is needed."),
    "extra_forbidden": gettext_lazy("There is no such field."),
    "string_too_long": gettext_lazy("At most %(max_length)s characters."),
    "string_too_short": gettext_lazy("At least %(min_length)s characters."),
    "too_long": gettext_lazy("At most %(max_length)s of them."),
    "too_short": gettext_lazy("At least %(min_length)s of them."),
    "string_type": gettext_lazy("This must be a text."),
    "string_unicode": gettext_lazy("This is not Unicode text."),
    "list_type": gettext_lazy("This must be a list."),
    "int_type": gettext_lazy("This must be a whole number."),
    "int_parsing": gettext_lazy("This must be a whole number."),
    "int_from_float": gettext_lazy("This must be a whole number."),
    "bool_type": gettext_lazy("This must be true or false."),
    "model_type": gettext_lazy("This must be an object."),
    "model_attributes_type": gettext_lazy("This must be an object."),
    "literal_error": gettext_lazy("One of: %(expected)s."),
    "greater_than_equal": gettext_lazy("At least %(ge)s."),
    "less_than_equal": gettext_lazy("At most %(le)s."),
    "string_pattern_mismatch": gettext_lazy("This is not in the form that belongs here."),
}


class MissingScope(Exception):
    """The token may not do this, whatever its person may. `scope` names what is missing."""

    def __init__(self, scope: str) -> None:
        super().__init__(scope)
        self.scope = scope


class WrongType(Exception):
    """The body's media type is not read here."""


class TooLarge(Exception):
    """The body or a file in it is larger than the desk takes."""


def problem(
    code: str,
    detail: str = "",
    *,
    status: int = 0,
    errors: Sequence[Mapping[str, str]] = (),
    reasons: Sequence[Mapping[str, str]] = (),
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """The answer for a problem of KINDS (another code is shown as `refused`'s, under its own name).

    `errors` are {"field", "message"}; `reasons` {"code", "reason"}.
    """
    usual, title = KINDS.get(code, KINDS["refused"])
    document: dict[str, Any] = {
        "type": f"{settings.URL}/api/v1/docs#{code if code in KINDS else 'refused'}",
        "title": str(title),
        "status": status or usual,
        "detail": detail or str(title),
        "code": code,
    }
    if errors:
        document["errors"] = list(errors)
    if reasons:
        document["reasons"] = list(reasons)
    return HttpResponse(
        json.dumps(document, ensure_ascii=False),
        status=status or usual,
        content_type=PROBLEM_TYPE,
        headers=dict(headers or {}),
    )


def problem_of(request: HttpRequest, exc: Exception) -> HttpResponse:
    """The problem document for anything that was raised. What nobody foresaw is logged and tells nothing."""
    if isinstance(exc, HttpError) and isinstance(exc.__cause__, (Refused, WrongType)):
        # ninja wraps whatever the parser raises
        exc = exc.__cause__
    if isinstance(exc, Refused):
        return _refused(request, exc)
    if isinstance(exc, ValidationError):
        return _not_valid(exc.errors)
    if isinstance(exc, AuthenticationError):
        return problem(
            "no-token",
            _("Send a token of this desk in the Authorization header, as Bearer."),
            headers={"WWW-Authenticate": 'Bearer realm="aplomb"'},
        )
    if isinstance(exc, MissingScope):
        return problem(
            "missing-scope",
            _("The token lacks the scope %(name)s.") % {"name": exc.scope},
            headers={"WWW-Authenticate": f'Bearer realm="aplomb", error="insufficient_scope", scope="{exc.scope}"'},
        )
    return _unreadable(exc) or _broken(request, exc)


def _refused(request: HttpRequest, exc: Refused) -> HttpResponse:
    if isinstance(exc, NotFound):
        return problem("not-found", str(exc))
    if isinstance(exc, NotAllowed):
        return problem("not-allowed", str(exc))
    if isinstance(exc, Wrong):
        return problem("invalid", str(exc), errors=[{"field": exc.field, "message": str(exc)}])
    if isinstance(exc, Changed):
        return problem("changed", str(exc), status=412 if "If-Match" in request.headers else 409)
    if isinstance(exc, NeedsConfirmation):
        return problem(
            "needs-confirmation",
            str(exc),
            reasons=[{"code": each.code, "reason": str(each.reason)} for each in exc.objections],
        )
    return problem(exc.code, str(exc), status=409)


def _not_valid(found: Iterable[Mapping[str, Any]]) -> HttpResponse:
    # of the branches of a union the first is told
    words: dict[str, str] = {}
    for each in found:
        words.setdefault(_field(each["loc"]), _words(each))
    errors = [{"field": field, "message": message} for field, message in words.items()][:50]
    detail = _("These fields cannot be used: %(names)s.") % {"names": ", ".join(each["field"] for each in errors)}
    return problem("invalid", detail, errors=errors)


def _field(place: Sequence[Any]) -> str:
    """The field's name as the sender wrote it: contact.email, to.0, limit."""
    source, *rest = [str(each) for each in place]
    if source == "body" and rest[:1] == ["body"]:
        rest = rest[1:]
    # pydantic names the branch of a union after the field; the sender knows only the field
    kept = [each for each in rest if not re.match(r"(constrained|function)-", each)]
    return ".".join(kept)[:200] or source


def _words(error: Mapping[str, Any]) -> str:
    template = _FOUND.get(error["type"])
    if template is None:
        return _("This value cannot be used.")
    words: str = str(template) % error.get("ctx", {})
    return words


def _unreadable(exc: Exception) -> HttpResponse | None:
    if isinstance(exc, (RequestDataTooBig, TooLarge)):
        return problem("too-large", str(exc) if isinstance(exc, TooLarge) else "")
    if isinstance(exc, WrongType):
        return problem("wrong-type", _("Send application/json, or multipart/form-data where a file goes."))
    if isinstance(exc, Http404):
        return problem("not-found", _("There is no such thing here."))
    if isinstance(exc, HttpError) and exc.status_code < HTTPStatus.INTERNAL_SERVER_ERROR:
        return problem("malformed", _("The body is not a JSON document in UTF-8."), status=exc.status_code)
    if isinstance(exc, (BadRequest, SuspiciousOperation, MultiPartParserError, UnreadablePostError)):
        return problem("malformed")
    return None


def _broken(request: HttpRequest, exc: Exception) -> HttpResponse:
    log.error("the API broke", method=request.method, path=request.path, exc_info=exc)
    return problem("failed", _("Nothing was changed. The desk's operator finds the reason in its log."))
