"""From the form to the sending, as a maker and an approver press through it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from keizoku.audit.models import Entry
from keizoku.campaigns import planner, queries
from keizoku.campaigns.audiences import queries as audiences
from keizoku.campaigns.journeys import actions
from keizoku.campaigns.journeys import queries as journeys
from keizoku.campaigns.journeys.models import Course
from keizoku.campaigns.journeys.tests.making import drafted, maker, saved
from keizoku.campaigns.models import Campaign
from keizoku.campaigns.tests.walking import launch
from keizoku.console.tests.pages import do, go, words
from keizoku.delivery import doubts
from keizoku.delivery.models import Chunk, Counter, Receipt, Wave
from keizoku.kernel.clock import business_today
from keizoku.ui.tests.page import Page

NAME = "期日を迎えた方（第1回）"
HIGH = {"field": "level", "operator": "equals", "value": "high"}


@pytest.fixture
def posted(db):
    """The form as it is sent: those who are due, one journey by LINE and mail at any hour."""
    told = {
        "name": NAME,
        "audience": str(audiences.by_origin("due_0").id),
        "course-1-journey": str(saved("line", "email")),
        "course-1-method": "knowledge",
        "answer_days": "30",
    }
    return lambda **changes: {**told, **changes}


@pytest.fixture
def draft(browser, customers, posted):
    answer = do(browser("operator"), "console-campaign-new", **posted())
    assert answer.status_code == 302, words(answer)
    return Campaign.objects.get().id


@pytest.fixture
def requested(browser, draft):
    do(browser("operator"), "console-campaign-request", draft)
    assert Campaign.objects.get().state == "requested"
    return draft


def test_dashboard_leads_the_operator_to_the_form_for_those_who_are_due(browser, customers):
    page = Page(go(browser("operator"), "console-home").content.decode())
    (link,) = [a for a in page.all("a") if page.text(a) == "期日を迎えた 2人のキャンペーンを作る"]
    assert link["href"] == "/console/campaigns/new?due=0"
    form = Page(browser("operator").get(link["href"]).content.decode())
    chosen = [each["value"] for each in form.all("option") if "selected" in each]
    assert str(audiences.by_origin("due_0").id) in chosen


def test_list_is_paged_so_that_the_oldest_campaign_can_be_found(browser, staff):
    made = [
        Campaign.objects.create(
            name=f"第{number}回", audience={}, answer_days=30, made_by=staff["operator"].id
        )
        for number in range(1, queries.SHOWN + 2)
    ]
    first = go(browser("operator"), "console-campaigns")
    assert ("第2回" in words(first), "第1回" in words(first)) == (True, False)
    (further,) = [link["href"] for link in Page(first.content.decode()).all("a") if link.get("rel") == "next"]
    assert further == f"?after={made[1].id}"
    last = words(go(browser("operator"), "console-campaigns", after=made[1].id))
    assert ("第1回" in last, "これで終わりです" in last) == (True, True)


def test_count_while_choosing_names_who_falls_out_and_what_each_step_costs(browser, customers, posted):
    answer = do(browser("operator"), "console-campaign-count", **posted(name=""))
    text = " ".join(Page(answer.content.decode())._text.values())
    for part in (
        "1人 に送ります",
        "条件に合う方 2人",
        "どの手段の連絡先も登録がない −1人",
        "LINEで連絡できる方 1人",
        "6円",
        "7日後、答えのない方へ",
        "時間と曜日を問わずに送ります",
        "受付番号 12345-67890-1",
    ):
        assert part.replace(" ", "") in text.replace(" ", "").replace("\n", ""), part
    assert Campaign.objects.count() == 0


def test_without_an_audience_or_a_journey_nothing_is_counted(browser, customers, posted):
    for missing in ("audience", "course-1-journey"):
        answer = do(browser("operator"), "console-campaign-count", **posted(**{missing: ""}))
        assert "対象と連絡手順を選ぶと" in answer.content.decode()


def test_draft_keeps_what_was_typed_and_shows_counts_before_anything_is_frozen(browser, draft):
    shown = words(go(browser("operator"), "console-campaign", draft))
    assert "1人に送信を申請する" in shown
    assert "条件に合う方2人（うち 1人 には送りません）" in shown
    assert "確認期日が今日まで（経過を含む）" in shown


def test_wrong_form_keeps_what_was_typed_and_says_what_to_do_at_each_field(browser, customers, posted):
    wrong = posted(
        name="", audience="", answer_days="x", **{"course-1-journey": "", "course-1-name": "高リスクの方"}
    )
    answer = do(browser("operator"), "console-campaign-new", **wrong, **{"course-2-journey": ""})
    shown = words(answer)
    assert answer.status_code == 422
    assert "キャンペーンの名前を入力してください。" in shown
    assert "だれに送るかを、保存した対象から選んでください。" in shown
    assert "連絡手順を選んでください。" in shown
    assert "このコースがどのお客さまのためかを選んでください。" in shown
    assert "回答の期限を、1から366までの日数で入力してください（例：30）。" in shown
    typed = {each["value"] for each in Page(answer.content.decode()).all("input") if each.get("value")}
    assert {"高リスクの方", "x"} <= typed
    assert Campaign.objects.count() == 0


def test_draft_that_the_room_refuses_leaves_nothing_behind(browser, customers, posted):
    answer = do(browser("operator"), "console-campaign-new", **posted(answer_days="7"))
    assert answer.status_code == 409
    assert "回答期限は、最後の連絡より後にしてください。" in words(answer)
    assert Campaign.objects.count() == 0


def test_each_class_of_customers_gets_its_course_and_the_sms_costs_by_its_parts(browser, customers, posted):
    client = browser("operator")
    by_sms = str(saved("sms", name="SMSをすぐに"))
    filled = posted(**{"course-1-who": "level-high", "course-1-journey": by_sms})
    do(client, "console-campaign-new", **filled, **{"course-2-journey": posted()["course-1-journey"]})
    campaign = Campaign.objects.get()
    courses = [(one.name, one.condition) for one in campaign.courses.order_by("ordinal")]
    assert courses == [("リスクが高い方だけ", HIGH), ("すべてのお客さま", None)]
    steps = campaign.steps.order_by("course", "ordinal")
    assert [(step.course, step.channel, step.wait_days) for step in steps] == [
        (1, "sms", 0),
        (2, "line", 0),
        (2, "email", 7),
    ]
    shown = words(go(client, "console-campaign", campaign.id))
    assert "連絡の流れ（リスクが高い方だけ）" in shown
    assert "1通 20円" in shown


def test_course_is_added_moved_and_taken_away_and_nothing_typed_is_lost(browser, customers, posted):
    client = browser("operator")
    added = Page(do(client, "console-campaign-new", **posted(act="add-course")).content.decode())
    assert [each["value"] for each in added.all("input", name="name")] == [NAME]
    assert len(added.all("select", name="course-2-journey")) == 1
    two = posted(
        **{"course-1-who": "level-high", "course-1-name": "甲", "course-2-name": "乙", "act": "down-1"}
    )
    moved = Page(do(client, "console-campaign-new", **two).content.decode())
    assert [moved.all("input", name=f"course-{place}-name")[0]["value"] for place in (1, 2)] == ["乙", "甲"]
    removed = Page(do(client, "console-campaign-new", **{**two, "act": "remove-2"}).content.decode())
    assert removed.all("select", name="course-2-journey") == []
    assert Campaign.objects.count() == 0


def test_changing_a_draft_keeps_its_version_of_the_journey(browser, draft, posted):
    client = browser("operator")
    kept = posted()["course-1-journey"]
    version = journeys.version(int(kept))
    actions.save(drafted("line", "sms"), maker(), journey_id=version.journey_id)
    page = Page(go(client, "console-campaign-edit", draft).content.decode())
    assert page.all("input", name="name")[0]["value"] == NAME
    assert kept in {each["value"] for each in page.all("option") if "selected" in each}
    do(client, "console-campaign-edit", draft, **posted(name="別の名前"))
    campaign = Campaign.objects.get()
    assert campaign.name == "別の名前"
    assert [step.channel for step in campaign.steps.order_by("ordinal")] == ["line", "email"]


def test_draft_made_elsewhere_keeps_its_conditions_when_it_is_changed(browser, draft, posted):
    odd = {"any": [{"field": "due_on", "operator": "is_missing"}]}
    Campaign.objects.update(audience=odd, audience_version=None)
    Course.objects.update(condition=None)
    client = browser("operator")
    page = Page(go(client, "console-campaign-edit", draft).content.decode())
    assert "kept" in {each["value"] for each in page.all("option") if "selected" in each}
    do(client, "console-campaign-edit", draft, **posted(audience="kept", answer_days="40"))
    campaign = Campaign.objects.get()
    assert (campaign.audience, campaign.answer_days) == (odd, 40)


def test_request_repeats_audience_words_and_cost_and_freezes(browser, draft):
    client = browser("operator")
    second = words(go(client, "console-campaign-request", draft))
    for part in (
        "確認期日が今日まで",
        "費用（多くても）6円",
        "1人に送信を申請する",
        "受付番号 12345-67890-1",
    ):
        assert part in second
    assert Campaign.objects.get().state == "draft"
    do(client, "console-campaign-request", draft)
    assert "承認を待っています" in words(go(client, "console-campaign", draft))
    assert Campaign.objects.get().audience_count == 1


def test_approver_who_types_another_number_changes_nothing(browser, requested):
    answer = do(browser("approver"), "console-campaign-approve", requested, typed_number="2")
    assert answer.status_code == 422
    assert "数が違います。" in words(answer)
    assert Campaign.objects.get().state == "requested"


@pytest.mark.parametrize("typed", ["1", "１", "1人", " 1 "])
def test_approver_types_the_number_in_any_width_and_the_sending_starts(browser, requested, typed):
    client = browser("approver")
    assert "1人への送信を承認する" in words(go(client, "console-campaign-approve", requested))
    assert do(client, "console-campaign-approve", requested, typed_number=typed).status_code == 302
    assert Campaign.objects.get().state == "launching"
    launch()
    assert Campaign.objects.get().state == "running"
    assert "1人のうち、まだだれも答えていません" in words(go(client, "console-campaign", requested))


def test_who_touched_the_draft_is_refused_as_approver_in_words(browser, staff, requested):
    staff["operator"].role = "approver"
    staff["operator"].save()
    answer = do(browser("operator"), "console-campaign-approve", requested, typed_number="1")
    assert answer.status_code == 409
    assert "作成または編集した人は承認できません。ほかの承認者に依頼してください。" in words(answer)
    assert Campaign.objects.get().state == "requested"


def test_request_sent_back_shows_its_reason_to_the_maker(browser, requested):
    approver, operator = browser("approver"), browser("operator")
    empty = do(approver, "console-campaign-send-back", requested, reason=" ")
    assert (empty.status_code, Campaign.objects.get().state) == (422, "requested")
    do(approver, "console-campaign-send-back", requested, reason="対象が広すぎます。")
    shown = words(go(operator, "console-campaign", requested))
    assert Campaign.objects.get().state == "draft"
    assert "対象が広すぎます。" in shown
    assert "approverさん" in shown


def test_campaign_is_paused_resumed_and_stopped_and_each_leaves_its_entry(browser, requested):
    client = browser("approver")
    do(client, "console-campaign-approve", requested, typed_number="1")
    launch()
    states = []
    for act in ("pause", "resume", "stop"):
        do(client, f"console-campaign-{act}", requested)
        states.append(Campaign.objects.get().state)
    assert states == ["paused", "running", "stopped"]
    acts = Entry.objects.filter(actor_kind="staff", subject_kind="campaign").order_by("-id")
    assert [entry.action for entry in acts[:3]] == [
        "campaigns.campaign.stopped",
        "campaigns.campaign.resumed",
        "campaigns.campaign.paused",
    ]
    refused = do(client, "console-campaign-resume", requested)
    assert refused.status_code == 409
    assert "「中止」のため、この操作はできません。" in words(refused)


def test_numbers_refresh_while_it_runs_and_rest_when_it_has_ended(browser, requested):
    client = browser("approver")
    do(client, "console-campaign-approve", requested, typed_number="1")
    launch()
    running = go(client, "console-campaign-progress", requested).content.decode()
    do(client, "console-campaign-stop", requested)
    stopped = go(client, "console-campaign-progress", requested).content.decode()
    assert 'hx-trigger="every 3s"' in running
    assert "hx-trigger" not in stopped


def test_list_of_campaigns_asks_the_database_equally_often_for_one_and_for_many(browser, draft):
    client = browser("operator")
    Campaign.objects.bulk_create(
        Campaign(name=f"第{n}回", audience={"all": []}, answer_days=30, made_by=1) for n in range(40)
    )
    with CaptureQueriesContext(connection) as queries:
        answer = go(client, "console-campaigns")
    assert len(Page(answer.content.decode()).all("tr")) == 42
    assert len(queries) <= 20


def test_delivery_that_nobody_knows_about_is_counted_and_named_until_a_receipt_settles_it(
    browser, customers, requested
):
    client = browser("approver")
    do(client, "console-campaign-approve", requested, typed_number="1")
    launch()
    planner.plan_all()
    wave = Wave.objects.get()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO delivery_outcome (campaign_id, wave_id, position, number, result, code) "
            "VALUES (%s, %s, 1, 1, 'unknown', 'worker_lost')",
            [requested, wave.id],
        )
    of_wave = {"campaign_id": requested, "wave": wave, "step": 1, "channel": "line", "day": business_today()}
    Counter.objects.create(result="unknown", count=1, **of_wave)
    Chunk.objects.update(state="closed")
    assert "届いたか不明1件" in words(go(client, "console-home"))
    shown = words(go(client, "console-campaign", requested))
    assert "届いたか不明の連絡 1件" in shown
    assert f"No. {customers[0]}LINE" in shown
    assert "送信の途中で処理が止まった" in shown
    Receipt.objects.create(
        carrier="line",
        event_id="e1",
        campaign_id=requested,
        wave_id=wave.id,
        position=1,
        kind="delivered",
        occurred_at=timezone.now(),
    )
    assert "届いたか不明の連絡" not in words(go(client, "console-campaign", requested))
    doubts.settle_received()
    assert "届いたか不明0件" in words(go(client, "console-home"))
