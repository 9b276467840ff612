"""Heads are carried outside once each, again after a failure, and a rebuilt chain is told by the place that knows better."""

from datetime import timedelta

import pytest
from django.utils import timezone

from keizoku.audit import actions, anchoring, anchors, queries
from keizoku.audit.models import AnchorReceipt, Block
from keizoku.audit.outside.file import HeadsFile
from keizoku.audit.ports import Kept, NotReached, Refused
from keizoku.audit.tests.trail import REVIEWER, check, exported, findings, three_blocks, write_three


class Place:
    """Takes heads, or answers as it is told."""

    name = "witness"

    def __init__(self):
        self.heads, self.answers = [], []

    def keep(self, heads):
        if self.answers:
            return self.answers.pop(0)
        self.heads += heads
        return Kept(timezone.now(), "ab" * 32, "cd" * 64)


@pytest.fixture
def place(monkeypatch, settings):
    settings.AUDIT_WITNESS_URL = "https://witness.example"
    place = Place()
    monkeypatch.setattr(anchoring, "places", lambda: [place])
    return place


def state():
    (state,) = anchoring.states()
    return state


def reasons():
    rows = queries.search(queries.Criteria(action="audit.anchoring.failed")).rows
    return [row.details["reason"] for row in rows]


def test_each_head_is_carried_once_in_order(committed_db, place):
    three_blocks()
    anchoring.anchor(place, REVIEWER)
    blocks = list(Block.objects.order_by("number"))
    assert [(head.number, head.digest) for head in place.heads] == [
        (block.number, bytes(block.digest).hex()) for block in blocks
    ]
    assert [head.previous for head in place.heads[1:]] == [head.digest for head in place.heads[:-1]]
    anchoring.anchor(place, REVIEWER)
    assert len(place.heads) == 3
    assert (state().kept_number, state().pending, state().fault) == (3, 0, "")


def test_many_heads_go_in_pieces(committed_db, place, monkeypatch):
    monkeypatch.setattr(anchoring, "HEADS_AT_A_TIME", 2)
    three_blocks()
    anchoring.anchor(place, REVIEWER)
    assert [head.number for head in place.heads] == [1, 2, 3]
    assert list(AnchorReceipt.objects.order_by("number").values_list("number", flat=True)) == [2, 3]


def test_a_place_that_cannot_be_reached_is_tried_again_and_told_once(committed_db, place):
    three_blocks()
    place.answers = [NotReached("not_sent")] * 2
    anchoring.anchor(place, REVIEWER)
    anchoring.anchor(place, REVIEWER)
    failed = state()
    assert (failed.kept_number, failed.failures, failed.fault, failed.is_refused) == (0, 2, "not_sent", False)
    assert failed.failed_since is not None
    assert reasons() == ["not_sent"]
    anchoring.anchor(place, REVIEWER)
    done = state()
    assert (done.kept_number, done.failures, done.fault, done.failed_since) == (3, 0, "", None)


def test_a_refusal_needs_attention_at_once(committed_db, place):
    three_blocks()
    place.answers = [Refused("head_conflict")]
    anchoring.anchor(place, REVIEWER)
    assert (state().is_refused, state().needs_attention, state().fault) == (True, True, "head_conflict")


def test_a_day_without_success_needs_attention(committed_db, place, monkeypatch):
    three_blocks()
    assert not state().needs_attention
    later = timezone.now() + timedelta(hours=27)
    monkeypatch.setattr(anchoring.timezone, "now", lambda: later)
    assert state().is_overdue


def test_heads_taken_without_our_hearing_of_it_are_sent_again(committed_db, place):
    three_blocks()
    place.answers = [NotReached("no_answer")]
    anchoring.anchor(place, REVIEWER)
    anchoring.anchor(place, REVIEWER)
    anchoring.anchor(place, REVIEWER)
    assert [head.number for head in place.heads] == [1, 2, 3]


def test_the_file_elsewhere_holds_each_head_once_and_proves_the_trail(committed_db, tmp_path):
    three_blocks()
    path = tmp_path / "share" / "heads.jsonl"
    path.parent.mkdir()
    place = HeadsFile(path)
    heads = anchoring.pending("file")
    assert isinstance(place.keep(heads), Kept)
    assert isinstance(place.keep(heads), Kept)
    lines = path.read_bytes().splitlines(keepends=True)
    assert len(lines) == 3
    assert check(exported(), anchors=lines).is_sound


def test_the_file_elsewhere_refuses_a_rebuilt_chain_and_names_it(committed_db, owner, tmp_path):
    three_blocks()
    path = tmp_path / "heads.jsonl"
    place = HeadsFile(path)
    place.keep(anchoring.pending("file"))
    owner.tamper("audit_entry", "UPDATE audit_entry SET actor_id = '8' WHERE id = 1")
    owner.tamper("audit_block", "DELETE FROM audit_block")
    write_three()
    actions.seal()
    assert findings(exported()) == []
    lines = path.read_bytes().splitlines(keepends=True)
    named = findings(exported(), anchors=lines)
    assert named[0] == ("anchor_differs", 1, None)
    assert place.keep(anchoring.pending("file")) == Refused("head_conflict")
    assert path.read_bytes().splitlines(keepends=True) == lines


def test_a_folder_that_is_not_mounted_is_not_taken_for_an_empty_one(committed_db, tmp_path):
    three_blocks()
    place = HeadsFile(tmp_path / "not-mounted" / "heads.jsonl")
    assert place.keep(anchoring.pending("file")) == NotReached("file_unreachable")


def test_the_hourly_job_seals_and_carries(committed_db, place):
    from keizoku.audit import jobs

    write_three()
    jobs.anchor()
    assert [head.number for head in place.heads] == [1]
    assert len(anchors.lines()) == 1
