"""Overrides by two people, suspicion that nobody can tell from them, events, and the day's cap."""

from collections import Counter
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from keizoku.accounts.errors import NotPermitted
from keizoku.accounts.models import Staff
from keizoku.audit.models import Entry
from keizoku.kernel.actor import Actor
from keizoku.risk import actions, circumstances, events, queries
from keizoku.risk.errors import CircumstanceGone, CircumstanceRefused, EventRefused, SamePerson
from keizoku.risk.models import Circumstance, Event, Rating, Standing
from keizoku.risk.rules.matter import Matter
from keizoku.risk.rules.scale import DueBasis, EventKind, Level
from keizoku.risk.simplified import simplified_conditions
from keizoku.risk.statements import spread
from keizoku.risk.tests.people import PLAIN, TODAY, customer, insert
from keizoku.risk.tests.test_rules import STANDARD_TEXT

pytestmark = pytest.mark.usefixtures("db")

PLANNER = Actor.system("planner")
UNTIL = TODAY + timedelta(days=90)


@pytest.fixture
def actors() -> dict[str, Actor]:
    actions.install_standard_scorecard(Actor.system("maker"), Actor.system("approver"))
    roles = ("operator", "approver", "reviewer", "compliance")
    return {role: Staff.objects.create(login=role, display_name=role, role=role).actor for role in roles}


@pytest.fixture
def person(actors: dict[str, Actor]) -> int:
    made = customer()
    actions.rate_one(made, PLANNER, TODAY)
    return made


def level(person: int) -> Level:
    standing = queries.standing(person)
    assert standing is not None
    return standing.level


def override(person: int, actors: dict[str, Actor], to: Level = Level.HIGH) -> int:
    return circumstances.request_override(
        person, to, until_on=UNTIL, reason="別口座の状況", actor=actors["compliance"], today=TODAY
    )


def suspect(person: int, actors: dict[str, Actor]) -> int:
    return circumstances.record_suspicion(
        person,
        Matter.REPORT_FILED,
        until_on=UNTIL,
        note="届出の記録",
        actor=actors["compliance"],
        today=TODAY,
    )


def approve(request: int, actors: dict[str, Actor]) -> None:
    circumstances.decide_override(request, is_approved=True, actor=actors["approver"], today=TODAY)


def test_an_override_holds_after_a_second_person_until_its_day(person, actors) -> None:
    request = override(person, actors)
    assert level(person) is Level.LOW
    approve(request, actors)
    assert level(person) is Level.HIGH
    rating = Rating.objects.latest("id")
    assert (rating.scored_level, rating.level, rating.level_basis) == ("low", "high", "other")
    actions.rate_one(person, PLANNER, UNTIL)
    assert level(person) is Level.HIGH
    actions.rate_everybody(PLANNER, UNTIL + timedelta(days=1))
    assert level(person) is Level.LOW


def test_nobody_answers_their_own_request_and_nothing_changes(person, actors) -> None:
    request = override(person, actors)
    Circumstance.objects.filter(id=request)
    Staff.objects.filter(login="compliance").update(role="approver")
    with pytest.raises(SamePerson):
        circumstances.decide_override(request, is_approved=True, actor=actors["compliance"], today=TODAY)
    assert level(person) is Level.LOW
    assert Circumstance.objects.get().state == "requested"


def test_a_request_is_answered_once_and_lapses_after_its_day(person, actors) -> None:
    request = override(person, actors)
    circumstances.decide_override(request, is_approved=False, actor=actors["approver"], today=TODAY)
    with pytest.raises(CircumstanceGone):
        approve(request, actors)
    late = override(person, actors)
    with pytest.raises(CircumstanceGone):
        circumstances.decide_override(
            late, is_approved=True, actor=actors["approver"], today=UNTIL + timedelta(days=1)
        )
    assert circumstances.requests_to_answer(actors["approver"], UNTIL + timedelta(days=1)) == []


def test_the_database_refuses_one_who_lowers_a_level_alone(person) -> None:
    with pytest.raises(IntegrityError, match="lowered_by_two"), transaction.atomic():
        Circumstance.objects.create(
            customer_id=person,
            payload=b"",
            bound="at_most",
            level="low",
            from_on=TODAY,
            until_on=UNTIL,
            state="in_force",
            made_by="staff:1",
        )


@pytest.mark.parametrize("change", ["level = 'low'", "until_on = until_on + 1", "state = 'requested'"])
def test_a_circumstance_is_never_edited(person, actors, change: str) -> None:
    suspect(person, actors)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE risk_circumstance SET {change}")


@pytest.mark.parametrize("days", [0, 367])
def test_a_circumstance_has_an_end_within_a_year(person, actors, days: int) -> None:
    with pytest.raises(CircumstanceRefused):
        circumstances.request_override(
            person,
            Level.HIGH,
            until_on=TODAY + timedelta(days=days),
            reason="理由",
            actor=actors["compliance"],
            today=TODAY,
        )
    assert not Circumstance.objects.exists()


def test_an_override_downwards_never_hides_a_suspicion(person, actors) -> None:
    suspect(person, actors)
    approve(override(person, actors, Level.LOW), actors)
    assert level(person) is Level.HIGH


def test_a_suspicion_is_for_compliance_alone(person, actors) -> None:
    fact = suspect(person, actors)
    for role in ("operator", "reviewer", "approver"):
        with pytest.raises(NotPermitted):
            circumstances.circumstances_of(person, actors[role])
        with pytest.raises(NotPermitted):
            circumstances.end_circumstance(fact, actors[role], TODAY)
    (known,) = circumstances.circumstances_of(person, actors["compliance"])
    assert (known.matter, known.reason, known.level) == (Matter.REPORT_FILED, "届出の記録", Level.HIGH)
    assert Entry.objects.filter(purpose="risk.circumstances", subject_id=person).count() == 1
    circumstances.end_circumstance(fact, actors["compliance"], TODAY)
    assert level(person) is Level.LOW


def test_nothing_of_a_suspicion_stands_in_the_clear(person, actors) -> None:
    suspect(person, actors)
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(to_jsonb(c)::text, '') FROM risk_circumstance c")
        (row,) = cursor.fetchone()
        cursor.execute(
            "SELECT string_agg(to_jsonb(e)::text, '') FROM audit_entry e WHERE action LIKE 'risk.%'"
        )
        (written,) = cursor.fetchone()
    for hint in ("report_filed", "suspicion", "届出"):
        assert hint not in row
        assert hint not in written


def test_an_override_and_a_suspicion_leave_equal_ratings_and_words(person, actors) -> None:
    other = customer()
    actions.rate_one(other, PLANNER, TODAY)
    approve(override(person, actors), actors)
    suspect(other, actors)
    first, second = (queries.latest_rating(one) for one in (person, other))
    assert first == second
    assert first is not None
    assert first.reasons == ("その他の事情",)
    assert simplified_conditions(person, TODAY) == simplified_conditions(other, TODAY)


# -- events


def test_an_event_brings_the_date_forward_and_is_recorded_once(person, actors) -> None:
    events.record_event(person, EventKind.DORMANCY, TODAY, actors["operator"], TODAY)
    standing = queries.standing(person)
    assert standing is not None
    assert (standing.due_on, standing.due_basis) == (TODAY + timedelta(days=30), DueBasis.EVENT)
    with pytest.raises(EventRefused):
        events.record_event(person, EventKind.DORMANCY, TODAY, actors["operator"], TODAY)
    assert actions.rate_everybody(PLANNER, TODAY).standings == 0


@pytest.mark.parametrize(
    ("kind", "days"),
    [(EventKind.SCORECARD, 0), (EventKind.STAFF, 1), (EventKind.STAFF, -367)],
)
def test_an_event_of_another_kind_or_day_is_refused(person, actors, kind: EventKind, days: int) -> None:
    with pytest.raises(EventRefused):
        events.record_event(person, kind, TODAY + timedelta(days=days), actors["operator"], TODAY)
    assert not Event.objects.exists()


def test_milestones_of_residence_are_recorded_once_as_they_come(actors) -> None:
    person = customer(nationality="VNM", residence_expires_on=TODAY + timedelta(days=45))
    actions.rate_everybody(PLANNER, TODAY)
    actions.rate_everybody(PLANNER, TODAY + timedelta(days=20))
    kinds = list(Event.objects.filter(customer_id=person).order_by("id").values_list("kind", flat=True))
    assert kinds == ["residence_90", "residence_60", "residence_30"]


def test_a_new_scorecard_that_says_more_brings_the_date_forward_on_both_paths(actors) -> None:
    people = insert([PLAIN] * 2)
    actions.rate_everybody(PLANNER, TODAY - timedelta(days=1))
    text = STANDARD_TEXT.replace("version = 1", "version = 2").replace("medium = 15", "medium = 1")
    text = text.replace('kind = "sole_proprietor"', 'kind = "individual"')
    draft = actions.draft_scorecard(text, actors["compliance"])
    digest = queries.scorecard(draft).digest
    actions.activate_scorecard(draft, actors["approver"], digest=digest)
    actions.rate_one(people[0], PLANNER, TODAY)
    actions.rate_everybody(PLANNER, TODAY)
    for person in people:
        standing = queries.standing(person)
        assert standing is not None
        assert (standing.level, standing.due_on) == (Level.MEDIUM, TODAY + timedelta(days=90))
        assert Event.objects.get(customer_id=person).kind == "scorecard"
        assert not actions.rate_one(person, PLANNER, TODAY).is_new
    assert actions.rate_everybody(PLANNER, TODAY).standings == 0


# -- the day's cap


def planned(today: date, most: int) -> list[tuple[date, date]]:
    spread(most, today)
    return list(Standing.objects.order_by("due_on", "customer_id").values_list("due_on", "planned_on"))


def test_no_day_exceeds_the_cap_and_nobody_is_planned_late(actors) -> None:
    insert([{**PLAIN, "confirmed_on": date(2025, 10, 1) + timedelta(days=n // 7)} for n in range(21)])
    actions.rate_everybody(PLANNER, TODAY)
    rows = planned(TODAY, 3)
    assert max(Counter(day for _, day in rows).values()) == 3
    assert all(day <= due_on for due_on, day in rows)
    assert spread(3, TODAY) == 0


def test_a_backlog_is_worked_off_from_today_in_the_order_of_due_dates(actors) -> None:
    insert([{**PLAIN, "confirmed_on": date(2020, 1, 1) + timedelta(days=n)} for n in range(5)])
    actions.rate_everybody(PLANNER, TODAY)
    days = [day for _, day in planned(TODAY, 2)]
    assert days == [TODAY + timedelta(days=n) for n in (0, 0, 1, 1, 2)]
    spread(None, TODAY)
    assert all(due_on == day for due_on, day in Standing.objects.values_list("due_on", "planned_on"))


# -- simplified due diligence


def test_simplified_due_diligence_is_withdrawn_when_one_fact_fails(actors) -> None:
    text = STANDARD_TEXT.replace("version = 1", f"version = 2\nmonitoring_assured_on = {TODAY}")
    draft = actions.draft_scorecard(text, actors["compliance"])
    actions.activate_scorecard(draft, actors["approver"], digest=queries.scorecard(draft).digest)
    person = customer()
    actions.rate_one(person, PLANNER, TODAY)
    found = simplified_conditions(person, TODAY)
    assert [one.holds for one in found] == [True] * 8
    assert found[3].on == PLAIN["confirmed_on"]
    events.record_event(person, EventKind.RETURNED_MAIL, TODAY, actors["operator"], TODAY)
    failing = [one.label for one in simplified_conditions(person, TODAY) if one.holds is False]
    assert failing == ["最後の確認のあとに、確認が必要な出来事がない"]
    later = [
        one.label for one in simplified_conditions(person, TODAY + timedelta(days=366)) if one.holds is False
    ]
    assert "取引モニタリングの有効性を、1年以内に確かめている" in later
