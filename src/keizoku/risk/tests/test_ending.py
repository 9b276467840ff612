"""What ends by itself: requests nobody answered, circumstances past their day; drafts withdrawn; trials that stop anywhere."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from keizoku.accounts.errors import NotPermitted
from keizoku.accounts.models import Staff
from keizoku.audit.models import Entry
from keizoku.kernel.actor import Actor
from keizoku.risk import actions, circumstances, locks, queries, trials
from keizoku.risk.errors import CircumstanceGone, ScorecardNotDraft, TrialUnderWay
from keizoku.risk.models import Circumstance, DryRun, Rating, Scorecard, Trial
from keizoku.risk.rules.matter import Matter
from keizoku.risk.rules.scale import Level
from keizoku.risk.rules.states import REQUEST_DAYS
from keizoku.risk.rules.workload import Scope
from keizoku.risk.sweeping import sweep
from keizoku.risk.tests.people import PLAIN, TODAY, customer, insert
from keizoku.risk.tests.test_rules import STANDARD_TEXT

pytestmark = pytest.mark.usefixtures("db")

SWEEPER = Actor.system("sweeper")
UNTIL = TODAY + timedelta(days=90)
SCOPE = Scope({Level.HIGH: 12, Level.MEDIUM: 24, Level.LOW: 36}, frozenset(Level), 100, 800, 20)
NOTHING = {"lapsed": 0, "ended": 0, "trials": 0}


@pytest.fixture
def actors() -> dict[str, Actor]:
    actions.install_standard_scorecard(Actor.system("maker"), Actor.system("approver"))
    roles = ("operator", "approver", "compliance")
    return {role: Staff.objects.create(login=role, display_name=role, role=role).actor for role in roles}


@pytest.fixture
def person(actors: dict[str, Actor]) -> int:
    made = customer()
    actions.rate_one(made, SWEEPER, TODAY)
    return made


def override(person: int, actors: dict[str, Actor]) -> int:
    return circumstances.request_override(
        person, Level.HIGH, until_on=UNTIL, reason="別口座", actor=actors["compliance"], today=TODAY
    )


# -- overrides


def test_a_request_past_its_last_day_lapses_and_cannot_be_approved_any_more(person, actors) -> None:
    request = override(person, actors)
    assert sweep(SWEEPER, UNTIL) == NOTHING
    late = UNTIL + timedelta(days=1)
    assert sweep(SWEEPER, late) == NOTHING | {"lapsed": 1}
    assert Circumstance.objects.get().state == "lapsed"
    with pytest.raises(CircumstanceGone):
        circumstances.decide_override(request, is_approved=True, actor=actors["approver"], today=TODAY)
    assert sweep(SWEEPER, late) == NOTHING
    standing = queries.standing(person)
    assert standing is not None
    assert standing.level is Level.LOW


def test_a_request_that_nobody_answers_lapses_after_its_days(person, actors, monkeypatch) -> None:
    override(person, actors)
    assert sweep(SWEEPER, TODAY) == NOTHING
    later = timezone.now() + timedelta(days=REQUEST_DAYS, minutes=1)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert sweep(SWEEPER, TODAY)["lapsed"] == 1


def test_an_override_past_its_last_day_gives_way_to_the_points_at_once_and_says_why(person, actors) -> None:
    request = override(person, actors)
    circumstances.decide_override(request, is_approved=True, actor=actors["approver"], today=TODAY)
    assert sweep(SWEEPER, UNTIL) == NOTHING
    assert sweep(SWEEPER, UNTIL + timedelta(days=1)) == NOTHING | {"ended": 1}
    standing, rating = queries.standing(person), queries.latest_rating(person)
    assert standing is not None
    assert rating is not None
    assert standing.level is Level.LOW
    assert rating.reasons == ("その他の事情が終わり、点数による水準に戻りました。",)
    assert not actions.rate_one(person, SWEEPER, UNTIL + timedelta(days=1)).is_new


def test_an_expired_suspicion_ends_in_the_same_words_and_entries(person, actors) -> None:
    other = customer()
    actions.rate_one(other, SWEEPER, TODAY)
    request = override(person, actors)
    circumstances.decide_override(request, is_approved=True, actor=actors["approver"], today=TODAY)
    circumstances.record_suspicion(
        other, Matter.FREEZE, until_on=UNTIL, note="記録", actor=actors["compliance"], today=TODAY
    )
    assert sweep(SWEEPER, UNTIL + timedelta(days=1))["ended"] == 2
    assert queries.latest_rating(person) == queries.latest_rating(other)
    last = [Entry.objects.filter(subject_id=one).order_by("-id")[:2] for one in (person, other)]
    first, second = [[(entry.action, entry.details, entry.actor_id) for entry in rows] for rows in last]
    assert first == second


@pytest.mark.parametrize("state", ["in_force", "requested", "ended"])
def test_the_database_lets_nothing_come_back_from_lapsed(person, actors, state: str) -> None:
    override(person, actors)
    sweep(SWEEPER, UNTIL + timedelta(days=1))
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE risk_circumstance SET state = %s, decided_by = 'staff:99'", [state])


# -- drafts


def draft(actors: dict[str, Actor]) -> int:
    text = STANDARD_TEXT.replace("version = 1", "version = 2").replace("medium = 15", "medium = 10")
    return actions.draft_scorecard(text, actors["compliance"])


def test_a_withdrawn_draft_is_neither_tried_nor_approved_nor_brought_back(actors) -> None:
    drafted = draft(actors)
    digest = queries.scorecard(drafted).digest
    with pytest.raises(NotPermitted):
        actions.withdraw_scorecard(drafted, actors["operator"])
    actions.withdraw_scorecard(drafted, actors["compliance"])
    for act in (
        lambda: actions.withdraw_scorecard(drafted, actors["compliance"]),
        lambda: trials.ask_for_trial(drafted, SCOPE, actors["compliance"], TODAY),
        lambda: actions.activate_scorecard(drafted, actors["approver"], digest=digest),
    ):
        with pytest.raises(ScorecardNotDraft):
            act()
    with pytest.raises(IntegrityError), transaction.atomic():
        Scorecard.objects.filter(id=drafted).update(state="draft")
    assert queries.active_scorecard().definition.version == 1


# -- trials


def test_a_trial_stops_anywhere_and_goes_on_to_the_same_result(actors, monkeypatch) -> None:
    monkeypatch.setattr(locks, "CUSTOMERS_A_BLOCK", 3)
    insert([{**PLAIN, "nationality": nation} for nation in ("JPN", "PRK", "VNM", "SYR") * 3])
    actions.rate_everybody(SWEEPER, TODAY)
    ratings, drafted = Rating.objects.count(), draft(actors)
    whole = trials.ask_for_trial(drafted, SCOPE, actors["compliance"], TODAY)
    trials.work_through(whole)
    stopped = trials.ask_for_trial(drafted, SCOPE, actors["compliance"], TODAY)
    told: list[tuple[int, int]] = []

    def die(done: int, total: int) -> None:
        told.append((done, total))
        if len(told) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        trials.work_through(stopped, die)
    assert 0 < told[-1][0] < 12
    half = queries.latest_trial(drafted)
    assert half is not None
    assert (half.is_at_work, half.customers_done, half.customers) == (True, told[-1][0], 12)
    trials.work_through(stopped)
    trials.work_through(stopped)
    first, second = DryRun.objects.order_by("id").values_list("result", flat=True)
    assert first == second
    assert first["customers"] == 12
    assert Rating.objects.count() == ratings


def test_two_trials_of_a_draft_do_not_run_beside_each_other(actors) -> None:
    drafted = draft(actors)
    trials.ask_for_trial(drafted, SCOPE, actors["compliance"], TODAY)
    with pytest.raises(TrialUnderWay):
        trials.ask_for_trial(drafted, SCOPE, actors["compliance"], TODAY)
    assert Trial.objects.count() == 1


def test_a_trial_of_a_draft_that_was_withdrawn_meanwhile_ends_and_says_why(actors) -> None:
    customer()
    drafted = draft(actors)
    trial = trials.ask_for_trial(drafted, SCOPE, actors["compliance"], TODAY)
    actions.withdraw_scorecard(drafted, actors["compliance"])
    trials.work_through(trial)
    found = queries.latest_trial(drafted)
    assert found is not None
    assert (found.is_at_work, found.failure) == (
        False,
        "試算のあいだに、この評価表は下書きでなくなりました。",
    )
    assert not DryRun.objects.exists()


def test_a_trial_that_does_not_move_for_an_hour_is_given_up(actors) -> None:
    drafted = draft(actors)
    trials.ask_for_trial(drafted, SCOPE, actors["compliance"], TODAY)
    assert sweep(SWEEPER, TODAY) == NOTHING
    Trial.objects.update(moved_at=timezone.now() - timedelta(minutes=61))
    assert sweep(SWEEPER, TODAY) == NOTHING | {"trials": 1}
    trials.ask_for_trial(drafted, SCOPE, actors["compliance"], TODAY)
