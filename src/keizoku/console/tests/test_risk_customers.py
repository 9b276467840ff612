"""A customer's risk in the browser; and that nobody but compliance can tell a suspicion from an override."""

import re
from datetime import timedelta

import pytest

from keizoku.console.tests.pages import do, go, words
from keizoku.kernel.clock import business_today
from keizoku.reviews.tests import people
from keizoku.risk.actions import rate_everybody
from keizoku.risk.models import Circumstance, Event, Standing


@pytest.fixture
def twins(browser, tmp_path, staff):
    """Two customers alike but for their number."""
    from keizoku.kernel.actor import Actor

    people.use_standard_scorecard()
    second = people.TARO.replace("0000000001", "0000000009")
    ids = people.import_customers(tmp_path, people.TARO, second)
    rate_everybody(Actor.system("test"), business_today())
    return ids


def until() -> str:
    return (business_today() + timedelta(days=60)).isoformat()


def suspect(client, customer):
    return do(
        client,
        "console-risk-confidential",
        customer,
        matter="report_filed",
        note="届出番号の控え",
        until_on=until(),
    )


def override(browser, customer):
    asked = do(
        browser("compliance"),
        "console-risk-override",
        customer,
        level="high",
        reason="店頭での様子",
        override_until=until(),
    )
    assert asked.status_code == 302
    request = Circumstance.objects.filter(state="requested").get()
    shown = words(go(browser("approver"), "console-overrides"))
    assert "店頭での様子" in shown
    answered = do(browser("approver"), "console-override-decide", request.id, act="approve")
    assert answered.status_code == 302


@pytest.mark.parametrize("role", ["operator", "reviewer", "approver"])
@pytest.mark.parametrize("route", ["console-customer-risk", "console-customer"])
def test_a_suspicion_looks_to_others_as_an_override_does(browser, twins, role, route):
    first, second = twins
    override(browser, first)
    assert suspect(browser("compliance"), second).status_code == 302
    pages = []
    for customer in (first, second):
        shown = go(browser(role), route, customer).content.decode()
        assert "その他の事情" in shown
        for hint in ("届出", "疑わしい", "照会", "凍結", "秘密"):
            assert hint not in shown
        shown = re.sub(r"\b\w{64}\b|<time[^>]*>[^<]*</time>", "", shown)
        pages.append(re.sub(rf"(No\. |customers/|customer=){customer}\b", "N", shown))
    assert pages[0] == pages[1]


def test_counts_by_level_do_not_tell_why(browser, twins):
    first, second = twins
    override(browser, first)
    before = words(go(browser("operator"), "console-home"))
    Circumstance.objects.filter(customer_id=first).update(state="ended")
    rate_everybody_now()
    suspect(browser("compliance"), first)
    assert words(go(browser("operator"), "console-home")) == before
    assert second


def rate_everybody_now():
    from keizoku.kernel.actor import Actor

    rate_everybody(Actor.system("test"), business_today())


def test_compliance_sees_records_and_ends_what_is_confidential(browser, twins):
    client = browser("compliance")
    suspect(client, twins[0])
    shown = words(go(client, "console-customer-risk", twins[0]))
    assert "疑わしい取引の届出" in shown
    assert "届出番号の控え" in shown
    assert Standing.objects.get(customer_id=twins[0]).level == "high"
    fact = Circumstance.objects.get()
    assert do(client, "console-risk-end", twins[0], fact.id).status_code == 302
    assert Standing.objects.get(customer_id=twins[0]).level != "high"


@pytest.mark.parametrize(
    ("route", "typed", "message"),
    [
        ("console-risk-confidential", {"matter": "rumour", "until_on": "2030-01-01"}, "事情の種類を選んで"),
        ("console-risk-confidential", {"matter": "freeze", "until_on": "あした"}, "日付を入力して"),
        ("console-risk-override", {"level": "highest"}, "水準を選んで"),
        ("console-risk-override", {"level": "high", "override_until": ""}, "日付を入力して"),
        ("console-risk-event", {"kind": "scorecard", "occurred_on": "2026-01-01"}, "出来事の種類を選んで"),
        ("console-risk-event", {"kind": "staff", "occurred_on": "2026-02-30"}, "日付を入力して"),
    ],
)
def test_what_cannot_be_read_is_told_at_its_field_and_nothing_is_kept(browser, twins, route, typed, message):
    answer = do(browser("compliance"), route, twins[0], **typed)
    assert answer.status_code == 422
    assert message in words(answer)
    assert not Circumstance.objects.exists()
    assert not Event.objects.exists()


def test_an_operator_records_returned_mail_and_the_date_comes_forward(browser, twins):
    today = business_today()
    Standing.objects.filter(customer_id=twins[0]).update(due_on=today + timedelta(days=900))
    client = browser("operator")
    answer = do(client, "console-risk-event", twins[0], kind="returned_mail", occurred_on=today.isoformat())
    assert answer.status_code == 302
    assert Standing.objects.get(customer_id=twins[0]).due_on <= today
    assert "郵便が戻ってきた" in words(go(client, "console-customer-risk", twins[0]))
