"""Answers and people become counters exactly once, where they belong."""

from datetime import date, timedelta

import pytest
from django.db import connection

from keizoku.campaigns import actions
from keizoku.campaigns.models import Campaign
from keizoku.campaigns.numbers import counting
from keizoku.campaigns.numbers.models import AnswerCount, HeadCount, UncountedAnswer
from keizoku.campaigns.tests.walking import launch, work
from keizoku.delivery.numbers import WAYS
from keizoku.kernel import clock
from keizoku.kernel.clock import business_now, business_today
from keizoku.reviews.models import Review


def answer(campaign, customer):
    """The one write of the answer's action that counts."""
    now = business_now()
    Review.objects.filter(campaign_id=campaign, customer_id=customer).update(
        state="answered", state_since=now, answered_at=now
    )


def answers(campaign):
    """(step, channel, day) → answers."""
    found = {}
    for row in AnswerCount.objects.filter(campaign_id=campaign):
        key = row.step, row.channel, row.day
        found[key] = found.get(key, 0) + row.count
    return found


def heads(campaign, kind):
    return sorted(
        HeadCount.objects.filter(campaign_id=campaign, kind=kind).values_list(
            "course", "step", "reason", "count"
        )
    )


@pytest.fixture
def running(requested, staff):
    """Approved: five people, of whom four can be written to."""
    campaign, both, mail_only, _, _ = requested
    actions.approve(
        campaign, typed_count=Campaign.objects.get(id=campaign).audience_count, staff=staff["approver"]
    )
    launch()
    return campaign, both, mail_only


def test_answer_belongs_to_the_last_message_accepted_before_it(running):
    campaign, both, mail_only = running
    first_day = business_today()
    answer(campaign, both[0])  # before anything was sent
    work()
    answer(campaign, both[1])
    counting.count(WAYS)
    clock.advance(timedelta(days=8))
    work()
    answer(campaign, both[2])
    answer(campaign, mail_only)
    counting.count(WAYS)

    assert answers(campaign) == {
        (0, "", first_day): 1,
        (1, "line", first_day): 1,
        (2, "email", first_day + timedelta(days=8)): 2,
    }
    assert UncountedAnswer.objects.count() == 0


def test_counting_twice_counts_once(running):
    campaign, both, _ = running
    work()
    answer(campaign, both[0])
    assert counting.count(WAYS) == 1
    assert counting.count(WAYS) == 0

    assert sum(answers(campaign).values()) == 1
    assert heads(campaign, "skipped") == [(1, 1, "no_mobile", 1)]
    before = heads(campaign, "audience"), heads(campaign, "excluded")
    counting.count(WAYS)
    assert (heads(campaign, "audience"), heads(campaign, "excluded")) == before


def test_second_round_of_a_review_is_no_second_answer(running):
    campaign, both, _ = running
    work()
    answer(campaign, both[0])
    counting.count(WAYS)
    Review.objects.filter(customer_id=both[0]).update(state="asked_again")
    answer(campaign, both[0])
    counting.count(WAYS)
    assert sum(answers(campaign).values()) == 1


def test_people_are_counted_by_course_and_reason_and_later_skips_once(running):
    campaign, _, _ = running
    work()
    counting.count(WAYS)
    audience = Campaign.objects.get(id=campaign).audience_count
    assert heads(campaign, "audience") == [(1, 0, "", audience)]
    assert sum(row[3] for row in heads(campaign, "excluded")) == Campaign.objects.get().excluded_count
    clock.advance(timedelta(days=60))
    work()
    counting.count(WAYS)
    counting.count(WAYS)
    with connection.cursor() as cursor:
        cursor.execute("SELECT step, reason, count(*) FROM campaigns_skip GROUP BY 1, 2 ORDER BY 1, 2")
        skips = cursor.fetchall()
    assert [row[1:] for row in heads(campaign, "skipped")] == skips
    assert Campaign.objects.get().state == "finished"
    assert heads(campaign, "closed") == [(0, 0, "", 0)]


def test_round_that_dies_leaves_every_answer_to_the_next(running, monkeypatch):
    campaign, both, _ = running
    work()
    answer(campaign, both[0])
    statement = counting._ANSWERS
    monkeypatch.setattr(counting, "_ANSWERS", statement.replace("SELECT count(*) FROM taken", "SELECT 1 / 0"))
    with pytest.raises(Exception, match="division by zero"):
        counting.count(WAYS)
    assert answers(campaign) == {}
    monkeypatch.setattr(counting, "_ANSWERS", statement)
    assert counting.count(WAYS) == 1
    assert sum(answers(campaign).values()) == 1
    assert isinstance(next(iter(answers(campaign)))[2], date)
