"""Surfaces read forms and call actions: they neither write rows nor fetch them past the door."""

import ast

import pytest

from tests.house.tree import SURFACES, name_of, only_shrinks, parsed, python_files

WRITES = {"bulk_create", "bulk_update", "get_or_create", "update_or_create", "delete", "save"}
WRITES_ON_QUERIES = {"create", "update"}
# in a surface, these are not rows
NOT_ROWS = {"form", "session", "storage", "cache", "response", "formset"}

# the API keeps its own idempotency keys; nothing of a domain. They may only become fewer
MAY_WRITE = {
    "aplomb/api/idempotency.py",
}
MAY_FETCH: set[str] = set()


def writes(tree: ast.AST) -> list[str]:
    """Calls that write rows."""
    found = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        receiver, name = ast.unparse(node.func.value), node.func.attr
        on_query = ".objects" in receiver or ".filter(" in receiver or ".all(" in receiver
        if (name in WRITES_ON_QUERIES and on_query) or (name in WRITES and receiver.split(".")[-1] not in NOT_ROWS):
            found.append(f"{receiver}.{name}()")
    return found


def fetches(tree: ast.AST) -> list[str]:
    """Rows that are fetched without asking who asks."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            if called.endswith((".objects.get", "_default_manager.get")) or "get_object_or_404" in called:
                found.append(f"{called}()")
    return found


@pytest.mark.parametrize(
    "line",
    ["ticket.save()", "Ticket.objects.create()", "Tag.objects.filter(a=1).update(b=2)", "row.delete()"],
)
def test_writing_is_found(line: str) -> None:
    assert writes(ast.parse(line)) != []


@pytest.mark.parametrize(
    "line", ["values.update(a=1)", "close_ticket(number, by=by)", "form.save()", "Ticket.objects.filter()"]
)
def test_what_writes_no_row_is_left_alone(line: str) -> None:
    assert writes(ast.parse(line)) == []


@pytest.mark.parametrize("line", ["Ticket.objects.get(pk=1)", "get_object_or_404(Ticket, pk=1)"])
def test_fetching_past_the_door_is_found(line: str) -> None:
    assert fetches(ast.parse(line)) != []


@pytest.mark.parametrize("line", ["ticket_for(by, number)", "visible_to(by).get(pk=1)"])
def test_fetching_through_the_door_is_good(line: str) -> None:
    assert fetches(ast.parse(line)) == []


def surface_files() -> list[tuple[str, ast.Module]]:
    folders = [f"aplomb/{each}" for each in SURFACES]
    return [(name_of(path), parsed(path)) for path in python_files(*folders)]


def test_surfaces_do_not_write() -> None:
    found = [(name, told) for name, tree in surface_files() for told in writes(tree)]
    only_shrinks({name for name, _told in found}, MAY_WRITE, f"surfaces do not write: {found}")


def test_surfaces_fetch_through_the_door() -> None:
    found = [(name, told) for name, tree in surface_files() for told in fetches(tree)]
    only_shrinks({name for name, _told in found}, MAY_FETCH, f"surfaces fetch through the door: {found}")
