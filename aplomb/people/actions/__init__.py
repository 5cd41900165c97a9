"""The only writers of people, teams, tokens and sign-in links; of notices to the staff."""

from aplomb.people.actions.staff import (
    LANGUAGES,
    add_person,
    add_team,
    change_person,
    change_team,
    set_password,
    set_up_desk,
)
from aplomb.people.actions.ways_in import (
    LINK_LIVES,
    SCOPES,
    create_token,
    make_sign_in_link,
    person_of_token,
    revoke_token,
    secret_hash,
    use_sign_in_link,
)

__all__ = [
    "LANGUAGES",
    "LINK_LIVES",
    "SCOPES",
    "add_person",
    "add_team",
    "change_person",
    "change_team",
    "create_token",
    "make_sign_in_link",
    "person_of_token",
    "revoke_token",
    "secret_hash",
    "set_password",
    "set_up_desk",
    "use_sign_in_link",
]
