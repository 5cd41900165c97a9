"""Rooms inside a domain app: jobs, reactions → actions → policies, reads, gates → models → events, errors."""

import ast

import pytest

from tests.house.tree import PACKAGE, imported, module_of, only_shrinks, parsed, python_files

HEIGHT = {
    "jobs": 5,
    "reactions": 5,
    "actions": 4,
    "policies": 3,
    "reads": 3,
    "gates": 3,
    "models": 2,
    "events": 1,
    "errors": 1,
}

# an action that leaves work for later names the job; jobs name actions. They may only become fewer
EXEMPT = {
    "aplomb.channels.mail.actions imports aplomb.channels.mail.jobs",
    "aplomb.journal.outbox.actions imports aplomb.journal.outbox.jobs",
}


def upward(module: str, tree: ast.AST) -> list[str]:
    """What a module imports from a higher room of its own app."""
    app, room = room_of(module)
    found = []
    for name in dict.fromkeys(imported(tree)):
        other_app, other_room = room_of(name)
        if app and app == other_app and HEIGHT[other_room] > HEIGHT[room]:
            found.append(f"{module} imports {other_app}.{other_room}")
    return list(dict.fromkeys(found))


def room_of(module: str) -> tuple[str, str]:
    """The app and the room of a module; empty words where it stands in none."""
    parts = module.split(".")
    for place, part in enumerate(parts):
        if place > 1 and part in HEIGHT:
            return ".".join(parts[:place]), part
    return "", ""


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("aplomb.tickets.actions.close", "from aplomb.tickets.policies import may_close"),
        ("aplomb.tickets.jobs", "from aplomb.tickets.actions.close import close_ticket"),
        ("aplomb.tickets.models", "from aplomb.people.actions import LANGUAGES"),
        ("aplomb.tickets.numbers", "from aplomb.tickets import models"),
    ],
)
def test_downward_and_elsewhere_is_good(module: str, source: str) -> None:
    assert upward(module, ast.parse(source)) == []


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("aplomb.tickets.models", "from aplomb.tickets.actions.close import close_ticket"),
        ("aplomb.tickets.policies", "import aplomb.tickets.actions"),
        ("aplomb.tickets.events", "from aplomb.tickets import models"),
        ("aplomb.tickets.models", "def later():\n    from aplomb.tickets.reads import queue"),
    ],
)
def test_upward_is_bad(module: str, source: str) -> None:
    assert upward(module, ast.parse(source)) != []


def test_every_room_of_the_house_looks_down() -> None:
    surfaces = {PACKAGE / "desk", PACKAGE / "api", PACKAGE / "config"}
    found = []
    for path in python_files():
        if not surfaces & set(path.parents):
            found += upward(module_of(path), parsed(path))
    only_shrinks(found, EXEMPT, "inside an app, imports go down the rooms")
