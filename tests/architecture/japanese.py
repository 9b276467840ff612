"""Every Japanese word that staff may read: of the templates' tags and of the code that the console shows.

As a program it prints what a language's tables lack: ``python tests/architecture/japanese.py [folder …]``.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from keizoku.ui import speaking

SOURCE = Path(__file__).resolve().parents[2] / "src" / "keizoku"
JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龠々]")
TAG = re.compile(r"\{%.*?%\}", re.DOTALL)
REMARK = re.compile(r"\{% comment %\}.*?\{% endcomment %\}|\{#.*?#\}", re.DOTALL)
CONSOLE = (
    *(SOURCE / "console" / "templates").rglob("*.html"),
    *(SOURCE / "accounts" / "templates").rglob("*.html"),
    *(SOURCE / "ui" / "templates" / "ui" / "components").glob("*.html"),
    *(SOURCE / "ui" / "templates" / "ui").glob("console_*.html"),
)
# Rooms whose words the console shows. What customers read (portal, letters, messages) has tables of its own, the command
# line speaks for itself, and samples, sandboxes and benches are not the console.
ROOMS = (
    "accounts",
    "api",
    "audit",
    "campaigns",
    "channels",
    "console",
    "customers",
    "delivery",
    "events",
    "forms",
    "kernel",
    "retention",
    "reviews",
    "risk",
    "safekeeping",
    "ui",
)
# Japanese that is no word to read: what is looked for in texts, written into messages and files, or shown to customers.
NOT_WORDS = re.compile(
    r"/(tests|migrations|bench|templatetags)/|campaigns/(defaults|letter_words|incidents/correcting)|kernel/(text|bank_days|clock)|gallery\.py"
    r"|ui/(formats|speaking)\.py|delivery/lane/words|channels/[a-z]+/(?!errors)|forms/rules/(ready|on_paper|fonts)"
    r"|customers/codes\.py|api/(v1|english|faults|once|paging|problems|refusals)|customers/imports/columns|phone_number|(?<!composer)/writing\.py|/pdf"
    r"|customers/countries|imports/rules/cells|customers/search/rules|forms/rules/secrets"
    r"|console/forms/numbers|kernel/environment"
)
# Single constants beside words to read: what is looked for in texts, what is stripped from what was typed, an example of a setting.
PIECES = frozenset(
    {
        ",， 　人件日",
        "暗証番号を(?:ご)?入力|パスワードを(?:ご)?入力",
        "must be lists such as 渋谷支店=101,102, separated by ;, not {}",
    }
)


def of_templates() -> Iterator[tuple[Path, str]]:
    for path in CONSOLE:
        for tag in TAG.findall(REMARK.sub("", path.read_text("utf-8"))):
            for words in re.findall(r'"([^"]*)"', tag):
                if JAPANESE.search(words):
                    yield path, words


def bare_in_templates() -> Iterator[tuple[Path, str]]:
    """Japanese that no tag says."""
    for path in CONSOLE:
        text = TAG.sub("", REMARK.sub("", path.read_text("utf-8")))
        yield from ((path, found) for found in re.findall(r"[^<>\n\"]*[ぁ-んァ-ヶ一-龠][^<>\n\"]*", text))


def of_code() -> Iterator[tuple[Path, str]]:
    for room in ROOMS:
        for path in sorted((SOURCE / room).rglob("*.py")):
            if not NOT_WORDS.search(path.as_posix()):
                yield from ((path, words) for words in constants(ast.parse(path.read_text("utf-8"))))


def constants(tree: ast.AST) -> Iterator[str]:
    """The literals with Japanese in them, ``{}`` for what is filled in; docstrings are not read by staff.

    Numbered places stay: such a form is looked up as it stands (``kernel.text.sentences``).
    """
    skipped: set[int] = set()
    for node in ast.walk(tree):  # from above down, so that what is skipped is known before it comes
        skipped.update(id(value) for value in docstrings(node))
        if isinstance(node, ast.JoinedStr):
            skipped.update(id(each) for each in ast.walk(node) if isinstance(each, ast.Constant))
            parts = [str(each.value) if isinstance(each, ast.Constant) else "{}" for each in node.values]
            words = "".join(parts)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in skipped:
            words = re.sub(r"\{[^{}\d][^{}]*\}", "{}", node.value)
        else:
            continue
        if JAPANESE.search(words) and words not in PIECES:
            yield words


def docstrings(node: ast.AST) -> Iterator[ast.expr]:
    body = getattr(node, "body", None)
    if isinstance(body, list):
        yield from (each.value for each in body if isinstance(each, ast.Expr))


def lacking(language: str) -> dict[str, Path]:
    """Words without a line in the language's tables, each with a place where it stands."""
    known = speaking.table(language)
    with speaking.spoken_in(language):
        return {
            words: path
            for path, words in (*of_templates(), *of_code())
            if words not in known and JAPANESE.search(speaking.plainly(words))
        }


if __name__ == "__main__":
    wanted = sys.argv[1:]
    last = None
    for words, path in sorted(lacking("en").items(), key=lambda found: str(found[1])):
        place = path.relative_to(SOURCE).as_posix()
        if not wanted or any(place.startswith(each) for each in wanted):
            if place != last:
                sys.stdout.write(f"\n# {place}\n")
                last = place
            quoted = words.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
            sys.stdout.write(f'"{quoted}" = ""\n')
