"""The way in: every address under /api/v1 answers machines, whatever happens, and needs no session."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, re_path
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation

from aplomb.api.auth import Token
from aplomb.api.bodies import StrictParser
from aplomb.api.idempotency import HEADER, SHAPE
from aplomb.api.problems import PROBLEM_TYPE, problem, problem_of
from aplomb.people.errors import NotFound, Wrong

View = Callable[..., HttpResponseBase]


class DeskSchema(OpenAPISchema):
    """The OpenAPI document, with scopes, problem documents and the Idempotency-Key in it."""

    def operation_security(self, operation: Operation) -> list[dict[str, Any]] | None:
        scopes = [each.scope for each in operation.auth_callbacks if isinstance(each, Token) and each.scope]
        self.securitySchemes["token"] = {"type": "http", "scheme": "bearer"}
        return [{"token": scopes}] if operation.auth_callbacks else None

    def operation_parameters(self, operation: Operation) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = super().operation_parameters(operation)
        for each in found:
            # a parameter is left out, never null
            kinds = [kind for kind in each["schema"].pop("anyOf", []) if kind.get("type") != "null"]
            each["schema"].update(*kinds)
        if "POST" in operation.methods:
            found.append(
                {
                    "in": "header",
                    "name": HEADER,
                    "required": False,
                    "description": "The same request under the same key is done once, and answered alike for a day.",
                    "schema": {"type": "string", "pattern": SHAPE, "minLength": 1, "maxLength": 200},
                }
            )
        return found

    def responses(self, operation: Operation) -> dict[int, dict[str, Any]]:
        found: dict[int, dict[str, Any]] = super().responses(operation)
        for status, answer in found.items():
            if status >= 400:
                answer["content"] = {PROBLEM_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
        return found


class DeskApi(NinjaAPI):
    """ninja's API, whose every answer is ours: problems for errors, no sign-in page, HEAD like GET."""

    def __init__(self, *pages: URLPattern, **options: Any) -> None:
        super().__init__(parser=StrictParser(), docs_url=None, **options)
        self.pages = pages
        self.add_decorator(only_known)

    def set_default_exception_handlers(self) -> None:
        self.add_exception_handler(Exception, problem_of)  # type: ignore[arg-type]  # it is given instances only

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        """The document; paths begin where the API is mounted."""
        return DeskSchema(self, self.get_root_path(path_params or {}) if path_prefix is None else path_prefix)

    def get_openapi_operation_id(self, operation: Operation) -> str:
        return str(operation.view_func.__name__)

    def _get_urls(self) -> list[URLPattern | URLResolver]:
        found = [*self.pages, *super()._get_urls(), re_path(r"", _unknown)]
        for each in found:
            if isinstance(each, URLPattern):
                each.callback = door(each.callback)
        return found


def only_known(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """The view, refusing query parameters that it does not have: a mistyped filter must not find everything."""

    @wraps(view)
    def answered(request: HttpRequest, **values: Any) -> HttpResponseBase:
        in_path = request.resolver_match.kwargs if request.resolver_match else {}
        unknown = sorted(request.GET.keys() - (values.keys() - in_path.keys() - {"body", "file", "if_match"}))
        if unknown:
            raise Wrong(unknown[0][:80], _("There is no such parameter here."))
        return view(request, **values)

    return answered


def door(view: View) -> View:
    """The view as a machine meets it."""

    @wraps(view, assigned=())
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        is_head = request.method == "HEAD"
        if is_head:
            request.method = "GET"
        with translation.override(translation.get_language_from_request(request)):
            response = _answer(view, request, *args, **kwargs)
        response.headers.setdefault("Cache-Control", "no-store")
        if not is_head:
            return response
        response.close()
        return HttpResponse(status=response.status_code, headers=dict(response.headers))

    return csrf_exempt(login_not_required(answered))


def _answer(view: View, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
    try:
        response = view(request, *args, **kwargs)
    except Exception as exc:
        return problem_of(request, exc)
    if response.status_code != 405:
        return response
    allowed = ", ".join(sorted(response.headers.get("Allow", "").split(", ")))
    return problem("wrong-method", _("Here goes: %(names)s.") % {"names": allowed}, headers={"Allow": allowed})


def _unknown(request: HttpRequest) -> HttpResponse:
    raise NotFound
