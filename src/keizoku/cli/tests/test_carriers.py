"""``keizoku carriers`` says what all workers have used of each carrier's limits."""

import json

from click.testing import CliRunner

from keizoku.cli import main
from keizoku.delivery.allowances.rules import Limit
from keizoku.delivery.allowances.taking import Allowance, Wall


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
