"""``keizoku silent`` and ``keizoku why``: cases, decisions by two people, a proof and a file of reasons."""

from datetime import timedelta

import pytest
from click.testing import CliRunner

from keizoku.accounts.models import Staff
from keizoku.campaigns.models import Campaign
from keizoku.campaigns.silent.models import SilentCase, SilentProof
from keizoku.cli import process, silent
from keizoku.kernel.clock import business_now, business_today
from keizoku.reviews.models import Review


@pytest.fixture
def run(db, monkeypatch):
    monkeypatch.setattr(process, "start_django", lambda: None)
    for login, role in (("con", "compliance"), ("app", "approver")):
        Staff.objects.create(login=login, display_name=login, role=role)

    def call(command, *arguments):
        return CliRunner().invoke(command, [str(each) for each in arguments])

    return call


@pytest.fixture
def case(run, make_customers):
    (one,) = make_customers(1)
    now, today = business_now(), business_today()
    campaign = Campaign.objects.create(
        name="期日到来",
        audience={"field": "kind", "operator": "equals", "value": "individual"},
        answer_days=30,
        made_by=Staff.objects.get(login="con").id,
    )
    review = Review.objects.create(
        customer_id=one,
        campaign_id=campaign.id,
        reference=12345678901,
        state="unanswered",
        state_since=now,
        opened_at=now,
        closes_on=today - timedelta(days=1),
    )
    return SilentCase.objects.create(
        campaign=campaign,
        customer_id=one,
        review_id=review.id,
        state_since=now,
        opened_at=now,
        opened_on=today,
        opened_because="deadline",
        reach="delivered",
    )


def test_cases_are_listed_shown_and_decided_by_two_people(run, case):
    listed = run(silent.command, "list").output
    assert "終わっていない 1人、未決定 1人、確認待ち 0人" in listed
    assert f"{case.id}: お客さま No. {case.customer_id}" in listed
    assert "回答の期限を過ぎても回答がない" in run(silent.command, "show", case.id).output

    told = (case.id, "propose_restriction", "--reason", "risk_high", "--measure", "cash_card")
    assert "取引制限の提案（確認待ち）" in run(silent.command, "decide", *told, "--by", "con").output
    refused = run(silent.command, "decide", case.id, "confirm", "--by", "con")
    assert refused.exit_code == 1
    assert SilentCase.objects.get().state == "proposed"
    assert "取引制限の提案を確定" in run(silent.command, "decide", case.id, "confirm", "--by", "app").output


def test_decision_without_a_reason_lists_the_reasons_and_changes_nothing(run, case):
    told = run(silent.command, "decide", case.id, "exempt", "--by", "con")
    assert told.exit_code == 2
    assert "abroad: 海外に滞在している" in told.output
    assert SilentCase.objects.get().state == "open"
    assert "There is no silent case with this number" in run(silent.command, "show", 999).output


def test_proof_is_written_once_with_its_digest(run, case, tmp_path):
    out = tmp_path / "proof.pdf"
    told = run(silent.command, "proof", case.id, "--out", out, "--by", "con")
    assert told.exit_code == 0, told.output
    assert out.read_bytes().startswith(b"%PDF-")
    assert "SHA-256" in told.output
    assert out.stat().st_mode & 0o077 == 0
    again = run(silent.command, "proof", case.id, "--out", out, "--by", "con")
    assert "is there already" in again.output
    assert SilentProof.objects.count() == 1, "nothing is issued for a file that cannot be written"


def test_reasons_of_a_campaign_go_to_a_file(run, case, tmp_path):
    campaign = Campaign.objects.get()
    missing = run(silent.why_command, campaign.id, "--out", tmp_path / "why.csv", "--by", "con")
    assert "has selected nobody: it is a draft" in missing.output
    assert run(silent.why_command, campaign.id).exit_code == 2
