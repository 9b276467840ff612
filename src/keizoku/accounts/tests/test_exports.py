"""A file of many people's data: asked by one, approved by another, made once, in time."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from keizoku.accounts.errors import ExportNeedsRequest, ExportRefused, NotPermitted
from keizoku.accounts.exports import actions
from keizoku.accounts.exports.actions import Wanted
from keizoku.accounts.exports.rules import AGES, TRANSITIONS, Kind, State
from keizoku.accounts.models import ExportRequest
from keizoku.kernel.actor import Actor

WANTED = Wanted(Kind.WHY, 7, 120, "監督官庁への報告")


@pytest.fixture
def asker(db, make_staff):
    return make_staff("compliance", "asker").actor


@pytest.fixture
def other(db, make_staff):
    return make_staff("compliance", "other").actor


@pytest.fixture
def approved(asker, other):
    number = actions.ask(WANTED, actor=asker)
    actions.decide(number, is_approved=True, people=120, actor=other)
    return number


def take(actor, people=120, **named):
    return actions.take(Kind.WHY, 7, people, actor=actor, **named)


def test_approved_request_makes_one_file_that_names_it(approved, asker, other):
    with pytest.raises(ExportNeedsRequest):
        take(other)
    with pytest.raises(ExportNeedsRequest):
        take(asker, people=121)
    with pytest.raises(ExportNeedsRequest):
        take(asker, number=approved + 1)
    with pytest.raises(ExportNeedsRequest):
        actions.take(Kind.WHY, 8, 120, actor=asker)
    mark = take(asker, number=approved)
    assert mark.text.startswith(f"書出{approved} asker 20")
    with pytest.raises(ExportNeedsRequest):
        take(asker)
    assert ExportRequest.objects.get().state == "produced"


def test_who_asked_does_not_approve_and_the_number_is_typed(asker, other, make_staff):
    number = actions.ask(WANTED, actor=asker)
    with pytest.raises(ExportRefused, match="自分の申請"):
        actions.decide(number, is_approved=True, people=120, actor=asker)
    with pytest.raises(ExportRefused, match="120人の分"):
        actions.decide(number, is_approved=True, people=12, actor=other)
    with pytest.raises(NotPermitted):
        actions.decide(number, is_approved=True, people=120, actor=make_staff("operator", "o").actor)
    assert ExportRequest.objects.get().state == "asked"
    actions.decide(number, is_approved=False, people=None, actor=other)
    with pytest.raises(ExportNeedsRequest):
        take(asker)


def test_database_refuses_one_person_whatever_the_code_says(asker, other):
    number = actions.ask(WANTED, actor=asker)
    row = ExportRequest.objects.filter(pk=number)
    for changes in (
        {"state": "approved", "decided_by": int(asker.id)},
        {"state": "approved"},
        {"state": "produced", "decided_by": int(other.id)},
        {"people": 1000},
        {"asked_by": int(other.id)},
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            row.update(**changes)
    with pytest.raises(DatabaseError), transaction.atomic():
        row.delete()
    assert row.get().state == "asked"


@pytest.mark.parametrize("wanted", [Wanted(Kind.WHY, 7, 120, " "), Wanted(Kind.WHY, 7, 0, "報告")])
def test_request_without_purpose_or_people_is_refused(asker, wanted):
    with pytest.raises(ExportRefused):
        actions.ask(wanted, actor=asker)
    assert not ExportRequest.objects.exists()


def test_same_request_waits_once_and_who_may_not_have_the_file_asks_for_none(asker, make_staff):
    number = actions.ask(WANTED, actor=asker)
    with pytest.raises(ExportRefused, match="もうあります"):
        actions.ask(WANTED, actor=asker)
    with pytest.raises(NotPermitted):
        actions.ask(WANTED, actor=make_staff("operator", "o").actor)
    actions.withdraw(number, actor=asker)
    assert actions.ask(WANTED, actor=asker) != number


def test_one_person_and_the_system_need_no_request(asker, settings):
    assert take(asker, people=1) is None
    assert take(Actor.system("worker")) is None
    settings.EXPORT_ALONE_PEOPLE = 120
    assert take(asker) is None


def test_approval_holds_three_days_and_every_state_has_an_age(approved, asker, monkeypatch):
    later = timezone.now() + timedelta(days=3, seconds=1)
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)
    with pytest.raises(ExportNeedsRequest):
        take(asker)
    assert actions.lapse() == 1
    assert ExportRequest.objects.get().state == "lapsed"
    assert set(AGES) == {state for state in State if TRANSITIONS[state]}


def test_other_department_is_demanded_where_the_setting_says_so(make_staff, settings, db):
    asker = make_staff("compliance", "asker", department="本店").actor
    same = make_staff("approver", "same", department="本店").actor
    other = make_staff("approver", "else", department="審査部").actor
    settings.APPROVAL_BY_ANOTHER_DEPARTMENT = True
    number = actions.ask(WANTED, actor=asker)
    with pytest.raises(NotPermitted, match="同じ部署"):
        actions.decide(number, is_approved=True, people=120, actor=same)
    assert ExportRequest.objects.get().state == "asked"
    actions.decide(number, is_approved=True, people=120, actor=other)
