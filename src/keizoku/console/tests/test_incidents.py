"""A wrong send on its screens: what the system proposed is opened, reported, corrected and ended; errors stand at their field."""

import pytest
from django.utils import timezone

from keizoku.accounts.exports.rules import Kind
from keizoku.accounts.tests.approving import approved
from keizoku.campaigns.incidents import queries
from keizoku.campaigns.incidents.models import Incident, IncidentRecipient
from keizoku.campaigns.models import Campaign
from keizoku.campaigns.tests.walking import line_campaign_under_way
from keizoku.console.tests.pages import do, go, words
from keizoku.kernel.clock import business_today
from keizoku.reviews.models import Review
from keizoku.ui.tests.page import Page


@pytest.fixture
def proposed(staff, customers):
    """An incident that the system proposed about a campaign under way to one person."""
    campaign = line_campaign_under_way(staff["operator"], staff["approver"])
    return Incident.objects.create(campaign_id=campaign, kind="doubtful", known_on=business_today()).id


def opened(operator, number, **changes):
    told = {"kind": "leak", "words": "宛名を間違えた", "known_on": business_today().isoformat()} | changes
    return do(operator, "console-incident-open", number, **told)


def test_proposal_is_opened_and_stops_the_sending(browser, proposed):
    operator = browser("operator")
    assert "誤送信・事案を開く" in words(go(operator, "console-incident-open", proposed))
    wordless = opened(operator, proposed, words="")
    assert wordless.status_code == 422
    assert "本文を入力してください" in words(wordless)
    assert Campaign.objects.get().state == "running"

    assert opened(operator, proposed).status_code == 302
    assert (Incident.objects.get().state, Campaign.objects.get().state) == ("open", "stopped")


@pytest.mark.parametrize("act", ["note", "preliminary", "final", "dismiss", "keep_open"])
def test_act_without_words_is_refused_at_its_own_field_which_is_unfolded(browser, proposed, act):
    operator = browser("operator")
    if act != "dismiss":
        opened(operator, proposed, kind="wrong_words" if act == "keep_open" else "leak")
    if act == "keep_open":
        do(operator, "console-incident-act", proposed, act="ask_to_close", words="手だてをした")

    refused = do(operator, "console-incident-act", proposed, act=act, words=" ")

    assert refused.status_code == 422
    assert "本文を入力してください" in words(refused)
    page = Page(refused.content.decode())
    (field,) = [each for each in page.all("textarea") if each.get("aria-invalid") == "true"]
    assert field.get("id") == f"id_{act}"
    assert f'href="#id_{act}"' in refused.content.decode()
    assert refused.content.decode().count('<details class="act" open>') == (act != "note")


def test_recipients_reviews_are_withdrawn_by_their_number_and_a_correction_is_drafted(
    browser, customers, proposed, staff
):
    operator = browser("operator")
    opened(operator, proposed)
    assert "一覧がまだない" in words(do(operator, "console-incident-correct", proposed))
    campaign = Campaign.objects.get()
    for customer in customers:
        IncidentRecipient.objects.create(
            incident_id=proposed,
            campaign_id=campaign.id,
            customer_id=customer,
            step=1,
            channel="line",
            result="accepted",
        )
    Incident.objects.update(recipients_count=len(customers), recipients_fixed_at=timezone.now())
    waiting = queries.view(proposed).waiting

    wrong = do(operator, "console-incident-withdraw", proposed, typed_number=waiting + 1)
    assert wrong.status_code == 422
    assert "数が違います" in words(wrong)
    assert do(operator, "console-incident-withdraw", proposed, typed_number=waiting).status_code == 302
    assert set(Review.objects.values_list("state", flat=True)) == {"withdrawn"}
    assert do(operator, "console-incident-correct", proposed).status_code == 302
    assert Incident.objects.get().correction_id is not None
    listed = do(browser("compliance"), "console-incident-export", proposed)
    assert listed.url == f"/console/exports/new?kind=recipients&about={proposed}"
    approved(Kind.RECIPIENTS, proposed, len(customers), by=staff["compliance"].actor)
    listed = do(browser("compliance"), "console-incident-export", proposed)
    assert len(b"".join(listed.streaming_content).splitlines()) == len(customers) + 1
