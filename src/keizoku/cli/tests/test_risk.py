"""Scorecards and due dates by command: what the screens do, with the same rights and refusals."""

import pytest
from click.testing import CliRunner

from keizoku.accounts.models import Staff
from keizoku.cli import main
from keizoku.kernel.actor import Actor
from keizoku.kernel.clock import business_today
from keizoku.risk import actions
from keizoku.risk.models import DryRun, Event, Scorecard
from keizoku.risk.tests.people import PLAIN, insert
from keizoku.risk.tests.test_rules import STANDARD_TEXT


@pytest.fixture
def keizoku(db, monkeypatch):
    monkeypatch.setattr("keizoku.cli.process.start_django", lambda: None)
    for role in ("compliance", "operator"):
        Staff.objects.create(login=role, display_name=role, role=role)
    actions.install_standard_scorecard(Actor.system("maker"), Actor.system("approver"))
    insert([PLAIN, {**PLAIN, "nationality": "PRK"}])
    actions.rate_everybody(Actor.system("test"), business_today())
    return lambda *arguments: CliRunner().invoke(main, list(map(str, arguments)))


@pytest.fixture
def draft(keizoku, tmp_path):
    file = tmp_path / "second.toml"
    file.write_text(
        STANDARD_TEXT.replace("version = 1", "version = 2").replace("high = 35", "high = 90"), "utf-8"
    )
    assert keizoku("scorecard", "draft", file, "--by", "compliance").exit_code == 0
    return Scorecard.objects.get(version=2).id


def test_draft_is_compared_tried_and_withdrawn(keizoku, draft):
    first = Scorecard.objects.get(version=1).id
    compared = keizoku("scorecard", "compare", first, draft)
    assert "「高」になる点数\t35点以上\t→ 90点以上" in compared.output
    tried = keizoku("scorecard", "try", draft, "--by", "compliance", "--months", "low", "12")
    assert tried.exit_code == 0, tried.output
    assert "2人" in tried.output
    assert DryRun.objects.get().question["interval_months"]["low"] == 12
    assert keizoku("scorecard", "withdraw", draft, "--by", "compliance").exit_code == 0
    assert f"{draft}\t第2版\t取り下げ" in keizoku("scorecard", "list").output


def test_whoever_may_not_is_refused_and_nothing_changes(keizoku, draft):
    refused = keizoku("scorecard", "withdraw", draft, "--by", "operator")
    assert refused.exit_code == 1
    assert "risk.edit" in refused.output
    assert Scorecard.objects.get(id=draft).state == "draft"


def test_due_dates_are_counted_and_an_event_brings_one_forward(keizoku):
    assert "計\t2\t" in keizoku("due", "summary").output
    person = Event.objects.model.customer.field.related_model.objects.earliest("id").id
    recorded = keizoku("due", "event", person, "returned_mail", "--by", "operator")
    assert recorded.exit_code == 0, recorded.output
    assert f"due on {business_today()}" in recorded.output
    assert keizoku("due", "event", 10**9, "staff", "--by", "operator").exit_code == 1
    assert Event.objects.filter(kind="returned_mail").count() == 1


def test_what_is_over_ends_and_simplified_due_diligence_is_counted(keizoku):
    assert "期限切れの申請 0" in keizoku("due", "sweep").output
    assert "対象 0人" in keizoku("due", "simplified").output
