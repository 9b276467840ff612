"""The silent: opened by time alone, decided by people, released by an answer, never restricted by one person or a list."""

from collections import Counter
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import Sum

from keizoku.accounts.errors import NotPermitted
from keizoku.accounts.models import Staff
from keizoku.audit.models import Entry
from keizoku.campaigns import actions, planner
from keizoku.campaigns.audiences.counting import preview
from keizoku.campaigns.errors import CountMismatch
from keizoku.campaigns.models import Campaign
from keizoku.campaigns.silent import actions as silent
from keizoku.campaigns.silent import opening, queries, rules, sweeping
from keizoku.campaigns.silent.errors import CaseRefused
from keizoku.campaigns.silent.finding import Criteria
from keizoku.campaigns.silent.models import SilentCase, SilentCount, SilentEvent, SilentFollowUp
from keizoku.campaigns.silent.rules import Decision, State
from keizoku.campaigns.tests.walking import work
from keizoku.customers import actions as customers
from keizoku.customers.models import Task
from keizoku.delivery.ports import Outcome, Result
from keizoku.delivery.tests.carrier import Journal
from keizoku.kernel import clock
from keizoku.kernel.actor import Actor
from keizoku.kernel.clock import business_now, business_today
from keizoku.reviews import actions as reviews
from keizoku.reviews.models import Review


@pytest.fixture
def people(staff):
    made = {
        role: Staff.objects.create(login=f"{role}-2", display_name=role, role=role)
        for role in ("compliance", "approver")
    }
    return {"operator": staff["operator"], **made, "other": staff["approver"]}


@pytest.fixture
def over(requested, staff):
    """The campaign of four: sent by LINE and mail, its deadline past, its reviews expired."""
    actions.approve(requested[0], typed_count=4, staff=staff["approver"])
    work()
    clock.advance(timedelta(days=8))
    work()
    clock.advance(timedelta(days=24))
    planner.plan_all()
    reviews.expire(business_now())
    return requested


@pytest.fixture
def cases(over):
    assert opening.look(business_now()) == 4
    return list(SilentCase.objects.order_by("id"))


def stop(customer, reason, campaign=None):
    customers.stop_contact(
        customer_id=customer, campaign_id=campaign, reason=reason, actor=Actor.system("test")
    )


def counts():
    rows = SilentCount.objects.values_list("state").annotate(total=Sum("count"))
    return {state: total for state, total in rows if total}


def states():
    return dict(SilentCase.objects.order_by("customer_id").values_list("customer_id", "state"))


def tomorrow(days=1):
    return business_today() + timedelta(days=days)


def test_every_state_has_its_words_and_its_age_and_can_be_left_by_an_answer():
    assert set(rules.TRANSITIONS) == set(State) == set(rules.STATE_WORDS)
    assert set(rules.MAXIMUM_AGES) == set(State) - rules.RESTING
    assert all(
        State.RELEASED in after for state, after in rules.TRANSITIONS.items() if state is not State.RELEASED
    )
    for state, age in rules.MAXIMUM_AGES.items():
        assert age.then is None or rules.may_follow(state, age.then)
    assert {rules.LEADS_TO[decision] for decision in Decision} <= set().union(
        *(rules.TRANSITIONS[state] for state in rules.DECIDABLE)
    )
    assert all(rules.REASONS[decision] for decision in Decision)


def test_everybody_who_did_not_answer_in_time_becomes_one_case_however_often_it_looks(over):
    campaign, both, mail_only, _, _ = over
    Review.objects.filter(customer_id=both[0]).update(state="answered")

    assert opening.look(business_now()) == 3
    assert opening.look(business_now()) == 0
    opening.look_through(Campaign.objects.get(id=campaign), business_now(), business_today())

    assert states() == dict.fromkeys([*both[1:], mail_only], "open")
    assert {case.reach for case in SilentCase.objects.all()} == {"accepted"}
    assert {case.opened_because for case in SilentCase.objects.all()} == {"deadline"}
    assert SilentEvent.objects.filter(to_state="open").count() == 3
    assert Entry.objects.get(action="campaigns.silent.opened").details["count"] == 3
    assert counts() == {"open": 3}


def test_case_opens_before_the_deadline_when_the_wait_after_the_last_message_is_over(requested, staff):
    campaign, _, mail_only, _, _ = requested
    actions.approve(campaign, typed_count=4, staff=staff["approver"])
    work()
    clock.advance(timedelta(days=13))
    work()
    assert opening.look(business_now()) == 0
    clock.advance(timedelta(days=2))
    assert opening.look(business_now()) == 1, "the mail of the one without a mobile went out on the first day"
    assert list(states()) == [mail_only]
    assert SilentCase.objects.get().opened_because == "steps_over"


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


@pytest.mark.parametrize("reason", ["answered", "closed", "withdrawn", "needs_person", "merged"])
def test_answer_or_end_releases_the_case_in_its_own_transaction(cases, reason):
    case = cases[0]
    with transaction.atomic():
        stop(case.customer_id, reason, None if reason == "closed" else case.campaign_id)
        assert SilentCase.objects.get(id=case.id).state == "released"
        transaction.set_rollback(True)
    assert SilentCase.objects.get(id=case.id).state == "open", "and goes back with it"

    stop(case.customer_id, reason, None if reason == "closed" else case.campaign_id)

    event = SilentEvent.objects.filter(case=case).latest("id")
    assert (event.from_state, event.to_state, event.reason) == ("open", "released", reason)
    assert counts() == {"open": 3, "released": 1}


def test_wish_not_to_be_written_to_is_no_answer(cases):
    stop(cases[0].customer_id, "opted_out")
    stop(cases[1].customer_id, "withdrawn", 999)
    assert set(states().values()) == {"open"}


def test_answer_to_another_campaign_releases_too(cases):
    stop(cases[0].customer_id, "answered", 999)
    assert SilentCase.objects.get(id=cases[0].id).state == "released"


def test_released_customer_who_was_asked_again_and_stays_silent_becomes_a_case_again(cases):
    case = cases[0]
    stop(case.customer_id, "answered", case.campaign_id)
    Review.objects.filter(id=case.review_id).update(state="asked_again", round=2, closes_on=tomorrow(14))
    customers.release_stop(
        customer_id=case.customer_id,
        campaign_id=case.campaign_id,
        reason="answered",
        actor=Actor.system("test"),
    )
    clock.advance(timedelta(days=16))
    reviews.expire(business_now())

    opening.look_through(Campaign.objects.get(id=case.campaign_id), business_now(), business_today())

    assert SilentCase.objects.get(id=case.id).state == "open"
    assert SilentCase.objects.count() == 4


def test_extension_opens_the_review_again_and_comes_back_when_it_led_to_nothing(cases, people):
    until = tomorrow(10)
    done = silent.extend(
        [cases[0].id], until=until, reason="time_needed", actor=people["operator"].actor, note="電話で希望"
    )

    assert (done.decided, done.left) == (1, 0)
    case = SilentCase.objects.get(id=cases[0].id)
    assert (case.state, case.until, case.decided_by) == ("extended", until, people["operator"].id)
    assert Review.objects.get(id=case.review_id).state == "open"
    event = SilentEvent.objects.get(to_state="extended")
    assert b"\xe9\x9b\xbb\xe8\xa9\xb1" not in bytes(event.note), "a note is encrypted"

    clock.advance(timedelta(days=12))
    reviews.expire(business_now())
    assert sweeping.sweep(business_now()) == 1
    assert SilentCase.objects.get(id=case.id).state == "open"


@pytest.mark.parametrize("days", [0, -1, 181])
def test_deadline_that_cannot_be_is_refused(cases, people, days):
    with pytest.raises(CaseRefused, match="明日から180日以内"):
        silent.extend(
            [cases[0].id],
            until=tomorrow(days) - timedelta(days=1) if days <= 0 else tomorrow(days),
            reason="time_needed",
            actor=people["operator"].actor,
        )
    assert set(states().values()) == {"open"}


def test_many_are_extended_by_the_typed_number_alone(cases, people):
    criteria = Criteria(today=business_today(), campaign_id=cases[0].campaign_id)
    told = {"reason": "time_needed", "actor": people["operator"].actor, "until": tomorrow(9)}
    with pytest.raises(CountMismatch, match="3人"):
        silent.decide_many(criteria, Decision.EXTEND, expected=3, **told)
    assert set(states().values()) == {"open"}

    assert silent.decide_many(criteria, Decision.EXTEND, expected=4, **told).decided == 4
    assert counts() == {"extended": 4}
    assert Entry.objects.filter(action="campaigns.silent.extended").count() == 1


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


def test_those_who_are_contacted_again_are_the_audience_of_a_new_draft(cases, people, staff):
    chosen = [cases[0].id, cases[1].id]
    done = silent.contact_again(chosen, reason="no_reaction", actor=people["compliance"].actor)
    assert done.decided == 2
    with pytest.raises(Exception, match="権限"):
        silent.draft_follow_up(done.follow_up_id, staff=people["compliance"], today=business_today())

    draft = silent.draft_follow_up(done.follow_up_id, staff=staff["operator"], today=business_today())

    campaign = Campaign.objects.get(id=draft)
    assert campaign.state == "draft"
    assert preview(campaign.audience, ["line", "email"], business_today()).matching == 2
    assert campaign.steps.count() == 2
    assert SilentFollowUp.objects.get().draft_id == draft
    with pytest.raises(CaseRefused, match="もうあります"):
        silent.draft_follow_up(done.follow_up_id, staff=staff["operator"], today=business_today())


def test_who_stays_silent_in_the_further_campaign_goes_on_there(cases, people, staff):
    done = silent.contact_again([cases[0].id], reason="no_reaction", actor=people["operator"].actor)
    draft = silent.draft_follow_up(done.follow_up_id, staff=staff["operator"], today=business_today())
    actions.request_approval(draft, staff["operator"])
    actions.approve(draft, typed_count=1, staff=staff["approver"])
    work()
    clock.advance(timedelta(days=31))
    reviews.expire(business_now())
    opening.look(business_now())

    old, new = SilentCase.objects.filter(customer_id=cases[0].customer_id).order_by("id")
    assert (old.state, old.reason) == ("released", "followed_up")
    assert (new.state, new.campaign_id) == ("open", draft)


def test_other_channel_is_a_task_for_a_role(cases, people):
    silent.other_channel(cases[0].id, reason="telephone", role="reviewer", actor=people["operator"].actor)

    case = SilentCase.objects.get(id=cases[0].id)
    task = Task.objects.get(id=case.task_id)
    assert (case.state, task.kind, task.owner_role, task.customer_id) == (
        "other_channel",
        "call_back",
        "reviewer",
        case.customer_id,
    )

    clock.advance(timedelta(days=31))
    sweeping.sweep(business_now())
    assert SilentCase.objects.get(id=case.id).state == "open"


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


def test_list_is_paged_by_key_and_folding_keeps_the_sums(cases, monkeypatch):
    criteria = Criteria(today=business_today())
    seen, after = [], None
    while True:
        page, after = queries.cases(criteria, after=after, limit=3)
        seen += [row.id for row in page]
        if after is None:
            break
    assert seen == [case.id for case in cases]

    stop(cases[0].customer_id, "answered", cases[0].campaign_id)
    before = counts()
    monkeypatch.setattr(sweeping, "FOLDED_FROM", 1)
    assert sweeping.fold_counts() > 0
    assert counts() == before


def test_reviewer_reads_and_decides_nothing(cases, staff):
    for act in (
        lambda: silent.extend(
            [cases[0].id], until=tomorrow(9), reason="time_needed", actor=staff["reviewer"].actor
        ),
        lambda: silent.exempt(cases[0].id, reason="abroad", actor=staff["reviewer"].actor),
        lambda: silent.confirm(cases[0].id, actor=staff["reviewer"].actor),
    ):
        with pytest.raises(NotPermitted):
            act()
    assert set(states().values()) == {"open"}
