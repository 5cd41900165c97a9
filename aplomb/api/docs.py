"""The docs page: every operation out of the OpenAPI document, drawn on the server, without a script."""

import json
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render

from aplomb.api.problems import KINDS


@dataclass(frozen=True)
class Field:
    """A parameter, or a field of a body."""

    name: str
    place: str
    is_required: bool
    shape: str
    description: str


@dataclass(frozen=True)
class Listed:
    """An operation as the page lists it."""

    method: str
    path: str
    anchor: str
    summary: str
    description: str
    scopes: tuple[str, ...]
    fields: tuple[Field, ...]
    statuses: tuple[tuple[str, str], ...]


def docs_page(request: HttpRequest) -> HttpResponse:
    """For people who write programs; open to everyone, since it says nothing about this desk's customers."""
    from aplomb.api.urls import api

    if request.method not in {"GET", "HEAD"}:
        return HttpResponseNotAllowed(["GET", "HEAD"])
    document = api.get_openapi_schema()
    groups: dict[str, list[Listed]] = {}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            for group in operation.get("tags", [""]):
                groups.setdefault(group, []).append(_listed(document, method, path, operation))
    problems = [(code, status, title) for code, (status, title) in KINDS.items()]
    answer = render(
        request,
        "api/docs.html",
        {"groups": groups, "problems": problems, "about": document["info"]["description"]},
    )
    answer["Cache-Control"] = "no-cache"
    return answer


def _listed(document: dict[str, Any], method: str, path: str, operation: dict[str, Any]) -> Listed:
    fields = [
        _field(each["name"], each["in"], each["required"], each["schema"], each.get("description", ""))
        for each in operation["parameters"]
    ]
    fields += _body_fields(document, operation.get("requestBody"))
    return Listed(
        method=method.upper(),
        path=path,
        anchor=operation["operationId"],
        summary=operation["summary"],
        description=operation.get("description", ""),
        scopes=tuple(scope for each in operation.get("security", []) for scope in each["token"]),
        fields=tuple(fields),
        statuses=tuple((str(status), each["description"]) for status, each in operation["responses"].items()),
    )


def _body_fields(document: dict[str, Any], body: dict[str, Any] | None) -> list[Field]:
    if not body:
        return []
    schema = next(iter(body["content"].values()))["schema"]
    schema = _resolved(document, schema)
    required = schema.get("required", [])
    return [
        _field(name, "body", name in required, each, each.get("description", ""))
        for name, each in schema.get("properties", {}).items()
    ]


def _resolved(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    reference = schema.get("$ref", "")
    found: dict[str, Any] = document["components"]["schemas"][reference.rpartition("/")[2]] if reference else schema
    return found


def _field(name: str, place: str, is_required: bool, schema: dict[str, Any], description: str) -> Field:
    return Field(name, place, is_required, _shape(schema), description)


def _shape(schema: dict[str, Any]) -> str:
    """The type in a few characters: string ≤ 255, one of …, list of integer."""
    if "anyOf" in schema:
        return " | ".join(dict.fromkeys(_shape(each) for each in schema["anyOf"]))
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "enum" in schema:
        return " | ".join(json.dumps(each) for each in schema["enum"])
    if schema.get("type") == "array":
        return f"[{_shape(schema.get('items', {}))}]"
    limits = [f"≥ {schema[key]}" for key in ("minimum",) if key in schema]
    limits += [f"≤ {schema[key]}" for key in ("maximum", "maxLength") if schema.get(key, 2**63) < 2**62]
    return " ".join([str(schema.get("type", "")), *limits])
