"""A campaign as its people press through it: made, requested, approved, and its first wave confirmed."""

from typing import TYPE_CHECKING

from journeys.world import Town
from keizoku.campaigns.approval.rules import FIRST_WAVE_LEAST
from keizoku.cli.demo.browser import Browser

if TYPE_CHECKING:
    from journeys.house import House

_REST = "SELECT audience_count - first_wave_size FROM campaigns_campaign WHERE id = %s AND state = 'checking'"
_WAVES = "SELECT (count(DISTINCT wave_id) > 1)::int FROM delivery_delivery WHERE campaign_id = %s"


def make(home: "House", town: Town, *, journey: str, count: int) -> int:
    """Made by the operator and approved by the approver; ``count`` is how many it must reach."""
    operator, approver = home.staff("operator"), home.staff("approver")
    form = operator.get("/console/campaigns/new")
    filled = {
        "name": f"確認 {town.prefecture}",
        "within_days": "",
        "prefecture": str(town.prefecture),
        "journey": journey,
    }
    made = operator.submit(form, form.form_with("name"), {**filled, "act": "save"})
    campaign = int(made.url.rpartition("/")[2])
    request = operator.get(f"/console/campaigns/{campaign}/request")
    operator.submit(request, request.form_with("csrfmiddlewaretoken"), {})
    approval = approver.get(f"/console/campaigns/{campaign}/approve")
    done = approver.submit(approval, approval.form_with("typed_number"), {"typed_number": str(count)})
    assert done.status == 200, done.page.text
    if count > FIRST_WAVE_LEAST:
        _confirm_first_wave(home, campaign, operator)
    return campaign


def _confirm_first_wave(home: "House", campaign: int, operator: Browser) -> None:
    """Waits for the halt, types the rest, and returns when everybody else's deliveries are there."""
    ((rest,),) = home.wait(
        lambda: home.sql(_REST, campaign), f"the first wave of campaign {campaign} does not end"
    )
    page = operator.get(f"/console/campaigns/{campaign}/first-wave")
    done = operator.submit(page, page.form_with("typed_number"), {"typed_number": str(rest)})
    assert done.status == 200, done.page.text
    home.wait(lambda: home.number(_WAVES, campaign), f"campaign {campaign} stays with its first wave")
