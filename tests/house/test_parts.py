"""What the desk is made of: every dependency has a row, README and Makefile name commands that exist."""

import re
import tomllib
from importlib.metadata import distribution

import click
import pytest
from packaging.requirements import Requirement

from tests.house.tree import DOCS, ROOT, no_findings, python_files

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
DOCUMENTS = [ROOT / name for name in ("README.md", "CONTRIBUTING.md")] + sorted(DOCS.rglob("*.md"))


def required() -> list[Requirement]:
    project = PYPROJECT["project"]
    lines = [*project["dependencies"], *(line for extra in project["optional-dependencies"].values() for line in extra)]
    return [Requirement(line) for line in lines]


def rows() -> dict[str, list[str]]:
    found = {}
    for line in (DOCS / "house" / "parts.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("|") and re.fullmatch(r"`[\w.\-]+`", cells[0]):
            found[cells[0].strip("`").lower()] = cells[1:]
    return found


@pytest.mark.parametrize("requirement", required(), ids=lambda each: each.name)
def test_a_dependency_has_its_reason(requirement: Requirement) -> None:
    row = rows().get(requirement.name.lower())
    assert row is not None, f"docs/house/parts.md has no row for {requirement.name}"
    assert len(row) == 5 and all(row), "what for, who keeps it, licence, size, what we would write without it"


def test_no_row_is_left_over() -> None:
    files = ("test.in", "build.in", "fuzz.in")
    tests = {Requirement(line).name.lower() for name in files for line in requirement_lines(name)}
    names = {each.name.lower() for each in required()} | tests
    no_findings(sorted(rows().keys() - names), "this part is no longer used: take its row away")


def requirement_lines(name: str) -> list[str]:
    text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and line[0] not in "-#"]


def test_no_part_is_copyleft_without_being_an_extra() -> None:
    base = [Requirement(line).name for line in PYPROJECT["project"]["dependencies"]]
    found = []
    for name in base:
        facts = distribution(name).metadata
        told = " ".join([*(facts.get_all("License-Expression") or []), *(facts.get_all("Classifier") or [])])
        if re.search(r"\b(A?GPL|LGPL)\b|General Public License", told):
            found.append(f"{name}: {told}")
    no_findings(found, "the base installs nothing under GPL, LGPL or AGPL")


def commands(group: click.Group, before: str = "") -> set[str]:
    found = set()
    for name, command in group.commands.items():
        found.add(f"{before}{name}")
        if isinstance(command, click.Group):
            found |= commands(command, f"{before}{name} ")
    return found


def told_commands(text: str) -> set[str]:
    """Commands of aplomb that a document names in code."""
    blocks = re.findall(r"```[a-z]*\n(.*?)```|`([^`\n]+)`", text, re.DOTALL)
    code = "\n".join(first or second for first, second in blocks)
    return {" ".join(match.split()) for match in re.findall(r"(?<![\w./-])aplomb((?: [a-z][a-z-]+)+)", code)}


def test_a_command_in_a_document_is_found() -> None:
    assert told_commands("Type `aplomb user add EMAIL`; `aplomb/config` and aplomb serve are none.") == {"user add"}


def test_documents_name_commands_that_exist() -> None:
    from aplomb.config.cli import main

    known = commands(main)
    found = []
    for path in DOCUMENTS:
        for told in told_commands(path.read_text(encoding="utf-8")) if path.exists() else ():
            words = told.split()
            if " ".join(words[:2]) not in known and words[0] not in known:
                found.append(f"{path.name}: aplomb {told}")
    no_findings(found, "documents name commands that exist")


def test_documents_name_targets_of_make_that_exist() -> None:
    targets = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    found = [
        f"{path.name}: make {target}"
        for path in DOCUMENTS
        if path.exists()
        for target in re.findall(r"`make ([a-z-]+)", path.read_text(encoding="utf-8"))
        if target not in targets
    ]
    no_findings(found, "documents name targets of make that exist")


def test_links_between_documents_lead_somewhere() -> None:
    found = []
    for path in DOCUMENTS:
        if not path.exists():
            continue
        for target in re.findall(r"\]\(([^)#]+)[^)]*\)", path.read_text(encoding="utf-8")):
            if "://" not in target and not (path.parent / target).exists():
                found.append(f"{path.relative_to(ROOT)}: {target}")
    no_findings(found, "links lead somewhere")


def test_requirements_name_no_registry() -> None:
    files = [*sorted((ROOT / "requirements").iterdir()), ROOT / "pyproject.toml", ROOT / "Makefile"]
    found = [
        f"{path.name}: {line}"
        for path in files
        for line in path.read_text(encoding="utf-8").splitlines()
        if re.search(r"--(extra-)?index-url|--find-links|https?://[^\s\"]*/simple", line)
    ]
    no_findings(found, "whoever installs chooses the registry")


def test_pinned_requirements_have_hashes() -> None:
    found = []
    for name in ("base.txt", "postgres.txt", "build.txt", "test.txt"):
        text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
        for block in re.split(r"\n(?=[a-zA-Z0-9])", text):
            if re.match(r"[\w.\-\[\],]+==", block) and "--hash=sha256:" not in block:
                found.append(f"{name}: {block.splitlines()[0]}")
    no_findings(found, "pinned parts are known by their hashes")


def test_no_settings_are_hidden() -> None:
    """Every APLOMB_ variable that the code reads stands in the list at the top of the settings."""
    settings = (ROOT / "aplomb" / "config" / "settings.py").read_text(encoding="utf-8")
    listed = settings.partition('"""\n')[0]
    read = {
        name for path in python_files() for name in re.findall(r'"(APLOMB_[A-Z_]+)"', path.read_text(encoding="utf-8"))
    }
    no_findings(sorted(name for name in read if name not in listed), "aplomb/config/settings.py lists every setting")
