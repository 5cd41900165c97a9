"""Sizes, names, and what has no place in a line of code."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.tree import ROOT, name_of, no_findings, parsed, python_files

LONGEST_MODULE = 500
LONGEST_FUNCTION = 60

EMPTY_WORDS = re.compile(
    r"(^|_|(?<=[a-z]))([Uu]tils?|[Hh]elpers?|[Mm]anagers?|[Mm]isc|[Ss]tuff)(_|$)|^(handle|process)_|^(data|info)$"
)
# aiosmtpd and Django call methods by these names
CALLED_BY_OTHERS = {
    "process_view",
    "handle_RCPT",
    "handle_DATA",
    "handle_MAIL",
    "handle_EHLO",
    "handle_HELO",
    "handle_VRFY",
}


def everything() -> list[Path]:
    return python_files("aplomb", "tests", tests=True) + sorted((ROOT / "bench").rglob("*.py")) + [ROOT / "conftest.py"]


def long_functions(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or 0) - node.lineno + 1
            if lines > LONGEST_FUNCTION:
                yield f"{node.name} has {lines} lines"


def empty_names(tree: ast.AST) -> Iterator[str]:
    """Names that say nothing: of modules they are looked at by path, here of classes, functions and what they take."""
    for node in ast.walk(tree):
        name = ""
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            name = node.name
        elif isinstance(node, ast.arg):
            name = node.arg
        if name and name not in CALLED_BY_OTHERS and EMPTY_WORDS.search(name):
            yield name


def prints(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"print", "breakpoint"}:
            yield f"{node.func.id}() in line {node.lineno}"


def bare_ignores(text: str) -> Iterator[str]:
    """`type: ignore` and `noqa` without a code; the first also without a reason after it."""
    for number, line in enumerate(text.splitlines(), 1):
        if re.search(r"#\s*type:\s*ignore(?!\[[a-z0-9, -]+\]\s+# \S)", line):
            yield f"type: ignore without code and reason in line {number}"
        if re.search(r"#\s*noqa(?!: [A-Z]+\d+)", line):
            yield f"noqa without a code in line {number}"


def test_a_long_function_is_found() -> None:
    assert list(long_functions(ast.parse("def f():\n" + "    x = 1\n" * 60))) == ["f has 61 lines"]
    assert list(long_functions(ast.parse("def f():\n" + "    x = 1\n" * 59))) == []


@pytest.mark.parametrize(
    "line", ["class TicketManager: ...", "def handle_ticket(): ...", "def f(data): ...", "def mail_utils(): ..."]
)
def test_an_empty_name_is_found(line: str) -> None:
    assert list(empty_names(ast.parse(line))) != []


@pytest.mark.parametrize("line", ["def close_ticket(by): ...", "def f(data_version): ...", "def information(): ..."])
def test_a_telling_name_is_good(line: str) -> None:
    assert list(empty_names(ast.parse(line))) == []


def test_printing_is_found() -> None:
    assert list(prints(ast.parse("print(1)"))) == ["print() in line 1"]
    assert list(prints(ast.parse("click.echo(1)"))) == []


# put together, so that this file itself has none
IGNORE, NOQA = "# type: " + "ignore", "# no" + "qa"


@pytest.mark.parametrize("line", [f"x  {IGNORE}", f"x  {IGNORE}[misc]", f"x  {IGNORE}[misc] because", f"x  {NOQA}"])
def test_a_silence_without_reason_is_found(line: str) -> None:
    assert list(bare_ignores(line)) != []


@pytest.mark.parametrize("line", [f"x  {IGNORE}[misc]  # the library has no types", f"x  {NOQA}: E501  a long address"])
def test_a_silence_with_reason_is_good(line: str) -> None:
    assert list(bare_ignores(line)) == []


def test_modules_are_short() -> None:
    sizes = {
        name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in everything() if path.exists()
    }
    no_findings(
        (f"{name}: {size}" for name, size in sizes.items() if size > LONGEST_MODULE), "at most 500 lines a module"
    )


def test_functions_are_short() -> None:
    found = [f"{name_of(path)}: {told}" for path in everything() for told in long_functions(parsed(path))]
    no_findings(found, "at most 60 lines a function")


def test_names_say_something() -> None:
    found = [f"{name_of(path)}: {told}" for path in everything() for told in empty_names(parsed(path))]
    found += [name_of(path) for path in everything() if EMPTY_WORDS.search(path.stem)]
    no_findings(found, "no utils, helpers, managers, handle_, process_, data, info")


def test_nothing_is_printed() -> None:
    found = [f"{name_of(path)}: {told}" for path in python_files() for told in prints(parsed(path))]
    no_findings(found, "answers go through click, talk through the log")


def test_silences_give_a_code_and_a_reason() -> None:
    found = [
        f"{name_of(path)}: {told}" for path in everything() for told in bare_ignores(path.read_text(encoding="utf-8"))
    ]
    no_findings(found, "a silenced check names its code and why")


def test_every_module_says_what_it_is() -> None:
    plumbing = {"apps.py", "__init__.py"}
    found = [
        name_of(path) for path in python_files() if path.name not in plumbing and not ast.get_docstring(parsed(path))
    ]
    no_findings(found, "a module begins with what it is for")


def test_every_app_says_what_its_word_means() -> None:
    apps = {path.parent for path in python_files() if path.name == "apps.py"}
    found = [name_of(app / "__init__.py") for app in apps if not ast.get_docstring(parsed(app / "__init__.py"))]
    no_findings(found, "an app's __init__ says what its word means in this house")
