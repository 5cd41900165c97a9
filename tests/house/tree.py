"""The tree that the rules look at."""

import ast
from collections.abc import Iterable, Iterator
from configparser import ConfigParser
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "aplomb"
DOCS = ROOT / "docs"

SURFACES = ("desk", "api")


def python_files(*folders: str, tests: bool = False) -> list[Path]:
    """Python files of these folders (by default of the package), without migrations, without tests unless asked."""
    found: list[Path] = []
    for folder in folders or ("aplomb",):
        for path in sorted((ROOT / folder).rglob("*.py")):
            parts = path.relative_to(ROOT).parts
            if "migrations" not in parts and (tests or "tests" not in parts):
                found.append(path)
    return found


def name_of(path: Path) -> str:
    """The path as exemptions and failures name it."""
    return path.relative_to(ROOT).as_posix()


def module_of(path: Path) -> str:
    parts = list(path.relative_to(ROOT).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def imported(tree: ast.AST) -> Iterator[str]:
    """The modules that a module imports, those inside functions too; `from a.b import c` gives a.b and a.b.c."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{each.name}" for each in node.names)


def floors() -> list[list[str]]:
    """The floors of .importlinter, the highest first; names on one floor are siblings."""
    reader = ConfigParser()
    reader.read(ROOT / ".importlinter", encoding="utf-8")
    lines = reader["importlinter:contract:floors"]["layers"].split("\n")
    return [[name.strip(" ()") for name in line.split("|")] for line in lines if line.strip()]


def no_findings(found: Iterable[str], rule: str) -> None:
    """Fails with the rule and every place that breaks it."""
    told = list(found)
    assert not told, f"{rule}\n  " + "\n  ".join(told)


def only_shrinks(found: Iterable[str], exempt: Iterable[str], rule: str) -> None:
    """Fails for what is found and not exempt, and for what is exempt and no longer found."""
    places, allowed = set(found), set(exempt)
    no_findings(sorted(places - allowed), rule)
    no_findings(sorted(allowed - places), "no longer breaks the rule: take it off the list of exemptions")
