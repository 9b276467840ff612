"""The numbers of a campaign whose detail is long gone: page, charts and file, from counters alone."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from keizoku.campaigns.models import Campaign, Step
from keizoku.campaigns.numbers.models import AnswerCount, HeadCount
from keizoku.console.tests.pages import go, words
from keizoku.delivery import actions as delivery
from keizoku.delivery.models import Counter, Wave
from keizoku.kernel.actor import Actor
from keizoku.kernel.clock import business_today
from keizoku.ui.tests.page import Page

PEOPLE = 12_438


@pytest.fixture
def counted(staff, settings):
    """Twenty days of LINE and a week of mail, to two classes; answers that become fewer."""
    settings.MESSAGE_PRICE_YEN = {"line": Decimal(5), "line_push": Decimal(3), "email": Decimal("0.1")}
    today = business_today()
    start = today - timedelta(days=20)
    campaign = Campaign.objects.create(
        name="期日を迎えた方（第1回）",
        audience={"all": []},
        answer_days=30,
        made_by=staff["operator"].id,
        audience_count=PEOPLE,
        closes_on=today + timedelta(days=9),
    )
    people = {1: ("個人", 11_000), 2: ("法人", PEOPLE - 11_000)}
    labels = {"line": "確認する", "email": ""}
    messages = {
        channel: delivery.write_message(
            channel=channel,
            name=channel,
            subject="お願い" if channel == "email" else "",
            body="受付番号 {reference}",
            button_label=label,
            actor=Actor.system("test"),
        )
        for channel, label in labels.items()
    }
    for course, (name, count) in people.items():
        campaign.courses.create(ordinal=course, name=name)
        HeadCount.objects.create(campaign_id=campaign.id, kind="audience", course=course, count=count)
        for ordinal, (channel, message) in enumerate(messages.items(), start=1):
            Step.objects.create(
                campaign=campaign,
                course=course,
                ordinal=ordinal,
                channel=channel,
                wait_days=7,
                message_id=message,
            )
            sent = count // ordinal
            wave = Wave.objects.create(
                campaign_id=campaign.id,
                course=course,
                step=ordinal,
                channel=channel,
                message_id=message,
                deadline=campaign.closes_on,
                size=sent,
            )
            results = [("accepted", "", sent - 200), ("accepted", "push", 150), ("rejected", "", 40)]
            results += [("unknown", "timeout", 10)]
            results += [("delivered", "", sent - 400)] if channel == "line" else []
            for result, code, number in results:
                Counter.objects.create(
                    campaign_id=campaign.id,
                    wave=wave,
                    step=ordinal,
                    channel=channel,
                    result=result,
                    code=code if channel == "line" or result == "unknown" else "",
                    count=number,
                    day=start + timedelta(days=7 * (ordinal - 1)),
                )
            for ahead in range(20 - 7 * (ordinal - 1)):
                AnswerCount.objects.create(
                    campaign_id=campaign.id,
                    course=course,
                    step=ordinal,
                    channel=channel,
                    day=start + timedelta(days=ahead + 7 * (ordinal - 1)),
                    count=(count // (30 * ordinal * ordinal)) // (1 + ahead // 3) + (ahead % 7),
                )
    HeadCount.objects.create(campaign_id=campaign.id, kind="excluded", reason="opted_out", count=214)
    HeadCount.objects.create(
        campaign_id=campaign.id, kind="skipped", course=1, step=1, reason="no_mobile", count=321, up_to=9
    )
    Campaign.objects.filter(id=campaign.id).update(
        launched_at=datetime.combine(start, datetime.min.time(), UTC)
    )
    return campaign.id


def test_page_tells_each_number_in_words_and_each_chart_has_its_text(browser, counted):
    answer = go(browser("operator"), "console-campaign-numbers", counted)
    page = Page(answer.content.decode())
    text = words(answer)
    for part in ("12,438", "除外 214人", "個人 1. LINE通知メッセージ", "LINE 友だちへのメッセージ", "321"):
        assert part in text, part
    assert "が答える見込みです" in text
    charts = [each["aria-label"] for each in page.all("svg") if each.get("role") == "img"]
    assert len(charts) == 2
    assert all("人" in label for label in charts)
    assert "<style" not in answer.content.decode()
    assert " style=" not in answer.content.decode()


def test_file_holds_the_numbers_of_the_page(browser, counted):
    answer = go(browser("operator"), "console-campaign-numbers-file", counted)
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert answer["Content-Disposition"] == f'attachment; filename="keizoku-numbers-{counted}.csv"'
    (steps,) = [line for line in lines if line.startswith("手順,個人 1.")]
    answers = sum(11_000 // 30 // (1 + ahead // 3) + ahead % 7 for ahead in range(20))
    cost = (11_000 - 200 + 10) * 5 + 150 * 3
    assert steps.split(",")[:9] == [
        "手順", "個人 1. LINE通知メッセージ", "", "10950", "10600", "40", "10", "321", str(answers)
    ]  # fmt: skip
    assert steps.split(",")[12] == str(cost)
    assert [line.split(",")[0] for line in lines[1:4]] == ["全体", "お客さまの区分", "お客さまの区分"]
    assert sum(line.startswith("日,") for line in lines) == 20


def test_draft_says_that_there_is_nothing_yet(browser, staff):
    draft = Campaign.objects.create(name="下書き", audience={}, answer_days=30, made_by=staff["operator"].id)
    assert "まだ数字はありません" in words(go(browser("operator"), "console-campaign-numbers", draft.id))


def test_page_asks_few_questions_whatever_was_counted(browser, counted, django_assert_max_num_queries):
    client = browser("operator")
    go(client, "console-campaign-numbers", counted)
    with django_assert_max_num_queries(15):
        go(client, "console-campaign-numbers", counted)
