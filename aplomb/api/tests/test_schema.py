"""What the OpenAPI document says is what happens: requests made up from it find nothing that it does not know."""

import json
from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from schemathesis.specs.openapi.checks import positive_data_acceptance

from aplomb.api.urls import api
from aplomb.journal.actors import SYSTEM
from aplomb.people.actions import create_token
from aplomb.tickets.numbers import number_for
from tests.cast import Cast


def aimed() -> dict[str, Any]:
    """The document, with the numbers and ids of the cast in its paths: made-up ones would find nothing."""
    found: dict[str, Any] = json.loads(json.dumps(api.get_openapi_schema(path_prefix="/api/v1/")))
    for operations in found["paths"].values():
        for parameter in (each for operation in operations.values() for each in operation["parameters"]):
            if parameter["in"] == "path":
                is_number = parameter["name"] == "number"
                kept = [number_for(1), number_for(2), number_for(3), "12345678"] if is_number else [1, 2, 3, 2**70]
                parameter["schema"] = {"enum": kept}
    return found


schema = schemathesis.openapi.from_dict(aimed())
schema.app = WSGIHandler()


@pytest.fixture
def secret(cast: Cast) -> Iterator[str]:
    """An administrator's token, on a desk that leaves the test's transaction open between requests."""
    endings = (request_started, request_finished)
    for each in endings:
        each.disconnect(close_old_connections)
    yield create_token(cast.max, by=SYSTEM)[1]
    for each in endings:
        each.connect(close_old_connections)


# what the document cannot know: whether that which a well-formed request names is there, free, and the sender's to use
NAMED = {"assignee", "team", "tags", "request_type", "organisation", "time_zone", "uploads", "attachments"}
TAKEN = {"email", "phone", "to", "cc", "status", "subject", "file"}


@schema.parametrize()  # type: ignore[untyped-decorator]  # its types are not looked at
@hypothesis.settings(
    max_examples=10,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(hypothesis.HealthCheck),
)
def test_nothing_happens_that_the_document_does_not_say(case: Any, secret: str) -> None:
    headers = {"Authorization": f"Bearer {secret}"}
    response = case.call(headers=headers)
    case.validate_response(response, headers=headers, excluded_checks=[positive_data_acceptance])
    if case.meta.generation.mode.is_positive and response.status_code in {400, 415, 422}:
        found = response.json()
        assert found["code"] == "key-reused" or {each["field"] for each in found["errors"]} <= NAMED | TAKEN, found
