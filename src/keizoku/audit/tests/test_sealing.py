import threading

import psycopg
import pytest
from django.db import connection, transaction

from keizoku.audit import actions, anchors, key_chain, rules, sealing, signing
from keizoku.audit.errors import SealingStopped, SigningKeyLost
from keizoku.audit.models import Block, Entry
from keizoku.audit.tests.trail import (
    REVIEWER,
    check,
    exported,
    findings_with_anchors,
    three_blocks,
    write_three,
)

EARLY = (
    "INSERT INTO audit_entry (actor_kind, actor_id, action, subject_kind, purpose, details)"
    " VALUES ('system', 'early', 'a.b.c', '', '', '{}') RETURNING id"
)


def write_early(early: psycopg.Connection[tuple[int]]) -> int:
    written = early.execute(EARLY).fetchone()
    assert written is not None
    return written[0]


def test_nothing_to_seal_makes_no_block(committed_db):
    assert actions.seal() == 0
    assert Block.objects.count() == 0


def test_a_block_holds_the_entries_in_order_and_is_signed(committed_db):
    write_three()
    assert actions.seal() == 1
    block = Block.objects.get()
    ids = list(Entry.objects.order_by("id").values_list("id", flat=True))
    assert (block.number, block.from_xid, bytes(block.previous)) == (1, 0, rules.NO_PREVIOUS)
    assert (block.entries, block.entry_ids) == (3, ids)
    assert (block.first_entry_id, block.last_entry_id) == (ids[0], ids[-1])
    assert signing.is_signed_by(block.public_key, bytes(block.digest), bytes(block.signature))
    assert (block.public_key, block.next_key) == (signing.held()[0].public_key, "")


def test_blocks_are_numbered_without_gaps_and_chained(committed_db):
    three_blocks()
    first, second, third = Block.objects.order_by("number")
    assert [first.number, second.number, third.number] == [1, 2, 3]
    assert (bytes(second.previous), bytes(third.previous)) == (bytes(first.digest), bytes(second.digest))
    assert (second.from_xid, third.from_xid) == (first.to_xid, second.to_xid)


def test_sealing_again_changes_nothing(committed_db):
    write_three()
    assert (actions.seal(), actions.seal()) == (1, 0)


def test_an_entry_of_an_early_transaction_that_commits_late_is_neither_missed_nor_out_of_order(committed_db):
    with psycopg.connect(committed_db.url("app")) as early:
        early_id = write_early(early)
        actions.record(actor=REVIEWER, action="a.b.c")
        late_id = Entry.objects.get().id
        assert early_id < late_id  # sealing by id would now close over the early entry
        assert actions.seal() == 0
        early.commit()
    assert actions.seal() == 1
    assert Block.objects.get().entry_ids == [early_id, late_id]
    assert check(exported()).is_sound


def test_an_entry_whose_transaction_began_before_a_block_lands_in_the_next(committed_db):
    actions.record(actor=REVIEWER, action="a.b.c")
    with psycopg.connect(committed_db.url("app")) as early:
        early_id = write_early(early)
        actions.record(actor=REVIEWER, action="a.b.c")
        assert actions.seal() == 1  # only what began before the open transaction
        early.commit()
    assert actions.seal() == 1
    first, second = Block.objects.order_by("number")
    assert first.entries == 1
    assert second.entry_ids == [early_id, early_id + 1]


def test_the_sealers_own_transaction_is_not_settled(committed_db):
    with transaction.atomic():
        actions.record(actor=REVIEWER, action="a.b.c")
        assert actions.seal() == 0
    assert actions.seal() == 1


def test_a_rolled_back_entry_leaves_no_trace_in_the_chain(committed_db):
    with transaction.atomic():
        write_three()
        transaction.set_rollback(True)
    actions.record(actor=REVIEWER, action="a.b.c")
    assert actions.seal() == 1
    assert Block.objects.get().entries == 1


def test_two_sealers_make_one_block(committed_db, monkeypatch):
    write_three()
    settled = sealing._settled
    second: list[int] = []

    def seal_in_another_connection():
        try:
            second.append(actions.seal())
        finally:
            connection.close()

    other = threading.Thread(target=seal_in_another_connection)

    def start_the_other_first(from_xid, to_xid):
        if not second and not other.is_alive() and other.ident is None:
            other.start()
        return settled(from_xid, to_xid)

    monkeypatch.setattr(sealing, "_settled", start_the_other_first)
    assert actions.seal() == 1
    other.join()
    assert second == [0]
    assert Block.objects.count() == 1


def test_a_long_backlog_becomes_several_blocks_of_whole_transactions(committed_db, monkeypatch):
    monkeypatch.setattr(sealing, "ENTRIES_IN_A_BLOCK", 4)
    write_three()
    with transaction.atomic():
        write_three()
        write_three()
    write_three()
    assert actions.seal() == 3
    assert list(Block.objects.order_by("number").values_list("entries", flat=True)) == [3, 6, 3]
    assert check(exported()).is_sound


def test_a_large_block_is_not_cut_short_by_the_limits_of_a_web_request(committed_db, monkeypatch):
    settled, limits = sealing._settled, []

    def look_at_the_limits(from_xid, to_xid):
        with connection.cursor() as cursor:
            for limit in ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout"):
                cursor.execute(f"SHOW {limit}")
                limits.extend(cursor.fetchone())
        return settled(from_xid, to_xid)

    monkeypatch.setattr(sealing, "_settled", look_at_the_limits)
    actions.seal()
    assert limits == ["15min"] * 3


def test_each_head_is_anchored_outside_the_database(committed_db):
    three_blocks()
    assert len(anchors.lines()) == 3
    assert findings_with_anchors(exported()) == []


def test_the_key_is_readable_by_its_owner_alone(committed_db, state):
    key_chain.current()
    assert (state / "keys" / "audit-signing.pem").stat().st_mode & 0o777 == 0o600


def test_a_lost_key_is_named_and_no_other_takes_its_place(committed_db, state):
    write_three()
    actions.seal()
    lost = Block.objects.get().public_key
    (state / "keys" / "audit-signing.pem").unlink()
    write_three()
    for work in (actions.seal, lambda: actions.rotate_key(actor=REVIEWER), exported):
        with pytest.raises(SigningKeyLost, match=lost):
            work()
    assert Block.objects.count() == 1
    assert signing.held() == []


def test_a_restored_key_goes_on_where_the_chain_stopped(committed_db, state):
    write_three()
    actions.seal()
    key = state / "keys" / "audit-signing.pem"
    kept = key.read_bytes()
    key.unlink()
    write_three()
    with pytest.raises(SigningKeyLost):
        actions.seal()
    key.write_bytes(kept)
    assert actions.seal() == 1
    assert findings_with_anchors(exported()) == []


def test_a_restored_database_that_counts_transactions_again_is_not_sealed(committed_db, owner):
    write_three()
    actions.seal()
    owner.tamper("audit_block", "UPDATE audit_block SET to_xid = '999999999999'")
    with pytest.raises(SealingStopped, match="取引番号"):
        actions.seal()


def test_the_periodic_job_seals(committed_db):
    from keizoku.audit import jobs

    write_three()
    jobs.seal()
    assert Block.objects.count() == 1
