"""Restrictions: proposed by one person for one customer, confirmed by another, lifted by an answer; never by a list."""

from collections import Counter
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import Sum

from keizoku.accounts.errors import NotPermitted
from keizoku.accounts.models import Staff
from keizoku.audit.models import Entry
from keizoku.campaigns import actions
from keizoku.campaigns.silent import actions as silent
from keizoku.campaigns.silent import opening, queries, sweeping
from keizoku.campaigns.silent.errors import CaseRefused
from keizoku.campaigns.silent.finding import Criteria
from keizoku.campaigns.silent.models import SilentCase
from keizoku.campaigns.silent.rules import Decision
from keizoku.campaigns.tests.silence import cases as cases  # noqa: PLC0414 - a fixture
from keizoku.campaigns.tests.silence import counts, states, stop
from keizoku.campaigns.tests.silence import over as over  # noqa: PLC0414 - a fixture
from keizoku.campaigns.tests.silence import people as people  # noqa: PLC0414 - a fixture
from keizoku.campaigns.tests.walking import work
from keizoku.customers.models import Task
from keizoku.delivery.ports import Outcome, Result
from keizoku.delivery.tests.carrier import Journal
from keizoku.kernel import clock
from keizoku.kernel.clock import business_now, business_today
from keizoku.reviews import actions as reviews


def test_who_was_never_reached_is_told_and_cannot_be_restricted(requested, staff, people):
    Journal.answer = staticmethod(lambda outgoing: Outcome(Result.REJECTED, "nobody_there"))
    actions.approve(requested[0], typed_count=4, staff=staff["approver"])
    work()
    work()
    clock.advance(timedelta(days=31))
    reviews.expire(business_now())
    opening.look(business_now())

    assert {case.reach for case in SilentCase.objects.all()} == {"none"}
    case = SilentCase.objects.first()
    with pytest.raises(CaseRefused, match="一度も送れていない"):
        silent.propose_restriction(
            case.id, reason="repeated_silence", measure="transfer_limit", actor=people["compliance"].actor
        )
    assert set(states().values()) == {"open"}


@pytest.mark.parametrize("decision", [Decision.PROPOSE_RESTRICTION, Decision.EXEMPT, Decision.OTHER_CHANNEL])
def test_nothing_that_takes_something_is_decided_for_many(cases, people, decision):
    with pytest.raises(CaseRefused, match="1人ずつ"):
        silent.decide_many(
            Criteria(today=business_today()),
            decision,
            expected=4,
            reason="repeated_silence",
            actor=people["compliance"].actor,
        )
    with pytest.raises(DatabaseError, match="one by one"), transaction.atomic():
        SilentCase.objects.update(state="proposed", proposed_by=1)
    assert set(states().values()) == {"open"}


def propose(case, people):
    silent.propose_restriction(
        case.id, reason="repeated_silence", measure="internet_banking", actor=people["compliance"].actor
    )


def test_restriction_needs_two_people_and_restricts_nothing_by_itself(cases, people):
    with pytest.raises(NotPermitted):
        silent.propose_restriction(
            cases[0].id, reason="repeated_silence", measure="internet_banking", actor=people["operator"].actor
        )
    propose(cases[0], people)
    Staff.objects.filter(id=people["compliance"].id).update(role="approver")
    with pytest.raises(CaseRefused, match="ご自身の提案"):
        silent.confirm(cases[0].id, actor=people["compliance"].actor)
    assert SilentCase.objects.get(id=cases[0].id).state == "proposed"

    task_id = silent.confirm(cases[0].id, actor=people["approver"].actor)

    case = SilentCase.objects.get(id=cases[0].id)
    assert (case.state, case.confirmed_by, case.task_id) == ("restricted", people["approver"].id, task_id)
    assert Task.objects.get(id=task_id).owner_role == "compliance"
    assert (
        Entry.objects.filter(action="campaigns.silent.restriction_confirmed", subject_id=case.id).count() == 1
    )


def test_database_refuses_the_proposer_and_a_restriction_that_nobody_proposed(cases, people):
    propose(cases[0], people)
    for case, by in (
        (cases[0], people["compliance"].id),
        (cases[0], None),
        (cases[1], people["approver"].id),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            SilentCase.objects.filter(id=case.id).update(state="restricted", confirmed_by=by)
    with pytest.raises(DatabaseError, match="not changed"), transaction.atomic():
        SilentCase.objects.filter(id=cases[0].id).update(measure="cash_card")
    with (
        pytest.raises(DatabaseError, match="begins open"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "INSERT INTO campaigns_silentcase (campaign_id, customer_id, review_id, state, state_since, opened_at, opened_on, "
            "opened_because, reach, reason, measure) SELECT campaign_id, 999, 1, 'proposed', now(), now(), current_date, "
            "'deadline', 'accepted', '', '' FROM campaigns_silentcase LIMIT 1"
        )


def test_answer_after_a_restriction_asks_compliance_to_lift_it(cases, people):
    propose(cases[0], people)
    silent.confirm(cases[0].id, actor=people["approver"].actor)
    stop(cases[0].customer_id, "answered", cases[0].campaign_id)

    assert sweeping.sweep(business_now()) == 1
    assert sweeping.sweep(business_now()) == 0

    assert SilentCase.objects.get(id=cases[0].id).state == "released"
    assert Task.objects.filter(origin=f"silent-lift:{cases[0].id}", state="open").count() == 1


def test_decision_that_crosses_an_answer_changes_nothing(cases, people):
    stop(cases[0].customer_id, "answered", cases[0].campaign_id)
    with pytest.raises(CaseRefused, match="解除"):
        silent.exempt(cases[0].id, reason="abroad", actor=people["operator"].actor)
    propose(cases[1], people)
    stop(cases[1].customer_id, "answered", cases[1].campaign_id)
    with pytest.raises(CaseRefused, match="解除"):
        silent.confirm(cases[1].id, actor=people["approver"].actor)
    assert states()[cases[1].customer_id] == "released"


def test_proposal_that_nobody_confirms_and_cases_that_nobody_decides_do_not_wait_for_ever(cases, people):
    propose(cases[0], people)
    clock.advance(timedelta(days=15))
    sweeping.sweep(business_now())
    case = SilentCase.objects.get(id=cases[0].id)
    assert (case.state, case.measure, case.proposed_by) == ("open", "", None)

    clock.advance(timedelta(days=16))
    sweeping.sweep(business_now())
    assert SilentCase.objects.filter(escalated_at__isnull=False).count() == 3, (
        "the one that came back later is younger"
    )
    assert sweeping.sweep(business_now()) == 0


def test_exemption_and_proposal_can_be_taken_back(cases, people):
    silent.exempt(cases[0].id, reason="abroad", actor=people["operator"].actor)
    propose(cases[1], people)
    silent.take_back(cases[0].id, actor=people["operator"].actor)
    silent.take_back(cases[1].id, actor=people["approver"].actor, note="もう一度電話してから")
    assert Counter(states().values()) == {"open": 4}


def test_workload_and_numbers_are_those_of_the_cases_after_everything(cases, people):
    silent.exempt(cases[0].id, reason="abroad", actor=people["operator"].actor)
    propose(cases[1], people)
    clock.advance(timedelta(days=10))
    today = business_today()
    found = queries.workload(today)
    assert (found.waiting, found.undecided, found.to_confirm) == (3, 2, 1)
    assert found.bands == (0, 3, 0, 0, 0)
    assert found.by_campaign == [(cases[0].campaign_id, "期日到来", (0, 3, 0, 0, 0))]
    assert queries.count(Criteria(today=today, band=1)) == 3
    assert queries.count(Criteria(today=today, state="open")) == 2
    assert (
        dict(
            SilentCase.objects.values_list("state").annotate(Sum("review_id")).values_list("state", "state")
        ).keys()
        == counts().keys()
    )
