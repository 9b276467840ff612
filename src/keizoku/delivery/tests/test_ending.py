"""Chunks of campaigns that are over are closed: nobody waits in them for ever, and what they hold is counted."""

from collections import Counter

import pytest
from django.db import connection

from keizoku.customers import actions as customers
from keizoku.delivery import actions, ending
from keizoku.delivery.dispatch import Dispatcher
from keizoku.delivery.models import Chunk
from keizoku.delivery.ports import Outcome, Result
from keizoku.delivery.tests.waves import became, counted, open_wave
from keizoku.kernel.actor import Actor

CAMPAIGN = 1


class Killed(BaseException):
    """The worker dies here."""


@pytest.fixture
def wave(committed_db, journal, make_customers):
    ids = make_customers(10)
    assert open_wave(CAMPAIGN) == 10
    return ids


def stored():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT ON (position) result, code FROM delivery_outcome ORDER BY position, delivery_rank(result) DESC"
        )
        return dict(Counter(cursor.fetchall()))


def test_who_was_never_written_to_is_skipped_with_the_reason_and_counted_once(wave, journal):
    customers.stop_contact(
        customer_id=wave[0], campaign_id=CAMPAIGN, reason="answered", actor=Actor.customer(wave[0])
    )
    customers.stop_contact(
        customer_id=wave[1], campaign_id=CAMPAIGN, reason="withdrawn", actor=Actor.system("test")
    )
    actions.set_gate(CAMPAIGN, is_open=False)

    assert ending.close_chunks(CAMPAIGN) == 1
    assert ending.close_chunks(CAMPAIGN) == 0

    assert counted(CAMPAIGN) == stored() == {("skipped", "answered"): 1, ("skipped", "campaign_over"): 9}
    assert became(CAMPAIGN, wave[5]) == ("skipped", "campaign_over")
    assert ending.with_unclosed_chunks() == []
    assert journal.calls == []


def test_what_went_out_stays_what_it_is_and_the_deferred_is_given_up(wave, journal):
    journal.answer = staticmethod(
        lambda outgoing: Outcome(
            Result.DEFERRED if outgoing.tag.endswith("3") else Result.ACCEPTED, "http_503"
        )
    )
    Dispatcher("one").run()
    actions.set_gate(CAMPAIGN, is_open=False)

    ending.close_chunks(CAMPAIGN)

    assert counted(CAMPAIGN) == stored() == {("accepted", "http_503"): 9, ("skipped", "campaign_over"): 1}


def test_chunk_of_a_live_worker_is_left_to_it_and_that_of_a_dead_one_ends_with_its_attempts_unknown(
    wave, journal
):
    class Dying(Dispatcher):
        def before_outcomes(self, lease, claims):
            raise Killed

    with pytest.raises(Killed):
        Dying("one").run()
    actions.set_gate(CAMPAIGN, is_open=False)

    assert ending.close_chunks(CAMPAIGN) == 0, "its lease may be renewed still"
    Chunk.objects.update(leased_until="2000-01-01T00:00:00Z")
    assert ending.close_chunks(CAMPAIGN) == 1

    assert counted(CAMPAIGN) == stored() == {("unknown", "worker_lost"): 4, ("skipped", "campaign_over"): 6}
    assert len(journal.calls) == 4
