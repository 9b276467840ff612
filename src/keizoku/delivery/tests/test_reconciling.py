"""Unknown messages settled by asking the carrier, and counted as what they were."""

from datetime import timedelta

import pytest

from keizoku.delivery import doubts, reconciling, registry
from keizoku.delivery.dispatch import Dispatcher
from keizoku.delivery.models import Chunk
from keizoku.delivery.ports import Outcome, Result
from keizoku.delivery.tests.carrier import Journal
from keizoku.delivery.tests.waves import counted, open_wave

CAMPAIGN = 1
SECOND = "kz-00001-00001-0000002"


@pytest.fixture
def unknown(committed_db, journal, make_customers, settings, monkeypatch):
    """Three recipients by a carrier that can be asked; the second one's result is unknown. ``taken`` is what it took."""
    settings.CHANNELS = settings.CHANNELS | {"sms": "keizoku.delivery.tests.carrier.Asked"}
    registry.transport.cache_clear()
    monkeypatch.setattr(reconciling, "LOOK_UP_AFTER", timedelta(0))
    make_customers(3)
    open_wave(CAMPAIGN, "sms")
    Journal.answer = staticmethod(
        lambda outgoing: (
            Outcome(Result.UNKNOWN, "TimeoutError") if outgoing.tag == SECOND else Outcome(Result.ACCEPTED)
        )
    )
    Dispatcher("one").run()
    Journal.taken.clear()
    Journal.asked.clear()


def test_message_that_the_carrier_took_becomes_accepted_and_is_counted_so(unknown):
    Journal.taken[SECOND] = "ref-2"
    assert counted(CAMPAIGN) == {("accepted", ""): 2, ("unknown", "TimeoutError"): 1}

    assert reconciling.reconcile() == 1

    assert counted(CAMPAIGN) == {("accepted", ""): 2, ("accepted", "found"): 1}
    assert doubts.in_doubt(CAMPAIGN) == []
    assert Journal.asked == [SECOND]
    assert len(Journal.calls) == 3


def test_message_that_it_has_not_waits_and_then_counts_as_not_taken_without_being_sent_again(
    unknown, monkeypatch
):
    assert reconciling.reconcile() == 0
    assert len(doubts.in_doubt(CAMPAIGN)) == 1

    monkeypatch.setattr(reconciling, "NOT_TAKEN_AFTER", timedelta(0))
    assert reconciling.reconcile() == 1

    assert counted(CAMPAIGN) == {("accepted", ""): 2, ("rejected", "not_taken"): 1}
    assert len(Journal.calls) == 3


def test_second_round_changes_nothing(unknown):
    Journal.taken[SECOND] = "ref-2"
    reconciling.reconcile()
    before = counted(CAMPAIGN)

    assert reconciling.reconcile() == 0
    assert counted(CAMPAIGN) == before


def test_carrier_that_does_not_answer_leaves_it_unknown(unknown):
    Journal.taken[SECOND] = None
    assert reconciling.reconcile() == 0
    assert len(doubts.in_doubt(CAMPAIGN)) == 1


def test_chunk_that_is_still_open_counts_the_settled_message_once_when_it_closes(unknown):
    """Its counters are not written yet, so the settling must not count either."""
    chunk = Chunk.objects.get()
    before = counted(CAMPAIGN)
    Chunk.objects.update(state="leased")
    Journal.taken[SECOND] = "ref-2"

    assert reconciling.reconcile() == 1
    assert counted(CAMPAIGN) == before
    assert chunk.state == "closed"
