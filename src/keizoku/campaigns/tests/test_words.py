"""A campaign's words are such as its people can be filled into."""

import pytest

from keizoku.campaigns import actions
from keizoku.campaigns.errors import CampaignRefused
from keizoku.campaigns.models import Campaign
from keizoku.campaigns.rules import StepPlan
from keizoku.campaigns.tests.walking import EVERYBODY
from keizoku.delivery.lane import actions as lane
from keizoku.kernel.actor import Actor


def test_words_of_a_one_time_code_are_no_campaign_s(staff, plan):
    code = lane.write_words(
        channel="sms",
        name="確認コード",
        subject="",
        body="{institution} 確認コード {code}",
        button_label="",
        actor=Actor.system("test"),
    )
    before = Campaign.objects.count()
    with pytest.raises(CampaignRefused, match="確認コードだけを送る文面"):
        actions.draft(
            name="期日到来",
            audience=EVERYBODY,
            steps=[plan[0], StepPlan("sms", 7, code)],
            answer_days=30,
            staff=staff["operator"],
        )
    assert Campaign.objects.count() == before
