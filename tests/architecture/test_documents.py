"""What the documents say is what the code does: words, states, settings, dependencies, commands, links."""

import ast
import importlib.util
import re
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

from keizoku.accounts.rules import ROLE_NAMES, ROLES
from keizoku.campaigns import rules as campaigns
from keizoku.cli import _COMMANDS
from keizoku.delivery import rules as delivery
from keizoku.reviews.rules import states as reviews
from keizoku.risk.rules.scale import Category, Level

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = ROOT / "src" / "keizoku" / "settings.py"
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("docs/adr/*.md")])
SCREENS = [
    "dashboard",
    "audience-composer",
    "journey",
    "campaign-new",
    "campaign-approve",
    "campaign-first-wave",
    "campaign-funnel",
    "campaign-numbers",
    "silent",
    "silent-case",
    "phone-line",
    "portal-identify",
    "portal-unchanged",
    "portal-question",
    "portal-prove",
    "portal-done",
    "desk",
    "desk-case",
    "desk-board",
    "phone-desk",
    "customer",
    "audit",
]


def text_of(page: str) -> str:
    return (ROOT / page).read_text("utf-8")


def rows_of(page: str) -> list[list[str]]:
    """The cells of all tables' rows, their headings and rules included."""
    return [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in text_of(page).splitlines()
        if line.startswith("|")
    ]


def quoted(cells: list[str]) -> list[str]:
    return [found[1] for cell in cells if (found := re.fullmatch(r"`([^`]+)`", cell))]


# -- the glossary


def terms() -> list[list[str]]:
    return rows_of("GLOSSARY.md")[2:]


STORED = [
    *(("accounts", role, ROLE_NAMES[role]) for role in ROLES),
    *(("reviews", state, reviews.STATE_WORDS[state]) for state in reviews.State),
    *(("campaigns", state, campaigns.STATE_WORDS[state]) for state in campaigns.State),
    *(("delivery", result, delivery.RESULT_WORDS[result]) for result in delivery.RANKS),
    *(("channels", channel, words) for channel, words in delivery.CHANNEL_WORDS.items()),
    *(("risk", level, level.label) for level in Level),
    *(("risk", category, "") for category in Category),
]


@pytest.mark.parametrize(("room", "code", "words"), STORED, ids=str)
def test_every_stored_word_is_in_the_glossary_as_screens_say_it(room, code, words):
    found = [row for row in terms() if row[2] == f"`{room}: {code}`"]
    assert len(found) == 1
    assert words in found[0][1]


def test_the_glossary_names_no_stored_word_that_the_code_lacks():
    named = {row[2] for row in terms() if re.fullmatch(r"`\w+: \w+`", row[2])}
    assert named == {f"`{room}: {code}`" for room, code, _ in STORED}


def test_the_glossary_is_sorted_and_every_term_has_both_languages():
    english = [row[0].casefold() for row in terms()]
    assert english == sorted(set(english))
    assert all(all(row) and len(row) == 4 for row in terms())


# -- the drawings and the tree


def script(name: str) -> ModuleType:
    specification = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def test_the_states_are_drawn_as_the_rules_have_them():
    page = text_of("ARCHITECTURE.md")
    assert page == script("draw_states").with_drawings(page), (
        "run .venv/bin/python scripts/draw_states.py and commit what it changed"
    )


def test_every_folder_has_its_line_in_the_tree():
    tree = text_of("ARCHITECTURE.md").split("## The tree")[1].split("```")[1]
    parts = [*(ROOT / "src" / "keizoku").iterdir(), *(ROOT / "tests").iterdir()]
    folders = {part.name for part in parts if part.is_dir() and any(part.rglob("*.py"))}
    named = set(re.findall(r"^ {4}(\w+)/ ", tree, re.MULTILINE))
    assert folders - named == set()
    assert named - folders <= {"journeys", "races"}


def test_the_layers_are_those_of_the_import_contracts():
    with (ROOT / "pyproject.toml").open("rb") as file:
        contracts = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["id"] == "tree")
    drawn = text_of("ARCHITECTURE.md").split("## Which way imports go")[1].split("```")[1]
    assert drawn.split("\n")[1:-1] == layers


# -- settings


def settings_read() -> dict[str, str | None]:
    """Variable → its default as text, None where there is none or it is decided while running."""
    read: dict[str, str | None] = {}
    for node in ast.walk(ast.parse(SETTINGS.read_text("utf-8"))):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        if ast.unparse(node.func.value) != "environment":
            continue
        name, *others = node.args
        assert isinstance(name, ast.Constant)
        read[name.value] = literal(others[-1]) if others else None
    return read


def literal(default: ast.expr) -> str:
    """A default such as "demo" or 30 * 60, as the environment would have it."""
    return str(eval(compile(ast.Expression(default), "<default>", "eval"), {}))


def settings_described() -> dict[str, str]:
    rows = [row for row in rows_of("docs/settings.md") if quoted(row[:1])]
    return {quoted(row[:1])[0]: row[-1] for row in rows}


def test_every_variable_that_the_settings_read_is_described():
    assert settings_read().keys() <= settings_described().keys()


def test_every_default_is_described_as_it_is():
    described = settings_described()
    for name, default in settings_read().items():
        if default is not None:
            assert described[name] == (f"`{default}`" if default else "(empty)"), name


def test_no_variable_is_described_that_nothing_reads():
    code = [*ROOT.glob("src/**/*.py"), *ROOT.glob("scripts/*.py"), ROOT / "conftest.py"]
    source = "\n".join(path.read_text("utf-8") for path in code if "tests" not in path.parts)
    assert [name for name in settings_described() if f'"{name}"' not in source] == []


# -- dependencies


def names(requirements: list[str]) -> list[str]:
    return sorted(re.split(r"[\[<>=;\s]", requirement)[0].lower() for requirement in requirements)


def listed(heading: str) -> list[str]:
    section = text_of("docs/dependencies.md").split(f"## {heading}\n")[1].split("\n## ")[0]
    rows = [line.strip("|").split("|") for line in section.splitlines() if line.startswith("| `")]
    assert all(len(row) == 3 and all(cell.strip() for cell in row) for row in rows)
    return [row[0].strip(" `") for row in rows]


def test_every_direct_dependency_has_its_reason_and_nothing_else_has():
    with (ROOT / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)
    assert listed("To run") == names(project["project"]["dependencies"])
    assert listed("To work on it") == names(project["project"]["optional-dependencies"]["dev"])
    assert listed("To build") == names(project["build-system"]["requires"])


# -- commands, links, pictures


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_that_is_printed_exists(page):
    targets = set(re.findall(r"^([a-z-]+):", text_of("Makefile"), re.MULTILINE))
    text = page.read_text("utf-8")
    printed = re.findall(r"(?:^|`)make ([a-z-]+)", text, re.MULTILINE)
    assert set(printed) <= targets
    assert set(re.findall(r"(?:bin/|`)keizoku ([a-z-]+)", text)) <= {*_COMMANDS, "--help"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_within_the_project_leads_somewhere(page):
    for target in re.findall(r"\]\((?!https?:|docs/screenshots/)([^)]+)\)", page.read_text("utf-8")):
        path, _, part = target.partition("#")
        leads_to = (page.parent / path) if path else page
        assert leads_to.is_file(), target
        if leads_to.suffix != ".md":
            continue
        headings = re.findall(r"^#+ (.+)$", leads_to.read_text("utf-8"), re.MULTILINE)
        anchors = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
        assert not part or part in anchors, target


@pytest.mark.parametrize("page", ["README.md", "README.ja.md"])
def test_each_step_of_the_walk_is_shown_wide_and_narrow(page):
    shown = re.findall(r"\(docs/screenshots/([a-z-]+-\d+)\.png\)", text_of(page))
    assert sorted(shown) == sorted(f"{screen}-{width}" for screen in SCREENS for width in (360, 1280))
    pictures = ROOT / "docs" / "screenshots"
    if pictures.is_dir():
        assert {picture.stem for picture in pictures.glob("*.png")} >= set(shown)


def test_decisions_are_numbered_without_gaps_and_say_why():
    decisions = sorted((ROOT / "docs" / "adr").glob("*.md"))
    assert [path.name[:4] for path in decisions] == [f"{n:04d}" for n in range(1, len(decisions) + 1)]
    for path in decisions:
        assert re.search(r"Decision", path.read_text("utf-8")), path.name
