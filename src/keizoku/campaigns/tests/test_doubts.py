"""Unknown messages: counted by counters alone, settled by a receipt or a person, never sent again."""

import pytest

from keizoku.accounts.errors import NotPermitted
from keizoku.audit.models import Entry
from keizoku.campaigns import actions, queries
from keizoku.campaigns.tests.walking import work
from keizoku.delivery import actions as delivery
from keizoku.delivery import doubts
from keizoku.delivery.errors import DoubtRefused
from keizoku.delivery.ports import Outcome, Result
from keizoku.delivery.queries import unknown_counts
from keizoku.delivery.tests.carrier import Journal


@pytest.fixture
def sent(requested, staff):
    """Three LINE messages whose result nobody knows."""
    Journal.answer = staticmethod(
        lambda outgoing: (
            Outcome(Result.UNKNOWN, "TimeoutError")
            if outgoing.message.button_label
            else Outcome(Result.ACCEPTED)
        )
    )
    actions.approve(requested[0], typed_count=4, staff=staff["approver"])
    work()
    return requested[0]


def funnel(campaign):
    step = queries.funnel(campaign).steps[0]
    return step.accepted, step.rejected, step.unknown, step.waiting


def test_counters_alone_say_how_many_are_unknown(sent):
    assert unknown_counts() == {sent: 3}
    assert funnel(sent) == (0, 0, 3, 0)
    assert [(one.step, one.channel, one.code) for one in doubts.in_doubt(sent)] == [
        (1, "line", "TimeoutError")
    ] * 3


def test_receipt_settles_a_message_and_its_counters_once(sent):
    tag = next(call.tag for call in Journal.calls if call.message.button_label)
    delivery.store_raw_event("line", f"E1 {tag}".encode())
    delivery.process_raw_events()

    assert doubts.settle_received() == 1
    assert doubts.settle_received() == 0

    assert unknown_counts() == {sent: 2}
    assert funnel(sent) == (1, 0, 2, 0)
    assert [one.settled_by for one in doubts.settled(sent)] == ["receipt"]
    assert len(doubts.in_doubt(sent)) == 2


def test_person_says_whether_it_reached_and_nothing_is_sent_again_by_the_channel(sent, staff):
    first, second, third = doubts.in_doubt(sent)
    calls = len(Journal.calls)
    told = {"actor": staff["operator"].actor, "reason": "送信先に電話で確かめた"}
    doubts.mark(sent, first.wave_id, first.position, has_reached=True, **told)
    doubts.mark(sent, second.wave_id, second.position, has_reached=False, **told)

    assert unknown_counts() == {sent: 1}
    assert funnel(sent) == (1, 1, 1, 0)
    assert [one.position for one in doubts.in_doubt(sent)] == [third.position]
    entries = Entry.objects.filter(action="delivery.unknown.marked").order_by("id")
    assert [(entry.subject_id, entry.details["result"]) for entry in entries] == [
        (first.customer_id, "reached"),
        (second.customer_id, "not_reached"),
    ]
    work()
    assert [call.message.button_label for call in Journal.calls[calls:]] == [""], (
        "the mail follows to who was not reached"
    )


def test_what_is_known_cannot_be_marked_and_the_reviewer_marks_nothing(sent, staff):
    one = doubts.in_doubt(sent)[0]
    told = {"has_reached": True, "reason": "確かめた"}
    with pytest.raises(NotPermitted):
        doubts.mark(sent, one.wave_id, one.position, actor=staff["reviewer"].actor, **told)
    with pytest.raises(DoubtRefused, match="どうやって"):
        doubts.mark(
            sent, one.wave_id, one.position, has_reached=True, reason=" ", actor=staff["operator"].actor
        )
    doubts.mark(sent, one.wave_id, one.position, actor=staff["operator"].actor, **told)
    with pytest.raises(DoubtRefused, match="もう結果が"):
        doubts.mark(sent, one.wave_id, one.position, actor=staff["operator"].actor, **told)
    assert unknown_counts() == {sent: 2}
