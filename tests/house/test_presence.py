"""Presence is how things stand now. Nobody adds it up: a row of who was on a break how long would be a ranking of people."""

import ast

import pytest

from tests.house.tree import module_of, no_findings, parsed, python_files

WATCHED = {"Presence", "Absence"}
SUMS = {"annotate", "aggregate", "Count", "Sum", "Avg", "Max", "Min", "count"}


def sums_of_presence(tree: ast.AST) -> list[str]:
    """Where a statement that names presence or absence also adds up."""
    found = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.stmt) or isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Module):
            continue
        names = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
        names |= {each.attr for each in ast.walk(node) if isinstance(each, ast.Attribute)}
        if names & WATCHED and names & SUMS:
            found.append(f"line {node.lineno}: {ast.unparse(node)[:80]}")
    return found


@pytest.mark.parametrize(
    "source",
    [
        "rows = Presence.objects.values('state').annotate(n=Count('pk'))",
        "def days():\n    return Absence.objects.filter(person=1).aggregate(Sum('days'))",
        "many = Presence.objects.filter(state='break').count()",
    ],
)
def test_a_reader_that_adds_it_up_is_bad(source: str) -> None:
    assert sums_of_presence(ast.parse(source)) != []


@pytest.mark.parametrize(
    "source",
    ["row = Presence.objects.filter(person=1).first()", "n = Ticket.objects.count()", "class Presence(Model): pass"],
)
def test_looking_one_up_is_good(source: str) -> None:
    assert sums_of_presence(ast.parse(source)) == []


def test_nothing_on_the_desk_adds_up_presence() -> None:
    found = []
    for path in python_files():
        found += [f"{module_of(path)} {each}" for each in sums_of_presence(parsed(path))]
    no_findings(found, "presence is never summed")


def test_there_is_one_row_a_person_and_no_time_at_which_it_began() -> None:
    from aplomb.people.models import Presence

    assert {field.name for field in Presence._meta.get_fields()} == {"person", "state", "until"}
    assert Presence._meta.pk is not None and Presence._meta.pk.name == "person"
