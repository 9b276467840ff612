"""Those who did not answer, as staff see and decide: the list, the number typed, the second person, the proof."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from keizoku.campaigns.models import Campaign
from keizoku.campaigns.silent.models import SilentCase, SilentEvent, SilentFollowUp
from keizoku.campaigns.why import exporting
from keizoku.campaigns.why.models import Export
from keizoku.console.tests.pages import do, go, words
from keizoku.delivery.actions import write_message
from keizoku.kernel.actor import Actor
from keizoku.kernel.clock import business_now, business_today
from keizoku.reviews.models import Review

MOST_QUERIES = 15


@pytest.fixture
def case(staff, customers):
    """One customer whose review ended without an answer; a message was accepted."""
    now, today = business_now(), business_today()
    campaign = Campaign.objects.create(
        name="期日到来",
        audience={"field": "kind", "operator": "equals", "value": "individual"},
        answer_days=30,
        made_by=staff["operator"].id,
    )
    review = Review.objects.create(
        customer_id=customers[0],
        campaign_id=campaign.id,
        reference=12345678901,
        state="unanswered",
        state_since=now,
        opened_at=now - timedelta(days=31),
        closes_on=today - timedelta(days=1),
    )
    return SilentCase.objects.create(
        campaign=campaign,
        customer_id=customers[0],
        review_id=review.id,
        state_since=now,
        opened_at=now,
        opened_on=today,
        opened_because="deadline",
        reach="accepted",
    )


def state():
    return SilentCase.objects.get().state


def test_list_tells_who_how_long_and_what_waits_in_few_queries(browser, case):
    operator = browser("operator")
    with CaptureQueriesContext(connection) as asked:
        text = words(go(operator, "console-silent"))
    assert len(asked) <= MOST_QUERIES, [query["sql"][:80] for query in asked]
    for part in (f"No. {case.customer_id}", "未決定", "送信先が受け付けた", "1件を表示（全1件）"):
        assert part in text
    assert "この条件の方はいません" in words(go(operator, "console-silent", band="4"))
    assert f"No. {case.customer_id}" in words(
        go(operator, "console-silent", campaign=case.campaign_id, state="open", band="0", reach="accepted")
    )


def test_many_are_extended_only_with_the_number_typed(browser, case):
    until = (business_today() + timedelta(days=9)).isoformat()
    told = {"decision": "extend", "until": until, "reason_extend": "time_needed"}
    refused = do(browser("operator"), "console-silent-decide-many", **told, typed_number="2")
    assert refused.status_code == 409
    assert "いまの対象（1人）" in words(refused)
    assert f'name="until" type="date" value="{until}"' in refused.content.decode()
    assert state() == "open"
    assert (
        do(browser("operator"), "console-silent-decide-many", **told, typed_number="1人").status_code == 302
    )
    assert (state(), Review.objects.get().state) == ("extended", "open")


def test_restriction_is_never_decided_for_many(browser, case):
    told = {"decision": "propose_restriction", "reason": "risk_high", "typed_number": "1"}
    assert "1人ずつ" in words(do(browser("compliance"), "console-silent-decide-many", **told))
    assert state() == "open"


def test_compliance_proposes_and_the_approver_confirms_on_a_page_of_his_own(browser, case):
    compliance, approver = browser("compliance"), browser("approver")
    assert "取引制限を提案する" not in words(go(browser("operator"), "console-silent-case", case.id))
    told = {
        "decision": "propose_restriction",
        "reason_propose_restriction": "risk_high",
        "measure": "cash_card",
    }
    assert do(compliance, "console-silent-decide", case.id, **told).status_code == 302
    assert do(compliance, "console-silent-confirm", case.id).status_code == 403
    assert "確かめて確定する" in words(go(approver, "console-silent-case", case.id))
    page = words(go(approver, "console-silent-confirm", case.id))
    for part in (
        "キャッシュカードの利用停止",
        "Keizokuは口座を制限しません",
        "1人の取引制限の提案を確定する",
    ):
        assert part in page
    assert state() == "proposed"
    assert do(approver, "console-silent-confirm", case.id).status_code == 302
    assert state() == "restricted"


def test_case_page_shows_decisions_with_notes_to_those_who_may_read_notes(browser, case):
    do(
        browser("operator"),
        "console-silent-decide",
        case.id,
        decision="exempt",
        reason_exempt="abroad",
        note="来年3月に帰国",
    )
    assert "来年3月に帰国" in words(go(browser("operator"), "console-silent-case", case.id))
    assert "来年3月に帰国" not in words(go(browser("auditor"), "console-silent-case", case.id))
    assert do(browser("operator"), "console-silent-take-back", case.id).status_code == 302
    assert state() == "open"
    assert SilentEvent.objects.count() == 2


def test_decision_without_a_reason_keeps_the_page_and_changes_nothing(browser, case):
    answer = do(
        browser("operator"), "console-silent-decide", case.id, decision="exempt", note="来年3月に帰国"
    )
    assert answer.status_code == 409
    assert "理由を選んでください" in words(answer)
    note = (
        '<textarea class="input" id="id_note_exempt" name="note" rows="2" autocomplete="off" maxlength="500">'
    )
    assert f"{note}来年3月に帰国</textarea>" in answer.content.decode()
    assert answer.content.decode().count("来年3月に帰国") == 1
    assert do(browser("operator"), "console-silent-decide", case.id).status_code == 409
    assert (
        do(
            browser("operator"),
            "console-silent-decide",
            case.id,
            decision="extend",
            reason_extend="time_needed",
        ).status_code
        == 409
    )
    assert state() == "open"


def test_proof_is_a_pdf_for_compliance_and_the_auditor(browser, case):
    Campaign.objects.filter(id=case.campaign_id).update(requested_by=None)
    for role in ("compliance", "auditor"):
        answer = do(browser(role), "console-silent-proof", case.id)
        assert answer["Content-Type"] == "application/pdf"
        assert answer.content.startswith(b"%PDF-")
    assert do(browser("operator"), "console-silent-proof", case.id).status_code == 403
    assert "出した証明書" in words(go(browser("auditor"), "console-silent-case", case.id))


def give_a_journey(campaign):
    message = write_message(
        channel="line",
        name="LINE",
        subject="",
        body="受付番号 {reference}",
        button_label="はじめる",
        actor=Actor.system("test"),
    )
    campaign.courses.create(ordinal=1, name="すべてのお客さま")
    campaign.steps.create(ordinal=1, channel="line", wait_days=0, message_id=message)


def test_gathered_customers_become_a_draft_by_the_operator(browser, case):
    give_a_journey(case.campaign)
    campaign = case.campaign_id
    told = {
        "campaign": campaign,
        "decision": "contact_again",
        "reason_contact_again": "no_reaction",
        "typed_number": "1",
    }
    assert do(browser("compliance"), "console-silent-decide-many", **told).status_code == 302
    assert "1人が、新しいキャンペーンの下書きを待っています" in words(
        go(browser("compliance"), "console-silent")
    )
    gathered = SilentFollowUp.objects.get().id
    assert do(browser("compliance"), "console-silent-draft", gathered).status_code == 403
    drafted = do(browser("operator"), "console-silent-draft", gathered)
    assert drafted.url == f"/console/campaigns/{Campaign.objects.exclude(id=campaign).get().id}"


def test_proofs_of_a_campaign_are_written_into_a_file_that_is_fetched_here_alone(browser, case):
    compliance = browser("compliance")
    assert do(compliance, "console-silent-proofs", case.campaign_id).status_code == 409, (
        "a draft asked nobody"
    )
    Campaign.objects.filter(id=case.campaign_id).update(
        state="requested",
        requested_by=case.campaign.made_by,
        requested_at=business_now(),
        audience_count=1,
        first_wave_size=0,
        request_digest="test",
    )
    assert do(compliance, "console-silent-proofs", case.campaign_id).status_code == 302
    export = Export.objects.get()
    exporting.work(export.id)
    assert "1人 / 1人" in words(go(compliance, "console-silent", campaign=case.campaign_id))

    file = do(compliance, "console-silent-download", export.id)

    assert b"".join(file.streaming_content).startswith(b"PK")
    assert do(compliance, "console-campaign-why-download", case.campaign_id, export.id).status_code == 409
    assert do(browser("operator"), "console-silent-download", export.id).status_code == 403


def test_first_page_counts_the_undecided(browser, case):
    assert "回答のない方（未決定）" in words(go(browser("operator"), "console-home"))
