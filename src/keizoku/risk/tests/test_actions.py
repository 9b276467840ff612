"""Scorecards through four eyes; ratings written once, by either path alike."""

import hashlib
import json
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import ProgrammingError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from keizoku.customers.models import Customer, Fact
from keizoku.kernel.actor import Actor
from keizoku.risk import actions, locks, models, queries
from keizoku.risk.compile import COLUMNS_BEFORE, compile_scorecard
from keizoku.risk.errors import NoActiveScorecard, NotRateable, SamePerson, ScorecardNotDraft, VersionTaken
from keizoku.risk.rules.codes import encode, encode_missing
from keizoku.risk.rules.due import due_date
from keizoku.risk.rules.holding import Bounds, Settled, hold
from keizoku.risk.rules.rating import rate
from keizoku.risk.rules.scale import DueBasis, Level
from keizoku.risk.rules.scorecard import Scorecard
from keizoku.risk.tests.people import (
    FACTS,
    PLAIN,
    SCORECARDS,
    SURROUNDINGS,
    TODAY,
    customer,
    insert,
    surround,
)
from keizoku.risk.tests.test_rules import SMALL, STANDARD, STANDARD_TEXT

pytestmark = pytest.mark.usefixtures("db")

MAKER, APPROVER, PLANNER = Actor.staff(1), Actor.staff(2), Actor.system("planner")
SLOW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def entries(action: str) -> list[tuple[str, int, dict[str, object]]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT actor_id, subject_id, details FROM audit_entry WHERE action = %s ORDER BY id", [action]
        )
        return [(actor, subject, json.loads(details)) for actor, subject, details in cursor.fetchall()]


@pytest.fixture
def standard() -> int:
    return actions.install_standard_scorecard(MAKER, APPROVER)


# -- scorecards


def test_a_scorecard_goes_through_two_people_and_retires_the_one_before(standard: int) -> None:
    text = STANDARD_TEXT.replace("version = 1", "version = 2")
    draft = actions.draft_scorecard(text, APPROVER)
    digest = hashlib.sha256(text.encode()).hexdigest()
    actions.activate_scorecard(draft, MAKER, digest=digest)
    states = dict(models.Scorecard.objects.values_list("version", "state"))
    assert states == {1: "retired", 2: "active"}
    assert queries.active_scorecard().id == draft
    assert entries("risk.scorecard.activated")[1] == ("1", draft, {"version": 2, "digest": digest})
    assert [subject for _, subject, _ in entries("risk.scorecard.drafted")] == [standard, draft]


def test_the_maker_cannot_approve_and_nothing_changes(standard: int) -> None:
    text = STANDARD_TEXT.replace("version = 1", "version = 2")
    draft = actions.draft_scorecard(text, MAKER)
    with pytest.raises(SamePerson):
        actions.activate_scorecard(draft, MAKER, digest=hashlib.sha256(text.encode()).hexdigest())
    assert queries.active_scorecard().id == standard
    assert len(entries("risk.scorecard.activated")) == 1


def test_an_approval_of_another_text_is_refused_and_nothing_changes(standard: int) -> None:
    draft = actions.draft_scorecard(SMALL, MAKER)
    with pytest.raises(ScorecardNotDraft):
        actions.activate_scorecard(draft, APPROVER, digest="0" * 64)
    assert queries.active_scorecard().id == standard


def test_a_version_is_taken_once(standard: int) -> None:
    with pytest.raises(VersionTaken):
        actions.draft_scorecard(STANDARD_TEXT, MAKER)


def test_installing_again_keeps_the_scorecard_in_force(standard: int) -> None:
    assert actions.install_standard_scorecard(MAKER, APPROVER) == standard
    assert models.Scorecard.objects.count() == 1


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE risk_scorecard SET text = text || ' '",
        "UPDATE risk_scorecard SET made_by = 'staff:9'",
        "UPDATE risk_scorecard SET state = 'draft'",
    ],
)
def test_the_database_keeps_a_definition_as_it_was_made(standard: int, change: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


def test_the_database_refuses_one_person_as_maker_and_approver() -> None:
    draft = actions.draft_scorecard(SMALL, MAKER)
    with pytest.raises(IntegrityError, match="four_eyes"), transaction.atomic():
        models.Scorecard.objects.filter(id=draft).update(state="active", approved_by="staff:1")


def test_a_rating_is_never_changed_or_deleted(standard: int) -> None:
    actions.rate_one(customer(), PLANNER, TODAY)
    for change in ("UPDATE risk_rating SET points = 0", "DELETE FROM risk_rating"):
        with (
            pytest.raises((IntegrityError, ProgrammingError)),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(change)


# -- one customer


def test_one_customer_is_rated_with_reasons_and_a_due_date(standard: int) -> None:
    syrian = customer(nationality="SYR", residence_expires_on=date(2027, 1, 1))
    found = actions.rate_one(syrian, PLANNER, TODAY)
    assert (found.is_new, found.earlier_level, found.rating.level) == (True, None, Level.MEDIUM)
    standing = queries.standing(syrian)
    assert standing == queries.StandingRow(
        syrian,
        Level.MEDIUM,
        30,
        False,
        date(2026, 10, 3),
        DueBasis.RESIDENCE_EXPIRES,
        date(2026, 10, 3),
    )
    latest = queries.latest_rating(syrian)
    assert latest is not None
    assert latest.reasons == ("国籍・地域：注意を要する国・地域（30点、リスクを「中」以上とする）",)
    assert (latest.scorecard_version, latest.scorecard_title, latest.rated_on) == (
        1,
        "標準スコアカード",
        TODAY,
    )
    assert entries("risk.customer.rated") == [
        (
            "planner",
            syrian,
            {"scorecard": standard, "level": "medium", "points": 30, "is_new": 1, "due_on": "2026-10-03"},
        )
    ]


def test_an_unchanged_rating_is_not_written_again_but_the_due_date_moves(standard: int) -> None:
    person = customer()
    actions.rate_one(person, PLANNER, TODAY)
    Fact.objects.filter(customer_id=person).update(confirmed_on=TODAY)
    assert not actions.rate_one(person, PLANNER, TODAY).is_new
    assert models.Rating.objects.filter(customer_id=person).count() == 1
    standing = queries.standing(person)
    assert standing is not None
    assert standing.due_on == date(2029, 4, 1)


def test_a_changed_rating_names_the_earlier_level(standard: int) -> None:
    person = customer()
    actions.rate_one(person, PLANNER, TODAY)
    Fact.objects.filter(customer_id=person).update(nationality="PRK")
    found = actions.rate_one(person, PLANNER, TODAY)
    assert (found.earlier_level, found.rating.level) == (Level.LOW, Level.HIGH)
    assert models.Rating.objects.filter(customer_id=person).count() == 2


def test_a_closed_customer_is_not_rated(standard: int) -> None:
    person = customer()
    Customer.objects.filter(id=person).update(state="closed")
    with pytest.raises(NotRateable):
        actions.rate_one(person, PLANNER, TODAY)
    assert actions.rate_everybody(PLANNER, TODAY).rated == 0
    assert not models.Rating.objects.exists()


def test_without_a_scorecard_nobody_is_rated() -> None:
    with pytest.raises(NoActiveScorecard):
        actions.rate_one(customer(), PLANNER, TODAY)
    with pytest.raises(NoActiveScorecard):
        actions.rate_everybody(PLANNER, TODAY)
    assert queries.latest_rating(customer()) is None


# -- everybody


def test_everybody_is_rated_once_and_then_found_unchanged(standard: int, monkeypatch) -> None:
    monkeypatch.setattr(locks, "CUSTOMERS_A_BLOCK", 2)
    people = insert([PLAIN, {**PLAIN, "nationality": "PRK"}, PLAIN, {**PLAIN, "occupation": ""}, PLAIN])
    told: list[tuple[int, int]] = []
    first = actions.rate_everybody(PLANNER, TODAY, lambda done, total: told.append((done, total)))
    assert first == actions.RatedEverybody(5, 5, 5, 5)
    assert told == [(1, 3), (2, 3), (3, 3)]
    assert actions.rate_everybody(PLANNER, TODAY) == actions.RatedEverybody(5, 0, 0, 0)
    Fact.objects.filter(customer_id=people[0]).update(nationality="PRK")
    Fact.objects.filter(customer_id=people[2]).update(confirmed_on=TODAY)
    assert actions.rate_everybody(PLANNER, TODAY) == actions.RatedEverybody(5, 1, 1, 2)
    written = entries("risk.everybody.rated")
    blocks = [[one for one in people if one // 2 == block] for block in sorted({one // 2 for one in people})]
    changed = [int(people[0] in block) for block in blocks]
    assert [details["count"] for _, _, details in written] == [*map(len, blocks), 0, 0, 0, *changed]
    ids = ",".join(map(str, blocks[0]))
    assert written[0][2]["ids_digest"] == hashlib.sha256(ids.encode()).hexdigest()
    assert {subject for _, subject, _ in written} == {standard}


def test_another_scorecard_rates_everybody_anew(standard: int) -> None:
    insert([PLAIN, PLAIN])
    actions.rate_everybody(PLANNER, TODAY)
    draft = actions.draft_scorecard(SMALL, MAKER)
    actions.activate_scorecard(draft, APPROVER, digest=hashlib.sha256(SMALL.encode()).hexdigest())
    assert actions.rate_everybody(PLANNER, TODAY) == actions.RatedEverybody(2, 2, 0, 0 + 2)
    assert models.Rating.objects.count() == 4


@SLOW
@given(
    scorecard=SCORECARDS,
    rows=st.lists(FACTS, min_size=5, max_size=20),
    around=st.lists(SURROUNDINGS, min_size=20, max_size=20),
)
def test_both_paths_rate_every_customer_alike(standard: int, scorecard, rows, around) -> None:
    with transaction.atomic():
        people = insert(rows)
        for person, surroundings in zip(people, around, strict=False):
            surround(person, standard, surroundings)
        for card in (STANDARD, scorecard):
            expected = [
                _expected(card, *each) for each in zip(people, rows, around[: len(rows)], strict=True)
            ]
            assert _rated_in_sql(card, people) == expected
        transaction.set_rollback(True)


def _rated_in_sql(scorecard: Scorecard, people: list[int]) -> list[dict[str, object]]:
    statement = compile_scorecard(scorecard, TODAY, first=people[0], last=people[-1])
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM ({statement.sql}) r ORDER BY customer_id", statement.parameters)
        names = [column.name for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return [
        {name: value for name, value in row.items() if name not in COLUMNS_BEFORE.values()} for row in rows
    ]


def _expected(scorecard, person: int, facts, around) -> dict[str, object]:
    rating = rate(scorecard, facts, TODAY)
    since = around["lower_since"]
    settled = around["settled"]
    earlier = settled and Settled(settled, None if since is None else TODAY + timedelta(days=since))
    bounds = [(bound, level) for bound, level, ends in around["bounds"] if ends >= 0]
    held = hold(
        rating.level,
        earlier,
        scorecard.cool_down_days,
        Bounds(
            max((level for bound, level in bounds if bound == "at_least"), key=_rank, default=Level.LOW),
            min((level for bound, level in bounds if bound == "at_most"), key=_rank, default=Level.HIGH),
        ),
        TODAY,
    )
    dates = {name: facts[name] for name in ("confirmed_on", "opened_on", "residence_expires_on")}
    events = [(kind, TODAY + timedelta(days=days)) for kind, days in around["events"]]
    due = due_date(
        scorecard.interval_months,
        held.level,
        today=TODAY,
        events=events,
        event_days=scorecard.event_days,
        **dates,
    )
    return {
        "customer_id": person,
        "points": rating.points,
        "scored_level": rating.level.value,
        "settled_level": held.settled.level.value,
        "lower_since": held.settled.lower_since,
        "level": held.level.value,
        "level_basis": held.basis.value,
        "is_provisional": rating.is_provisional,
        "reasons": encode(scorecard, rating.reasons),
        "missing": encode_missing(scorecard, rating.missing),
        "last": min(facts["confirmed_on"] or facts["opened_on"], TODAY),
        "due_on": due.on,
        "due_basis": due.basis.value,
    }


def _rank(level: Level) -> int:
    return level.rank


@SLOW
@given(rows=st.lists(FACTS, min_size=1, max_size=8))
def test_what_one_path_wrote_the_other_finds_unchanged(standard: int, rows) -> None:
    people = insert(rows)
    for person in people[::2]:
        assert actions.rate_one(person, PLANNER, TODAY).is_new
    assert actions.rate_everybody(PLANNER, TODAY).rated == len(people[1::2])
    for person in people:
        assert not actions.rate_one(person, PLANNER, TODAY).is_new


# -- due


def test_the_summary_counts_who_is_due_by_level(standard: int) -> None:
    low_due_in = {-1: 1, 0: 2, 30: 3, 31: 4, 90: 5, 91: 6}
    for days, count in low_due_in.items():
        confirmed = date(2023, 4, 1) + timedelta(days=days)
        insert([{**PLAIN, "confirmed_on": confirmed}] * count)
    insert([{**PLAIN, "nationality": "PRK", "confirmed_on": None, "occupation": ""}])
    actions.rate_everybody(PLANNER, TODAY)
    customer()
    summary = queries.due_summary(TODAY)
    assert summary.by_level[Level.LOW] == queries.DueCounts(21, 0, 1, 2, 5, 14)
    assert summary.by_level[Level.MEDIUM] == queries.DueCounts()
    assert summary.by_level[Level.HIGH] == queries.DueCounts(1, 1, 1, 0, 0, 0)
    assert summary.total == queries.DueCounts(22, 1, 2, 2, 5, 14)
    assert list(summary.by_level) == [Level.HIGH, Level.MEDIUM, Level.LOW]
    assert summary.unrated == 1
