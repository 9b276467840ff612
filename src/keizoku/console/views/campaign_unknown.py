"""届いたか不明: messages whose result nobody knows, what a person found out, and what was settled."""

from typing import Final

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from keizoku.campaigns.why import queries as why
from keizoku.campaigns.why.rules import carrier_words
from keizoku.console.page import errors_of, page, tell, way_up
from keizoku.console.screen import StaffRequest, screen
from keizoku.delivery import doubts
from keizoku.delivery import queries as deliveries
from keizoku.delivery.doubts import Doubt
from keizoku.delivery.errors import DoubtRefused
from keizoku.delivery.rules import CHANNEL_WORDS
from keizoku.kernel.text.sentences import Given
from keizoku.ui.components.display import Column, Row
from keizoku.ui.formats import datetime_jst, number
from keizoku.ui.speaking import plainly

COLUMNS: Final = (
    Column("お客さま"),
    Column("手順", is_number=True),
    Column("手段"),
    Column("不明になった時刻"),
    Column("分かったこと", is_wide=True),
    Column("分かった時刻"),
)


@screen("campaigns.read")
def listing(request: StaffRequest, campaign_id: int) -> HttpResponse:
    return _listing(request, campaign_id)


@screen("campaigns.edit", "POST")
def mark(request: StaffRequest, campaign_id: int, wave_id: int, position: int) -> HttpResponse:
    """What a person found out by asking the carrier or the customer; nothing is sent by it."""
    found = request.POST.get("found", "")
    if found not in {"reached", "not_reached"}:
        choose = {"__all__": "届いたか、届いていないかを選んでください。"}
        return _listing(request, campaign_id, errors=choose, status=422)
    try:
        doubts.mark(
            campaign_id,
            wave_id,
            position,
            has_reached=found == "reached",
            reason=request.POST.get("reason", ""),
            actor=request.user.actor,
        )
    except DoubtRefused as refusal:
        return _listing(request, campaign_id, errors=errors_of(refusal), status=409)
    words = (
        "次の手順は、待ち日数のあとに続きます。"
        if found == "reached"
        else "次の手順があれば、すぐに続きます。同じ手段では送り直しません。"
    )
    tell(request, "確かめた結果を記録しました", words)
    return redirect("console-campaign-unknown", campaign_id)


def _listing(
    request: StaffRequest, campaign_id: int, *, errors: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    name = why.campaign_name(campaign_id)
    found = doubts.in_doubt(campaign_id, _after(request.GET.get("after", "")), doubts.SHOWN + 1)
    shown = found[: doubts.SHOWN]
    further = shown[-1] if len(found) > doubts.SHOWN else None
    return page(
        request,
        "campaign_unknown",
        title="届いたか不明の連絡",
        current="campaigns",
        trail=[*way_up("console-campaigns"), (Given(name), reverse("console-campaign", args=[campaign_id]))],
        errors=errors,
        status=status,
        campaign_id=campaign_id,
        total=deliveries.unknown_counts().get(campaign_id, 0),
        doubts=[(one, _channel(one), plainly(carrier_words(one.code))) for one in shown],
        next_url=f"?after={further.wave_id}.{further.position}" if further else "",
        may_mark=request.user.may("campaigns.edit"),
        columns=COLUMNS,
        rows=[_settled(one) for one in doubts.settled(campaign_id)],
    )


def _settled(one: Doubt) -> Row:
    cells = (
        f"No. {one.customer_id}",
        number(one.step),
        _channel(one),
        datetime_jst(one.at),
        plainly(carrier_words(one.settled_by) if one.settled_by else "送信先の結果が届いた"),
        datetime_jst(one.settled_at),
    )
    return Row(cells, url=reverse("console-customer", args=[one.customer_id]))


def _channel(one: Doubt) -> str:
    return plainly(CHANNEL_WORDS.get(one.channel, one.channel))


def _after(typed: str) -> tuple[int, int]:
    wave, _, position = typed.partition(".")
    if wave.isdecimal() and position.isdecimal() and len(wave) <= 18 and len(position) <= 9:  # noqa: PLR2004 - bigint, int
        return int(wave), int(position)
    return 0, 0
