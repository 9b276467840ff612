"""``keizoku approval``: what is unusual is answered in writing, a first wave is told, a draft's steps are tried."""

import pytest
from click.testing import CliRunner

from keizoku.accounts.models import Staff
from keizoku.campaigns import actions
from keizoku.campaigns.approval.models import Anomaly
from keizoku.campaigns.models import Campaign
from keizoku.campaigns.rules import StepPlan
from keizoku.campaigns.tests.walking import EVERYBODY
from keizoku.cli import main, process
from keizoku.delivery import actions as delivery
from keizoku.kernel.actor import Actor


@pytest.fixture
def draft(db, monkeypatch, make_customers):
    """A draft by LINE for two customers."""
    monkeypatch.setattr(process, "start_django", lambda: None)
    for role in ("operator", "approver"):
        Staff.objects.create(login=role, display_name=role, role=role)
    make_customers(2)
    message = delivery.write_message(
        channel="line",
        name="LINE",
        subject="",
        body="受付番号 {reference}",
        button_label="はじめる",
        actor=Actor.system("test"),
    )
    return actions.draft(
        name="期日",
        audience=EVERYBODY,
        steps=[StepPlan("line", 0, message)],
        answer_days=30,
        staff=Staff.objects.get(login="operator"),
    )


def approval(*words):
    done = CliRunner().invoke(main, ["approval", *map(str, words)])
    return done.exit_code, done.output.strip()


def test_anomaly_is_listed_and_answered_by_an_approver_alone(draft):
    actions.request_approval(draft, Staff.objects.get(login="operator"))
    campaign = Campaign.objects.get()
    anomaly = Anomaly.objects.create(
        campaign=campaign,
        request_digest=campaign.request_digest,
        code="much_larger",
        weight=30,
        figures={"count": 30, "last_count": 10, "last_name": "前回", "tenths": 30},
    )
    code, listed = approval("anomalies", draft)
    assert (code, listed.startswith(f"{anomaly.id} much_larger")) == (0, True)
    assert listed.endswith("（理由なし）")

    assert approval("answer", anomaly.id, "--reason", "統合", "--by", "operator")[0] == 1
    assert Anomaly.objects.get().confirmed_by is None
    assert approval("answer", anomaly.id, "--reason", "統合のため", "--by", "approver")[0] == 0
    assert approval("anomalies", draft)[1].endswith("統合のため")


def test_first_wave_is_told_and_a_campaign_that_is_none_named(draft):
    code, told = approval("first-wave", draft)
    assert (code, told.splitlines()[0]) == (0, "first wave 0, rest 0")
    assert approval("first-wave", 999) == (
        1,
        "Error: There is no campaign with this number; list them first.",
    )


def test_steps_to_try_are_listed_with_their_numbers(draft):
    (step,) = Campaign.objects.get().steps.all()

    code, told = approval("test-send", draft, "--by", "operator")

    assert (code, told) == (0, f"{step.id}\tコース1 手順1 LINE通知メッセージ\tnot tried")
