from datetime import timedelta

import pytest
from click.testing import CliRunner

from keizoku.cli.desk import command
from keizoku.kernel.clock import TOKYO, business_now
from keizoku.reviews.desk.models import DeskCase


@pytest.fixture
def case(db, tmp_path):
    from keizoku.reviews.actions import ask_for_help
    from keizoku.reviews.rules.reasons import HelpKind
    from keizoku.reviews.tests import people

    for login, role in (("reviewer", "reviewer"), ("boss", "compliance")):
        people.make_staff(login, role)
    (review,) = people.open_for(people.import_customers(tmp_path)[0])
    ask_for_help(review.id, HelpKind.HELP)
    return review.id


@pytest.fixture
def desk(case, monkeypatch):
    """Runs ``keizoku desk …`` in this very process and transaction."""
    monkeypatch.setattr("keizoku.cli.process.start_django", lambda: None)

    def run(*words):
        return CliRunner().invoke(command, words)

    return run


def test_desk_lists_gives_rests_and_counts(desk, case):
    listed = desk("queue", "--by", "reviewer", "--filter", "help=help")
    assert listed.output.startswith(f"{case}: ")
    assert listed.output.endswith("全1件\n")
    assert "全0件" in desk("queue", "--by", "reviewer", "--filter", "level=high").output
    given = desk("assign", str(case), "--to", "reviewer", "--by", "boss")
    assert given.output == f"案件 {case} をreviewerに割り当てました。\n"
    until = (business_now() + timedelta(days=1)).astimezone(TOKYO).strftime("%Y-%m-%dT%H:%M")
    rested = desk("snooze", str(case), "--until", until, "--reason", "appointment", "--by", "reviewer")
    assert "まで後回しにしました" in rested.output
    assert DeskCase.objects.get().snooze_reason == "appointment"
    board = desk("board", "--by", "boss").output
    assert "審査 一子: 1件" in board
    assert "担当者の対応待ち・リスク未評価: 1件（期限超過 0件、2営業日）" in board
    assert desk("board", "--by", "reviewer").exit_code == 1
