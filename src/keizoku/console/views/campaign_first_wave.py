"""The first wave's page: how it went, and the button that writes to everybody else."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from keizoku.campaigns import actions
from keizoku.campaigns import queries as campaigns
from keizoku.campaigns.approval.queries import first_wave_seen
from keizoku.campaigns.errors import CountMismatch
from keizoku.campaigns.rules import State
from keizoku.console import first_wave_words
from keizoku.console.forms.numbers import whole_number
from keizoku.console.page import page, tell, way_up
from keizoku.console.screen import StaffRequest, screen
from keizoku.kernel.text.sentences import Given
from keizoku.ui.formats import people


@screen("campaigns.read", "GET", "POST")
def first_wave(request: StaffRequest, campaign_id: int) -> HttpResponse:
    """Whoever may make or approve a campaign types how many are left; others see the numbers."""
    if request.method == "GET":
        return _page(request, campaign_id)
    typed = whole_number(request.POST.get("typed_number", ""))
    try:
        actions.confirm_first_wave(
            campaign_id, typed_count=-1 if typed is None else typed, staff=request.user
        )
    except CountMismatch:
        wrong = "数が違います。画面の人数を確かめて、数字だけを入力してください。"
        return _page(request, campaign_id, error=wrong, status=422)
    tell(request, "先行送信を確認しました", "残りの方への送信が、まもなく始まります。")
    return redirect("console-campaign", campaign_id)


def _page(request: StaffRequest, campaign_id: int, *, error: str = "", status: int = 200) -> HttpResponse:
    row = campaigns.view(campaign_id).row
    seen = first_wave_seen(campaign_id)
    here = reverse("console-campaign", args=[campaign_id])
    may_hand = request.user.may("campaigns.edit") or request.user.may("campaigns.approve")
    return page(
        request,
        "campaign_first_wave",
        title="先行送信の確認",
        current="campaigns",
        trail=[*way_up("console-campaigns"), (Given(row.name), here)],
        status=status,
        errors={"typed_number": error} if error else None,
        campaign=row,
        seen=seen,
        finding=first_wave_words.finding(seen),
        columns=first_wave_words.COLUMNS,
        rows=first_wave_words.channel_rows(seen.channels),
        refusal_columns=first_wave_words.REFUSAL_COLUMNS,
        refusals=first_wave_words.refusal_rows(seen.channels),
        reactions=first_wave_words.reactions(seen),
        is_waiting=row.state is State.CHECKING,
        is_under_way=row.state is State.FIRST_WAVE,
        may_confirm=may_hand and row.state is State.CHECKING,
        facts=[
            ("キャンペーン", row.name),
            ("先に送った方", people(seen.size)),
            ("残りの方", people(seen.rest)),
        ],
        button=f"残り {people(seen.rest)}への送信を続ける",
        back_url=here,
    )
