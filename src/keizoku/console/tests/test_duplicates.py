"""Two who may be one: looked at under a grant, proposed by one person, merged by another."""

import pytest

from keizoku.audit.models import Entry
from keizoku.console.tests.pages import do, go, words
from keizoku.customers.duplicates import finding
from keizoku.customers.duplicates.tests.pairs import two_rows_of_one_person
from keizoku.customers.models import Customer, Duplicate


@pytest.fixture
def two(staff, make_customers):
    ids = two_rows_of_one_person(make_customers)
    finding.find_everywhere()
    return ids


@pytest.fixture
def pair(two):
    return Duplicate.objects.get()


def reads():
    return Entry.objects.filter(action="customers.record.read", purpose="duplicates.compare").count()


def propose(client, pair, **changed):
    posted = {
        "survivor": pair.first_id,
        "keep_address": "second",
        "keep_email": "first",
        "keep_account": "first",
    }
    return do(client, "console-duplicate-propose", pair.id, **(posted | changed))


def test_candidates_are_listed_with_reasons_and_no_values(browser, pair):
    shown = words(go(browser("reviewer"), "console-duplicates"))
    assert f"No. {pair.first_id} と No. {pair.second_id}" in shown
    assert "氏名の読みと生年月日が同じ" in shown
    shown = words(go(browser("reviewer"), "console-duplicate", pair.id))
    assert "山田" not in shown
    assert reads() == 0


def test_values_are_opened_by_a_post_that_the_audit_keeps(browser, pair):
    shown = words(do(browser("reviewer"), "console-duplicate", pair.id))
    assert "東京都渋谷区渋谷9-9-9" in shown
    assert "東京都渋谷区渋谷1-2-3" in shown
    assert reads() == 2


def test_one_proposes_and_another_merges(browser, pair):
    assert propose(browser("reviewer"), pair).status_code == 302
    approver = browser("approver")
    opened = words(do(approver, "console-duplicate", pair.id))
    assert f"No. {pair.second_id} を No. {pair.first_id} に統合する（2人が1人になります）" in opened
    pair.refresh_from_db()
    assert pair.choices == {"account": "survivor", "address": "other", "email": "survivor"}
    answer = do(
        approver, "console-duplicate-approve", pair.id, digest=pair.proposal_digest, typed_number="２人"
    )
    assert answer.status_code == 302
    assert Customer.objects.get(id=pair.second_id).merged_into_id == pair.first_id
    shown = words(go(browser("reviewer"), "console-duplicate", pair.id))
    assert "reviewerさん" in shown
    assert "approverさん" in shown


def test_wrong_number_keeps_the_page_and_merges_nobody(browser, pair):
    propose(browser("reviewer"), pair)
    pair.refresh_from_db()
    answer = do(
        browser("approver"),
        "console-duplicate-approve",
        pair.id,
        digest=pair.proposal_digest,
        typed_number="3",
    )
    assert answer.status_code == 422
    assert "数が違います" in words(answer)
    assert Customer.objects.filter(state="merged").count() == 0


def test_proposal_without_a_survivor_keeps_what_was_chosen(browser, pair):
    answer = propose(browser("reviewer"), pair, survivor="")
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "残すお客さまを選んでください。" in words(answer)
    assert 'name="keep_address" value="second" checked' in text


def test_pair_is_kept_apart_and_taken_back(browser, pair):
    client = browser("reviewer")
    do(client, "console-duplicate-apart", pair.id, act="apart")
    assert "別の方" in words(go(client, "console-duplicates", state="apart"))
    do(client, "console-duplicate-apart", pair.id, act="reopen")
    pair.refresh_from_db()
    assert pair.state == "found"


def test_page_of_a_customer_merged_away_leads_to_the_one_who_stays_and_back(browser, pair):
    propose(browser("reviewer"), pair)
    pair.refresh_from_db()
    do(
        browser("approver"),
        "console-duplicate-approve",
        pair.id,
        digest=pair.proposal_digest,
        typed_number="2",
    )
    client = browser("reviewer")
    assert f"お客さま No. {pair.first_id} に統合されました" in words(
        go(client, "console-customer", pair.second_id)
    )
    assert f"No. {pair.second_id}" in words(go(client, "console-customer", pair.first_id))
