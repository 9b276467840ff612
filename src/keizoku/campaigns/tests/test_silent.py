"""The silent: opened by time alone, decided by people, released by an answer."""

from datetime import timedelta

import pytest
from django.db import transaction

from keizoku.accounts.errors import NotPermitted
from keizoku.audit.models import Entry
from keizoku.campaigns import actions
from keizoku.campaigns.audiences.counting import preview
from keizoku.campaigns.errors import CountMismatch
from keizoku.campaigns.models import Campaign
from keizoku.campaigns.silent import actions as silent
from keizoku.campaigns.silent import opening, queries, rules, sweeping
from keizoku.campaigns.silent.errors import CaseRefused
from keizoku.campaigns.silent.finding import Criteria
from keizoku.campaigns.silent.models import SilentCase, SilentEvent, SilentFollowUp
from keizoku.campaigns.silent.rules import Decision, State
from keizoku.campaigns.tests.silence import cases as cases  # noqa: PLC0414 - a fixture
from keizoku.campaigns.tests.silence import counts, states, stop, tomorrow
from keizoku.campaigns.tests.silence import over as over  # noqa: PLC0414 - a fixture
from keizoku.campaigns.tests.silence import people as people  # noqa: PLC0414 - a fixture
from keizoku.campaigns.tests.walking import work
from keizoku.customers import actions as customers
from keizoku.customers.models import Task
from keizoku.kernel import clock
from keizoku.kernel.actor import Actor
from keizoku.kernel.clock import business_now, business_today
from keizoku.reviews import actions as reviews
from keizoku.reviews.models import Review


def test_every_state_has_its_words_and_its_age_and_can_be_left_by_an_answer():
    assert set(rules.TRANSITIONS) == set(State) == set(rules.STATE_WORDS)
    assert set(rules.MAXIMUM_AGES) == set(State) - rules.RESTING
    assert all(
        State.RELEASED in after for state, after in rules.TRANSITIONS.items() if state is not State.RELEASED
    )
    for state, age in rules.MAXIMUM_AGES.items():
        assert age.then is None or rules.may_follow(state, age.then)
    assert all(rules.REASONS[decision] for decision in Decision)
    assert rules.decisions_from(State.OPEN) == list(Decision)
    assert Decision.CONTACT_AGAIN not in rules.decisions_from(State.CONTACTING)
    assert rules.decisions_from(State.PROPOSED) == rules.decisions_from(State.EXEMPT) == []


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


def test_those_who_are_contacted_again_are_the_audience_of_a_new_draft(cases, people, staff):
    chosen = [cases[0].id, cases[1].id]
    done = silent.contact_again(chosen, reason="no_reaction", actor=people["compliance"].actor)
    assert done.decided == 2
    assert [row.id for row in queries.undrafted()] == [done.follow_up_id]
    with pytest.raises(NotPermitted):
        silent.draft_follow_up(done.follow_up_id, staff=people["compliance"], today=business_today())

    draft = silent.draft_follow_up(done.follow_up_id, staff=staff["operator"], today=business_today())

    campaign = Campaign.objects.get(id=draft)
    assert campaign.state == "draft"
    assert preview(campaign.audience, ["line", "email"], business_today()).matching == 2
    assert campaign.steps.count() == 2
    assert SilentFollowUp.objects.get().draft_id == draft
    assert queries.undrafted() == []
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

    with pytest.raises(CaseRefused, match="ほかの手段で連絡"):
        silent.other_channel(case.id, reason="letter", role="reviewer", actor=people["operator"].actor)
    assert Task.objects.filter(customer_id=case.customer_id).count() == 1

    clock.advance(timedelta(days=31))
    sweeping.sweep(business_now())
    assert SilentCase.objects.get(id=case.id).state == "open"


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
