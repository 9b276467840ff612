"""A new signing key is announced by the old one, inside the chain; the verifier follows; nothing is overwritten."""

import json

import pytest

from keizoku.audit import actions, anchors, key_chain, queries, signing
from keizoku.audit.models import Block
from keizoku.audit.tests.trail import REVIEWER, check, exported, findings, write_three


@pytest.fixture
def rotated(committed_db):
    """Block 1 by the first key; block 2 announces the second; block 3 is signed by it. Returns both public keys."""
    write_three()
    actions.seal()
    first = key_chain.current()
    second = actions.rotate_key(actor=REVIEWER)
    write_three()
    actions.seal()
    return first, second


def test_the_old_key_announces_the_new_one_and_the_new_one_goes_on(rotated):
    first, second = rotated
    blocks = Block.objects.order_by("number").values_list("number", "public_key", "next_key")
    assert list(blocks) == [(1, first, ""), (2, first, second), (3, second, "")]
    report = check(exported(), anchors=anchors.lines())
    assert (report.findings, report.keys, report.public_key) == ((), (first, second), second)


def test_either_key_kept_elsewhere_proves_the_trail_and_a_foreign_one_does_not(rotated):
    for key in rotated:
        assert findings(exported(), public_key=key) == []
    assert findings(exported(), public_key="ab" * 32) == [("key_differs", None, None)]


def test_both_private_keys_stay_and_each_rotation_makes_one_more(rotated, state):
    names = {path.name for path in (state / "keys").iterdir()}
    assert names == {"audit-signing.pem", "audit-signing-2.pem"}
    actions.rotate_key(actor=REVIEWER)
    assert [key.number for key in signing.held()] == [1, 2, 3]
    assert {(key.path.stat().st_mode & 0o777) for key in signing.held()} == {0o600}


def test_keys_are_listed_with_their_blocks_and_a_lost_one_is_named(rotated, state):
    first, second = rotated
    (state / "keys" / "audit-signing.pem").unlink()
    rows = key_chain.listing()
    assert [(row.public_key, row.first_block, row.last_block, row.state, row.is_lost) for row in rows] == [
        (first, 1, 2, "former", True),
        (second, 3, 3, "current", False),
    ]
    write_three()
    assert actions.seal() == 1  # the former key is no longer needed
    assert findings(exported()) == []


def test_a_rotation_stopped_before_its_block_is_announced_by_the_next_sealing(committed_db):
    write_three()
    actions.seal()
    key = signing.make()  # and here the process was killed
    assert [row.state for row in key_chain.listing()] == ["current", "waiting"]
    write_three()
    actions.seal()
    assert Block.objects.get(number=2).next_key == key.public_key
    assert [row.state for row in key_chain.listing()] == ["former", "announced"]
    assert findings(exported()) == []


def test_an_entry_cannot_announce_a_key(rotated):
    _, second = rotated
    actions.record(
        actor=REVIEWER, action="audit.signing_key.rotated", details={"public_key": "ab" * 32, "number": 3}
    )
    actions.seal()
    write_three()
    actions.seal()
    assert set(Block.objects.filter(number__gte=3).values_list("public_key", flat=True)) == {second}


def test_an_announcement_altered_in_the_database_is_named(rotated, owner):
    owner.tamper("audit_block", f"UPDATE audit_block SET next_key = '{'ab' * 32}' WHERE number = 2")
    altered = ("block_altered", 2, None)
    assert findings(exported()) == [altered, ("signature_wrong", 3, None), ("end_altered", None, None)]
    owner.tamper("audit_block", "UPDATE audit_block SET next_key = '' WHERE number = 2")
    assert altered in findings(exported())


def test_a_lost_announcement_does_not_make_later_blocks_look_forged(rotated):
    lines = exported()
    at = next(at for at, line in enumerate(lines) if json.loads(line).get("number") == 2)
    lines[at] = b"x" + lines[at][1:]
    assert findings(lines) == [("block_altered", 2, None)]


def test_a_rotation_leaves_an_entry_with_the_public_key(rotated):
    (row,) = queries.search(queries.Criteria(action="audit.signing_key.rotated")).rows
    assert (row.details["public_key"], row.details["number"]) == (rotated[1], 2)
