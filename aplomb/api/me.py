"""Who the token speaks for."""

from django.http import HttpRequest, HttpResponse
from ninja import Router

from aplomb.api.auth import Token, caller_of
from aplomb.api.bodies import json_answer
from aplomb.api.schemas import Me, Problem

router = Router(tags=["Me"])


@router.get("/me", response={200: Me, 401: Problem, 422: Problem}, auth=Token(), summary="Show who I am")
def show_me(request: HttpRequest) -> HttpResponse:
    """The token's person, their roles and teams, and the scopes of the token. Any token will do."""
    caller = caller_of(request)
    person = caller.person
    return json_answer(
        {
            "email": person.email,
            "work_name": person.work_name,
            "full_name": person.full_name,
            "language": person.language,
            "time_zone": person.time_zone,
            "roles": list(person.roles),
            "teams": list(person.teams.order_by("name").values_list("name", flat=True)),
            "scopes": list(caller.scopes),
            "token": caller.token_name,
        }
    )
