"""From a draft to the last wave: frozen once, approved by a second person, planned by time, stopped at once."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from keizoku.accounts.errors import NotPermitted
from keizoku.accounts.models import Staff
from keizoku.campaigns import actions, planner, queries
from keizoku.campaigns.audiences.counting import preview
from keizoku.campaigns.errors import CampaignRefused, CountMismatch, NotAllowed
from keizoku.campaigns.models import Campaign
from keizoku.campaigns.rules import TRANSITIONS, State, StepPlan, courses_of, plan_problems
from keizoku.campaigns.tests.walking import EVERYBODY, channels, launch, state, work
from keizoku.campaigns.why.queries import reasons_of
from keizoku.customers import actions as customers
from keizoku.delivery import actions as delivery
from keizoku.delivery.models import Receipt
from keizoku.delivery.ports import Outcome, Result
from keizoku.delivery.rules import Tag
from keizoku.delivery.tests.carrier import Journal
from keizoku.forms.models import Edition
from keizoku.kernel import clock
from keizoku.kernel.actor import Actor
from keizoku.reviews.models import Review


def test_every_state_has_its_transitions():
    assert set(TRANSITIONS) == set(State)


@pytest.mark.parametrize(
    ("name", "days", "problem"),
    [
        ("期日到来", 366, ""),
        ("期日到来", 367, "回答の期限は、1から366までの日数にしてください。"),
        ("期日到来", 0, "回答の期限は、1から366までの日数にしてください。"),
        ("長" * 81, 30, "キャンペーン名は80文字までにしてください。"),
    ],
)
def test_deadline_lies_within_a_year_and_the_name_fits_its_column(name, days, problem):
    problems = plan_problems(name, courses_of([StepPlan("line", 0, 1)]), days)
    assert (problems or [""])[0] == problem


def test_frozen_audience_is_what_was_shown_and_everybody_left_out_has_a_reason(requested):
    campaign, _, _, nothing, opted_out = requested

    row = Campaign.objects.get(id=campaign)
    assert (row.audience_count, row.excluded_count) == (4, 2)
    assert queries.funnel(campaign).excluded == {
        "どの手段の連絡先も登録がない": 1,
        "連絡停止のお申し出がある": 1,
    }
    shown = preview(EVERYBODY, ["line", "email"], date(2026, 11, 21))
    assert (shown.matching, shown.included, shown.reachable) == (6, 4, {"line": 3, "email": 4})
    assert [reason.words for reason in reasons_of(nothing)] == ["対象外（どの手段の連絡先も登録がない）"]
    assert [reason.words for reason in reasons_of(opted_out)] == ["対象外（連絡停止のお申し出がある）"]


def test_corporation_is_left_out_with_the_reason_while_no_questionnaire_is_for_it(
    staff, plan, make_customers
):
    make_customers(1, 区分="法人", 氏名="株式会社山田商事", 氏名カナ="ｶ)ﾔﾏﾀﾞｼｮｳｼﾞ")

    asked = preview(EVERYBODY, ["line", "email"], date(2026, 11, 21))
    Edition.objects.filter(questionnaire="corporation").update(state="retired")
    left_out = preview(EVERYBODY, ["line", "email"], date(2026, 11, 21))

    assert (asked.included, asked.excluded) == (1, {})
    assert (left_out.included, left_out.excluded) == (0, {"no_questionnaire": 1})


def test_frozen_audience_cannot_be_changed(requested):
    campaign = requested[0]

    for change in (
        f"DELETE FROM campaigns_audience_{campaign}",
        f"INSERT INTO campaigns_audience_{campaign} SELECT {campaign}, 99, 99",
        "UPDATE campaigns_audience SET customer_id = 1",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change)


def test_maker_cannot_approve_even_with_the_right(requested, staff):
    campaign = requested[0]
    Staff.objects.filter(id=staff["operator"].id).update(role="approver")
    maker = Staff.objects.get(id=staff["operator"].id)

    with pytest.raises(NotAllowed) as refused:
        actions.approve(campaign, typed_count=4, staff=maker)

    assert refused.value.code == "campaigns.four_eyes"
    assert state(campaign) == State.REQUESTED
    assert Journal.calls == []


def test_database_refuses_the_maker_whatever_the_code_does(requested, staff):
    campaign = Campaign.objects.get(id=requested[0])

    for approver in (staff["operator"].id, None):
        with pytest.raises(DatabaseError), transaction.atomic():
            Campaign.objects.filter(id=campaign.id).update(
                state=State.LAUNCHING, approved_by=approver, approval_digest=campaign.request_digest
            )
    with pytest.raises(DatabaseError, match="changed after its request"), transaction.atomic():
        Campaign.objects.filter(id=campaign.id).update(
            state=State.LAUNCHING, approved_by=staff["approver"].id, approval_digest="f" * 64
        )


def test_reviewer_can_neither_make_nor_approve(requested, staff, plan):
    with pytest.raises(NotPermitted):
        actions.approve(requested[0], typed_count=4, staff=staff["reviewer"])
    with pytest.raises(NotPermitted):
        actions.draft(name="x", audience=EVERYBODY, steps=plan, answer_days=30, staff=staff["reviewer"])


def test_wrong_number_is_refused_and_nothing_is_sent(requested, staff):
    with pytest.raises(CountMismatch, match="40人"):
        actions.approve(requested[0], typed_count=40, staff=staff["approver"])

    work()

    assert state(requested[0]) == State.REQUESTED
    assert Journal.calls == []


def test_sent_back_request_is_a_draft_without_audience(requested, staff):
    campaign = requested[0]

    actions.send_back(campaign, reason="文面を直してください", staff=staff["approver"])
    actions.request_approval(campaign, staff["operator"])

    assert state(campaign) == State.REQUESTED
    assert Campaign.objects.get(id=campaign).audience_count == 4


def test_request_without_anybody_is_refused(staff, plan):
    campaign = actions.draft(
        name="x", audience=EVERYBODY, steps=plan, answer_days=30, staff=staff["operator"]
    )

    with pytest.raises(CampaignRefused, match="対象のお客さまがいません"):
        actions.request_approval(campaign, staff["operator"])

    assert state(campaign) == State.DRAFT


def test_first_wave_goes_by_line_and_whoever_lacks_a_mobile_gets_mail_at_once(requested, staff):
    campaign, _, mail_only, _, _ = requested
    actions.approve(campaign, typed_count=4, staff=staff["approver"])

    work()

    assert channels() == ["email", "line", "line", "line"]
    assert [reason.words for reason in reasons_of(mail_only)] == [
        "LINE通知メッセージ：送らなかった（携帯電話番号の登録がないため）",
        "電子メール：受け付けられた",
    ]


def test_mail_follows_after_seven_days_for_whom_line_did_not_fail(requested, staff):
    campaign, both, _, _, _ = requested
    actions.approve(campaign, typed_count=4, staff=staff["approver"])
    work()
    for number, call in enumerate([call for call in Journal.calls if call.message.button_label]):
        delivery.store_raw_event("line", f"E{number} {call.tag}".encode())
    delivery.process_raw_events()
    customers.stop_contact(
        customer_id=both[0], campaign_id=campaign, reason="answered", actor=Actor.customer(both[0])
    )
    Review.objects.filter(customer_id=both[0]).update(state="answered")

    clock.advance(timedelta(days=6))
    work()
    assert len(Journal.calls) == 4

    clock.advance(timedelta(days=1, minutes=1))
    work()
    work()

    assert channels() == ["email"] * 3 + ["line"] * 3, "the two silent ones; not the one who answered"


def test_line_without_a_delivery_event_falls_through_after_a_day(requested, staff):
    campaign = requested[0]
    actions.approve(campaign, typed_count=4, staff=staff["approver"])
    work()

    clock.advance(timedelta(hours=26))
    work()

    assert channels() == ["email"] * 4 + ["line"] * 3


def test_line_refusal_falls_through_at_once(requested, staff):
    Journal.answer = staticmethod(
        lambda outgoing: (
            Outcome(Result.REJECTED, "unreachable_by_line")
            if outgoing.message.button_label
            else Outcome(Result.ACCEPTED)
        )
    )
    actions.approve(requested[0], typed_count=4, staff=staff["approver"])

    work()
    work()

    assert channels() == ["email"] * 4 + ["line"] * 3


def test_message_that_its_carrier_reports_undelivered_falls_through_at_once(requested, staff):
    campaign = requested[0]
    actions.approve(campaign, typed_count=4, staff=staff["approver"])
    work()
    told = [Tag.parse(call.tag) for call in Journal.calls if call.message.button_label]
    for number, tag in enumerate(told[:2]):
        Receipt.objects.create(
            carrier="line",
            event_id=f"gone-{number}",
            campaign_id=campaign,
            wave_id=tag.wave_id,
            position=tag.position,
            kind="undelivered",
            occurred_at=clock.business_now(),
        )

    work()

    assert channels() == ["email"] * 3 + ["line"] * 3


def test_fault_in_one_campaign_keeps_no_other_waiting(requested, staff, plan, make_customers, monkeypatch):
    actions.approve(requested[0], typed_count=4, staff=staff["approver"])
    make_customers(2)
    other = actions.draft(name="別", audience=EVERYBODY, steps=plan, answer_days=30, staff=staff["operator"])
    actions.request_approval(other, staff["operator"])
    actions.approve(other, typed_count=6, staff=staff["approver"])
    launch()
    looked = []

    def look(campaign, now):
        looked.append(campaign.id)
        if campaign.id == requested[0]:
            raise OverflowError
        return 0

    monkeypatch.setattr(planner, "_look_at", look)
    with pytest.raises(OverflowError):
        planner.plan_all()
    assert looked == [requested[0], other]


def test_planner_that_runs_twice_sends_nothing_twice(requested, staff):
    actions.approve(requested[0], typed_count=4, staff=staff["approver"])

    for _ in range(3):
        work()

    assert len(Journal.calls) == 4


def test_stopped_campaign_sends_nothing_more_and_cannot_be_resumed(requested, staff):
    campaign = requested[0]
    actions.approve(campaign, typed_count=4, staff=staff["approver"])
    launch()
    planner.plan_all()

    actions.stop(campaign, staff["operator"])
    work()
    clock.advance(timedelta(days=8))
    work()

    assert Journal.calls == []
    with pytest.raises(CampaignRefused):
        actions.resume(campaign, staff["operator"])


def test_campaign_whose_sending_was_halted_is_paused_for_a_person(requested, staff):
    campaign = requested[0]
    actions.approve(campaign, typed_count=4, staff=staff["approver"])
    launch()
    delivery.set_gate(campaign, is_open=False)

    work()
    assert (state(campaign), Journal.calls) == (State.PAUSED, [])

    actions.resume(campaign, staff["operator"])
    work()
    assert len(Journal.calls) == 4


def test_paused_campaign_goes_on_where_it_was(requested, staff):
    campaign = requested[0]
    actions.approve(campaign, typed_count=4, staff=staff["approver"])
    launch()
    actions.pause(campaign, staff["operator"])
    work()
    assert Journal.calls == []

    actions.resume(campaign, staff["operator"])
    work()

    assert len(Journal.calls) == 4


def test_customer_in_a_running_campaign_is_left_out_of_the_next(requested, staff, plan):
    actions.approve(requested[0], typed_count=4, staff=staff["approver"])
    launch()

    shown = preview(EVERYBODY, ["line", "email"], date(2026, 11, 21))

    assert shown.included == 0
    assert shown.excluded["open_review"] == 4


def test_two_campaigns_approved_at_once_write_to_nobody_twice(requested, staff, plan):
    second = actions.draft(name="2", audience=EVERYBODY, steps=plan, answer_days=30, staff=staff["operator"])
    actions.request_approval(second, staff["operator"])
    actions.approve(requested[0], typed_count=4, staff=staff["approver"])
    actions.approve(second, typed_count=4, staff=staff["approver"])

    work()

    assert len(Journal.calls) == 4
    assert queries.funnel(second).excluded["ほかのキャンペーンで確認中"] == 4


def test_campaign_past_its_deadline_finishes(requested, staff):
    actions.approve(requested[0], typed_count=4, staff=staff["approver"])
    work()

    clock.advance(timedelta(days=31))
    planner.plan_all()

    assert state(requested[0]) == State.FINISHED


def test_funnel_counts_what_the_carriers_answered(requested, staff):
    campaign = requested[0]
    actions.approve(campaign, typed_count=4, staff=staff["approver"])
    work()

    funnel = queries.funnel(campaign)

    assert (funnel.audience, funnel.answered) == (4, 0)
    assert [(s.planned, s.accepted, s.unreachable, s.waiting) for s in funnel.steps] == [
        (3, 3, 1, 0),
        (1, 1, 0, 0),
    ]
