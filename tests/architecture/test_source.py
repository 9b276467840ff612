"""What the source must not hold, whoever writes it."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LONGEST_MODULE = 400
# A single file on purpose: an auditor takes it alone to another machine.
MAY_BE_LONGER = {
    "src/keizoku/audit/verifier.py",
    "tests/architecture/test_columns.py",  # a list, one line a column
}
UNFINISHED = re.compile(r"\b(TODO|FIXME|NotImplementedError)\b|# XXX")
PACKAGE_HOSTS = re.compile(
    "|".join(["py" + r"pi\.org", "python" + r"hosted", "npm" + r"js\.", "deb\\." + "debian"])
)


def tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", *patterns],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [path for name in listed.stdout.splitlines() if (path := ROOT / name).is_file()]


def code() -> list[Path]:
    return [path for path in tracked("*.py") if path.name != Path(__file__).name]


def test_nothing_is_left_unfinished():
    marked = [
        f"{path.relative_to(ROOT)}" for path in code() if UNFINISHED.search(path.read_text(encoding="utf-8"))
    ]
    assert marked == []


@pytest.mark.parametrize(
    "path", [p for p in code() if "migrations" not in p.parts], ids=lambda p: str(p.relative_to(ROOT))
)
def test_module_fits_in_the_head(path):
    if str(path.relative_to(ROOT)) not in MAY_BE_LONGER:
        assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_MODULE


def test_no_package_host_is_named():
    texts = [
        p for p in tracked() if p.suffix in {".py", ".toml", ".lock", ".md", ".json", ".txt", ".cfg", ""}
    ]
    named = [
        str(p.relative_to(ROOT))
        for p in texts
        if PACKAGE_HOSTS.search(p.read_text(encoding="utf-8", errors="ignore"))
    ]
    assert named == []


def test_templates_hold_no_inline_script_or_style():
    inline = re.compile(
        r"<script(?![^>]*\bsrc=)|<style|\bstyle=|\bon(?:click|change|submit|load)=|javascript:", re.IGNORECASE
    )
    faulty = [
        str(p.relative_to(ROOT))
        for p in tracked("src/**/*.html")
        if inline.search(p.read_text(encoding="utf-8"))
    ]
    assert faulty == []


def test_templates_name_no_class_without_a_rule():
    """A name that no style sheet knows is a wish. Names that a template puts together (button-{{ kind }}) are passed over."""
    sheets = "".join(
        re.sub(r"/\*.*?\*/", "", p.read_text("utf-8"), flags=re.DOTALL) for p in tracked("src/**/*.css")
    )
    known = set(re.findall(r"\.([a-zA-Z][\w-]*)", sheets))
    unknown = set()
    for p in tracked(
        "src/keizoku/api/**/*.html", "src/keizoku/console/**/*.html", "src/keizoku/ui/**/*.html"
    ):
        text = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", "�", p.read_text("utf-8"))
        named = {name for attribute in re.findall(r'class="([^"]*)"', text) for name in attribute.split()}
        unknown |= {f"{p.name}: {name}" for name in named if "�" not in name and name not in known}
    assert unknown == set()
