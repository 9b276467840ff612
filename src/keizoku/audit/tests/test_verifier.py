"""Each way of tampering is named, by block and entry."""

import ast
import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from keizoku.audit import actions, anchors, export, key_chain, signing, verifier
from keizoku.audit.models import Block
from keizoku.audit.tests.trail import (
    REVIEWER,
    brief,
    check,
    exported,
    findings,
    findings_with_anchors,
    three_blocks,
)


@pytest.fixture
def trail(committed_db):
    three_blocks()


def test_an_untouched_trail_is_sound(trail):
    report = check(exported(), public_key=key_chain.current(), anchors=anchors.lines())
    assert report.findings == ()
    assert (report.blocks, report.entries, report.first_block, report.last_block) == (3, 10, 1, 3)


def test_an_empty_trail_is_sound(committed_db):
    assert check(exported()).is_sound


# -- in the database, by its owner


def test_an_altered_entry_is_named(trail, owner):
    owner.tamper("audit_entry", "UPDATE audit_entry SET actor_id = '8' WHERE id = 6")
    assert findings(exported()) == [("entry_altered", 2, 6)]


def test_an_entry_about_another_customer_is_named(trail, owner):
    owner.tamper("audit_entry", "UPDATE audit_entry SET subject_id = 99 WHERE id = 1")
    assert findings(exported()) == [("entry_altered", 1, 1)]


def test_a_removed_entry_is_named(trail, owner):
    owner.tamper("audit_entry", "DELETE FROM audit_entry WHERE id = 9")
    assert findings(exported()) == [("entry_removed", 3, 9)]


def test_an_inserted_entry_is_named(trail, owner):
    owner.tamper(
        "audit_entry",
        "INSERT INTO audit_entry (xid, actor_kind, actor_id, action, subject_kind, purpose, details)"
        " SELECT xid, 'staff', '9', 'a.b.c', '', '', '{}' FROM audit_entry WHERE id = 2",
    )
    assert findings(exported()) == [("entry_inserted", 1, 11)]


def test_an_entry_moved_to_another_transaction_is_named(trail, owner):
    owner.tamper(
        "audit_entry", "UPDATE audit_entry SET xid = (SELECT xid FROM audit_entry WHERE id = 9) WHERE id = 1"
    )
    assert findings(exported()) == [("entry_removed", 1, 1), ("entry_inserted", 3, 1)]


def test_altered_ids_of_a_bulk_read_are_named(trail, owner):
    owner.tamper("audit_bulkread", "UPDATE audit_bulkread SET ids = array_remove(ids, 5)")
    assert findings(exported()) == [("ids_altered", 2, 4)]


def test_removed_ids_of_a_bulk_read_are_named(trail, owner):
    owner.tamper("audit_bulkread", "DELETE FROM audit_bulkread")
    assert findings(exported()) == [("ids_altered", 2, 4)]


def test_an_entry_altered_together_with_its_digest_in_the_block_is_found(trail, owner):
    owner.tamper("audit_entry", "UPDATE audit_entry SET actor_id = '8' WHERE id = 2")
    altered = findings(exported())
    assert altered == [("entry_altered", 1, 2)]
    line = next(line for line in exported() if b'"id":2,' in line)
    digest = hashlib.sha256(line[:-1]).hexdigest()
    owner.tamper(
        "audit_block",
        f"UPDATE audit_block SET entry_digests = overlay(entry_digests PLACING '\\x{digest}'::bytea FROM 33)"
        " WHERE number = 1",
    )
    assert findings(exported()) == [("block_altered", 1, None)]


def test_an_altered_block_is_named(trail, owner):
    owner.tamper(
        "audit_block", "UPDATE audit_block SET sealed_at = sealed_at - interval '1 day' WHERE number = 2"
    )
    assert findings(exported()) == [("block_altered", 2, None)]


def test_a_removed_block_is_named(trail, owner):
    owner.tamper("audit_block", "DELETE FROM audit_block WHERE number = 2")
    assert findings(exported()) == [("block_removed", 2, None)]


def test_a_removed_last_block_is_named_by_the_anchors(trail, owner):
    owner.tamper("audit_block", "DELETE FROM audit_block WHERE number = 3")
    assert findings(exported()) == []
    assert findings_with_anchors(exported()) == [("block_removed", 3, None)]


def test_a_last_block_sealed_again_after_tampering_is_named_by_the_anchors(trail, owner):
    owner.tamper("audit_block", "DELETE FROM audit_block WHERE number = 3")
    owner.tamper("audit_entry", "UPDATE audit_entry SET actor_id = '8' WHERE id = 10")
    assert actions.seal() == 1
    assert findings(exported()) == []
    assert findings_with_anchors(exported()) == [("anchor_differs", 3, None)]


def test_a_chain_rebuilt_with_another_key_is_named(trail, owner, state):
    known_key, known_heads = key_chain.current(), anchors.lines()
    owner.tamper("audit_entry", "UPDATE audit_entry SET actor_id = '8' WHERE id = 1")
    owner.tamper("audit_block", "DELETE FROM audit_block")
    (state / "keys" / "audit-signing.pem").unlink()
    signing._key.cache_clear()
    actions.seal()
    lines = exported()
    assert findings(lines) == []  # nothing inside the file can tell
    assert findings(lines, public_key=known_key) == [("key_differs", None, None)]
    assert ("anchor_differs", 1, None) in findings(lines, anchors=known_heads)


def test_a_chain_rebuilt_with_the_same_key_is_named_by_the_head(trail, owner):
    head = bytes(Block.objects.get(number=3).digest).hex()
    assert findings(exported(), expect_head=head) == []
    owner.tamper("audit_entry", "UPDATE audit_entry SET actor_id = '8' WHERE id = 1")
    owner.tamper("audit_block", "DELETE FROM audit_block")
    actions.seal()
    assert findings(exported(), expect_head=head) == [("head_differs", 1, None)]


def test_a_block_signed_with_another_key_is_named(trail, owner):
    owner.tamper(
        "audit_block",
        "UPDATE audit_block SET signature = (SELECT signature FROM audit_block WHERE number = 1) WHERE number = 3",
    )
    assert findings(exported()) == [("signature_wrong", 3, None)]


# -- in the export


def test_an_export_cut_after_any_line_is_found(trail):
    lines = exported()
    for kept in range(1, len(lines)):
        assert "file_truncated" in {code for code, _, _ in findings(lines[:kept])}, kept


def test_an_export_whose_last_block_is_cut_out_is_found(trail):
    lines = exported()
    start = max(number for number, line in enumerate(lines) if b'"kind":"block"' in line)
    assert findings([*lines[:start], lines[-1]]) == [("file_truncated", 2, None)]


def test_a_line_removed_anywhere_is_found(trail):
    lines = exported()
    for number in range(len(lines)):
        assert findings(lines[:number] + lines[number + 1 :]), number


def test_a_line_doubled_anywhere_is_found(trail):
    lines = exported()
    for number in range(len(lines)):
        assert findings(lines[: number + 1] + lines[number:]), number


def test_two_lines_exchanged_anywhere_are_found(trail):
    lines = exported()
    for number in range(len(lines) - 1):
        assert findings([*lines[:number], lines[number + 1], lines[number], *lines[number + 2 :]]), number


def test_an_entry_exchanged_for_another_of_its_block_is_named(trail):
    lines = exported()
    first = next(number for number, line in enumerate(lines) if b'"kind":"entry"' in line)
    lines[first], lines[first + 1] = lines[first + 1], lines[first]
    assert findings(lines) == [("entry_moved", 1, 2)]


def test_an_unreadable_entry_is_named_by_its_place(trail):
    lines = exported()
    second = [number for number, line in enumerate(lines) if b'"kind":"entry"' in line][1]
    lines[second] = b"\xff" + lines[second][1:]
    assert findings(lines) == [("entry_altered", 1, 2)]


def test_an_unreadable_block_is_named_once(trail):
    lines = exported()
    second = [number for number, line in enumerate(lines) if b'"kind":"block"' in line][1]
    lines[second] = b"x" + lines[second][1:]
    assert findings(lines) == [("block_altered", 2, None)]


# -- as a command and a button


def test_the_verifier_is_one_file_of_standard_library_and_cryptography():
    tree = ast.parse(Path(verifier.__file__).read_text())
    modules = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    modules += [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    imported = {module.split(".")[0] for module in modules}
    assert imported - set(sys.stdlib_module_names) == {"cryptography"}


def test_the_verifier_runs_alone_and_names_what_it_finds(trail, owner, tmp_path):
    alone = tmp_path / "elsewhere"
    alone.mkdir()
    shutil.copy(verifier.__file__, alone / "verifier.py")
    sound, altered = alone / "sound.jsonl", alone / "altered.jsonl"
    sound.write_bytes(b"".join(exported()))
    owner.tamper("audit_entry", "UPDATE audit_entry SET actor_id = '8' WHERE id = 6")
    altered.write_bytes(b"".join(exported()))

    def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-I", str(alone / "verifier.py"), *map(str, arguments)]
        return subprocess.run(command, capture_output=True, text=True, cwd=alone, check=False)

    done = run(sound, "--public-key", key_chain.current(), "--anchors", anchors.path())
    assert (done.returncode, done.stderr) == (0, "")
    assert "ブロック 1〜3、記録 10件: 変更はありません" in done.stdout
    done = run(altered)
    assert done.returncode == 1
    assert "ブロック 2 の記録 6: 内容が書き換えられています [entry_altered]" in done.stdout
    assert run(alone / "absent.jsonl").returncode == 2


def test_the_database_is_verified_from_its_rows_and_that_leaves_an_entry(trail, owner):
    report = actions.verify_database(actor=REVIEWER)
    assert (report.is_sound, report.blocks, report.entries) == (True, 3, 10)
    owner.tamper("audit_entry", "UPDATE audit_entry SET actor_id = '8' WHERE id = 6")
    report = actions.verify_database(actor=REVIEWER)
    assert [brief(finding) for finding in report.findings] == [("entry_altered", 2, 6)]
    from keizoku.audit.queries import Criteria, search

    rows = search(Criteria(action="audit.chain.verified")).rows
    assert [row.details["findings"] for row in rows] == [1, 0]


def test_the_database_is_verified_back_to_a_limit(trail, owner):
    owner.tamper("audit_entry", "UPDATE audit_entry SET actor_id = '8' WHERE id = 1")
    report = actions.verify_database(actor=REVIEWER, limit=2)
    assert (report.is_sound, report.first_block, report.blocks) == (True, 2, 2)


def test_a_written_export_seals_first_and_holds_its_own_entry(trail, tmp_path):
    actions.record(actor=REVIEWER, action="a.b.c")
    out = tmp_path / "trail.jsonl"
    told: list[int] = []
    export.write(out, actor=REVIEWER, progress=told.append)
    assert out.stat().st_mode & 0o777 == 0o600
    with out.open("rb") as lines:
        report = check(lines, anchors=anchors.lines())
    assert (report.is_sound, report.entries, report.last_block) == (True, 12, 4)
    assert told == [3, 7, 10, 12]
    assert b'"audit.export.written"' in out.read_bytes()
