"""A scorecard's life in the browser: edited as text, compared, tried on everybody, approved by another."""

import pytest

from keizoku.console.tests.pages import do, go, words
from keizoku.risk import queries as risk
from keizoku.risk import trials
from keizoku.risk.models import DryRun, Rating, Scorecard, Trial

QUESTION = {
    "levels": ["high", "medium"],
    "months_high": "6",
    "months_medium": "24",
    "months_low": "36",
    "yen_a_contact": "100",
    "yen_a_decision": "1,000円",
    "decided_percent": "50",
}


@pytest.fixture
def draft(browser, customers):
    """A second version by compliance in which everybody without mobile and mail is high."""
    text = risk.next_draft(None).replace("points = 5\n", 'points = 5\nfloor = "high"\n')
    answer = do(browser("compliance"), "console-scorecard-draft", text=text)
    drafted = Scorecard.objects.get(version=2)
    assert answer.url == f"/console/settings/scorecards/{drafted.id}"
    return drafted.id


def test_draft_begins_with_the_text_in_force_under_the_next_number(browser, customers):
    shown = go(browser("compliance"), "console-scorecard-draft").content.decode()
    assert "version = 2" in shown
    assert "標準スコアカード" in shown


def test_fault_in_the_text_is_told_with_line_and_factor_and_the_text_stays(browser, customers):
    text = risk.next_draft(None).replace("points = 60", "points = -60")
    answer = do(browser("compliance"), "console-scorecard-draft", text=text)
    assert answer.status_code == 422
    shown = words(answer)
    assert "要素 nationality 規則1 points" in shown
    assert "行目" in shown
    assert "points = -60" in answer.content.decode()
    assert Scorecard.objects.count() == 1


def test_versions_are_compared_in_words_factor_by_factor(browser, draft):
    shown = words(go(browser("auditor"), "console-scorecard-version", draft))
    assert "第1版から変わるところ" in shown
    assert "連絡手段規則携帯電話番号もメールアドレスもない" in shown.replace(" ", "")
    assert "5点、「高」以上とする" in shown
    assert "まだ試算していません" in shown


def test_trial_shows_who_moves_and_what_the_scope_costs_and_rates_nobody(browser, draft):
    rated = Rating.objects.count()
    client = browser("compliance")
    assert do(client, "console-scorecard-trial", draft, **QUESTION).status_code == 302
    work(draft)
    shown = words(go(client, "console-scorecard-version", draft))
    assert "2人のうち、上がる方が1人、下がる方が0人です。" in shown
    assert (
        "「高」6か月ごと・「中」24か月ごとに確認すると、1年で2件の連絡と、2,200円の費用がかかります。"
        in shown
    )
    assert Rating.objects.count() == rated
    assert DryRun.objects.get().digest == Scorecard.objects.get(id=draft).digest


def test_question_that_cannot_be_read_is_told_at_its_field(browser, draft):
    answer = do(browser("compliance"), "console-scorecard-trial", draft, **QUESTION | {"months_high": "0"})
    assert answer.status_code == 422
    assert "間隔は1から120までの月数で入力してください" in words(answer)
    assert not DryRun.objects.exists()


def work(draft: int) -> None:
    """What a worker does with the latest trial."""
    trials.work(trial=Trial.objects.filter(scorecard_id=draft).latest("id").id)


def test_trial_goes_on_when_the_page_is_left_and_its_progress_leads_to_the_result(browser, draft):
    client = browser("compliance")
    do(client, "console-scorecard-trial", draft, **QUESTION)
    assert "全員で試算しています" in words(go(client, "console-scorecard-version", draft))
    assert "このページを閉じても続きます" in go(client, "console-trial-progress", draft).content.decode()
    again = do(client, "console-scorecard-trial", draft, **QUESTION)
    assert again.status_code == 409
    assert "いま試算しています" in words(again)
    work(draft)
    over = go(client, "console-trial-progress", draft)
    assert (over.status_code, over["HX-Redirect"]) == (204, f"/console/settings/scorecards/{draft}")


def test_draft_is_withdrawn_and_stays_to_be_read(browser, draft):
    client = browser("compliance")
    assert do(client, "console-scorecard-withdraw", draft).status_code == 302
    assert Scorecard.objects.get(id=draft).state == "withdrawn"
    assert "取り下げ" in words(go(client, "console-scorecard-version", draft))
    assert do(client, "console-scorecard-withdraw", draft).status_code == 409
    assert do(client, "console-scorecard-trial", draft, **QUESTION).status_code == 409
    assert Scorecard.objects.get(state="active").version == 1


def test_scorecard_is_approved_by_another_who_types_the_number(browser, draft):
    do(browser("compliance"), "console-scorecard-trial", draft, **QUESTION)
    work(draft)
    client = browser("approver")
    assert "2人の評価に使うことを承認する" in words(go(client, "console-scorecard-approve", draft))
    digest = Scorecard.objects.get(id=draft).digest
    assert do(client, "console-scorecard-approve", draft, typed_number="3", digest=digest).status_code == 422
    assert Scorecard.objects.get(id=draft).state == "draft"
    assert do(client, "console-scorecard-approve", draft, typed_number="2", digest=digest).status_code == 302
    assert Scorecard.objects.get(id=draft).state == "active"


def test_scorecard_that_nobody_tried_is_not_approved(browser, draft):
    digest = Scorecard.objects.get(id=draft).digest
    answer = do(browser("approver"), "console-scorecard-approve", draft, typed_number="2", digest=digest)
    assert answer.status_code == 409
    assert "先に、作った人が全員で試算してください。" in words(answer)
    assert Scorecard.objects.get(id=draft).state == "draft"
