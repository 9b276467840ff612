"""Events that the data tell: once each, however often the night runs; they bring a date forward and never push it back."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from keizoku.customers.attributes.rules.definition import Definition, Type
from keizoku.customers.models import ContactPoint
from keizoku.kernel.actor import Actor
from keizoku.risk import actions, queries, simplified
from keizoku.risk.derived_events import record_derived
from keizoku.risk.models import Event, Simplified, SimplifiedChange
from keizoku.risk.rules.scale import DueBasis
from keizoku.risk.rules.scorecard import Scorecard
from keizoku.risk.tests.people import FACTS, PLAIN, SURROUNDINGS, TODAY, customer, insert, surround
from keizoku.risk.tests.test_rules import STANDARD, STANDARD_TEXT

NIGHT = Actor.system("nightly")
CARD_DATE = Definition(name="document_ends_on", label="本人確認書類の期限", type=Type.DATE)
LAST_USED = Definition(name="last_used_on", label="最終取引日", type=Type.DATE)
WATCHING = replace(
    STANDARD,
    attributes=(CARD_DATE, LAST_USED),
    document_dates=(CARD_DATE.name,),
    activity_date=LAST_USED.name,
    dormant_after_days=365,
)


@pytest.fixture(autouse=True)
def standard(db) -> int:
    return actions.install_standard_scorecard(Actor.staff(1), Actor.staff(2))


def give(person: int, name: str, day: date) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE customers_fact SET attributes = jsonb_set(attributes, ARRAY[%s], to_jsonb(%s::text)) "
            "WHERE customer_id = %s",
            [name, day.isoformat(), person],
        )


def derive(person: int, today: date = TODAY, card: Scorecard = WATCHING) -> int:
    return record_derived(card, today, first=person, last=person, by="system:nightly")


def happened(person: int) -> list[tuple[str, date]]:
    return list(
        Event.objects.filter(customer_id=person).order_by("occurred_on").values_list("kind", "occurred_on")
    )


def test_a_document_that_expires_is_told_on_its_days_and_once_each() -> None:
    person = customer()
    ends = TODAY + timedelta(days=40)
    give(person, CARD_DATE.name, ends)
    assert derive(person) == 2
    assert derive(person) == 0
    assert happened(person) == [("document", ends - timedelta(days=days)) for days in (90, 60)]
    assert derive(person, ends) == 2


def test_a_contact_point_that_became_unreachable_brings_the_date_forward() -> None:
    person = customer()
    ContactPoint.objects.create(
        customer_id=person, channel="email", state="unreachable", changed_at=timezone.now()
    )
    night = timezone.now().date() + timedelta(days=1)
    actions.rate_everybody(NIGHT, night)
    actions.rate_everybody(NIGHT, night)
    ((kind, day),) = happened(person)
    assert kind == "unreachable"
    standing = queries.standing(person)
    assert standing is not None
    assert (standing.due_on, standing.due_basis) == (day + timedelta(days=30), DueBasis.EVENT)


def test_whoever_neither_transacts_nor_confirms_is_dormant_and_nobody_without_that_date() -> None:
    silent, active, unknown = insert([{**PLAIN, "confirmed_on": TODAY - timedelta(days=400)}] * 3)
    give(silent, LAST_USED.name, TODAY - timedelta(days=2000))
    give(active, LAST_USED.name, TODAY - timedelta(days=30))
    assert [derive(one) for one in (silent, active, unknown)] == [1, 0, 0]
    assert happened(silent) == [("dormancy", TODAY - timedelta(days=35))]


def test_a_sign_of_life_through_a_contact_point_keeps_a_customer_awake() -> None:
    person = customer(confirmed_on=TODAY - timedelta(days=400))
    give(person, LAST_USED.name, TODAY - timedelta(days=2000))
    ContactPoint.objects.create(
        customer_id=person, channel="email", state="reachable", changed_at=timezone.now()
    )
    assert derive(person) == 0


def test_what_a_confirmation_answered_is_not_told_again() -> None:
    person = customer(residence_expires_on=TODAY + timedelta(days=20), confirmed_on=TODAY)
    assert derive(person) == 0


# -- simplified due diligence


def assured(on: date | None = TODAY) -> Scorecard:
    return replace(STANDARD, monitoring_assured_on=on)


def judge(person: int, today: date = TODAY, on: date | None = TODAY) -> tuple[int, int]:
    return simplified.judge_simplified(assured(on), today, first=person, last=person)


def test_it_is_given_with_the_days_of_its_facts_and_withdrawn_by_itself_with_what_failed() -> None:
    person = customer()
    actions.rate_one(person, NIGHT, TODAY)
    assert judge(person) == (1, 0)
    assert judge(person) == (0, 0)
    row = Simplified.objects.get(customer_id=person)
    assert (row.since, row.rated_on, row.confirmed_on, row.monitoring_on) == (
        TODAY,
        TODAY,
        PLAIN["confirmed_on"],
        TODAY,
    )
    Event.objects.create(customer_id=person, kind="staff", occurred_on=TODAY, recorded_by="staff:1")
    assert judge(person) == (0, 1)
    assert not Simplified.objects.exists()
    assert list(SimplifiedChange.objects.order_by("id").values_list("is_given", "failed")) == [
        (True, []),
        (False, [5]),
    ]
    found = simplified.summary(TODAY)
    assert (found.customers, found.withdrawn, found.failed) == (0, 1, {5: 1})
    assert [one.failed for _, one in simplified.withdrawals(TODAY)] == [(5,)]


def test_it_falls_away_for_all_when_monitoring_was_not_assured_within_a_year() -> None:
    person = customer()
    actions.rate_one(person, NIGHT, TODAY)
    judge(person)
    assert judge(person, TODAY + timedelta(days=366)) == (0, 1)
    assert judge(person, TODAY + timedelta(days=366)) == (0, 0)


def test_a_closed_customer_loses_it() -> None:
    person = customer()
    actions.rate_one(person, NIGHT, TODAY)
    judge(person)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE customers_customer SET state = 'closed' WHERE id = %s", [person])
    assert judge(person) == (0, 1)
    assert SimplifiedChange.objects.latest("id").failed == [8]


def test_the_night_and_each_rating_judge_it(monkeypatch) -> None:
    text = STANDARD_TEXT.replace("version = 1", f"version = 2\nmonitoring_assured_on = {TODAY}")
    drafted = actions.draft_scorecard(text, Actor.staff(1))
    actions.activate_scorecard(drafted, Actor.staff(2), digest=queries.scorecard(drafted).digest)
    person = customer()
    actions.rate_everybody(NIGHT, TODAY)
    assert Simplified.objects.filter(customer_id=person).exists()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE customers_fact SET nationality = 'PRK' WHERE customer_id = %s", [person])
    actions.rate_one(person, NIGHT, TODAY)
    assert not Simplified.objects.exists()


@settings(max_examples=30)
@given(
    rows=st.lists(FACTS, min_size=3, max_size=12),
    around=st.lists(SURROUNDINGS, min_size=12, max_size=12),
    on=st.sampled_from([None, TODAY, TODAY - timedelta(days=365), TODAY - timedelta(days=366)]),
)
def test_sets_and_single_customers_are_judged_alike(standard: int, rows, around, on) -> None:
    with transaction.atomic():
        given = "" if on is None else f"monitoring_assured_on = {on}\n"
        text = STANDARD_TEXT.replace("version = 1", f"version = 2\n{given}")
        drafted = actions.draft_scorecard(text, Actor.staff(1))
        actions.activate_scorecard(drafted, Actor.staff(2), digest=queries.scorecard(drafted).digest)
        people = insert(rows)
        for person, surroundings in zip(people, around, strict=False):
            surround(person, standard, surroundings)
        simplified.judge_simplified(assured(on), TODAY, first=people[0], last=people[-1])
        held = set(Simplified.objects.values_list("customer_id", flat=True))
        for person in people:
            found = simplified.simplified_conditions(person, TODAY)
            assert (person in held) == (bool(found) and all(one.holds for one in found))
        transaction.set_rollback(True)
