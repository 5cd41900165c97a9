"""Who calls: a bearer token (RFC 6750) of a person. The session of a browser opens nothing here."""

from dataclasses import dataclass

from django.http import HttpRequest
from ninja.security import HttpBearer

from aplomb.api.problems import MissingScope
from aplomb.people.actions import person_of_token
from aplomb.people.models import Person


@dataclass(frozen=True)
class Caller:
    """The person who acts, and what their token is good for."""

    person: Person
    scopes: tuple[str, ...]
    token_name: str


class Token(HttpBearer):
    """Lets in who sends a token with this scope; "" is any token. Raises MissingScope.

    The token narrows what its person may; every action asks about the person again.
    """

    def __init__(self, scope: str = "") -> None:
        self.scope = scope
        super().__init__()

    def authenticate(self, request: HttpRequest, token: str) -> Caller | None:
        found = person_of_token(token.strip()) if len(token) <= 200 else None
        if found is None:
            return None
        person, row = found
        if self.scope and self.scope not in row.scopes:
            raise MissingScope(self.scope)
        return Caller(person, tuple(row.scopes), row.name)


def caller_of(request: HttpRequest) -> Caller:
    """Who was let in."""
    caller = getattr(request, "auth", None)
    if not isinstance(caller, Caller):
        raise TypeError("this address was entered without a token")
    return caller


def person_of(request: HttpRequest) -> Person:
    """The person who acts."""
    return caller_of(request).person
