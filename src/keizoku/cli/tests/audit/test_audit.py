"""``keizoku audit`` from the command line: export, verify, keys, search, who saw whom."""

import pytest
from django.utils import timezone

from keizoku.audit import anchors, key_chain
from keizoku.audit.tests.trail import exported, three_blocks
from keizoku.cli.tests.audit.commands import run_here
from keizoku.kernel.clock import TOKYO


@pytest.fixture
def run(monkeypatch):
    return run_here(monkeypatch)


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


def test_keys_are_listed_and_rotated(committed_db, run):
    three_blocks()
    first = key_chain.current()
    done = run("key", "rotate")
    assert done.exit_code == 0
    second = key_chain.current()
    assert second in done.output
    assert run("key", "list").output.splitlines() == [
        f"{first}  以前の鍵  ブロック 1〜4  audit-signing.pem",
        f"{second}  次から使う  ブロックなし  audit-signing-2.pem",
    ]


def test_a_lost_key_is_refused_by_name(committed_db, run, state):
    three_blocks()
    lost = key_chain.current()
    (state / "keys" / "audit-signing.pem").unlink()
    done = run("key", "rotate")
    assert (done.exit_code, lost in done.output) == (1, True)
    assert "秘密鍵がここにありません" in run("key", "list").output


def test_without_a_place_outside_anchor_says_what_to_set(committed_db, run):
    done = run("anchor")
    assert (done.exit_code, "KEIZOKU_AUDIT_WITNESS_URL" in done.output) == (1, True)


def test_search_and_who_saw_print_lines_for_a_table(committed_db, run):
    three_blocks()
    done = run("search", "--actor", "staff:7", "--action", "customers.record.", "--limit", "5")
    head, row = done.stdout.splitlines()
    assert head == "id,at,actor,action,subject_kind,subject_id,purpose,details"
    assert ",staff:7,customers.record.read,,,一覧,count=30 ids_digest=" in row
    month = timezone.now().astimezone(TOKYO).strftime("%Y-%m")
    head, row = run("who-saw", "5", "--month", month).stdout.splitlines()
    assert head == "entry,at,actor,purpose,together_with,ids_digest"
    assert ",staff:7,一覧,30," in row
    assert run("who-saw", "5", "--month", "2020-01").stdout.splitlines() == [head]
    asked = run("search", "--action", "audit.sights.listed").stdout.splitlines()
    assert len(asked) == 3  # the head, and that somebody asked, twice
