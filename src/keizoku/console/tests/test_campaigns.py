"""From the form to the sending, as a maker and an approver press through it."""

from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from keizoku.audit.models import Entry
from keizoku.campaigns import planner
from keizoku.campaigns.models import Campaign
from keizoku.campaigns.tests.walking import launch
from keizoku.console.forms.campaign import CampaignForm
from keizoku.console.tests.pages import do, go, words
from keizoku.delivery.models import Counter, MessageVersion, Receipt, Wave
from keizoku.kernel.clock import business_today
from keizoku.ui.tests.page import Page

FORM = CampaignForm(name="期日を迎えた方（第1回）")


def posted(**changes):
    told = {
        "name": FORM.name,
        "within_days": "0",
        "journey": "line_email",
        "line_body": FORM.line_body,
        "line_button": FORM.line_button,
        "email_wait": "7",
        "email_subject": FORM.email_subject,
        "email_body": FORM.email_body,
        "answer_days": "30",
    }
    return {**told, **changes}


@pytest.fixture
def draft(browser, customers):
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
    assert link["href"] == "/console/campaigns/new?within_days=0"


def test_count_while_choosing_names_who_falls_out_and_why(browser, customers):
    asked = urlencode({"within_days": "0", "journey": "line_email"})
    answer = browser("operator").get(f"{reverse('console-campaign-count')}?{asked}")
    text = " ".join(Page(answer.content.decode())._text.values())
    for part in (
        "1人 に送ります",
        "条件に合う方 2人",
        "どの手段の連絡先も登録がない −1人",
        "LINEで連絡できる方 1人",
        "6円",
    ):
        assert part.replace(" ", "") in text.replace(" ", "").replace("\n", ""), part


def test_words_are_shown_as_the_customer_will_see_them_and_nothing_is_kept(browser):
    answer = do(browser("operator"), "console-campaign-words", **posted(shown="line", line_button="はじめる"))
    text = answer.content.decode()
    assert "受付番号 12345-67890-1" in text
    assert '<p class="phone-button">はじめる</p>' in text
    assert MessageVersion.objects.count() == 0


def test_draft_keeps_what_was_typed_and_shows_counts_before_anything_is_frozen(browser, draft):
    shown = words(go(browser("operator"), "console-campaign", draft))
    assert "1人に送信を申請する" in shown
    assert "条件に合う方2人（うち 1人 には送りません）" in shown
    assert "確認期日が今日まで（経過を含む）" in shown


def test_wrong_form_keeps_the_words_and_says_what_to_do_at_each_field(browser, customers):
    wrong = posted(name="", email_body=f"{FORM.email_body} https://bank.example.jp/", answer_days="x")
    answer = do(browser("operator"), "console-campaign-new", **wrong)
    shown = words(answer)
    assert answer.status_code == 422
    assert "キャンペーンの名前を入力してください。" in shown
    assert "本文にリンク(URL)は書けません。開く場所を言葉で案内してください。" in shown
    assert "回答の期限を、1から365までの日数で入力してください（例：30）。" in shown
    assert "https://bank.example.jp/" in shown
    assert Campaign.objects.count() == 0


def test_draft_that_the_room_refuses_leaves_no_words_behind(browser, customers):
    answer = do(browser("operator"), "console-campaign-new", **posted(email_wait="30", answer_days="30"))
    assert answer.status_code == 409
    assert "回答期限は、最後の連絡より後にしてください。" in words(answer)
    assert (Campaign.objects.count(), MessageVersion.objects.count()) == (0, 0)


def test_journey_of_three_channels_is_kept_with_its_waits_and_the_sms_costs_by_its_parts(browser, customers):
    client = browser("operator")
    do(client, "console-campaign-new", **posted(journey="line_email_sms", email_wait="5", sms_wait="6"))
    (campaign,) = Campaign.objects.all()
    steps = campaign.steps.order_by("ordinal")
    assert [(step.channel, step.wait_days) for step in steps] == [("line", 0), ("email", 5), ("sms", 6)]
    # One of the two customers has a mobile phone and mail: 5 + 0.1 + 2 × 10 yen, rounded up.
    assert "26円" in words(go(client, "console-campaign", campaign.id))


def test_sms_first_has_no_wait_and_a_link_in_it_is_refused_in_words(browser, customers):
    client = browser("operator")
    refused = do(
        client, "console-campaign-new", **posted(journey="sms", sms_body="{reference} https://x.jp/")
    )
    assert refused.status_code == 422
    assert "リンク(URL)は書けません" in words(refused)
    do(client, "console-campaign-new", **posted(journey="sms", sms_wait="9"))
    assert [step.wait_days for step in Campaign.objects.get().steps.all()] == [0]


def test_changing_a_draft_keeps_versions_of_words_that_stayed(browser, draft):
    client = browser("operator")
    before = set(MessageVersion.objects.values_list("id", flat=True))
    page = Page(go(client, "console-campaign-edit", draft).content.decode())
    assert page.all("input", name="name")[0]["value"] == FORM.name
    do(client, "console-campaign-edit", draft, **posted(name="別の名前", line_button="はじめる"))
    campaign = Campaign.objects.get()
    kept = {step.message_id for step in campaign.steps.all()} & before
    assert (campaign.name, len(kept)) == ("別の名前", 1)


def test_every_choice_of_the_form_comes_back_when_the_draft_is_opened(browser, draft):
    client = browser("operator")
    chosen = posted(
        levels=["high", "low"],
        kinds=["individual"],
        prefecture="13",
        within_days="90",
        journey="email",
        stale="phone",
        stale_days="365",
    )
    do(client, "console-campaign-edit", draft, **chosen)
    page = Page(go(client, "console-campaign-edit", draft).content.decode())
    checked = {(each["name"], each["value"]) for each in page.all("input") if "checked" in each}
    selected = {each["value"] for each in page.all("option") if "selected" in each}
    assert checked == {("levels", "high"), ("levels", "low"), ("kinds", "individual"), ("journey", "email")}
    assert selected == {"90", "13", "phone", "365"}


def test_audience_made_elsewhere_is_not_put_into_a_form_that_cannot_show_it(browser, draft):
    Campaign.objects.update(audience={"any": [{"field": "due_on", "operator": "is_missing"}]})
    client = browser("operator")
    assert go(client, "console-campaign-edit", draft).status_code == 302
    assert "この画面では変更できない条件です" in words(go(client, "console-campaign", draft))


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
    assert "届いたか不明1件" in words(go(client, "console-home"))
    shown = words(go(client, "console-campaign", requested))
    assert "届いたか不明の連絡 1件" in shown
    assert f"No. {customers[0]}LINE" in shown
    assert "送信の途中で処理が止まりました" in shown
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
    assert "届いたか不明0件" in words(go(client, "console-home"))
