"""What is unusual about a request is listed and answered for, one by one and in writing, before it can be approved."""

import uuid
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from keizoku.accounts.errors import NotPermitted
from keizoku.accounts.models import Staff
from keizoku.audit.models import Entry
from keizoku.campaigns import actions, planner
from keizoku.campaigns.approval import queries, rules
from keizoku.campaigns.approval.actions import confirm_anomaly
from keizoku.campaigns.approval.examining import examine
from keizoku.campaigns.approval.models import Anomaly, Halt, TrialSend
from keizoku.campaigns.approval.queries import makers
from keizoku.campaigns.approval.rules import Code, StepTested, Tally
from keizoku.campaigns.approval.trying import send_to_oneself
from keizoku.campaigns.errors import AnomalyOpen, CampaignRefused, NotAllowed
from keizoku.campaigns.incidents.models import Incident
from keizoku.campaigns.models import Campaign
from keizoku.campaigns.rules import State, StepPlan
from keizoku.campaigns.tests.walking import EVERYBODY, launch, state, work
from keizoku.delivery import actions as delivery
from keizoku.delivery.models import Chunk, Counter, Gate, Wave
from keizoku.delivery.ports import Result
from keizoku.delivery.tests.carrier import Journal
from keizoku.kernel.actor import Actor
from keizoku.reviews.models import Review

# -- the rules


@pytest.mark.parametrize(
    ("count", "last", "tenths"),
    [
        (60, 20, 30),
        (59, 20, None),
        (1_000, 100, 100),
        (20, 1, None),
        (21, 7, 30),
        (30, 0, None),
        (30, None, None),
    ],
)
def test_audience_three_times_the_last_one_asks(count, last, tenths):
    found = rules.much_larger(count, last, "前回")
    assert (found and found.weight) == tenths


def test_words_that_were_changed_after_their_test_ask_and_untested_ones_do_not():
    steps = [
        StepTested("1-1", "line", 7, "new", frozenset({"old"})),
        StepTested("1-2", "email", 8, "same", frozenset({"same", "older"})),
        StepTested("1-3", "sms", 9, "never", frozenset()),
    ]
    assert [(found.about, found.weight) for found in rules.words_after_test(steps)] == [("1-1", 7)]


@pytest.mark.parametrize(
    ("before", "lately", "fell"),
    [
        (Tally(950, 50), Tally(140, 60), True),  # 95 % → 70 %
        (Tally(950, 50), Tally(160, 40), False),  # 95 % → 80 %: less than a fifth
        (Tally(600, 400), Tally(78, 122), True),  # 60 % → 39 %
        (Tally(190, 9), Tally(0, 200), False),  # too few before to know
        (Tally(950, 50), Tally(0, 199), False),  # too few lately
        (Tally(140, 60), Tally(200, 0), False),  # it rose
        (Tally(0, 1000), Tally(0, 200), False),  # it was never accepted: no fall
    ],
)
def test_acceptance_falls_suddenly_by_a_fifth_and_not_by_chance(before, lately, fell):
    assert rules.has_fallen(before, lately) is fell


# -- at the request and the approval


def ask(staff, plan, name="次の確認"):
    campaign = actions.draft(
        name=name, audience=EVERYBODY, steps=plan, answer_days=30, staff=staff["operator"]
    )
    actions.request_approval(campaign, staff["operator"])
    return campaign


def sent(name, count):
    """A campaign that went out earlier to so many."""
    campaign = Campaign.objects.create(name=name, audience=EVERYBODY, answer_days=30, made_by=1)
    Campaign.objects.filter(id=campaign.id).update(audience_count=count, launched_at=timezone.now())
    return campaign


@pytest.fixture
def larger(staff, plan, make_customers):
    """Thirty people, ten the last time."""
    sent("前回の確認", 10)
    make_customers(30)
    return ask(staff, plan)


def test_audience_three_times_larger_than_the_last_is_refused_until_its_approver_has_said_why(larger, staff):
    (anomaly,) = Anomaly.objects.all()
    assert (anomaly.code, anomaly.figures["last_name"], anomaly.weight) == ("much_larger", "前回の確認", 30)

    with pytest.raises(AnomalyOpen, match="1件"):
        actions.approve(larger, typed_count=30, staff=staff["approver"])
    work()
    assert (state(larger), Journal.calls) == (State.REQUESTED, [])

    confirm_anomaly(anomaly.id, reason="支店の統合で対象が増えたため", staff=staff["approver"])
    actions.approve(larger, typed_count=30, staff=staff["approver"])

    assert state(larger) == State.LAUNCHING
    entry = Entry.objects.get(action="campaigns.anomaly.confirmed")
    assert (entry.purpose, entry.details["code"]) == ("支店の統合で対象が増えたため", "much_larger")


def test_reason_of_another_approver_or_of_the_maker_or_none_does_not_count(larger, staff):
    (anomaly,) = Anomaly.objects.all()
    other = Staff.objects.create(login="other", display_name="other", role="approver")
    Staff.objects.filter(id=staff["operator"].id).update(role="approver")

    with pytest.raises(NotAllowed):
        confirm_anomaly(anomaly.id, reason="よい", staff=Staff.objects.get(id=staff["operator"].id))
    with pytest.raises(NotPermitted):
        confirm_anomaly(anomaly.id, reason="よい", staff=staff["reviewer"])
    with pytest.raises(CampaignRefused):
        confirm_anomaly(anomaly.id, reason=" ", staff=staff["approver"])
    confirm_anomaly(anomaly.id, reason="ほかの人の理由", staff=other)

    with pytest.raises(AnomalyOpen):
        actions.approve(larger, typed_count=30, staff=staff["approver"])
    assert state(larger) == State.REQUESTED


def test_reason_for_what_is_no_longer_there_is_refused_and_leaves_nothing(larger, staff):
    (anomaly,) = Anomaly.objects.all()
    Anomaly.objects.all().delete()

    with pytest.raises(CampaignRefused, match="いまの申請のものではありません"):
        confirm_anomaly(anomaly.id, reason="よい", staff=staff["approver"])
    assert not Entry.objects.filter(action="campaigns.anomaly.confirmed").exists()


def test_database_refuses_an_approval_over_an_open_anomaly(larger, staff):
    campaign = Campaign.objects.get(id=larger)
    with pytest.raises(DatabaseError, match="anomaly without a reason"), transaction.atomic():
        Campaign.objects.filter(id=larger).update(
            state=State.LAUNCHING, approved_by=staff["approver"].id, approval_digest=campaign.request_digest
        )


def test_found_again_it_asks_nobody_twice_and_grown_it_asks_anew(larger, staff):
    (anomaly,) = Anomaly.objects.all()
    confirm_anomaly(anomaly.id, reason="増えたため", staff=staff["approver"])
    examine(larger)
    assert Anomaly.objects.count() == 1

    Campaign.objects.filter(name="前回の確認").update(audience_count=5)
    with pytest.raises(AnomalyOpen):
        actions.approve(larger, typed_count=30, staff=staff["approver"])

    assert list(Anomaly.objects.order_by("id").values_list("weight", "confirmed_by")) == [
        (30, staff["approver"].id),
        (60, None),
    ]


def test_customers_written_to_within_seven_days_are_counted(requested, staff, plan):
    actions.approve(requested[0], typed_count=4, staff=staff["approver"])
    work()
    Review.objects.update(state="withdrawn")

    again = ask(staff, plan)

    (anomaly,) = Anomaly.objects.filter(campaign_id=again)
    assert (anomaly.code, anomaly.figures) == (Code.CONTACTED_LATELY, {"people": 4, "count": 4, "days": 7})


def test_customers_written_to_longer_ago_are_not(requested, staff, plan):
    from keizoku.kernel import clock

    actions.approve(requested[0], typed_count=4, staff=staff["approver"])
    work()
    actions.stop(requested[0], staff["approver"])
    Review.objects.update(state="withdrawn")
    clock.advance(timedelta(days=7, minutes=1))

    assert not Anomaly.objects.filter(campaign_id=ask(staff, plan)).exists()


def test_words_changed_after_a_test_send_ask(staff, plan, make_customers):
    make_customers(1)
    campaign = actions.draft(
        name="x", audience=EVERYBODY, steps=plan, answer_days=30, staff=staff["operator"]
    )
    TrialSend.objects.create(
        campaign_id=campaign,
        message_id=plan[0].message_id,
        channel="line",
        staff_id=staff["operator"].id,
        key=uuid.uuid4(),
        result="accepted",
    )
    changed = delivery.write_message(
        channel="line",
        name="LINE",
        subject="",
        body="変えた文面 {reference}",
        button_label="はじめる",
        actor=Actor.system("test"),
    )
    actions.edit(
        campaign,
        name="x",
        audience=EVERYBODY,
        steps=[StepPlan("line", 0, changed), plan[1]],
        answer_days=30,
        staff=staff["operator"],
    )
    actions.request_approval(campaign, staff["operator"])

    (anomaly,) = Anomaly.objects.all()
    assert (anomaly.code, anomaly.about, anomaly.weight) == ("words_after_test", "1-1", changed)


def test_message_is_sent_to_oneself_by_the_real_carrier_and_kept_without_the_address(
    staff, plan, make_customers
):
    make_customers(1)
    campaign = actions.draft(
        name="x", audience=EVERYBODY, steps=plan, answer_days=30, staff=staff["operator"]
    )
    line = Campaign.objects.get(id=campaign).steps.get(ordinal=1)
    with pytest.raises(NotPermitted):
        send_to_oneself(campaign, step_id=line.id, address="080-9999-8888", staff=staff["reviewer"])
    assert Journal.calls == []

    outcome = send_to_oneself(campaign, step_id=line.id, address="080-9999-8888", staff=staff["operator"])

    (call,) = Journal.calls
    assert (call.address.reveal(), call.message.body) == ("+818099998888", "受付番号 12345-67890-1")
    assert (outcome.result, TrialSend.objects.get().result) == (Result.ACCEPTED, "accepted")
    entry = Entry.objects.get(action="campaigns.message.tried")
    assert "9999" not in f"{entry.details}{entry.purpose}"
    assert queries.trials(campaign)[0].tried_at is not None
    assert queries.trials(campaign)[1].tried_at is None


# -- four eyes over every part


def test_who_wrote_a_message_of_it_can_neither_approve_nor_be_written_as_approver(
    staff, plan, make_customers
):
    make_customers(1)
    mine = delivery.write_message(
        channel="line",
        name="LINE",
        subject="",
        body="受付番号 {reference}",
        button_label="はじめる",
        actor=Actor.staff(staff["approver"].id),
    )
    campaign = ask(staff, [StepPlan("line", 0, mine)])
    row = Campaign.objects.get(id=campaign)

    assert staff["approver"].id in makers(row)
    with pytest.raises(NotAllowed):
        actions.approve(campaign, typed_count=1, staff=staff["approver"])
    with pytest.raises(DatabaseError, match="made and edited none of it"), transaction.atomic():
        Campaign.objects.filter(id=campaign).update(
            state=State.LAUNCHING, approved_by=staff["approver"].id, approval_digest=row.request_digest
        )
    assert state(campaign) == State.REQUESTED


def test_who_saved_the_audience_or_the_journey_version_is_refused_by_the_database(
    staff, plan, make_customers
):
    from keizoku.campaigns.audiences.models import AudienceVersion, SavedAudience
    from keizoku.campaigns.journeys.models import Course, Journey, JourneyVersion

    make_customers(1)
    approver = staff["approver"].id
    version = AudienceVersion.objects.create(
        audience=SavedAudience.objects.create(name="対象", made_by=approver),
        number=1,
        condition=EVERYBODY,
        digest="0" * 64,
        made_by=approver,
    )
    journey = JourneyVersion.objects.create(
        journey=Journey.objects.create(name="手順", made_by=str(approver)),
        number=1,
        digest="0" * 64,
        made_by=str(approver),
    )
    for change in (
        lambda campaign: Campaign.objects.filter(id=campaign).update(audience_version=version),
        lambda campaign: Course.objects.filter(campaign_id=campaign).update(journey_version=journey),
    ):
        campaign = actions.draft(
            name="x", audience=EVERYBODY, steps=plan, answer_days=30, staff=staff["operator"]
        )
        change(campaign)
        actions.request_approval(campaign, staff["operator"])
        row = Campaign.objects.get(id=campaign)
        assert approver in makers(row)
        with pytest.raises(DatabaseError, match="made and edited none of it"), transaction.atomic():
            Campaign.objects.filter(id=campaign).update(
                state=State.LAUNCHING, approved_by=approver, approval_digest=row.request_digest
            )


# -- a sudden fall while it runs


@pytest.fixture
def running(requested, staff):
    actions.approve(requested[0], typed_count=4, staff=staff["approver"])
    launch()
    return requested[0]


def closed_chunk(campaign, accepted, rejected):
    """A chunk of LINE messages with these answers, as the engine leaves it."""
    total = accepted + rejected
    wave = Wave.objects.create(
        campaign_id=campaign, step=1, channel="line", message_id=1, deadline="2030-01-01", size=total
    )
    Chunk.objects.create(
        wave=wave, campaign_id=campaign, low=1, high=total, state="closed", closed_at=timezone.now()
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO delivery_outcome (campaign_id, wave_id, position, number, result) "
            "SELECT %s, %s, p, 1, CASE WHEN p <= %s THEN 'accepted' ELSE 'rejected' END FROM generate_series(1, %s) p",
            [campaign, wave.id, accepted, total],
        )
    for result, count in (("accepted", accepted), ("rejected", rejected)):
        Counter.objects.create(
            campaign_id=campaign,
            wave=wave,
            step=1,
            channel="line",
            result=result,
            count=count,
            day="2026-11-22",
        )


def test_sudden_fall_in_acceptance_halts_and_proposes_an_incident(running, staff):
    closed_chunk(running, 480, 20)
    planner.plan_all()
    assert state(running) == State.RUNNING
    closed_chunk(running, 120, 80)

    planner.plan_all()

    assert state(running) == State.PAUSED
    assert not Gate.objects.get(campaign_id=running).is_open
    (halt,) = Halt.objects.all()
    assert halt.figures == {
        "before_accepted": 480,
        "before_total": 500,
        "lately_accepted": 120,
        "lately_total": 200,
    }
    assert [(row.state, row.kind) for row in Incident.objects.all()] == [("proposed", "doubtful")]
    assert Entry.objects.filter(action="campaigns.campaign.halted_by_fall").count() == 1


def test_halted_campaign_goes_on_only_for_who_has_seen_the_figures_and_measures_anew(running, staff):
    closed_chunk(running, 480, 20)
    closed_chunk(running, 120, 80)
    planner.plan_all()
    (halt,) = Halt.objects.all()

    with pytest.raises(CampaignRefused) as refused:
        actions.resume(running, staff["operator"])
    assert (refused.value.code, state(running)) == ("campaigns.halt_unseen", State.PAUSED)

    actions.resume(running, staff["operator"], seen_halt=halt.id)
    planner.plan_all()
    closed_chunk(running, 120, 80)
    closed_chunk(running, 120, 80)
    planner.plan_all()

    assert state(running) == State.RUNNING, "what a person went on with is the measure"
    assert Halt.objects.get().resumed_by == staff["operator"].id
