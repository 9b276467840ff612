"""``keizoku campaign numbers``: the page's figures, as a table and as JSON."""

import json

from click.testing import CliRunner

from keizoku.campaigns.models import Campaign
from keizoku.cli import campaigns, process


def test_numbers_are_told_as_a_table_and_as_json(db, monkeypatch):
    monkeypatch.setattr(process, "start_django", lambda: None)
    campaign = Campaign.objects.create(name="確認", audience={}, answer_days=30, made_by=1, audience_count=12)

    table = CliRunner().invoke(campaigns.command, ["numbers", str(campaign.id)])
    told = CliRunner().invoke(campaigns.command, ["numbers", str(campaign.id), "--json"])
    missing = CliRunner().invoke(campaigns.command, ["numbers", str(campaign.id + 1)])

    assert table.output.splitlines()[1].startswith("全体\t確認\t12\t0\t")
    assert table.output.splitlines()[-1] == "forecast: null"
    content = json.loads(told.output)
    assert (content["audience"], content["answered"]["people"], content["forecast"]) == (12, 0, None)
    assert missing.exit_code == 1
    assert "There is no campaign with this number" in missing.output
