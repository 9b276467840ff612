"""Sending a draft's message to oneself: which steps there are, to what address, what the carrier said."""

from django.http import HttpResponse
from django.urls import reverse

from keizoku.campaigns import queries as campaigns
from keizoku.campaigns.approval.queries import trials
from keizoku.campaigns.approval.trying import send_to_oneself
from keizoku.console.forms.numbers import whole_number
from keizoku.console.page import errors_of, page, way_up
from keizoku.console.screen import StaffRequest, screen
from keizoku.delivery.rules import RESULT_WORDS
from keizoku.kernel.errors import Refusal
from keizoku.kernel.text.sentences import Given


@screen("campaigns.edit", "GET", "POST")
def test_send(request: StaffRequest, campaign_id: int) -> HttpResponse:
    if request.method == "GET":
        return _page(request, campaign_id)
    step, address = whole_number(request.POST.get("step", "")), request.POST.get("address", "")
    try:
        outcome = send_to_oneself(campaign_id, step_id=step or 0, address=address, staff=request.user)
    except Refusal as refusal:
        errors = errors_of(refusal, "address")
        return _page(request, campaign_id, errors=errors, status=422, step=step or 0, address=address)
    return _page(request, campaign_id, said=RESULT_WORDS[outcome.result.value], code=outcome.code)


def _page(
    request: StaffRequest,
    campaign_id: int,
    *,
    errors: dict[str, str] | None = None,
    status: int = 200,
    **typed: object,
) -> HttpResponse:
    row = campaigns.view(campaign_id).row
    here = reverse("console-campaign", args=[campaign_id])
    told = trials(campaign_id)
    return page(
        request,
        "campaign_test",
        title="自分に試し送り",
        current="campaigns",
        trail=[*way_up("console-campaigns"), (Given(row.name), here)],
        status=status,
        errors=errors,
        campaign=row,
        steps=[(str(each.step_id), each.words) for each in told],
        trials=told,
        back_url=here,
        **typed,
    )
