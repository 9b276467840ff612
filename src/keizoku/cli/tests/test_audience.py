"""``keizoku audience``: the same numbers and versions as the screens, in JSON."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from keizoku.accounts.models import Staff
from keizoku.campaigns.audiences import queries
from keizoku.cli.audience import command
from keizoku.kernel.conditions.tree import OPERATORS

BOTH = {
    "all": [
        {"field": "kind", "operator": "one_of", "value": ["individual"]},
        {"field": "silences", "operator": "is_missing"},
    ]
}


@pytest.fixture
def run(db, monkeypatch):
    monkeypatch.setattr("keizoku.cli.process.start_django", lambda: None)
    Staff.objects.create(login="planner", display_name="企画さん", role="operator")
    Staff.objects.create(login="reviewer", display_name="審査さん", role="reviewer")

    def call(*arguments, given=None, fails=False):
        done = CliRunner().invoke(command, list(arguments), input=given)
        assert (done.exit_code != 0) is fails, done.output
        return done.output if fails else [json.loads(line) for line in done.output.splitlines()]

    return call


def test_condition_is_counted_saved_changed_and_shown(run, make_customers):
    make_customers(3)
    (counted,) = run("count", "--condition", "-", given=json.dumps(BOTH))
    assert (counted["matching"], counted["everybody"]) == (3, 3)
    assert [stage["remaining"] for stage in counted["conditions"]] == [3, 3]

    (saved,) = run("save", "-", "--name", "個人", "--by", "planner", given=json.dumps(BOTH))
    (changed,) = run(
        "save",
        "-",
        "--audience",
        str(saved["audience"]),
        "--note",
        "全員",
        "--by",
        "planner",
        given='{"all": []}',
    )
    (shown,) = run("show", str(saved["audience"]))

    assert (saved["number"], changed["number"], saved["matching"]) == (1, 2, 3)
    assert shown["versions"][0]["changes"][0].startswith("-")
    assert run("count", str(changed["version"]))[0]["words"] == "すべて"
    assert changed["version"] in {row["version"] for row in run("list")}


def test_nothing_is_saved_without_the_right_or_by_half(run):
    before = len(queries.listing())
    for arguments, given in (
        (("save", "-", "--name", "個人", "--by", "reviewer"), json.dumps(BOTH)),
        (("save", "-", "--by", "planner"), json.dumps(BOTH)),
        (("save", "-", "--name", "個人", "--by", "planner"), "{"),
        (("save", "-", "--name", "個人", "--by", "planner"), "[]"),
        (("count",), None),
        (("count", "999999"), None),
        (("show", "999999"), None),
    ):
        assert run(*arguments, given=given, fails=True)
    assert len(queries.listing()) == before


def test_fields_that_a_condition_may_name_are_told_with_their_operators(run):
    told = {field["name"]: field for field in run("fields")}
    assert told["level"]["choices"].keys() == {"high", "medium", "low"}
    assert "within_days" in told["due_on"]["operators"]
    assert told["silences"]["type"] == "number"


def test_grammar_of_conditions_is_the_one_in_the_document(run):
    document = (Path(__file__).parents[4] / "docs" / "journeys.md").read_text("utf-8")
    (example,) = re.findall(r"```json\n(.+?)```", document, re.DOTALL)
    assert run("count", "--condition", "-", given=example)[0]["matching"] == 0
    table = dict(
        re.findall(r"^\| `(\w+)` \| ([^|]+) \|", document.partition("## Conditions")[2], re.MULTILINE)
    )
    written = {kind: set(re.findall(r"`(\w+)`", operators)) for kind, operators in table.items()}
    assert written == {kind.value: {one.value for one in found} for kind, found in OPERATORS.items()}
