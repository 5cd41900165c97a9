"""Reading and writing JSON: strictly UTF-8, objects only, no NaN; answers built from plain dicts."""

import json
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja.parser import Parser

from aplomb.api.problems import WrongType
from aplomb.people.errors import Wrong


class StrictParser(Parser):
    """JSON bodies as RFC 8259 has them between systems."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        """Raises WrongType for another media type, Wrong where it is no object, ValueError where it is no JSON."""
        if request.content_type not in {"application/json", ""}:
            raise WrongType
        found = json.loads(request.body.decode("utf-8"), parse_constant=_refuse)
        if not isinstance(found, dict):
            raise Wrong("body", _("This must be an object."))
        return found


def _refuse(word: str) -> None:
    raise ValueError(f"{word} is not JSON")


def json_answer(content: Any, *, status: int = 200, headers: Mapping[str, str] | None = None) -> HttpResponse:
    """An answer of plain values, without another look at them: the schema tests see that they fit."""
    return HttpResponse(
        json.dumps(content, ensure_ascii=False, separators=(",", ":")),
        status=status,
        content_type="application/json",
        headers=dict(headers or {}),
    )
