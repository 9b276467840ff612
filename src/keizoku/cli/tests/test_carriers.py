"""``keizoku carriers`` says what all workers have used of each carrier's limits; ``keizoku callbacks`` settles the unread."""

import json

from click.testing import CliRunner

from keizoku.accounts.models import Staff
from keizoku.cli import main
from keizoku.delivery import actions
from keizoku.delivery.allowances.rules import Limit
from keizoku.delivery.allowances.taking import Allowance, Wall
from keizoku.delivery.models import RawEvent


def test_limits_and_their_use_are_told(db, settings):
    settings.CARRIER_LIMITS = {"line": Limit(a_second=2000, a_day=100)}
    allowance = Allowance("line", Wall())
    allowance.room(50)
    allowance.take(40)

    told = json.loads(CliRunner().invoke(main, ["carriers", "--json"]).stdout)

    (line,) = (each for each in told if each["channel"] == "line")
    assert (line["limit"]["a_day"], line["used_today"], line["used_this_month"], line["pace"]) == (
        100,
        40,
        40,
        100,
    )
    words = CliRunner().invoke(main, ["carriers"]).stdout
    assert "line: 1秒 2,000件、今日 40 / 100件、今月 40 / 上限なし、速さ 100%" in words


def test_callback_put_aside_is_listed_read_again_and_let_go(db):
    Staff.objects.create(login="operator", display_name="企画さん", role="operator")
    raw = RawEvent.objects.create(carrier="line", body=b"kz-00007-00003-0000012 is no JSON")
    actions.process_raw_events()

    def invoke(*words):
        return CliRunner().invoke(main, ["callbacks", *words])

    told = json.loads(invoke("list").stdout)
    assert (told["id"], told["carrier"], told["campaigns"]) == (raw.id, "line", [7])
    assert invoke("again", "--by", "operator").stdout == "1 will be read again\n"
    assert invoke("list").stdout == ""
    actions.process_raw_events()
    let_go = ("let-go", str(raw.id), "--by", "operator", "--reason")
    assert invoke(*let_go, " ").exit_code == 1
    assert invoke(*let_go, "試験の通知").exit_code == 0
    assert invoke("list").stdout == ""
