"""Counters of single callbacks become one row; whoever adds them up sees the same sums before, meanwhile and after."""

import psycopg
import pytest
from django.db import ProgrammingError, connection, transaction

from keizoku.delivery import actions, receipts
from keizoku.delivery.dispatch import Dispatcher
from keizoku.delivery.models import Counter
from keizoku.delivery.tests.carrier import Journal
from keizoku.delivery.tests.waves import counted_results, open_wave

SUMS = "SELECT result, sum(count), count(*) FROM delivery_counter GROUP BY result ORDER BY result"
APART = [("accepted", 3, 1), ("delivered", 3, 3)]
FOLDED = [("accepted", 3, 1), ("delivered", 3, 1)]


@pytest.fixture
def counted(committed_db, journal, make_customers):
    """A wave of three, each of whose receipts came by a callback of its own."""
    make_customers(3)
    open_wave(1)
    Dispatcher("one").run()
    for number, call in enumerate(Journal.calls):
        actions.store_raw_event("line", f"E{number} {call.tag}".encode())
        actions.process_raw_events()


def sums(held):
    return [tuple(row) for row in held.execute(SUMS).fetchall()]


def test_sums_stay_equal_also_for_who_reads_in_the_middle(counted):
    told = counted_results(1)
    with psycopg.connect(**connection.get_connection_params(), autocommit=True) as reader:
        assert sums(reader) == APART
        with transaction.atomic():
            assert receipts.fold_counters() == 3
            assert sums(reader) == APART
        assert sums(reader) == FOLDED

    assert counted_results(1) == told
    assert receipts.fold_counters() == 0


def test_receipt_that_comes_meanwhile_is_counted_beside_the_folded_ones(counted):
    with transaction.atomic():
        receipts.fold_counters()
        with psycopg.connect(**connection.get_connection_params(), autocommit=True) as other:
            other.execute(
                "INSERT INTO delivery_counter (campaign_id, wave_id, step, channel, result, code, count, day) "
                "SELECT campaign_id, wave_id, step, channel, result, code, 1, day FROM delivery_counter "
                "WHERE result = 'delivered' LIMIT 1"
            )

    assert sorted(Counter.objects.filter(result="delivered").values_list("count", flat=True)) == [1, 3]
    assert receipts.fold_counters() == 2
    assert Counter.objects.get(result="delivered").count == 4


def test_counters_of_carriers_answers_keep_their_ids(counted):
    before = Counter.objects.get(result="accepted").id

    receipts.fold_counters()

    assert Counter.objects.get(result="accepted").id == before


def test_nothing_else_takes_a_counter_out(counted):
    receipts.fold_counters()

    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM delivery_counter")
    assert Counter.objects.count() == 2
