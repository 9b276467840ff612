"""対象: saved audiences, one with its versions, its twenty masked customers, putting away and bringing back."""

from typing import Final

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from keizoku.campaigns.audiences import actions, sampling
from keizoku.campaigns.audiences import queries as audiences
from keizoku.campaigns.audiences.queries import AudienceRow, UsingCampaign
from keizoku.campaigns.audiences.sampling import Sampled
from keizoku.console import campaign_words
from keizoku.console.audience_counts import counts
from keizoku.console.page import page, tell, way_up
from keizoku.console.screen import StaffRequest, screen
from keizoku.kernel.clock import business_today
from keizoku.kernel.text.sentences import Composed, Given
from keizoku.ui.components.display import Column, Row, badge_cell
from keizoku.ui.formats import datetime_jst, number
from keizoku.ui.speaking import listed, plainly

COLUMNS: Final = (
    Column("名前"),
    Column("条件", is_wide=True),
    Column("合う方", is_number=True),
    Column("数えた時刻"),
    Column("版", is_number=True),
    Column("使ったキャンペーン", is_number=True),
    Column("作った人"),
)
SAMPLE_COLUMNS: Final = (
    Column("番号"),
    Column("氏名（カナの頭文字）"),
    Column("都道府県"),
    Column("リスク"),
    Column("確認期日"),
    Column("連絡できる手段"),
)
USED_COLUMNS: Final = (Column("キャンペーン"), Column("状態"), Column("版", is_number=True), Column("申請"))


@screen("campaigns.read")
def listing(request: StaffRequest) -> HttpResponse:
    shows_archived = "archived" in request.GET
    rows = audiences.listing(with_archived=shows_archived)
    return page(
        request,
        "audiences",
        title="送信の対象",
        current="campaigns",
        trail=way_up("console-campaigns"),
        columns=COLUMNS,
        rows=[_row(row) for row in rows],
        shows_archived=shows_archived,
        may_make=request.user.may("campaigns.edit"),
    )


@screen("campaigns.read")
def detail(request: StaffRequest, audience_id: int) -> HttpResponse:
    view = audiences.view(audience_id)
    return page(
        request,
        "audience",
        title=Given(view.row.latest.name),
        current="campaigns",
        trail=way_up("console-campaigns", "console-audiences"),
        audience=view,
        latest=view.row.latest,
        counted=counts(view.row.latest.condition),
        used_columns=USED_COLUMNS,
        used=[_used(campaign) for campaign in view.campaigns],
        may_make=request.user.may("campaigns.edit") and not view.row.latest.is_archived,
        may_change=request.user.may("campaigns.edit"),
        may_sample=request.user.may("customers.read"),
    )


@screen("customers.read", "POST")
def sample(request: StaffRequest, version_id: int) -> HttpResponse:
    """Posted, since it decrypts twenty names and writes that down."""
    version = audiences.version(version_id)
    people = sampling.sample(version_id, actor=request.user.actor, today=business_today())
    return page(
        request,
        "audience_sample",
        title="見本で確かめる",
        current="campaigns",
        trail=[
            *way_up("console-campaigns", "console-audiences"),
            (Given(version.name), reverse("console-audience", args=[version.audience_id])),
        ],
        version=version,
        columns=SAMPLE_COLUMNS,
        rows=[_sampled(one) for one in people],
    )


@screen("campaigns.edit", "POST")
def archive(request: StaffRequest, audience_id: int) -> HttpResponse:
    actions.archive(audience_id, request.user)
    tell(request, "対象をしまいました", "この対象で作ったキャンペーンは、そのままです。")
    return redirect("console-audiences")


@screen("campaigns.edit", "POST")
def bring_back(request: StaffRequest, audience_id: int) -> HttpResponse:
    actions.bring_back(audience_id, request.user)
    tell(request, "対象を戻しました")
    return redirect("console-audience", audience_id)


def _row(row: AudienceRow) -> Row:
    latest = row.latest
    name = Composed("{0}（しまった対象）", Given(latest.name)) if latest.is_archived else latest.name
    cells = (
        name,
        latest.words,
        number(latest.matching),
        datetime_jst(latest.counted_at),
        number(latest.number),
        number(row.used_by),
        latest.made_by,
    )
    return Row(cells, url=reverse("console-audience", args=[row.id]))


def _used(campaign: UsingCampaign) -> Row:
    cells = (
        campaign.name,
        badge_cell(campaign.state_words, campaign_words.TONES[campaign.state]),
        number(campaign.number),
        datetime_jst(campaign.requested_at),
    )
    return Row(cells, url=reverse("console-campaign", args=[campaign.id]))


def _sampled(one: Sampled) -> Row:
    cells = (
        f"No. {one.id}",
        one.kana,
        one.prefecture,
        plainly(one.level) or "—",
        one.due_on.isoformat() if one.due_on else "—",
        listed(plainly(campaign_words.CHANNEL_NAMES[channel]) for channel in one.channels) or plainly("なし"),
    )
    return Row(cells, url=reverse("console-customer", args=[one.id]))
