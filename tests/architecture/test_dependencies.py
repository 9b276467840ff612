"""Every imported package is one that pyproject.toml names, and docs/dependencies.md says why."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

from architecture.test_source import ROOT, tracked

OURS = {"keizoku", "tests", "conftest", "journeys", "races", "contract", "architecture", "install"}
EXTRAS = {"psycopg_pool"}  # part of a declared package by its extra


def declared(which: str) -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = project["dependencies"] if which == "runtime" else project["optional-dependencies"]["dev"]
    return {plain(re.split(r"[\[<>=~ ]", one)[0]) for one in named}


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def imported(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {one.name.split(".")[0] for one in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            found.add(node.module.split(".")[0])
    return found - set(sys.stdlib_module_names) - OURS - EXTRAS


# The bench that needs a browser needs what `make setup-browser` brings.
IN_A_BROWSER = "src/keizoku/bench/capturing.py"


def is_for_work(path: Path) -> bool:
    place = path.relative_to(ROOT)
    is_of_tests = bool({"tests", "scripts"} & set(place.parts)) or path.name == "conftest.py"
    return is_of_tests or place.as_posix() == IN_A_BROWSER


def test_every_import_is_of_a_declared_package():
    runtime, dev = declared("runtime"), declared("dev")
    carried_by = packages_distributions()
    strangers = [
        f"{path.relative_to(ROOT)} imports {module}"
        for path in tracked("*.py")
        for module in imported(path)
        if not (path.parent / f"{module}.py").is_file()  # a script's neighbour
        and not {plain(one) for one in carried_by.get(module, [])}
        & (runtime | dev if is_for_work(path) else runtime)
    ]
    assert strangers == []


def test_each_declared_package_has_its_reason():
    told = set(
        re.findall(r"^\| `([^`]+)` \|", (ROOT / "docs" / "dependencies.md").read_text("utf-8"), re.MULTILINE)
    )
    assert {plain(one) for one in told} - {"hatchling"} == declared("runtime") | declared("dev")
