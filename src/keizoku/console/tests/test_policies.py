"""自動承認 and 品質確認 in the browser: a policy comes into force by two, approves, is checked, and is stopped by one."""

import pytest
from django.urls import reverse

from keizoku.console.tests.pages import words
from keizoku.kernel.actor import Actor
from keizoku.kernel.clock import business_today
from keizoku.reviews.actions import submit_answer
from keizoku.reviews.policies import deciding, queries
from keizoku.reviews.quality.models import QualityCheck, QualityShare
from keizoku.reviews.tests import people
from keizoku.risk.actions import rate_one


@pytest.fixture
def waiting(staff, tmp_path, monkeypatch):
    """Taro, low by the points, whose review is open; the draws name whoever they are asked of, and hold nobody back."""
    customer = people.import_customers(tmp_path)[0]
    people.use_standard_scorecard()
    rate_one(customer, Actor.system("test"), business_today())
    monkeypatch.setattr(deciding, "falls", lambda *_: False)
    monkeypatch.setattr("keizoku.reviews.quality.drawing.falls", lambda *_: True)
    return people.open_for(customer)[0]


def hand_in(review) -> None:
    people.answer_all(review.id, people.UNCHANGED)
    submit_answer(review.id, entry="code")


def put_in_force(browser) -> int:
    makes, approves = browser("compliance"), browser("approver")
    form = makes.get(reverse("console-policy-draft"))
    assert "confirmed_within_months" in words(form)
    bad = makes.post(reverse("console-policy-draft"), {"text": "version ="})
    assert (bad.status_code, "version =" in bad.content.decode()) == (422, True)
    makes.post(reverse("console-policy-draft"), {"text": queries.next_draft()})
    policy_id = queries.versions()[0].id
    day = business_today().isoformat()
    assert makes.post(reverse("console-policy-try", args=[policy_id]), {"first_on": "x"}).status_code == 422
    makes.post(reverse("console-policy-try", args=[policy_id]), {"first_on": day, "last_on": day})
    makes.post(reverse("console-policy-request", args=[policy_id]))
    approve = reverse("console-policy-approve", args=[policy_id])
    assert "過去の回答での試算" in words(approves.get(approve))
    digest = queries.version(policy_id).digest
    assert approves.post(approve, {"typed_number": "5", "digest": digest}).status_code == 422
    approves.post(approve, {"typed_number": "0", "digest": digest})
    assert queries.version(policy_id).state == "active"
    return policy_id


def test_policy_approves_and_is_checked_by_somebody_else_and_stopped_by_one(browser, waiting):
    policy_id = put_in_force(browser)
    hand_in(waiting)
    assert deciding.judge_waiting() == (1, 1)

    reviewer = browser("reviewer")
    case = words(reviewer.get(reverse("console-case", args=[waiting.id])))
    assert "自動承認の判定（1回目）" in case
    assert "リスクの水準は「低」です" in case
    confirmed = words(reviewer.get(reverse("console-customer-confirmations", args=[waiting.customer_id])))
    assert "自動承認の決まり 第1版" in confirmed
    assert "受付番号・生年月日と登録番号の一部" in confirmed

    check = QualityCheck.objects.get()
    assert "自動承認の決まり 第1版" in words(reviewer.get(reverse("console-quality")))
    own = words(browser("compliance").get(reverse("console-quality-check", args=[check.id])))
    assert "この決定は確かめられません" in own
    find = reverse("console-quality-find", args=[check.id])
    refused = reviewer.post(find, {"verdict": "improper", "note": "書きかけ"})
    assert (refused.status_code, "書きかけ" in refused.content.decode()) == (422, True)
    kept = reviewer.post(
        find, {"verdict": "improper", "finding": "wrong_reason", "note": "番号は983205673214"}
    )
    assert (kept.status_code, "checked" in kept.content.decode()) == (422, True)
    assert reviewer.post(find, {"finding": "wrong_reason"}).status_code == 404
    check.refresh_from_db()
    assert check.state == "waiting"
    reviewer.post(find, {"verdict": "improper", "finding": "policy_too_wide"})
    settle = reverse("console-quality-settle", args=[check.id])
    assert reviewer.post(settle, {}).status_code == 422
    reviewer.post(settle, {"follow_up": "task"})
    check.refresh_from_db()
    assert (check.state, check.follow_up) == ("settled", "task")
    counted = words(browser("auditor").get(reverse("console-quality-counts")))
    assert "自動承認の決まりが広すぎる 1件" in counted

    assert "動いています" in words(browser("approver").get(reverse("console-policies")))
    assert reviewer.post(reverse("console-policy-stop")).status_code == 409
    browser("compliance").post(reverse("console-policy-stop"))
    assert queries.version(policy_id).state == "retired"
    assert "止まっています" in words(browser("auditor").get(reverse("console-policies")))


def test_share_is_set_in_the_browser_by_compliance_alone(browser, staff):
    page = reverse("console-quality-share")
    assert browser("reviewer").post(page, {"percent": "5"}).status_code == 403
    assert browser("compliance").post(page, {"percent": "500"}).status_code == 422
    for whose in ("abc", "0", str(staff["auditor"].pk)):
        wrong = browser("compliance").post(page, {"percent": "0", "staff": whose})
        assert (wrong.status_code, "いま審査を担当していません" in words(wrong)) == (422, True)
    assert not QualityShare.objects.exists()
    browser("compliance").post(page, {"percent": "5", "staff": ""})
    assert "5%" in words(browser("auditor").get(reverse("console-quality-counts")))
