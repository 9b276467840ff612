"""The generated file against the import's own rules, and against what it promises."""

import json
import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from keizoku.customers.codes import Kind
from keizoku.customers.imports.rules.columns import Header, read_header
from keizoku.customers.imports.rules.parsed import ParsedRow
from keizoku.customers.imports.rules.rejections import Rejection, RejectionCode
from keizoku.customers.imports.rules.rows import read_row
from keizoku.customers.imports.rules.table import open_table
from keizoku.kernel.text.phone import PhoneClass
from keizoku.sample.command import command
from keizoku.sample.customers import Truth, truth_path, write
from keizoku.sample.family_names import FAMILY_NAMES

TODAY = date(2026, 11, 21)


def judge(path: Path) -> tuple[list[ParsedRow], list[Rejection]]:
    accepted: list[ParsedRow] = []
    refused: list[Rejection] = []
    with path.open("rb") as stream:
        table = open_table(stream)
        header = read_header(table.header)
        assert isinstance(header, Header)
        seen: set[int] = set()
        for record in table.records:
            row = read_row(record, header, today=TODAY, seen=seen)
            if isinstance(row, ParsedRow):
                accepted.append(row)
            else:
                refused.append(row)
    return accepted, refused


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
@pytest.mark.parametrize(("dirty", "broken"), [(0.02, 40), (0.1, 200)])
def test_the_import_refuses_exactly_the_broken_rows_for_exactly_their_codes(
    tmp_path: Path, encoding: str, dirty: float, broken: int
):
    path = tmp_path / "customers.csv"
    truth = write(path, count=2000, seed=11, today=TODAY, dirty=dirty, encoding=encoding)
    accepted, refused = judge(path)
    assert [(row.line, row.code) for row in refused] == [(row.line, row.code) for row in truth.dirty_rows]
    assert all(len(row.faults) == 1 for row in refused)
    assert (len(accepted), len(refused)) == (2000 - broken, broken)
    of_added_columns = {code for code in RejectionCode if code.startswith(("attribute_", "closed_"))}
    assert {row.code for row in refused} == set(RejectionCode) - {
        RejectionCode.COLUMNS_MISSING
    } - of_added_columns


def test_the_number_of_broken_rows_is_the_rounded_rate(tmp_path: Path):
    for count, dirty, broken in ((100, 0.02, 2), (125, 0.02, 3), (124, 0.02, 2), (10, 0.0, 0), (7, 0.5, 4)):
        truth = write(tmp_path / "customers.csv", count=count, seed=1, today=TODAY, dirty=dirty)
        assert len(truth.dirty_rows) == broken


def test_the_same_seed_and_day_give_the_same_bytes(tmp_path: Path):
    files = []
    for name, seed in (("a.csv", 5), ("b.csv", 5), ("c.csv", 6)):
        write(tmp_path / name, count=300, seed=seed, today=TODAY, dirty=0.1)
        files.append((tmp_path / name).read_bytes())
    assert files[0] == files[1]
    assert files[0] != files[2]


def test_a_row_does_not_depend_on_the_length_of_the_file(tmp_path: Path):
    for count in (2, 200):
        write(tmp_path / f"{count}.csv", count=count, seed=5, today=TODAY)
    short, long = ((tmp_path / f"{count}.csv").read_bytes() for count in (2, 200))
    assert long.startswith(short)


@pytest.fixture(scope="module")
def population(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Truth, list[ParsedRow]]:
    path = tmp_path_factory.mktemp("sample") / "customers.csv"
    truth = write(path, count=4000, seed=3, today=TODAY)
    return path, truth, judge(path)[0]


def test_customers_are_as_a_bank_has_them(population: tuple[Path, Truth, list[ParsedRow]]):
    _, truth, rows = population
    assert len(rows) == 4000
    shares = {
        "mobile": sum(row.phone_class is PhoneClass.MOBILE for row in rows),
        "email": sum(row.email is not None for row in rows),
        "foreign": sum(row.nationality != "JPN" for row in rows),
        "corporation": sum(row.kind is Kind.CORPORATION for row in rows),
        "sole_proprietor": sum(row.kind is Kind.SOLE_PROPRIETOR for row in rows),
        "stopped": sum(row.contact_stopped for row in rows),
        "due": truth.due_hint.due,
    }
    expected = {
        "mobile": (0.66, 0.74),
        "email": (0.59, 0.66),
        "foreign": (0.022, 0.04),
        "corporation": (0.022, 0.038),
        "sole_proprietor": (0.017, 0.034),
        "stopped": (0.005, 0.016),
        "due": (0.25, 0.35),
    }
    outside = {
        what: n / 4000 for what, n in shares.items() if not expected[what][0] <= n / 4000 <= expected[what][1]
    }
    assert outside == {}


def test_mobiles_and_numbers_and_mailboxes_are_nobody_else_s(population: tuple[Path, Truth, list[ParsedRow]]):
    _, _, rows = population
    mobiles = [row.phone.reveal() for row in rows if row.phone and row.is_sms_capable]
    emails = [row.email.reveal() for row in rows if row.email]
    assert len(set(mobiles)) == len(mobiles)
    assert len(set(emails)) == len(emails)
    assert len({row.number for row in rows}) == 4000
    assert {email.partition("@")[2] for email in emails} == {
        "example.jp",
        "example.co.jp",
        "mail.example.com",
    }


def test_names_come_in_several_spellings_and_days_in_several_writings(
    population: tuple[Path, Truth, list[ParsedRow]],
):
    path, _, rows = population
    names = "".join(row.name.reveal() for row in rows)
    assert all(letter in names for letter in "髙邉齋﨑𠮷濱澤")
    text = path.read_text("utf-8")
    for writing in (
        r"昭和\d+年",
        r",S\d+\.\d+\.\d+,",
        r"[０-９]年",
        r",\d{4}-\d\d-\d\d,",
        r",\d{4}/\d+/\d+,",
        "丁目",
        "－",
    ):
        assert re.search(writing, text), writing
    assert len({(name, reading) for name, reading, _ in FAMILY_NAMES}) >= 150


def test_fifty_canaries_are_unmistakable_and_reachable(population: tuple[Path, Truth, list[ParsedRow]]):
    _, truth, rows = population
    canaries = {row.number: row for row in rows if row.number in truth.canaries}
    assert len(canaries) == len(truth.canaries) == 50
    assert len({row.name.reveal() for row in canaries.values()}) == 50
    assert all(row.is_sms_capable and row.email and not row.contact_stopped for row in canaries.values())
    others = [row.name.reveal() for row in rows if row.number not in canaries]
    assert not any("金糸雀" in name for name in others)


def test_the_truth_lies_beside_the_file(population: tuple[Path, Truth, list[ParsedRow]]):
    path, truth, _ = population
    written = json.loads(truth_path(path).read_text("utf-8"))
    assert truth_path(path).name == "customers.csv.truth.json"
    assert (written["count"], written["dirty_rows"], written["canaries"]) == (4000, [], list(truth.canaries))
    assert written["due_hint"]["due"] == truth.due_hint.due


def test_phones_are_mobiles_landlines_or_none(population: tuple[Path, Truth, list[ParsedRow]]):
    _, _, rows = population
    assert set(Counter(row.phone_class for row in rows)) == {PhoneClass.MOBILE, PhoneClass.LANDLINE, None}


def test_a_wrong_rate_or_encoding_is_refused_before_anything_is_written(tmp_path: Path):
    path = tmp_path / "customers.csv"
    with pytest.raises(ValueError, match="rate"):
        write(path, count=10, seed=1, today=TODAY, dirty=0.6)
    with pytest.raises(ValueError, match="encoding"):
        write(path, count=10, seed=1, today=TODAY, encoding="euc-jp")
    assert not path.exists()


def test_the_command_writes_the_file_and_its_truth(tmp_path: Path):
    out = tmp_path / "c.csv"
    options = ["--count", "100", "--seed", "1", "--dirty", "2%", "--out", str(out), "--today", "2026-11-21"]
    result = CliRunner().invoke(command, ["customers", *options, "--encoding", "cp932"])
    assert result.exit_code == 0, result.output
    assert "100 rows, 2 broken" in result.output
    assert len(json.loads(truth_path(out).read_text("utf-8"))["dirty_rows"]) == 2


@pytest.mark.parametrize(("dirty", "message"), [("many", "percentage"), ("80%", "outside")])
def test_the_command_explains_a_wrong_rate(tmp_path: Path, dirty: str, message: str):
    result = CliRunner().invoke(command, ["customers", "--out", str(tmp_path / "c.csv"), "--dirty", dirty])
    assert result.exit_code == 2
    assert message in result.output
