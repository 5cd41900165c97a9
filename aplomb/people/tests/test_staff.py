"""People, teams and the desk itself."""

from typing import Any

import pytest

from aplomb.journal.actors import SYSTEM
from aplomb.people.actions import add_person, add_team, change_person, change_team, set_password, set_up_desk
from aplomb.people.errors import NotAllowed, Wrong
from aplomb.people.models import Desk, Person, Team
from aplomb.people.policies import hidden_team_ids, may_administer
from tests.cast import Cast
from tests.moved import nothing_moves


def test_customers_see_the_first_name_unless_another_is_given(cast: Cast) -> None:
    assert cast.ada.work_name == "Ada"
    assert add_person(email="x@desk.example", full_name="Xenia Y", work_name=" Niki ", by=cast.max).work_name == "Niki"


def test_addresses_are_kept_in_lower_case_and_belong_to_one_person(cast: Cast) -> None:
    assert add_person(email=" New@Desk.Example ", full_name="New", by=cast.max).email == "new@desk.example"
    with nothing_moves(), pytest.raises(Wrong, match="is here already"):
        add_person(email="ADA@desk.example", full_name="Another Ada", by=cast.max)


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("email", {"email": "nobody"}),
        ("email", {"email": "a@b"}),
        ("full_name", {"full_name": "  "}),
        ("roles", {"roles": []}),
        ("roles", {"roles": ["king"]}),
        ("language", {"language": "xx"}),
        ("time_zone", {"time_zone": "Mars/Base"}),
    ],
)
def test_a_person_who_cannot_be_is_refused_by_field(cast: Cast, field: str, values: Any) -> None:
    given: dict[str, Any] = {"email": "new@desk.example", "full_name": "New", **values}
    with nothing_moves(), pytest.raises(Wrong) as refused:
        add_person(by=cast.max, **given)
    assert refused.value.field == field


def test_without_a_password_nobody_comes_in_by_one(cast: Cast) -> None:
    assert not cast.ada.has_usable_password()
    set_password(cast.ada, "a long enough word", by=cast.ada)
    assert Person.objects.get(pk=cast.ada.pk).check_password("a long enough word")


@pytest.mark.parametrize("who", ["ada", "bo", "noor", "olga", "lena", "tariq", "aud", "cleo"])
def test_only_administrators_change_the_staff(cast: Cast, who: str) -> None:
    by = getattr(cast, who)
    assert not may_administer(by)
    for refused in (
        lambda: add_person(email="new@desk.example", full_name="New", by=by),
        lambda: change_person(cast.max, by=by, roles=["agent"]),
        lambda: change_person(cast.max, by=by, full_name="Not Max"),
        lambda: set_password(cast.max, "stolen", by=by),
        lambda: add_team(name="Mine", by=by),
        lambda: change_team(cast.trust, by=by, name="Trust", is_open=True, members=[]),
        lambda: set_up_desk(name="Mine", languages=["en"], time_zone="UTC", by=by),
    ):
        with nothing_moves(), pytest.raises(NotAllowed):
            refused()


def test_ones_own_name_language_zone_and_theme_anyone_changes(cast: Cast) -> None:
    own = {"work_name": "Lina", "language": "el", "time_zone": "Asia/Kathmandu", "theme": "dark"}
    change_person(cast.ada, by=cast.ada, **own)
    found = Person.objects.get(pk=cast.ada.pk)
    assert (found.work_name, found.language, found.time_zone, found.theme) == tuple(own.values())


@pytest.mark.parametrize("changes", [{"roles": ["administrator"]}, {"is_active": False}, {"email": "x@desk.example"}])
def test_ones_own_rights_nobody_changes(cast: Cast, changes: Any) -> None:
    with nothing_moves(), pytest.raises(NotAllowed):
        change_person(cast.ada, by=cast.ada, **changes)


@pytest.mark.parametrize("changes", [{"is_active": False}, {"roles": ["agent"]}])
def test_the_last_administrator_stays_one(cast: Cast, changes: Any) -> None:
    with nothing_moves(), pytest.raises(NotAllowed, match="last administrator"):
        change_person(cast.max, by=cast.max, **changes)
    change_person(cast.ada, by=cast.max, roles=["agent", "administrator"])
    change_person(cast.max, by=cast.ada, **changes)
    assert not Person.objects.get(pk=cast.max.pk).is_administrator


def test_who_has_left_has_no_rights(cast: Cast) -> None:
    change_person(cast.bo, by=cast.max, is_active=False)
    assert not (cast.bo.is_supervisor or cast.bo.is_agent)


def test_a_team_has_one_name_in_any_case(cast: Cast) -> None:
    with nothing_moves(), pytest.raises(Wrong):
        add_team(name=" lines ", by=cast.max)
    with nothing_moves(), pytest.raises(Wrong):
        change_team(cast.trust, by=cast.max, name="LINES", is_open=True, members=[])
    with nothing_moves(), pytest.raises(Wrong):
        add_team(name=" ", by=cast.max)


def test_members_are_set_as_a_whole(cast: Cast) -> None:
    change_team(cast.lines, by=cast.max, name="Lines", is_open=True, members=[cast.bo, cast.noor])
    assert set(cast.lines.members.all()) == {cast.bo, cast.noor}


def test_a_closed_team_is_hidden_from_all_but_members_and_supervisors(cast: Cast) -> None:
    assert hidden_team_ids(cast.ada) == [cast.trust.pk]
    assert hidden_team_ids(cast.max) == [cast.trust.pk]
    assert hidden_team_ids(cast.noor) == hidden_team_ids(cast.bo) == hidden_team_ids(SYSTEM) == []


def test_the_desk_is_one(cast: Cast) -> None:
    set_up_desk(name=" Νέο γραφείο ", languages=["el", "xx"], time_zone="Europe/Athens", by=cast.max)
    assert [(each.name, each.languages) for each in Desk.objects.all()] == [("Νέο γραφείο", ["el"])]


@pytest.mark.parametrize(
    ("field", "values"),
    [("name", {"name": " "}), ("languages", {"languages": ["xx"]}), ("time_zone", {"time_zone": ""})],
)
def test_a_desk_that_cannot_be_is_refused_by_field(cast: Cast, field: str, values: Any) -> None:
    given = {"name": "Desk", "languages": ["en"], "time_zone": "UTC", **values}
    with nothing_moves(), pytest.raises(Wrong) as refused:
        set_up_desk(by=cast.max, **given)
    assert refused.value.field == field


def test_names_that_no_database_holds_are_refused_or_cleaned(cast: Cast) -> None:
    person = add_person(email="odd@desk.example", full_name="O\x00dd", by=cast.max)
    team = add_team(name="T\x00eam", by=cast.max)
    assert (Person.objects.get(pk=person.pk).full_name, Team.objects.get(pk=team.pk).name) == ("Odd", "Team")
    with nothing_moves(), pytest.raises(Wrong) as refused:
        change_person(cast.ada, by=cast.ada, work_name=" \x00 ")
    assert refused.value.field == "work_name"
