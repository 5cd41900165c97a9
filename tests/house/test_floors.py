"""Floors: import only downwards, and point foreign keys only downwards."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps

from tests.house.tree import PACKAGE, ROOT, floors, no_findings

CONTRACT = """\
[importlinter]
root_package = house
[importlinter:contract:floors]
name = floors
type = layers
exhaustive = True
containers = house
layers =
    roof
    left | right
    cellar
"""

MODULES = {"roof": "from house import left", "left": "import house.cellar", "right": "", "cellar": ""}


def keeps_contract(folder: Path) -> bool:
    done = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--config", str(folder / ".importlinter"), "--no-cache"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
    )
    return done.returncode == 0


def build(folder: Path, **changed: str) -> Path:
    (folder / ".importlinter").write_text(CONTRACT)
    (folder / "house").mkdir()
    (folder / "house" / "__init__.py").write_text("")
    for name, source in {**MODULES, **changed}.items():
        (folder / "house" / f"{name}.py").write_text(source)
    return folder


def test_a_house_in_order_keeps_the_contract(tmp_path: Path) -> None:
    assert keeps_contract(build(tmp_path))


@pytest.mark.parametrize(
    "changed",
    [{"cellar": "import house.left"}, {"left": "from house import right"}, {"attic": "nobody_placed_it = True"}],
)
def test_upward_sideways_and_unplaced_break_it(tmp_path: Path, changed: dict[str, str]) -> None:
    assert not keeps_contract(build(tmp_path, **changed))


def test_this_house_keeps_it() -> None:
    assert keeps_contract(ROOT)


def test_every_folder_of_the_package_stands_on_a_floor() -> None:
    placed = {name for floor in floors() for name in floor}
    folders = {each.name for each in PACKAGE.iterdir() if (each / "__init__.py").exists()}
    assert folders == placed


def points_downwards(source: str, target: str, house: list[list[str]]) -> bool:
    """Whether a foreign key from one folder to another goes down, or stays in its folder."""
    level = {name: place for place, floor in enumerate(house) for name in floor}
    return source == target or level[source] < level[target]


@pytest.mark.parametrize(
    ("source", "target", "expected"),
    [("roof", "cellar", True), ("left", "left", True), ("cellar", "roof", False), ("left", "right", False)],
)
def test_a_foreign_key_goes_down(source: str, target: str, expected: bool) -> None:
    assert points_downwards(source, target, [["roof"], ["left", "right"], ["cellar"]]) is expected


def test_every_foreign_key_of_this_house_goes_down() -> None:
    found = []
    for model in apps.get_models():
        for field in model._meta.get_fields():
            target = field.related_model if field.is_relation and not field.auto_created else None
            if not isinstance(target, type) or not model.__module__.startswith("aplomb."):
                continue
            source, below = model.__module__.split(".")[1], target.__module__.split(".")
            if below[0] != "aplomb" or not points_downwards(source, below[1], floors()):
                found.append(f"{model.__name__}.{field.name} points at {target.__module__}.{target.__name__}")
    no_findings(found, "foreign keys point downwards")
