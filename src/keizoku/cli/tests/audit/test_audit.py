import pytest
from click.testing import CliRunner

from keizoku.audit import anchors, key_chain
from keizoku.audit.tests.trail import exported, three_blocks
from keizoku.cli.audit import command


@pytest.fixture
def run(monkeypatch):
    monkeypatch.setattr("keizoku.cli.process.start_django", lambda: None)  # this process has it already
    return lambda *arguments: CliRunner().invoke(command, [str(argument) for argument in arguments])


def test_an_export_is_written_and_verified(committed_db, run, tmp_path):
    three_blocks()
    out = tmp_path / "trail.jsonl"
    done = run("export", "--out", out)
    assert done.exit_code == 0
    assert key_chain.current() in done.output
    done = run("verify", out, "--anchors", anchors.path(), "--public-key", key_chain.current())
    assert done.exit_code == 0
    assert "ブロック 1〜4、記録 11件: 変更はありません" in done.output


def test_verify_names_what_was_altered_and_ends_with_one(committed_db, owner, run, tmp_path):
    three_blocks()
    owner.tamper("audit_entry", "UPDATE audit_entry SET purpose = 'x' WHERE id = 4")
    out = tmp_path / "trail.jsonl"
    out.write_bytes(b"".join(exported()))
    done = run("verify", out)
    assert done.exit_code == 1
    assert "ブロック 2 の記録 4: 内容が書き換えられています [entry_altered]" in done.output
    assert "別に控えた公開鍵" in done.output


def test_a_file_that_is_not_there_is_said_so(run, tmp_path):
    assert run("verify", tmp_path / "absent.jsonl").exit_code == 2
