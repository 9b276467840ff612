"""Courses, hours, paces and conditions: whom the planner lets through, when, and how many."""

import threading
from datetime import datetime, time, timedelta
from itertools import permutations

import holidays
import pytest
from django.db import connection

from keizoku.campaigns import actions, asked, planner, queries
from keizoku.campaigns.audiences.fields import TABLES, readable_fields
from keizoku.campaigns.errors import CampaignRefused
from keizoku.campaigns.journeys.models import Course
from keizoku.campaigns.journeys.reach import of_audience, of_frozen
from keizoku.campaigns.journeys.rules.calendar import ALWAYS, BANK_DAYS, TOKYO, next_open
from keizoku.campaigns.journeys.rules.pace import Pace
from keizoku.campaigns.models import Campaign, Exclusion, Skip
from keizoku.campaigns.rules import CoursePlan, StepPlan
from keizoku.campaigns.tests.walking import EVERYBODY, channels, launch, work
from keizoku.customers.models import Fact
from keizoku.delivery import actions as delivery
from keizoku.delivery.dispatch import Dispatcher
from keizoku.delivery.models import Wave
from keizoku.delivery.tests.carrier import Journal
from keizoku.forms import queries as questionnaires
from keizoku.forms.actions import install
from keizoku.kernel import clock
from keizoku.kernel.actor import Actor
from keizoku.kernel.conditions import parse
from keizoku.kernel.conditions.evaluation import holds
from keizoku.reviews.models import Review

HAS_MAIL = {"field": "has_email", "operator": "equals", "value": True}
HAS_MOBILE = {"field": "has_mobile", "operator": "equals", "value": True}
FRIDAY = 4


@pytest.fixture
def run(staff, plan):
    """Draft, request and approve one campaign of these courses; returns its number."""

    def running(*courses):
        campaign = actions.draft(
            name="コース", audience=EVERYBODY, steps=courses, answer_days=60, staff=staff["operator"]
        )
        actions.request_approval(campaign, staff["operator"])
        count = Campaign.objects.get(id=campaign).audience_count
        actions.approve(campaign, typed_count=count, staff=staff["approver"])
        launch()
        return campaign

    return running


@pytest.fixture
def sms(journal, settings):
    settings.CHANNELS = settings.CHANNELS | {"sms": "keizoku.delivery.tests.carrier.Phone"}
    return delivery.write_message(
        channel="sms",
        name="SMS",
        subject="",
        body="受付番号 {reference}",
        button_label="",
        actor=Actor.system("test"),
    )


def go_to(moment):
    """Move business time forward to a moment in Tokyo."""
    clock.advance(moment - clock.business_now())


def long_weekend():
    """The next Friday, at half past seven in the evening, whose Monday is a holiday."""
    day = clock.business_today() + timedelta(days=1)
    japan = holidays.country_holidays("JP")
    while day.weekday() != FRIDAY or day in japan or day + timedelta(days=3) not in japan:
        day += timedelta(days=1)
    return datetime.combine(day, time(19, 30), TOKYO)


def working_evening():
    """Half past seven in the evening of a Tuesday to Thursday between ordinary days."""
    day = clock.business_today() + timedelta(days=1)
    japan = holidays.country_holidays("JP")
    while (
        day.weekday() not in {1, 2, 3}
        or (day.month, day.day) > (12, 20)
        or any(day + timedelta(days=ahead) in japan for ahead in (0, 1))
        or day.month == 1
    ):
        day += timedelta(days=1)
    return datetime.combine(day, time(19, 30), TOKYO)


def test_step_that_comes_due_on_a_holiday_waits_for_the_first_open_hour(run, plan, make_customers):
    make_customers(2)
    friday = long_weekend()
    go_to(friday)
    line, mail = plan
    run(CoursePlan("全員", [line, StepPlan("email", 2, mail.message_id)]))
    work()
    assert channels() == ["line", "line"]

    for later in (timedelta(days=2, minutes=1), timedelta(days=3), timedelta(days=3, hours=13)):
        go_to(friday + later)
        work()
        assert len(Journal.calls) == 2, later

    go_to(friday.replace(hour=9, minute=0) + timedelta(days=4))
    work()
    assert channels() == ["email", "email", "line", "line"]


def test_wave_that_the_evening_interrupts_goes_on_in_the_morning_and_to_nobody_twice(
    run, plan, make_customers
):
    make_customers(3)
    evening = working_evening()
    go_to(evening)
    run(CoursePlan("全員", plan[:1]))
    planner.plan_all()
    assert Wave.objects.get().send_until == evening.replace(hour=20, minute=0)

    go_to(evening.replace(hour=20, minute=1))
    work()
    Dispatcher("late").run()
    assert Journal.calls == []

    go_to(evening.replace(hour=9, minute=0) + timedelta(days=1))
    work()
    work()
    assert channels() == ["line"] * 3


def test_pace_is_never_exceeded_though_two_planners_race(run, plan, make_customers):
    make_customers(5)
    go_to(working_evening().replace(hour=10))
    campaign = run(CoursePlan("全員", plan[:1], pace=Pace(per_day=2)))

    def race():
        gate = threading.Barrier(2)

        def plan_at_once():
            gate.wait()
            for _ in range(3):
                planner.plan_all()
            connection.close()

        planners = [threading.Thread(target=plan_at_once) for _ in range(2)]
        for one in planners:
            one.start()
        for one in planners:
            one.join()
        planner.plan_all()
        Dispatcher("worker").run()

    for planned in (2, 4, 5):
        race()
        assert sum(Wave.objects.filter(campaign_id=campaign).values_list("size", flat=True)) == planned
        assert len(Journal.calls) == planned
        clock.advance(timedelta(days=1))
        go_to_open_day()


def go_to_open_day():
    now = clock.business_now()
    if (opens := next_open(BANK_DAYS, now)) > now:
        go_to(opens + timedelta(hours=1))


def test_hour_is_opened_in_sixths_and_the_longest_due_go_first(run, plan, make_customers):
    make_customers(4)
    go_to(working_evening().replace(hour=10, minute=0))
    campaign = run(CoursePlan("全員", [plan[0]], calendar=ALWAYS, pace=Pace(per_hour=6)))

    for opened in (1, 2, 3):
        planner.plan_all()
        planner.plan_all()
        Dispatcher("worker").run()
        assert len(Journal.calls) == opened
        clock.advance(timedelta(minutes=10, seconds=1))

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT array_agg(a.seq ORDER BY d.wave_id) FROM delivery_delivery d "
            "JOIN campaigns_audience a USING (campaign_id, customer_id) WHERE d.campaign_id = %s",
            [campaign],
        )
        assert cursor.fetchone() == ([1, 2, 3],)


def test_who_does_not_meet_a_steps_condition_goes_on_at_once_with_the_reason(run, plan, sms, make_customers):
    make_customers(2)
    (no_mail,) = make_customers(1, メールアドレス="")
    line = StepPlan("line", 0, plan[0].message_id, condition=HAS_MAIL)
    campaign = run(CoursePlan("全員", [line, StepPlan("sms", 7, sms)], calendar=ALWAYS))

    work()

    assert len(Journal.calls) == 3
    skip = Skip.objects.get(campaign_id=campaign)
    assert (skip.customer_id, skip.step, skip.reason) == (no_mail, 1, "condition_unmet")
    assert Wave.objects.filter(step=2).get().size == 1


def test_each_course_sends_its_own_journey_and_the_numbers_are_told_by_course(run, plan, sms, make_customers):
    make_customers(2)
    make_customers(1, メールアドレス="")
    courses = [
        CoursePlan("メールのある方", plan, condition=HAS_MAIL, calendar=ALWAYS),
        CoursePlan("ほかの方", [StepPlan("sms", 0, sms)], calendar=ALWAYS),
    ]
    before = of_audience(EVERYBODY, courses, clock.business_today())
    campaign = run(*courses)

    work()

    assert Wave.objects.filter(campaign_id=campaign).count() == 2
    funnel = queries.funnel(campaign)
    assert [(s.course_name, s.ordinal, s.planned, s.accepted) for s in funnel.steps] == [
        ("メールのある方", 1, 2, 2),
        ("メールのある方", 2, 0, 0),
        ("ほかの方", 1, 1, 1),
    ]
    frozen = of_frozen(campaign, courses, clock.business_today())
    assert (
        [course.people for course in frozen.courses] == [course.people for course in before.courses] == [2, 1]
    )
    assert frozen.courses == before.courses


def test_course_of_each_frozen_customer_is_what_the_conditions_say_in_python(staff, plan, make_customers):
    make_customers(1)
    make_customers(1, メールアドレス="")
    make_customers(1, 電話番号="03-3456-7890")
    make_customers(1, メールアドレス="", 生年月日="1990-02-03")
    conditions = [
        HAS_MAIL,
        {"not": HAS_MOBILE},
        {"all": [HAS_MAIL, HAS_MOBILE]},
        {"field": "birth_year", "operator": "at_least", "value": 1985},
    ]
    fields = readable_fields()
    asked = ["has_email", "has_mobile", "birth_year"]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT f.customer_id, {', '.join(fields[name].sql for name in asked)} FROM {TABLES}")
        facts = {row[0]: dict(zip(asked, row[1:], strict=True)) for row in cursor.fetchall()}
    today = clock.business_today()
    for chosen in permutations(conditions, 3):
        courses = [
            *(CoursePlan("一部", plan, condition=one, calendar=ALWAYS) for one in chosen),
            CoursePlan("ほか", plan, calendar=ALWAYS),
        ]
        campaign = actions.draft(
            name="x", audience=EVERYBODY, steps=courses, answer_days=30, staff=staff["operator"]
        )
        actions.request_approval(campaign, staff["operator"])
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT customer_id, course FROM campaigns_audience WHERE campaign_id = %s", [campaign]
            )
            frozen = dict(cursor.fetchall())
        assert frozen == {
            customer: next(
                (
                    place
                    for place, one in enumerate(chosen, start=1)
                    if holds(parse(one, fields), values, today)
                ),
                4,
            )
            for customer, values in facts.items()
        }
        actions.send_back(campaign, reason="次へ", staff=staff["approver"])


def test_course_must_have_a_condition_unless_it_is_the_last(staff, plan):
    for courses, words in (
        ([CoursePlan("甲", plan), CoursePlan("乙", plan)], "最後のコースのほかには"),
        ([CoursePlan("甲", plan, condition=HAS_MAIL)], "最後のコースは、条件なし"),
        ([CoursePlan("甲", plan, identity_method="pin")], "本人確認の方法"),
        ([CoursePlan("甲", plan, questionnaire="none")], "質問票「none」は、いま使用中ではありません"),
        ([CoursePlan("甲", plan, pace=Pace(per_day=0))], "1日に送る数は、1以上"),
    ):
        with pytest.raises(CampaignRefused, match=words):
            actions.draft(
                name="x", audience=EVERYBODY, steps=courses, answer_days=30, staff=staff["operator"]
            )
    assert Campaign.objects.count() == 0


def test_course_asks_the_questionnaire_that_it_names_and_whom_it_fits(run, plan, staff, make_customers):
    person, *_ = make_customers(2)
    Fact.objects.exclude(customer_id=person).update(kind="corporation")
    campaign = run(CoursePlan("在留期間", plan, questionnaire="residence_period"))

    assert list(Review.objects.values_list("customer_id", "questionnaire")) == [(person, "residence_period")]
    assert list(Exclusion.objects.values_list("reason", flat=True)) == ["no_questionnaire"]
    (course,) = queries.view(campaign).courses
    assert course.questionnaire_words == "「在留期間の確認」第1版"
    assert questionnaires.asked_of("individual", "residence_period").questionnaire.id == "residence_period"

    requested = actions.draft(
        name="次", audience=EVERYBODY, steps=plan, answer_days=30, staff=staff["operator"]
    )
    Course.objects.filter(campaign_id=requested).update(questionnaire="gone")
    with pytest.raises(CampaignRefused, match="いま使用中ではありません"):
        actions.request_approval(requested, staff["operator"])
    Course.objects.filter(campaign_id=requested).update(questionnaire="address_change")
    before = asked.digests(queries.view(requested).plans)
    newer = questionnaires.find("address_change").text.replace("version = 1", "version = 2")
    newer = newer.replace('title = "ご住所の変更"', 'title = "お引っ越し"')
    install(newer, Actor.system("setup"), Actor.system("setup-approval"))
    assert before != asked.digests(queries.view(requested).plans)


def test_approval_covers_each_courses_hours_pace_and_conditions(requested):
    """Whatever is changed behind the request's back is refused: first by the database, and by the digest."""
    campaign = requested[0]
    for change in (
        "UPDATE campaigns_course SET weekends = NOT weekends WHERE campaign_id = %s",
        "UPDATE campaigns_course SET per_day = 1 WHERE campaign_id = %s",
        "UPDATE campaigns_course SET questionnaire = 'person' WHERE campaign_id = %s",
        "UPDATE campaigns_step SET per_hour = 1 WHERE campaign_id = %s",
        "DELETE FROM campaigns_course WHERE campaign_id = %s",
    ):
        with pytest.raises(Exception, match="are fixed"), connection.cursor() as cursor:
            cursor.execute(change, [campaign])
