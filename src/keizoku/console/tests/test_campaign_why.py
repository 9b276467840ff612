"""The list of reasons as staff read it, the search by number, and the file."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from keizoku.campaigns import actions
from keizoku.campaigns.rules import StepPlan
from keizoku.campaigns.tests.walking import EVERYBODY
from keizoku.campaigns.why import exporting
from keizoku.campaigns.why.models import Export
from keizoku.console.tests.pages import do, go, words
from keizoku.customers.models import Customer
from keizoku.delivery import actions as delivery
from keizoku.kernel.actor import Actor

MOST_QUERIES = 15


@pytest.fixture
def requested(staff, customers):
    """A campaign by LINE that selected both customers and can reach one."""
    message = delivery.write_message(
        channel="line",
        name="LINE",
        subject="",
        body="受付番号 {reference}",
        button_label="確認をはじめる",
        actor=Actor.system("test"),
    )
    campaign = actions.draft(
        name="期日到来",
        audience=EVERYBODY,
        steps=[StepPlan("line", 0, message)],
        answer_days=30,
        staff=staff["operator"],
    )
    actions.request_approval(campaign, staff["operator"])
    return campaign


def test_everybody_whom_the_campaign_selected_is_listed_with_reasons(browser, requested, customers):
    operator = browser("operator")
    with CaptureQueriesContext(connection) as asked:
        text = words(go(operator, "console-campaign-why", requested))
    assert len(asked) <= MOST_QUERIES, [query["sql"][:90] for query in asked]
    for customer_id in customers:
        assert f"No. {customer_id}" in text
    assert "条件に合ったのは 2人" in text
    assert "対象外（どの手段の連絡先も登録がない）" in text
    assert "LINE通知メッセージ：まだ始まっていない" in text


def test_filter_and_number_narrow_the_list(browser, requested, customers):
    reached, unreached = customers
    operator = browser("operator")
    text = words(go(operator, "console-campaign-why", requested, which="0.no_channel"))
    assert f"No. {unreached}" in text
    assert f"No. {reached}" not in text
    assert f"No. {unreached}" not in words(
        go(operator, "console-campaign-why", requested, customer=f"No. {reached}")
    )
    assert "その番号の方はいません" in words(
        go(operator, "console-campaign-why", requested, customer="999999")
    )


def test_bank_number_is_searched_by_a_form_and_never_stands_in_an_address(browser, requested, customers):
    answer = do(browser("operator"), "console-campaign-why-find", requested, number="0000000001")
    assert answer.status_code == 302
    assert "0000000001" not in answer.url
    assert answer.url.endswith(f"?customer={Customer.objects.order_by('id').first().id}")
    missing = do(browser("operator"), "console-campaign-why-find", requested, number="9999999999")
    assert missing.url.endswith("/why")


def test_compliance_asks_for_the_file_and_fetches_it(browser, requested):
    compliance = browser("compliance")
    assert "2人の理由をファイルに書き出す" in words(go(compliance, "console-campaign-why", requested))
    asked = do(compliance, "console-campaign-why-ask", requested)
    assert asked.url == f"/console/exports/new?kind=why&about={requested}"
    assert not Export.objects.exists()
    form = go(compliance, "console-export-new", kind="why", about=requested)
    assert "2人の書き出しを申請する" in words(form)
    posted = do(compliance, "console-export-new", kind="why", about=requested, purpose="報告")
    number = int(posted.url.rsplit("/", 1)[1])
    assert (
        do(compliance, "console-export-decide", number, verdict="approve", typed_number=2).status_code == 409
    )
    assert do(browser("approver"), "console-export-decide", number, typed_number=2).status_code == 404
    wrong = do(browser("approver"), "console-export-decide", number, verdict="approve", typed_number=3)
    assert (wrong.status_code, "人数が違います" in words(wrong)) == (409, True)
    assert (
        do(
            browser("approver"), "console-export-decide", number, verdict="approve", typed_number=2
        ).status_code
        == 302
    )
    assert "作る画面へ" in words(go(compliance, "console-export-request", number))
    assert do(compliance, "console-campaign-why-ask", requested).url.endswith("/why")
    assert "作成済み" in words(go(browser("auditor"), "console-exports"))
    assert words(go(browser("reviewer"), "console-exports")).count("申請はありません") == 1
    assert go(browser("reviewer"), "console-export-request", number).status_code == 404
    export = Export.objects.get()
    shown = go(compliance, "console-campaign-why-progress", requested).content.decode()
    assert "順番待ち" in shown
    assert "hx-get" in shown
    exporting.work(export.id)
    text = words(go(compliance, "console-campaign-why", requested))
    assert "選ばれた 2人 のうち 2人（100.0%）の理由" in text
    file = do(compliance, "console-campaign-why-download", requested, export.id)
    assert file["Cache-Control"] == "no-store"
    assert b"".join(file.streaming_content).count(b"\r\n") == 1 + 2


@pytest.mark.parametrize("role", ["operator", "approver", "reviewer", "auditor", "administrator"])
def test_nobody_else_exports(browser, requested, role):
    client = browser(role)
    assert "ファイルに書き出す" not in words(go(client, "console-campaign-why", requested))
    assert do(client, "console-campaign-why-ask", requested).status_code == 403
    assert not Export.objects.exists()


def test_customers_page_says_why_step_by_step(browser, requested, customers):
    text = words(go(browser("operator"), "console-customer", customers[0]))
    assert "連絡と、その理由" in text
    assert "手順1 LINE通知メッセージ：まだ始まっていない" in text.replace("\u3000", " ")
