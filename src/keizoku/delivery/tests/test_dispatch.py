"""The engine under kills, takeovers, answers, pauses and repeats: sent once or listed as unknown, never twice."""

from collections import Counter
from datetime import date

import pytest
from django.db import connection

from keizoku.customers import actions as customers
from keizoku.customers.consents.actions import Told, record_consent
from keizoku.customers.consents.rules import Act, Source
from keizoku.delivery import actions, doubts, queries
from keizoku.delivery.dispatch import Dispatcher
from keizoku.delivery.models import Chunk, Receipt
from keizoku.delivery.numbers import tallies
from keizoku.delivery.ports import Outcome, Result
from keizoku.delivery.tests.carrier import Journal
from keizoku.delivery.tests.waves import became, counted, counted_results, open_wave
from keizoku.kernel.actor import Actor

CAMPAIGN = 1


class Killed(BaseException):
    """The worker dies here; nothing after this line of its process runs."""


@pytest.fixture
def wave(committed_db, journal, make_customers):
    """Ten recipients of campaign 1's first step, in chunks of their own; returns their customer ids."""
    ids = make_customers(10)
    assert open_wave(CAMPAIGN) == 10
    return ids


def results():
    counts = Counter()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT ON (position) result, code FROM delivery_outcome ORDER BY position, delivery_rank(result) DESC"
        )
        for result, code in cursor.fetchall():
            counts[result, code] += 1
    return dict(counts)


def sent_to():
    return Counter(call.address.reveal() for call in Journal.calls)


def expire_leases():
    Chunk.objects.filter(state="leased").update(leased_until="2000-01-01T00:00:00Z")


def make_due():
    Chunk.objects.filter(state="open").update(not_before="2000-01-01T00:00:00Z")


def test_everybody_is_sent_to_once_and_counted(wave):
    Dispatcher("one").run()
    Dispatcher("two").run()

    assert set(sent_to().values()) == {1}
    assert len(sent_to()) == 10
    assert results() == {("accepted", ""): 10}
    assert counted(CAMPAIGN) == {("accepted", ""): 10}
    assert not queries.has_open_chunks(CAMPAIGN)


def test_same_wave_cannot_reach_a_customer_twice(wave):
    again = actions.open_wave(
        campaign_id=CAMPAIGN,
        step=1,
        message_id=1,
        deadline=date(2026, 12, 24),
        recipients="SELECT id, id, 10000000000 + id FROM customers_customer",
        parameters={},
    )

    assert again == 0


def test_customer_who_answers_before_the_claim_is_skipped_with_the_reason(wave):
    customers.stop_contact(
        customer_id=wave[3], campaign_id=CAMPAIGN, reason="answered", actor=Actor.customer(wave[3])
    )

    Dispatcher("one").run()

    assert results() == {("accepted", ""): 9, ("skipped", "answered"): 1}
    assert len(Journal.calls) == 9
    assert became(CAMPAIGN, wave[3]) == ("skipped", "answered")


def test_consent_to_the_channel_that_is_withdrawn_before_the_claim_is_skipped_with_the_reason(wave):
    withdraw(wave[2], "line_contact")
    withdraw(wave[3], "email_contact")

    Dispatcher("one").run()

    assert results() == {("accepted", ""): 9, ("skipped", "consent_withdrawn"): 1}
    assert len(Journal.calls) == 9
    assert became(CAMPAIGN, wave[2]) == ("skipped", "consent_withdrawn")


def withdraw(customer, purpose):
    told = Told(Source.DECLARED, date(2026, 11, 22), "電話での申し出")
    record_consent(
        customer, purpose, Act.WITHDRAWN, told, actor=Actor.system("test"), today=date(2026, 11, 22)
    )


def test_answer_between_two_windows_stops_the_second(wave):
    class Answering(Dispatcher):
        def before_call(self, lease, claims):
            for customer in wave[4:]:
                customers.stop_contact(
                    customer_id=customer, campaign_id=None, reason="opted_out", actor=Actor.customer(customer)
                )

    Answering("one").run()

    assert len(Journal.calls) == 4, "the window in flight, and nobody after it"
    assert results() == {("accepted", ""): 4, ("skipped", "opted_out"): 6}


def test_chunk_that_a_pause_leaves_in_the_middle_is_counted_as_far_as_it_was_sent(wave):
    class Pausing(Dispatcher):
        def before_claim(self, lease):
            if Journal.calls:
                actions.set_gate(CAMPAIGN, is_open=False)

    Pausing("one").run()

    assert [(told.result, told.count) for told in tallies(CAMPAIGN)] == [("accepted", 4)]
    actions.set_gate(CAMPAIGN, is_open=True)
    make_due()
    Dispatcher("two").run()
    assert [(told.result, told.count) for told in tallies(CAMPAIGN)] == [("accepted", 10)]


@pytest.mark.parametrize("step", ["before_claim", "before_call", "before_outcomes"])
def test_killed_worker_leaves_at_most_a_window_unknown_and_nothing_twice(wave, step):
    class Dying(Dispatcher):
        def _die(self, *_):
            raise Killed

    setattr(Dying, step, Dying._die)
    with pytest.raises(Killed):
        Dying("doomed").run()
    expire_leases()

    Dispatcher("heir").run()

    assert max(sent_to().values()) == 1
    unknown = sum(count for (result, _), count in results().items() if result == "unknown")
    assert unknown == (0 if step == "before_claim" else 4)
    assert sum(results().values()) == 10
    assert len(doubts.in_doubt(CAMPAIGN)) == unknown


def test_slow_worker_whose_lease_was_taken_over_sends_nothing_twice_and_its_outcome_counts(wave):
    class Slow(Dispatcher):
        taken_over = False

        def before_outcomes(self, lease, claims):
            if not self.taken_over:
                self.taken_over = True
                expire_leases()
                Dispatcher("impatient").run()

    Slow("slow").run()

    assert max(sent_to().values()) == 1
    assert results() == {("accepted", ""): 10}, "the late outcome outranks the unknown that the heir wrote"


def test_pause_in_the_middle_sends_nothing_more_until_resumed(wave):
    class Pausing(Dispatcher):
        def before_call(self, lease, claims):
            actions.set_gate(CAMPAIGN, is_open=False)

    Pausing("one").run()
    assert len(Journal.calls) == 4
    Dispatcher("two").run()
    assert len(Journal.calls) == 4

    actions.set_gate(CAMPAIGN, is_open=True)
    Dispatcher("three").run()

    assert len(Journal.calls) == 10
    assert max(sent_to().values()) == 1


def test_deferred_message_is_tried_again_later_with_a_new_attempt(wave):
    Journal.answer = staticmethod(
        lambda outgoing: (
            Outcome(Result.DEFERRED, "not_sent")
            if outgoing.tag.endswith(("01", "02", "03"))
            else Outcome(Result.ACCEPTED)
        )
    )
    Dispatcher("one").run()
    assert results()["deferred", "not_sent"] == 3
    assert queries.has_open_chunks(CAMPAIGN)
    make_due()
    Journal.answer = staticmethod(lambda outgoing: Outcome(Result.ACCEPTED))

    Dispatcher("one").run()

    assert results() == {("accepted", ""): 10}
    assert sorted(sent_to().values()) == [1] * 7 + [2] * 3


def test_message_deferred_too_often_is_given_up(wave):
    Journal.answer = staticmethod(lambda outgoing: Outcome(Result.DEFERRED, "not_sent"))
    for _ in range(8):
        make_due()
        Dispatcher("one").run()

    assert results() == {("rejected", "gave_up:not_sent"): 10}
    assert not queries.has_open_chunks(CAMPAIGN)


def test_fault_of_our_own_code_stops_the_campaign_after_one_window(wave):
    def break_down(outgoing):
        raise TypeError("a fault of ours")

    Journal.answer = staticmethod(break_down)
    with pytest.raises(TypeError):
        Dispatcher("one").run()
    Journal.answer = staticmethod(lambda outgoing: Outcome(Result.ACCEPTED))
    expire_leases()

    assert Dispatcher("two").run() == 0
    assert results() == {("unknown", "worker_lost"): 4}
    assert queries.halted([CAMPAIGN]) == [CAMPAIGN]

    actions.set_gate(CAMPAIGN, is_open=True)
    Dispatcher("three").run()

    assert max(sent_to().values()) == 1
    assert results() == {("unknown", "worker_lost"): 4, ("accepted", ""): 6}


def test_unknown_outcome_is_never_resent(wave):
    Journal.answer = staticmethod(lambda outgoing: Outcome(Result.UNKNOWN, "TimeoutError"))
    Dispatcher("one").run()
    expire_leases()
    make_due()

    Dispatcher("two").run()

    assert len(Journal.calls) == 10
    assert len(doubts.in_doubt(CAMPAIGN)) == 10


def test_receipt_settles_an_unknown_and_a_repeated_event_counts_once(wave):
    Journal.answer = staticmethod(lambda outgoing: Outcome(Result.UNKNOWN, "TimeoutError"))
    Dispatcher("one").run()
    tag = Journal.calls[0].tag
    for event in ("E1", "E1", "E2"):
        actions.store_raw_event("line", f"{event} {tag}\nE9 kz-99999-99999-9999999\nE8 nonsense-tag".encode())

    assert actions.process_raw_events() == 3

    assert Receipt.objects.count() == 2
    assert len(doubts.in_doubt(CAMPAIGN)) == 9
    assert counted_results(CAMPAIGN) == {"delivered": 1, "unknown": 10}
    assert actions.process_raw_events() == 0


def test_customer_whose_address_has_gone_is_rejected_not_lost(wave):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE customers_customer SET version = 99 WHERE id = %s", [wave[0]])

    Dispatcher("one").run()

    assert results() == {("accepted", ""): 9, ("rejected", "address_gone"): 1}


def test_outcomes_and_attempts_are_never_changed(wave):
    Dispatcher("one").run()

    for table in (
        "delivery_outcome",
        "delivery_attempt",
        "delivery_delivery",
        f"delivery_outcome_{CAMPAIGN}",
    ):
        for change in (f"DELETE FROM {table}", f"UPDATE {table} SET campaign_id = campaign_id"):
            with pytest.raises(Exception, match=r"permission denied|refused"), connection.cursor() as cursor:
                cursor.execute(change)
