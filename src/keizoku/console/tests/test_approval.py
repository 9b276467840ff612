"""The approver's page with what is unusual and what changed, the first wave's page, a halt, and incidents."""

import pytest
from django.utils import timezone

from keizoku.campaigns import actions, planner
from keizoku.campaigns.approval.models import Anomaly, Halt, TrialSend
from keizoku.campaigns.incidents.models import Incident
from keizoku.campaigns.models import Campaign
from keizoku.campaigns.rules import StepPlan
from keizoku.campaigns.tests.walking import EVERYBODY, launch
from keizoku.console.tests.pages import do, go, words
from keizoku.delivery import actions as delivery
from keizoku.kernel.actor import Actor

OLD = {"all": [{"field": "due_on", "operator": "before", "value": "2030-01-01"}]}


@pytest.fixture
def draft(staff, customers):
    message = delivery.write_message(
        channel="line",
        name="LINE",
        subject="",
        body="お願いします。\n受付番号 {reference}",
        button_label="はじめる",
        actor=Actor.system("test"),
    )
    return actions.draft(
        name="期日を迎えた方",
        audience=EVERYBODY,
        steps=[StepPlan("line", 0, message)],
        answer_days=30,
        staff=staff["operator"],
    )


@pytest.fixture
def requested(draft, staff):
    actions.request_approval(draft, staff["operator"])
    return draft


@pytest.fixture
def unusual(requested):
    """A request with one anomaly, beside an earlier campaign."""
    last = Campaign.objects.create(name="前回の確認", audience=OLD, answer_days=30, made_by=1)
    Campaign.objects.filter(id=last.id).update(audience_count=1, launched_at=timezone.now())
    campaign = Campaign.objects.get(id=requested)
    return Anomaly.objects.create(
        campaign=campaign,
        request_digest=campaign.request_digest,
        code="much_larger",
        weight=30,
        figures={"count": 30, "last_count": 10, "last_name": "前回の確認", "tenths": 30},
    )


def test_approver_answers_for_each_anomaly_before_the_button_is_there(browser, requested, unusual):
    client = browser("approver")
    shown = words(go(client, "console-campaign-approve", requested))
    assert "対象は30人です。前回の「前回の確認」は10人でした（3.0倍）。" in shown
    assert "まだ承認できません" in shown
    assert "確かめるために、対象の数を入力してください" not in shown
    assert "対象の人数1人1人（+0人）" in shown

    refused = do(client, "console-campaign-anomaly", requested, unusual.id, **{f"reason_{unusual.id}": " "})
    assert (refused.status_code, Anomaly.objects.get().confirmed_by) == (422, None)
    do(
        client,
        "console-campaign-anomaly",
        requested,
        unusual.id,
        **{f"reason_{unusual.id}": "支店の統合のため"},
    )

    shown = words(go(client, "console-campaign-approve", requested))
    assert "理由：支店の統合のため" in shown
    assert "1人への送信を承認する" in shown
    assert "人数が少ないため、先行送信はありません" in shown
    assert "operatorさん" in shown


def test_first_wave_that_is_over_is_shown_and_cannot_be_confirmed(browser, requested):
    do(browser("approver"), "console-campaign-approve", requested, typed_number="1")
    launch()
    client = browser("operator")
    shown = words(go(client, "console-campaign-first-wave", requested))
    assert "確認は終わっています" in shown
    refused = do(client, "console-campaign-first-wave", requested, typed_number="1")
    assert refused.status_code == 409
    assert Campaign.objects.get(id=requested).state == "running"


def test_campaign_that_waits_after_its_first_wave_comes_first_on_the_first_page(browser, requested):
    do(browser("approver"), "console-campaign-approve", requested, typed_number="1")
    launch()
    client = browser("operator")
    assert "先行送信の確認を待つ" not in words(go(client, "console-home"))
    Campaign.objects.filter(id=requested).update(state="checking")
    shown = words(go(client, "console-home"))
    assert "先行送信の確認を待つ 1件を見る" in shown
    assert "先行送信の確認を待つ1件" in shown


def test_halt_shows_its_figures_beside_the_button_that_goes_on(browser, requested):
    client = browser("approver")
    do(client, "console-campaign-approve", requested, typed_number="1")
    launch()
    Campaign.objects.filter(id=requested).update(state="paused")
    figures = {"before_accepted": 480, "before_total": 500, "lately_accepted": 120, "lately_total": 200}
    halt = Halt.objects.create(campaign_id=requested, channel="line", figures=figures, counter_id=0)

    shown = words(go(client, "console-campaign", requested))
    assert "500件のうち480件（96.0%）" in shown
    assert "200件のうち120件（60.0%）" in shown
    assert do(client, "console-campaign-resume", requested).status_code == 409
    assert do(client, "console-campaign-resume", requested, seen_halt=str(halt.id)).status_code == 302
    assert Campaign.objects.get(id=requested).state == "running"


def test_incident_is_opened_noted_and_closed_by_two_people_on_its_pages(browser, requested):
    approver, operator = browser("approver"), browser("operator")
    do(approver, "console-campaign-approve", requested, typed_number="1")
    launch()
    planner.plan_all()
    told = {
        "kind": "leak",
        "words": "宛名を間違えた",
        "known_on": "2026-10-01",
        "is_wrongful": "no",
        "stops": "yes",
    }
    wrong = do(operator, "console-incident-new", requested, **{**told, "words": ""})
    assert (wrong.status_code, Incident.objects.count()) == (422, 0)
    assert do(operator, "console-incident-new", requested, **told).status_code == 302
    incident = Incident.objects.get().id
    assert Campaign.objects.get(id=requested).state == "stopped"

    shown = words(go(operator, "console-incident", incident))
    assert "宛名を間違えた" in shown
    assert "2026-10-30（" in shown
    assert "事案" in words(go(operator, "console-incidents"))
    for act in ("preliminary", "final", "note", "ask_to_close"):
        assert do(operator, "console-incident-act", incident, act=act, words="した").status_code == 302, act
    assert "事案の終了を確認する" not in words(go(operator, "console-incident", incident))
    assert "事案の終了を確認する" in words(go(approver, "console-incident", incident))
    do(approver, "console-incident-close", incident)
    assert Incident.objects.get().state == "closed"
    assert do(browser("compliance"), "console-incident-export", incident).status_code == 409


def test_message_is_not_tried_on_a_customer(browser, draft, customers):
    client = browser("operator")
    step = Campaign.objects.get().steps.order_by("ordinal").first()
    assert "まだ試していません" in words(go(client, "console-campaign-test", draft))
    for address, said in (
        ("090-1234-567", "携帯電話の番号ではありません。"),
        ("090-1234-5678", "お客さまの連絡先として登録されている"),
    ):
        answer = do(client, "console-campaign-test", draft, step=str(step.id), address=address)
        assert answer.status_code == 422
        assert said in words(answer)
    assert TrialSend.objects.count() == 0
