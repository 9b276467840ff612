"""保存と廃棄: by screen from the period's end to the certificate, with two people and nobody else."""

from datetime import date

import pytest

from keizoku.console.tests.pages import do, go, words
from keizoku.customers.ending.actions import end_relation
from keizoku.customers.models import Customer
from keizoku.kernel.actor import Actor
from keizoku.kernel.clock import business_today
from keizoku.retention import queries
from keizoku.retention.actions.destroying import destroy
from keizoku.retention.actions.policies import install_standard_policy
from keizoku.retention.models import Hold, Policy
from keizoku.retention.rules import certificate
from keizoku.retention.rules.states import State

SYSTEM = Actor.system("test")


@pytest.fixture
def in_force(db):
    return install_standard_policy(Actor.system("maker"), Actor.system("other"))


@pytest.fixture
def ended(customers):
    end_relation(customers[0], on=date(2015, 3, 31), reason="request", actor=SYSTEM, today=business_today())
    return customers[0]


def planned(browser):
    do(browser("compliance"), "console-retention-plan-make")
    return queries.plans()[0]


def test_page_without_a_policy_says_what_to_do(browser):
    assert "保存期間の決まりがまだありません" in words(go(browser("compliance"), "console-retention"))


def test_whole_way_by_two_people(browser, in_force, ended):
    plan = planned(browser)
    assert "承認待ち" in words(go(browser("compliance"), "console-retention-plan", plan.id))
    page = words(go(browser("approver"), "console-retention-plan-approve", plan.id))
    assert f"{plan.count}件を廃棄することを承認する" in page
    assert "<time" not in page

    wrong = do(
        browser("approver"), "console-retention-plan-approve", plan.id, typed_number="99", digest=plan.digest
    )
    assert wrong.status_code == 422
    assert queries.plan(plan.id).state is State.PLANNED

    do(
        browser("approver"),
        "console-retention-plan-approve",
        plan.id,
        typed_number=plan.count,
        digest=plan.digest,
    )
    assert queries.plan(plan.id).state is State.APPROVED
    destroy(plan.id)

    assert "廃棄した" in words(go(browser("auditor"), "console-retention-plan", plan.id))
    paper = words(go(browser("auditor"), "console-retention-certificate", plan.id))
    assert "署名は正しく、内容は発行のときのままです" in paper
    assert "確認記録と記録の版" in paper
    file = go(browser("auditor"), "console-retention-certificate-file", plan.id)
    assert certificate.verify(file.content).holds
    stub = words(go(browser("compliance"), "console-customer", ended))
    assert "このお客さまの記録は廃棄しました" in stub


def test_planner_has_no_right_to_approve(browser, in_force, ended):
    plan = planned(browser)
    answer = do(
        browser("compliance"),
        "console-retention-plan-approve",
        plan.id,
        typed_number=plan.count,
        digest=plan.digest,
    )
    assert answer.status_code == 403
    assert queries.plan(plan.id).state is State.PLANNED


def test_plan_can_be_withdrawn_and_one_in_work_stopped(browser, in_force, ended):
    plan = planned(browser)
    do(browser("compliance"), "console-retention-plan-withdraw", plan.id)
    assert queries.plan(plan.id).state is State.WITHDRAWN
    again = planned(browser)
    do(
        browser("approver"),
        "console-retention-plan-approve",
        again.id,
        typed_number=again.count,
        digest=again.digest,
    )
    do(browser("compliance"), "console-retention-plan-stop", again.id)
    assert queries.plan(again.id).state is State.STOPPED
    assert Customer.objects.get(id=ended).destroyed_on is None


def test_hold_is_placed_and_its_reason_opens_to_compliance_alone(browser, in_force, ended):
    do(
        browser("compliance"),
        "console-retention-hold-new",
        customer=ended,
        campaign="",
        matter="police",
        reason="○○署の照会",
        until_on="",
    )
    hold = Hold.objects.get()
    for role in ("approver", "auditor", "compliance"):
        page = words(go(browser(role), "console-retention"))
        assert f"お客さま No. {ended}" in page
        assert "照会" not in page
    assert "○○署の照会" in words(do(browser("compliance"), "console-retention-hold-why", hold.id))
    for role in ("approver", "auditor", "operator"):
        assert do(browser(role), "console-retention-hold-why", hold.id).status_code == 403
    customer = words(go(browser("compliance"), "console-customer", ended))
    assert "止めている" in customer
    do(browser("compliance"), "console-retention-hold-lift", hold.id)
    assert Hold.objects.get().lifted_at is not None


def test_hold_without_a_reason_keeps_what_was_typed(browser, in_force, ended):
    answer = do(
        browser("compliance"),
        "console-retention-hold-new",
        customer=ended,
        campaign="",
        matter="",
        reason="調べるため",
        until_on="きのう",
    )
    assert answer.status_code == 422
    assert "調べるため" in answer.content.decode()
    assert Hold.objects.count() == 0


def test_policy_is_drafted_and_approved_by_the_number_of_its_kinds(browser, in_force):
    text = queries.policies()[0].text.replace("version = 1", "version = 2", 1)
    do(browser("compliance"), "console-retention-draft", text=text)
    draft = queries.policies()[0]
    assert draft.version == 2
    wrong = do(
        browser("approver"),
        "console-retention-policy-approve",
        draft.id,
        typed_number="1",
        digest=draft.digest,
    )
    assert wrong.status_code == 422
    do(
        browser("approver"),
        "console-retention-policy-approve",
        draft.id,
        typed_number=len(draft.rules),
        digest=draft.digest,
    )
    assert list(Policy.objects.order_by("version").values_list("state", flat=True)) == ["retired", "active"]


def test_period_shorter_than_the_laws_is_refused_with_the_text_kept(browser, in_force):
    text = (
        queries.policies()[0]
        .text.replace("version = 1", "version = 2", 1)
        .replace("months = 84", "months = 12", 1)
    )
    answer = do(browser("compliance"), "console-retention-draft", text=text)
    assert answer.status_code == 422
    assert "法令の保存期間（84か月）より短くはできません" in answer.content.decode()
    assert Policy.objects.count() == 1


def test_relation_is_ended_and_opened_again_on_the_customers_page(browser, in_force, customers):
    one = customers[0]
    do(browser("operator"), "console-customer-ending", one, on="2026-10-31", reason="request")
    assert Customer.objects.get(id=one).closed_on == date(2026, 10, 31)
    page = words(go(browser("operator"), "console-customer", one))
    assert "2026年10月31日" in page
    assert "2033年10月31日まで" in page
    assert "評価と期日の対象ではありません" in page
    do(browser("operator"), "console-customer-ending", one, reason="mistake")
    assert Customer.objects.get(id=one).closed_on is None


def test_end_without_a_reason_or_a_day_keeps_the_form(browser, customers):
    for typed in ({"on": "2026-10-31", "reason": ""}, {"on": "いつか", "reason": "request"}):
        assert do(browser("operator"), "console-customer-ending", customers[0], **typed).status_code == 422
    assert Customer.objects.get(id=customers[0]).state == "active"
