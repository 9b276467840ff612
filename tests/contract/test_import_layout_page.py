"""docs/import-layout.md says what the code does: columns, words, codes and sentences."""

import re
from pathlib import Path

import pytest

from keizoku.customers.codes import KIND_LABELS, OCCUPATION_LABELS, PRODUCT_LABELS, PURPOSE_LABELS
from keizoku.customers.imports.rules.columns import COLUMNS
from keizoku.customers.imports.rules.rejections import REASONS, WARNINGS

PAGE = (Path(__file__).parents[2] / "docs" / "import-layout.md").read_text("utf-8")


def table(heading: str) -> list[list[str]]:
    """The cells of the table under a heading, without its own heading and rule."""
    section = re.split(r"^#{2,3} ", PAGE, flags=re.MULTILINE)
    body = next(part for part in section if part.startswith(f"{heading}\n"))
    rows = [line.strip("| ").split(" | ") for line in body.splitlines() if line.startswith("|")]
    return rows[2:]


def test_the_columns_are_those_of_the_code_in_their_order():
    assert [row[0] for row in table("列")] == list(COLUMNS)
    assert f"\n{','.join(COLUMNS)}\n" in PAGE


@pytest.mark.parametrize(
    ("heading", "labels"),
    [
        ("区分", KIND_LABELS),
        ("職業", OCCUPATION_LABELS),
        ("取引目的", PURPOSE_LABELS),
        ("商品", PRODUCT_LABELS),
    ],
)
def test_the_words_of_a_column_are_those_of_the_code(heading: str, labels: dict[str, str]):
    assert table(heading) == [[label, f"`{code}`"] for code, label in labels.items()]


def test_the_reasons_and_warnings_are_those_of_the_code():
    assert table("理由コード") == [[f"`{code}`", reason] for code, reason in REASONS.items()]
    assert table("警告") == [[f"`{code}`", sentence] for code, sentence in WARNINGS.items()]
