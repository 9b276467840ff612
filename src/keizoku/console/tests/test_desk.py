"""The desk as a reviewer works it: take the next, read, decide."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from keizoku.accounts.models import Staff
from keizoku.audit.models import Entry
from keizoku.console.tests.pages import do, go, words
from keizoku.console.views.desk import _after, _key
from keizoku.customers.models import Fact
from keizoku.reviews.actions import ask_for_help, submit_answer
from keizoku.reviews.models import Decision, Review
from keizoku.reviews.queries import QueueKey
from keizoku.reviews.rules.reasons import HelpKind
from keizoku.reviews.tests import people
from keizoku.ui.tests.page import Page


@pytest.fixture
def review(customers):
    """Taro's review, answered: his occupation has changed."""
    (review,) = people.open_for(customers[0])
    people.answer_all(review.id)
    submit_answer(review.id, entry="code")
    return review.id


def test_next_case_is_taken_and_opened_and_the_reading_is_recorded(browser, staff, customers, review):
    client = browser("reviewer")
    assert "全1件" in words(go(client, "console-desk"))
    taken = do(client, "console-desk-next")
    assert taken.url == f"/console/desk/{review}"
    shown = words(client.get(taken.url))
    for part in (
        "会社員",
        "年金",
        "変わりました",
        "東京都渋谷区渋谷1-2-3",
        "150-0002",
        "承認して記録に反映する",
    ):
        assert part in shown
    last = Entry.objects.filter(action="customers.record.read").latest("id")
    assert (last.actor_id, last.subject_id) == (str(staff["reviewer"].pk), customers[0])


def test_empty_desk_says_so(browser):
    client = browser("reviewer")
    assert do(client, "console-desk-next").url == "/console/desk"
    shown = words(go(client, "console-desk"))
    assert "いま取れる案件はありません" in shown
    assert "審査を待つ案件はありません" in shown


def test_approval_writes_the_record_and_the_case_leaves_the_desk(browser, customers, review):
    client = browser("reviewer")
    decided = do(
        client,
        "console-case-decide",
        review,
        outcome="approve",
        reason_approve="consistent",
        note_approve="よし",
    )
    assert decided.url == "/console/desk"
    assert Review.objects.get(id=review).state == "approved"
    assert Fact.objects.get(customer_id=customers[0]).occupation == "pensioner"
    assert "決定しました：承認する" in words(client.get(decided.url))
    case = words(go(client, "console-case", review))
    assert "回答に不自然な点がない" in case
    assert "よし" in case
    assert "決定する" not in case


def test_decision_without_a_reason_keeps_the_note_and_changes_nothing(browser, review):
    answer = do(browser("reviewer"), "console-case-decide", review, outcome="reject", note_reject="あとで")
    assert answer.status_code == 422
    shown = words(answer)
    assert "「否認する」理由を1つ選んでください。" in shown
    assert "あとで" in shown
    assert (Decision.objects.count(), Review.objects.get(id=review).state) == (0, "answered")


def test_reason_of_another_decision_is_refused_in_words(browser, review):
    answer = do(
        browser("reviewer"), "console-case-decide", review, outcome="approve", reason_approve="implausible"
    )
    assert answer.status_code == 409
    assert "この決定に使えない理由です。一覧から理由を選び直してください。" in words(answer)
    assert Decision.objects.count() == 0


def test_who_took_the_answer_on_the_phone_is_refused_to_decide_it(browser, staff, customers):
    (review,) = people.open_for(customers[0])
    people.answer_all(review.id)
    submit_answer(review.id, entry="phone", answered_by=staff["reviewer"].pk)
    answer = do(
        browser("reviewer"), "console-case-decide", review.id, outcome="approve", reason_approve="consistent"
    )
    assert answer.status_code == 409
    assert "ご自身が電話で受けた回答は審査できません。" in words(answer)


def test_case_that_needs_a_person_offers_only_what_may_follow(browser, customers):
    (review,) = people.open_for(customers[0])
    ask_for_help(review.id, HelpKind.DECEASED)
    page = Page(go(browser("reviewer"), "console-case", review.id).content.decode())
    offered = {button["value"] for button in page.all("button", name="outcome")}
    assert offered == {"ask_again", "withdraw"}
    assert "ご本人が亡くなられた" in page.text(page.all("main")[0])


def test_case_is_put_back_for_others(browser, review):
    client = browser("reviewer")
    do(client, "console-desk-next")
    do(client, "console-case-release", review)
    assert Review.objects.get(id=review).assigned_to is None


def test_operator_sees_the_queue_without_a_way_into_the_cases(browser, review):
    page = Page(go(browser("operator"), "console-desk").content.decode())
    assert page.all("th", scope="row")
    assert not [a for a in page.all("a") if "/console/desk/" in a["href"]]


def test_case_of_a_customer_is_closed_to_who_may_not_unmask(browser, review):
    assert go(browser("approver"), "console-case", review).status_code == 403


def test_queue_goes_on_where_the_page_before_ended(browser, customers):
    first, second = (review.id for review in people.open_for(*customers))
    for review in (first, second):
        ask_for_help(review, HelpKind.HELP)
    client = browser("reviewer")
    row = Review.objects.get(id=first)
    page = Page(go(client, "console-desk", after=_key(QueueKey(row.state_since, first))).content.decode())
    assert [a["href"] for a in page.all("a") if "/console/desk/" in a["href"]] == [f"/console/desk/{second}"]


@pytest.mark.parametrize(
    "key", ["", "x", "2026-11-21_1", "2026-99-99T00:00:00Z_1", "2026-11-21T00:00:00Z_x", "_"]
)
def test_key_of_a_page_that_nobody_wrote_begins_at_the_beginning(key):
    assert _after(key) is None


def test_queue_asks_the_database_at_most_twenty_times(browser, review):
    Staff.objects.create(login="other", display_name="ほか", role="reviewer")
    client = browser("reviewer")
    with CaptureQueriesContext(connection) as queries:
        go(client, "console-desk")
    assert len(queries) <= 20


def test_reviewer_ticks_the_questions_that_are_asked_again(browser, review):
    client = browser("reviewer")
    page = Page(go(client, "console-case", review).content.decode())
    assert [box["value"] for box in page.all("input", name="asked")] == [
        "address",
        "phone",
        "occupation",
        "purpose",
        "remittance",
    ]
    chosen = {"outcome": "ask_again", "reason_ask_again": "occupation_unclear", "note_ask_again": "年金とは"}
    refused = do(client, "console-case-decide", review, **chosen)
    assert refused.status_code == 422
    assert "もう一度おたずねする質問が選ばれていません。" in words(refused)
    assert "年金とは" in words(refused)
    done = do(client, "console-case-decide", review, **chosen, asked=["occupation"], words="confirm")
    assert done.url == "/console/desk"
    assert (Decision.objects.get().asked, Review.objects.get(id=review).state) == (
        ["occupation"],
        "asked_again",
    )
    assert "おたずねした質問：ご職業" in words(go(client, "console-case", review))
