"""The bank's file and the way back from the command line."""

import json

import pytest
from click.testing import CliRunner

from keizoku.accounts.models import Staff
from keizoku.cli import process
from keizoku.cli.records import import_command
from keizoku.cli.returning import command as return_command
from keizoku.customers import actions
from keizoku.customers.imports import mapping
from keizoku.customers.imports.tests.test_importing import HEADER, TARO, write
from keizoku.customers.imports.tests.test_uploading import BAD, COLUMNS_OF_THE_BANK, OWN_HEADER
from keizoku.customers.models import Customer, ReturnRow
from keizoku.kernel.actor import Actor
from keizoku.kernel.clock import business_today


@pytest.fixture
def run(db, monkeypatch):
    """Runs a command in the test's own database."""
    monkeypatch.setattr(process, "start_django", lambda: None)

    def invoke(command, *arguments, typed=None):
        return CliRunner().invoke(command, [str(each) for each in arguments], input=typed)

    return invoke


def test_dry_run_names_the_refused_rows_and_writes_nothing(run, tmp_path):
    answer = run(import_command, "--dry-run", write(tmp_path, TARO, BAD))

    assert "3行目 生年月日" in answer.output
    assert "2行を試しに読みました（何も取り込んでいません）: 新規 1" in answer.output
    assert Customer.objects.count() == 0


def test_file_with_the_bank_s_own_columns_is_taken_by_the_mapping_s_name(run, tmp_path):
    mapping.save_mapping("本店", COLUMNS_OF_THE_BANK, OWN_HEADER.split(","), actor=Actor.staff(7))
    path = write(tmp_path, TARO)
    path.write_text(path.read_text(encoding="utf-8").replace(HEADER, OWN_HEADER), encoding="utf-8")

    assert run(import_command, path).exit_code == 1
    assert "「別」はありません" in run(import_command, "--mapping", "別", path).output
    assert "新規 1" in run(import_command, "--mapping", "本店", path).output


def test_decided_values_are_written_with_their_manifest_and_acknowledged(run, tmp_path):
    run(import_command, "--as-of", "2026-11-01", write(tmp_path, TARO))
    actions.apply_changes(
        customer_id=Customer.objects.get().id,
        changes={"phone": "+818011112222"},
        confirmed=(),
        source="declared",
        as_of=business_today(),
        actor=Actor.staff(7),
    )
    assert "未返却 1件（いちばん古いもの 0日前）" in run(return_command, "list").output

    produced = run(return_command, "produce", "--out", tmp_path)
    assert produced.exit_code == 0, produced.output
    number = ReturnRow.objects.get().file_id
    told = json.loads((tmp_path / f"keizoku-return-{number}.json").read_text(encoding="utf-8"))
    assert told["rows"] == 1
    (tmp_path / "answer.csv").write_text("通番,結果,理由\n1,受理,\n", encoding="utf-8")

    assert "受理 1件、拒否 0件" in run(return_command, "acknowledge", number, tmp_path / "answer.csv").output
    assert run(return_command, "produce", "--out", tmp_path).exit_code == 1


def test_lost_file_is_written_again_by_a_second_person(run, tmp_path):
    run(import_command, "--as-of", "2026-11-01", write(tmp_path, TARO))
    actions.apply_changes(
        customer_id=Customer.objects.get().id,
        changes={"phone": "+818011112222"},
        confirmed=(),
        source="declared",
        as_of=business_today(),
        actor=Actor.staff(7),
    )
    run(return_command, "produce", "--out", tmp_path)
    number = ReturnRow.objects.get().file_id
    first, second = "first", "second"
    for login in (first, second):
        Staff.objects.create(login=login, display_name=login, role="compliance")
    path = tmp_path / f"keizoku-return-{number}.csv"
    content = path.read_bytes()
    path.unlink()

    asked = run(return_command, "ask-again", number, "--cause", "lost", "--by", first)
    assert asked.exit_code == 0, asked.output
    assert (
        run(return_command, "reissue", number, "--by", first, "--out", tmp_path, typed="1\n").exit_code == 1
    )
    assert not path.exists()
    again = run(return_command, "reissue", number, "--by", second, "--out", tmp_path, typed="1\n")
    assert again.exit_code == 0, again.output
    assert path.read_bytes() == content

    (tmp_path / "answer.csv").write_text("通番,結果,理由\n1,拒否,桁あふれ\n", encoding="utf-8")
    run(return_command, "acknowledge", number, tmp_path / "answer.csv")
    settled = run(return_command, "settle", number, "--remedy", "core_mended", "--by", first)
    assert "次の返却に入る 1件" in settled.output
