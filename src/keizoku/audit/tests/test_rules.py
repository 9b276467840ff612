from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keizoku.audit import rules, verifier

ENTRY = rules.EntryRow(
    id=57,
    xid=900,
    at=datetime(2026, 11, 21, 14, 5, tzinfo=timezone(timedelta(hours=9))),
    business_at=datetime(2027, 1, 8, tzinfo=UTC),
    actor_kind="staff",
    actor_id="7",
    action="customers.record.read",
    subject_kind="customer",
    subject_id=12,
    purpose="審査",
    details={"count": 1},
)
HEAD = rules.BlockHead(3, bytes(32), 10, 20, 2, bytes([1] * 32), datetime(2026, 11, 21, tzinfo=UTC))


def test_an_entry_has_one_canonical_line():
    assert rules.entry_line(ENTRY).decode() == (
        '{"action":"customers.record.read","actor":["staff","7"],"at":"2026-11-21T05:05:00.000000+00:00",'
        '"business_at":"2027-01-08T00:00:00.000000+00:00","details":{"count":1},"id":57,"kind":"entry",'
        '"purpose":"審査","subject":["customer",12],"xid":900}'
    )


def test_the_same_instant_in_another_zone_has_the_same_digest():
    assert rules.entry_digest(replace(ENTRY, at=ENTRY.at.astimezone(UTC))) == rules.entry_digest(ENTRY)


@pytest.mark.parametrize(
    "change",
    [
        {"id": 58},
        {"xid": 901},
        {"actor_id": "8"},
        {"subject_id": 13},
        {"subject_id": None},
        {"purpose": ""},
        {"details": {"count": 2}},
        {"details": {"count": "1"}},
        {"at": ENTRY.at + timedelta(microseconds=1)},
    ],
)
def test_every_field_is_in_the_digest(change):
    assert rules.entry_digest(replace(ENTRY, **change)) != rules.entry_digest(ENTRY)


@pytest.mark.parametrize(
    "change",
    [
        {"number": 4},
        {"previous": bytes([2] * 32)},
        {"from_xid": 11},
        {"to_xid": 21},
        {"count": 3},
        {"root": bytes(32)},
        {"sealed_at": HEAD.sealed_at + timedelta(microseconds=1)},
    ],
)
def test_every_field_of_a_block_is_in_its_digest(change):
    assert replace(HEAD, **change).digest != HEAD.digest


def test_the_verifier_states_the_same_block_digest():
    line = {
        "previous": HEAD.previous.hex(),
        "number": 3,
        "from_xid": 10,
        "to_xid": 20,
        "count": 2,
        "root": HEAD.root.hex(),
        "sealed_at": rules.instant(HEAD.sealed_at),
        "next_key": "",
    }
    assert verifier.block_digest(line) == HEAD.digest.hex()
    announcing = replace(HEAD, next_key="ab" * 32)
    assert verifier.block_digest(line | {"next_key": "ab" * 32}) == announcing.digest.hex()
    assert announcing.digest != HEAD.digest


@given(st.lists(st.binary(min_size=32, max_size=32), min_size=2, max_size=6, unique=True))
def test_the_root_depends_on_the_order(digests):
    assert rules.root_of(digests) != rules.root_of(reversed(digests))


@given(st.sets(st.integers(min_value=1, max_value=2**63 - 1), max_size=30))
def test_the_verifier_states_the_same_digest_of_ids(ids):
    assert verifier.ids_digest(sorted(ids)) == rules.ids_digest(sorted(ids))


@pytest.mark.parametrize("ids", [[2, 1], [1, 1]])
def test_ids_out_of_order_or_twice_are_refused(ids):
    with pytest.raises(ValueError, match="ascending"):
        rules.ids_digest(ids)


@pytest.mark.parametrize(
    "action", ["approved", "campaigns.approved", "Campaigns.campaign.approved", "a.b.c.d", "a.b."]
)
def test_an_action_without_three_parts_is_refused(action):
    with pytest.raises(ValueError, match="an action is named"):
        rules.check_entry(action, "", "", {})


@pytest.mark.parametrize("value", [True, 1.5, ["山田"], {"a": 1}, b"x"])
def test_details_hold_only_ids_codes_and_counts(value):
    with pytest.raises(TypeError, match="only ids, codes and counts"):
        rules.check_entry("a.b.c", "", "", {"value": value})


def test_a_text_of_200_characters_is_the_longest_detail():
    rules.check_entry("a.b.c", "", "", {"code": "あ" * 200})
    with pytest.raises(ValueError, match="more than 200"):
        rules.check_entry("a.b.c", "", "", {"code": "あ" * 201})
