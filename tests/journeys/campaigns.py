"""A campaign as its people press through it: made, requested, approved, and its first wave confirmed."""

from typing import TYPE_CHECKING

from journeys.world import Town
from keizoku.campaigns.approval.rules import FIRST_WAVE_LEAST
from keizoku.cli.demo import making
from keizoku.cli.demo.browser import Browser

if TYPE_CHECKING:
    from journeys.house import House

_REST = "SELECT audience_count - first_wave_size FROM campaigns_campaign WHERE id = %s AND state = 'checking'"
_WAVES = "SELECT (count(DISTINCT wave_id) > 1)::int FROM delivery_delivery WHERE campaign_id = %s"


def people_of(town: Town) -> str:
    """The name of the saved audience of a town's people."""
    return f"都道府県{town.prefecture}の方"


def any_hour(journey: str) -> str:
    """The name of the journey of these channels ("line_email") that sends at any hour and on any day."""
    return f"いつでも {journey}"


def furnish(town: Town, journey: str) -> None:
    """Save the audience and the journey that a campaign for a town chooses, unless they are there."""
    from keizoku.accounts.models import Staff
    from keizoku.campaigns.audiences import actions as audiences
    from keizoku.campaigns.audiences.models import SavedAudience
    from keizoku.campaigns.journeys import actions as journeys
    from keizoku.campaigns.journeys.models import Journey
    from keizoku.campaigns.journeys.tests.making import drafted

    operator = Staff.objects.get(login="operator")
    if not SavedAudience.objects.filter(name=people_of(town)).exists():
        here = {"field": "prefecture", "operator": "equals", "value": town.prefecture}
        audiences.save(name=people_of(town), condition=here, staff=operator)
    if not Journey.objects.filter(name=any_hour(journey)).exists():
        journeys.save(drafted(*journey.split("_"), name=any_hour(journey)), operator)


def audience_of(home: "House", town: Town) -> str:
    """The version that the campaign's form offers for a town."""
    asked = (
        "SELECT v.id FROM campaigns_audienceversion v JOIN campaigns_savedaudience s ON s.id = v.audience_id"
    )
    return str(home.number(f"{asked} WHERE s.name = %s", people_of(town)))


def journey_of(home: "House", journey: str) -> str:
    """The version that the campaign's form offers for these channels."""
    asked = "SELECT v.id FROM campaigns_journeyversion v JOIN campaigns_journey j ON j.id = v.journey_id"
    return str(home.number(f"{asked} WHERE j.name = %s", any_hour(journey)))


def make(home: "House", town: Town, *, journey: str, count: int) -> int:
    """Made by the operator and approved by the approver; ``count`` is how many it must reach."""
    operator, approver = home.staff("operator"), home.staff("approver")
    home.inside(lambda: furnish(town, journey))
    campaign = making.draft(
        operator,
        name=f"確認 {town.prefecture}",
        audience=people_of(town),
        journey=any_hour(journey),
    )
    request = operator.get(f"/console/campaigns/{campaign}/request")
    operator.submit(request, request.form_with("csrfmiddlewaretoken"), {})
    _answer_anomalies(campaign, approver)
    approval = approver.get(f"/console/campaigns/{campaign}/approve")
    done = approver.submit(approval, approval.form_with("typed_number"), {"typed_number": str(count)})
    assert done.status == 200, done.page.text
    if count > FIRST_WAVE_LEAST:
        _confirm_first_wave(home, campaign, operator)
    return campaign


def _answer_anomalies(campaign: int, approver: Browser) -> None:
    """A house whose campaigns differ in size has some: the approver writes a reason for each."""
    while True:
        page = approver.get(f"/console/campaigns/{campaign}/approve")
        form = next((each for each in page.page.forms if "/anomalies/" in each.action), None)
        if form is None:
            return
        (field,) = (entry.name for entry in form.fields if entry.name != "csrfmiddlewaretoken")
        approver.submit(page, form, {field: "規模の違うテストのため"})


def _confirm_first_wave(home: "House", campaign: int, operator: Browser) -> None:
    """Waits for the halt, types the rest, and returns when everybody else's deliveries are there."""
    ((rest,),) = home.wait(
        lambda: home.sql(_REST, campaign), f"the first wave of campaign {campaign} does not end"
    )
    page = operator.get(f"/console/campaigns/{campaign}/first-wave")
    done = operator.submit(page, page.form_with("typed_number"), {"typed_number": str(rest)})
    assert done.status == 200, done.page.text
    home.wait(lambda: home.number(_WAVES, campaign), f"campaign {campaign} stays with its first wave")
