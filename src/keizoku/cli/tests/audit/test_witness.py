"""The second server as a process of its own: it takes the heads of our chain, and a rebuilt chain does not get past it."""

import subprocess
import sys

import pytest

from keizoku.audit import actions, anchoring
from keizoku.audit.tests.trail import REVIEWER, exported, three_blocks, write_three
from keizoku.cli.tests.audit.commands import run_here

TOKEN = "a shared token of some length"


@pytest.fixture
def token(tmp_path):
    path = tmp_path / "token"
    path.write_text(TOKEN + "\n")
    return path


@pytest.fixture
def witness(tmp_path, token, settings):
    """A witness that listens, and settings that name it; gives its file."""
    out = tmp_path / "witness.jsonl"
    command = [sys.executable, "-m", "keizoku", "audit", "witness", "--listen", "127.0.0.1:0"]
    command += ["--out", str(out), "--token-file", str(token)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            told = process.stdout.readline()  # 証人 127.0.0.1:PORT、公開鍵 HEX
            address, _, key = told.strip().removeprefix("証人 ").partition("、公開鍵 ")
            settings.AUDIT_WITNESS_URL = f"http://{address}"
            settings.AUDIT_WITNESS_TOKEN_FILE = str(token)
            settings.AUDIT_WITNESS_KEY = key
            yield out
        finally:
            process.terminate()


def last_line(done):
    return done.stdout.splitlines()[-1]  # behind the logs


def test_the_chain_is_witnessed_and_verified_against_the_witness(
    committed_db, witness, tmp_path, settings, monkeypatch
):
    run = run_here(monkeypatch)
    three_blocks()
    done = run("anchor")
    assert (done.exit_code, last_line(done)) == (0, "witness: ブロック 3 まで、残り 0個")
    # The entry that told of it was sealed meanwhile, and goes out next.
    assert last_line(run("anchor")) == "witness: ブロック 4 まで、残り 0個"
    out = tmp_path / "trail.jsonl"
    out.write_bytes(b"".join(exported()))
    done = run("verify", out, "--witness", witness, "--witness-key", settings.AUDIT_WITNESS_KEY)
    assert done.exit_code == 0, done.output
    assert "公開鍵はファイルの中のものです" not in done.output
    done = run("verify", out, "--witness", witness, "--witness-key", "ab" * 32)
    assert (done.exit_code, "[witness_altered]" in done.output) == (1, True)


def test_a_rebuilt_chain_is_refused_by_the_witness_and_named_by_its_file(
    committed_db, owner, witness, tmp_path, monkeypatch
):
    run = run_here(monkeypatch)
    three_blocks()
    run("anchor")
    owner.tamper("audit_entry", "UPDATE audit_entry SET actor_id = '8' WHERE id = 1")
    owner.tamper("audit_block", "DELETE FROM audit_block")
    owner.tamper("audit_anchorreceipt", "DELETE FROM audit_anchorreceipt")
    actions.seal()
    done = run("anchor")
    assert done.exit_code == 1
    assert "(head_conflict)" in done.output
    out = tmp_path / "trail.jsonl"
    out.write_bytes(b"".join(exported()))
    assert run("verify", out).exit_code == 0  # nothing inside the file can tell
    done = run("verify", out, "--witness", witness)
    assert done.exit_code == 1
    assert (
        "ブロック 1: 証人の控えの要約値と違います。作り直されたおそれがあります [anchor_differs]"
        in done.output
    )


def test_a_line_removed_from_or_altered_in_the_witness_file_is_named(
    committed_db, witness, tmp_path, monkeypatch
):
    run = run_here(monkeypatch)
    three_blocks()
    run("anchor")
    out = tmp_path / "trail.jsonl"
    out.write_bytes(b"".join(exported()))
    lines = witness.read_bytes().splitlines(keepends=True)
    for altered in (
        [lines[0], lines[2]],
        [lines[0], lines[1].replace(b'"number":2', b'"number":9'), lines[2]],
    ):
        copy = tmp_path / "copy.jsonl"
        copy.write_bytes(b"".join(altered))
        done = run("verify", out, "--witness", copy)
        assert (done.exit_code, "[witness_altered]" in done.output) == (1, True)


def test_another_token_is_refused_and_told(committed_db, witness, token):
    token.write_text("another token, just as long")
    write_three()
    actions.seal()
    (state,) = actions.anchor_heads(actor=REVIEWER)
    assert (state.fault, state.kept_number, state.is_refused) == ("token_wrong", 0, False)
    assert not witness.read_bytes()


def test_another_witness_behind_the_same_address_is_not_believed(committed_db, witness, settings):
    settings.AUDIT_WITNESS_KEY = "ab" * 32
    write_three()
    (state,) = actions.anchor_heads(actor=REVIEWER)
    assert (state.fault, state.kept_number) == ("witness_key_differs", 0)


def test_without_a_key_written_down_the_first_witness_stays(committed_db, witness, settings):
    key, settings.AUDIT_WITNESS_KEY = settings.AUDIT_WITNESS_KEY, ""
    write_three()
    (state,) = actions.anchor_heads(actor=REVIEWER)
    assert state.place_key == key
    (place,) = anchoring.places()
    assert place._key == key


def test_a_witness_that_is_down_is_not_sent_to(committed_db, token, settings):
    settings.AUDIT_WITNESS_URL, settings.AUDIT_WITNESS_TOKEN_FILE = "http://127.0.0.1:9", str(token)
    settings.AUDIT_WITNESS_KEY = ""
    write_three()
    (state,) = actions.anchor_heads(actor=REVIEWER)
    assert (state.fault, state.pending) == ("not_sent", 1)


def test_a_short_token_does_not_start_a_witness(tmp_path, token, monkeypatch):
    token.write_text("short")
    done = run_here(monkeypatch)("witness", "--out", tmp_path / "w.jsonl", "--token-file", token)
    assert (done.exit_code, "16 characters or more" in done.output) == (1, True)
    assert not (tmp_path / "w.jsonl").exists()
