"""The kept counts say at every moment what counting all customers would say."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from keizoku.customers.models import Customer
from keizoku.kernel.clock import business_today
from keizoku.risk import due_counts
from keizoku.risk.models import DueCount, Standing
from keizoku.risk.queries import DueCounts, due_summary
from keizoku.risk.tests.people import customer

COUNTED = """
SELECT count(*), count(*) FILTER (WHERE s.is_provisional), count(*) FILTER (WHERE s.due_on < %(today)s),
       count(*) FILTER (WHERE s.due_on = %(today)s), count(*) FILTER (WHERE s.due_on BETWEEN %(today)s AND %(today)s + 30),
       count(*) FILTER (WHERE s.due_on BETWEEN %(today)s AND %(today)s + 90)
FROM customers_customer c JOIN risk_standing s ON s.customer_id = c.id WHERE c.state = 'active'
"""


@pytest.fixture(autouse=True)
def _one_day(monkeypatch):
    """Midnight in the middle of a test would be another day's sums."""
    now = timezone.now()
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)


@pytest.fixture
def rated(db):
    """Five rated customers, due on five days around today."""
    ids, today = [customer() for _ in range(5)], business_today()
    Standing.objects.bulk_create(
        Standing(
            customer_id=number,
            level=level,
            settled_level=level,
            points=0,
            is_provisional=place % 2 == 0,
            rating_id=number,
            due_on=today + timedelta(days=40 * place - 40),
            planned_on=today,
            due_basis="interval",
        )
        for place, (number, level) in enumerate(
            zip(ids, ("low", "high", "low", "medium", "low"), strict=True)
        )
    )
    return ids


def agree(unrated=0):
    with connection.cursor() as cursor:
        cursor.execute(COUNTED, {"today": business_today()})
        counted = DueCounts(*cursor.fetchone())
    found = due_summary(business_today())
    assert (found.total, found.unrated) == (counted, unrated)
    return found.total.customers


def test_whoever_was_brought_in_is_unrated_until_he_is_rated(db):
    for _ in range(3):
        customer()
    assert agree(unrated=3) == 0


def test_rated_customers_are_counted(rated):
    assert agree() == 5
    assert [due_summary(business_today()).total.overdue, due_summary(business_today()).total.due_today] == [
        1,
        1,
    ]


def test_another_due_date_or_level_moves_the_count(rated):
    today = business_today()
    Standing.objects.filter(customer_id=rated[0]).update(due_on=today, level="high", is_provisional=False)
    Standing.objects.filter(customer_id__in=rated[1:3]).update(
        due_on=today + timedelta(days=31), is_provisional=True
    )
    assert agree() == 5
    assert due_summary(today).total.due_today == 1


def test_whoever_leaves_is_counted_no_more_and_again_when_he_comes_back(rated):
    Customer.objects.filter(id__in=rated[:2]).update(state="closed")
    assert agree() == 3
    Standing.objects.filter(customer_id=rated[0]).delete()
    Customer.objects.filter(id__in=rated[:2]).update(state="active")
    assert agree(unrated=1) == 4


def test_adding_up_and_counting_anew_change_no_sum(rated):
    Standing.objects.filter(customer_id=rated[0]).update(due_on=business_today())
    before = due_summary(business_today())
    many = DueCount.objects.count()
    due_counts.fold_counts()
    assert (due_summary(business_today()), DueCount.objects.count() < many) == (before, True)
    due_counts.count_anew()
    assert due_summary(business_today()) == before


def test_counting_anew_mends_what_was_counted_wrongly(rated):
    DueCount.objects.create(level="high", due_on=business_today(), is_provisional=False, count=7)
    due_counts.count_anew()
    assert agree() == 5
