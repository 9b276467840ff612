"""``keizoku incident`` from the proposal to the end, and ``keizoku campaign resume`` of what the system halted."""

import json
from datetime import date

import pytest
from click.testing import CliRunner
from django.utils import timezone

from keizoku.accounts.models import Staff
from keizoku.campaigns import actions
from keizoku.campaigns.approval.models import Halt
from keizoku.campaigns.incidents.models import Incident, IncidentRecipient
from keizoku.campaigns.incidents.proposing import propose
from keizoku.campaigns.models import Campaign
from keizoku.campaigns.tests.walking import line_campaign_under_way
from keizoku.cli import main, process
from keizoku.customers.models import Customer

FIGURES = {"before_accepted": 480, "before_total": 500, "lately_accepted": 120, "lately_total": 200}


@pytest.fixture
def keizoku(db, monkeypatch):
    monkeypatch.setattr(process, "start_django", lambda: None)
    for role in ("operator", "approver", "compliance"):
        Staff.objects.create(login=role, display_name=role, role=role)

    def call(*words, by="operator", fails=False):
        done = CliRunner().invoke(main, [*(str(word) for word in words), *(["--by", by] if by else [])])
        assert (done.exit_code != 0) is fails, done.output
        return done.output.strip()

    return call


@pytest.fixture
def halted(keizoku, make_customers):
    """A campaign that the system halted, and the incident that it proposed."""
    make_customers(1)
    operator, approver = (Staff.objects.get(login=login) for login in ("operator", "approver"))
    campaign = line_campaign_under_way(operator, approver)
    actions.pause(campaign, operator)
    halt = Halt.objects.create(campaign_id=campaign, channel="line", figures=FIGURES, counter_id=0)
    return campaign, halt.id, propose(campaign, halt.id)


def test_halted_campaign_goes_on_only_with_the_number_that_stands_beside_its_figures(keizoku, halted):
    campaign, halt, _ = halted
    told = keizoku("campaign", "resume", campaign, fails=True)
    assert "of 500 messages by line 480 had been accepted, and lately 120 of 200" in told
    assert f"--seen-halt {halt} --by operator" in told
    assert "480" in keizoku("campaign", "resume", campaign, "--seen-halt", halt + 1, fails=True)
    assert Campaign.objects.get(id=campaign).state == "paused"

    assert keizoku("campaign", "resume", campaign, "--seen-halt", halt) == f"campaign {campaign} goes on"
    assert Campaign.objects.get(id=campaign).state == "running"


def test_leak_is_opened_reported_and_closed_by_two_people(keizoku, halted):
    _, _, number = halted
    Incident.objects.update(known_on=date(2026, 10, 1))
    keizoku("incident", "accept", number, "--kind", "leak", "--words", "宛名を間違えた")
    assert Campaign.objects.get().state == "stopped"

    told = json.loads(keizoku("incident", "deadline", number, by=""))
    assert (told["preliminary_aim"], told["preliminary"], told["final"], told["final_reported"]) == (
        "2026-10-03",
        "2026-10-05",
        "2026-10-30",
        False,
    )
    assert "まだ記録されていません" in keizoku("incident", "close", number, "--words", "原因", fails=True)
    keizoku("incident", "report", number, "--words", "委員会へ 第1号")
    keizoku("incident", "report", number, "--final", "--words", "委員会へ 第2号")
    keizoku("incident", "close", number, "--words", "原因と手だて")
    keizoku("incident", "keep-open", number, "--reason", "写しが足りない", by="compliance")
    keizoku("incident", "close", number, "--words", "原因と手だて")
    assert "permission" in keizoku("incident", "close", number, fails=True)
    keizoku("incident", "close", number, by="approver")
    assert Incident.objects.get().state == "closed"


def test_recipients_go_into_a_file_of_one_s_own_and_a_correction_is_drafted_to_them(
    keizoku, halted, tmp_path
):
    campaign, _, number = halted
    customer = Customer.objects.get().id
    out = tmp_path / "recipients.csv"
    keizoku("incident", "accept", number, "--kind", "wrong_words", "--words", "日付が違う")
    assert "確定していません" in keizoku(
        "incident", "recipients", number, "--out", out, by="compliance", fails=True
    )
    assert not out.exists()
    IncidentRecipient.objects.create(
        incident_id=number,
        campaign_id=campaign,
        customer_id=customer,
        step=1,
        channel="line",
        result="accepted",
    )
    Incident.objects.update(recipients_count=1, recipients_fixed_at=timezone.now())

    keizoku("incident", "recipients", number, "--out", out, by="compliance")
    assert len(out.read_text("utf-8").splitlines()) == 2
    assert out.stat().st_mode & 0o077 == 0
    again = keizoku("incident", "recipients", number, "--out", out, by="compliance", fails=True)
    assert "is there already" in again
    keizoku("incident", "correct", number)
    assert Incident.objects.get().correction_id is not None
    assert keizoku("incident", "withdraw", number, "--count", 1) == "1 reviews are withdrawn"


def test_proposal_that_is_none_is_dismissed_for_a_reason(keizoku, halted):
    _, _, number = halted
    assert "本文" in keizoku("incident", "dismiss", number, "--reason", " ", fails=True)
    assert Incident.objects.get().state == "proposed"
    keizoku("incident", "dismiss", number, "--reason", "試験の送信")
    assert Incident.objects.get().state == "dismissed"
