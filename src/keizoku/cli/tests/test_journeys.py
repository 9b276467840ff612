"""``keizoku journey`` and ``keizoku campaign``: a journey's file there and back, a campaign from a file to its approval."""

import json

import pytest
from click.testing import CliRunner

from keizoku.accounts.models import Staff
from keizoku.campaigns.models import Campaign
from keizoku.cli import campaigns, journeys, process


@pytest.fixture
def call(committed_db, monkeypatch):
    monkeypatch.setattr(process, "start_django", lambda: None)
    for login, role in (("o", "operator"), ("a", "approver")):
        Staff.objects.create(login=login, display_name=login, role=role)

    def calling(command, *arguments):
        done = CliRunner().invoke(command, [str(argument) for argument in arguments])
        return done.exit_code, done.output

    return calling


def test_journey_is_shown_changed_in_its_file_and_kept_as_the_next_version(call, tmp_path):
    _, listed = call(journeys.command, "list")
    number = listed.splitlines()[0].split("\t")[0]
    assert listed.splitlines()[0].endswith("line→email→sms")
    _, shown = call(journeys.command, "show", number)
    content = json.loads(shown)
    assert (content["opens"], content["weekends"]) == ("09:00", False)
    file = tmp_path / "journey.json"
    file.write_text(json.dumps(content | {"per_day": 500}), encoding="utf-8")

    assert call(journeys.command, "save", file, "--as", number, "--by", "o") == (
        0,
        f"journey {number}, version 2 is kept\n",
    )

    assert (
        call(journeys.command, "show", number, "--changes")[1] == "全体の上限\t上限なし\t→ 1日に500人まで\n"
    )
    code, said = call(journeys.command, "save", file, "--as", number, "--by", "o")
    assert (code, "変わったところがありません" in said) == (1, True)
    assert call(journeys.command, "archive", number, "--by", "o")[0] == 0
    assert call(journeys.command, "list", "--archived")[1].startswith(number)
    assert call(journeys.command, "restore", number, "--by", "o")[0] == 0
    assert call(journeys.command, "save", file, "--by", "a")[0] == 1


def test_campaign_is_drafted_from_a_file_requested_and_approved_by_another(call, tmp_path, make_customers):
    make_customers(2)
    file = tmp_path / "campaign.toml"
    file.write_text(
        'name = "期日"\naudience = "期日を迎えた方"\nanswer_days = 40\n'
        '[[courses]]\njourney = "LINEだけ"\n'
        'condition = { field = "level", operator = "one_of", value = ["high"] }\n'
        '[[courses]]\njourney = "LINE、メール、SMSの順"\n',
        encoding="utf-8",
    )

    code, said = call(campaigns.command, "draft", file, "--by", "o")
    assert code == 0, said
    campaign = Campaign.objects.get()
    shown = json.loads(call(campaigns.command, "show", campaign.id)[1])
    assert [(c["journey"], len(c["steps"])) for c in shown["courses"]] == [
        ("LINEだけ", 1),
        ("LINE、メール、SMSの順", 3),
    ]
    assert (shown["included"], shown["state"]) == (2, "draft")

    assert call(campaigns.command, "request", campaign.id, "--by", "o")[0] == 0
    code, said = call(campaigns.command, "approve", campaign.id, "--count", 3, "--by", "a")
    assert (code, "一致しません" in said) == (1, True)
    assert call(campaigns.command, "approve", campaign.id, "--count", 2, "--by", "a")[0] == 0
    assert Campaign.objects.get().approved_by == Staff.objects.get(login="a").id
    assert call(campaigns.command, "stop", campaign.id, "--by", "o")[0] == 0
    assert "期日" in call(campaigns.command, "list")[1]


def test_file_with_mistakes_names_them_and_makes_nothing(call, tmp_path):
    file = tmp_path / "campaign.json"
    file.write_text(json.dumps({"name": "x", "courses": [{"journey": 1}], "when": 2}), encoding="utf-8")

    code, said = call(campaigns.command, "draft", file, "--by", "o")

    assert code == 1
    for words in (
        "when という項目はありません",
        "audience がありません",
        "courses の1番目: journey は文字列にしてください",
    ):
        assert words in said
    assert Campaign.objects.count() == 0
