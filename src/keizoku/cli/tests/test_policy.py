"""``keizoku policy`` and ``keizoku quality``: from the standard text to a decision that was looked at again."""

import json

import pytest
from click.testing import CliRunner

from keizoku.cli import main, process
from keizoku.kernel.actor import Actor
from keizoku.kernel.clock import business_today
from keizoku.reviews.actions import submit_answer
from keizoku.reviews.models import Decision
from keizoku.reviews.policies import deciding, queries
from keizoku.reviews.quality import actions as quality
from keizoku.reviews.tests import people
from keizoku.risk.actions import rate_one


@pytest.fixture
def waiting(db, tmp_path, monkeypatch):
    """Taro, low by the points, whose review is open; the draws name whoever they are asked of, and hold nobody back."""
    customer = people.import_customers(tmp_path)[0]
    people.use_standard_scorecard()
    rate_one(customer, Actor.system("test"), business_today())
    monkeypatch.setattr(deciding, "falls", lambda *_: False)
    monkeypatch.setattr("keizoku.reviews.quality.drawing.falls", lambda *_: True)
    return people.open_for(customer)[0]


def test_commands_do_what_the_screens_do(waiting, monkeypatch, tmp_path):
    monkeypatch.setattr(process, "start_django", lambda: None)

    def run(*words: str, typed: str = "") -> str:
        done = CliRunner().invoke(main, [*words], input=typed)
        assert done.exit_code == 0, done.output
        return done.output

    makes, approves, reviewer = (
        people.make_staff(role, role).login for role in ("compliance", "approver", "reviewer")
    )
    text = tmp_path / "policy.toml"
    text.write_text(run("policy", "standard"), encoding="utf-8")
    run("policy", "draft", str(text), "--by", makes)
    number, day = str(queries.versions()[0].id), business_today().isoformat()
    assert "回答0件" in run("policy", "try", number, "--from", day, "--to", day, "--by", makes)
    run("policy", "request", number, "--by", makes)
    run("policy", "send-back", number, "--by", makes)
    run("policy", "request", number, "--by", makes)
    run("policy", "approve", number, "--by", approves, typed="0\n")
    assert json.loads(run("policy", "list"))["state"] == "active"
    assert "使用中" in run("policy", "show", number)
    people.answer_all(waiting.id, people.UNCHANGED)
    submit_answer(waiting.id, entry="code")
    assert deciding.judge_waiting() == (1, 1)
    assert "第1版 自動承認" in run("policy", "judged", str(waiting.id))

    check = str(json.loads(run("quality", "list"))["id"])
    run("quality", "improper", check, "--finding", "wrong_reason", "--by", reviewer)
    run("quality", "settle", check, "--follow-up", "nothing", "--by", reviewer)
    assert json.loads(run("quality", "counts"))["findings"] == {"理由の選び方が違う": 1}
    run("quality", "share", "7", "--of", reviewer, "--by", makes)
    assert "right" in run("quality", "prove", "--by", makes)
    assert "people decide" in run("policy", "stop", "--by", approves)
    text.write_text(run("policy", "standard"), encoding="utf-8")
    run("policy", "draft", str(text), "--by", makes)
    run("policy", "withdraw", str(queries.versions()[0].id), "--by", makes)
    assert Decision.objects.count() == 1
    quality.set_share(3, Actor.system("test"))
