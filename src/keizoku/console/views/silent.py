"""回答のない方: the list with its workload, one decision for many, drafts of further campaigns, files of proofs."""

from datetime import date
from typing import Final

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from keizoku.accounts.errors import ExportNeedsRequest
from keizoku.accounts.exports.rules import Kind
from keizoku.campaigns.errors import CampaignRefused
from keizoku.campaigns.silent import actions, queries, rules
from keizoku.campaigns.silent.errors import CaseRefused
from keizoku.campaigns.silent.queries import CaseRow, Workload
from keizoku.campaigns.silent.rules import Decision
from keizoku.campaigns.why import exporting
from keizoku.campaigns.why import queries as why
from keizoku.campaigns.why.rules import ExportKind
from keizoku.console.attachments import attached
from keizoku.console.exporting import to_request
from keizoku.console.forms.silent import BANDS, REACHES, STATES, DecisionForm, SilentForm, after
from keizoku.console.page import errors_of, page, tell
from keizoku.console.screen import StaffRequest, screen
from keizoku.console.views.silent_case import DEFAULT_EXTENSION, TONES
from keizoku.kernel.clock import business_today
from keizoku.kernel.errors import Refusal
from keizoku.kernel.text.sentences import Composed, Given
from keizoku.ui.components.display import Column, Row, Tile, badge_cell
from keizoku.ui.components.work import FilterPart
from keizoku.ui.formats import number, people
from keizoku.ui.speaking import plainly

COLUMNS: Final = (
    Column("お客さま"),
    Column("キャンペーン", is_wide=True),
    Column("状態"),
    Column("連絡の到達"),
    Column("日数", is_number=True),
    Column("期限・理由", is_wide=True),
)


@screen("silent.read")
def listing(request: StaffRequest) -> HttpResponse:
    return _listing(request, SilentForm.read(request.GET))


@screen("silent.edit", "POST")
def decide_many(request: StaffRequest) -> HttpResponse:
    """One harmless decision for all whom the filter means, by their number typed."""
    form, told = SilentForm.read(request.POST), DecisionForm.read(request.POST)
    try:
        if told.decision is None:
            raise CaseRefused("対応を選んでください。")
        done = actions.decide_many(
            form.criteria(business_today()),
            told.decision,
            expected=told.typed_number,
            reason=told.reason,
            actor=request.user.actor,
            until=told.until,
        )
    except Refusal as refusal:
        return _listing(request, form, errors=errors_of(refusal), status=409)
    left = f"{people(done.left)}は条件が合わず、そのままです。" if done.left else ""
    decided = Composed("{0}を「{1}」にしました", people(done.decided), rules.DECISION_WORDS[told.decision])
    tell(request, plainly(decided), left)
    return redirect("console-silent")


@screen("campaigns.edit", "POST")
def draft(request: StaffRequest, follow_up_id: int) -> HttpResponse:
    """The draft of a further campaign; its words and steps can be changed, and another person approves it."""
    campaign_id = actions.draft_follow_up(follow_up_id, staff=request.user, today=business_today())
    tell(request, "下書きを作りました", "文面と手順を見直してから、送信を申請してください。")
    return redirect("console-campaign", campaign_id)


@screen("silent.prove", "POST")
def ask_proofs(request: StaffRequest, campaign_id: int) -> HttpResponse:
    """The next file of a campaign's proofs, behind the last case of the newest one."""
    written = [row for row in why.exports(campaign_id, ExportKind.PROOFS) if row.tally]
    behind = written[0].tally.get("last_case", 0) if written and "again" not in request.POST else 0
    try:
        exporting.ask(campaign_id, ExportKind.PROOFS, actor=request.user.actor, after_case=behind)
    except ExportNeedsRequest as refusal:
        return to_request(request, Kind.PROOFS, campaign_id, refusal)
    tell(
        request,
        "証明書の書き出しを始めました",
        "終わると、このページで受け取れます。ページを閉じても続きます。",
    )
    return redirect(f"{reverse('console-silent')}?campaign={campaign_id}")


@screen("silent.prove", "POST")
def download(request: StaffRequest, export_id: int) -> HttpResponse:
    row = why.export(export_id)
    if row.kind is not ExportKind.PROOFS:
        raise CampaignRefused("このファイルは、ここでは受け取れません。")
    content = exporting.download(export_id, actor=request.user.actor)
    answer = StreamingHttpResponse(content, content_type="application/zip")
    return attached(answer, f"keizoku-proofs-{row.mark}.zip")


def _listing(
    request: StaffRequest, form: SilentForm, *, errors: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    today = business_today()
    criteria = form.criteria(today)
    shown, further = queries.cases(criteria, after=after(request.GET.get("after", "")))
    load = queries.workload(today)
    campaign_id = criteria.campaign_id
    total = queries.count(criteria)
    may_prove = request.user.may("silent.prove") and campaign_id is not None
    return page(
        request,
        "silent",
        title="回答のない方",
        current="silent",
        errors=errors,
        status=status,
        tiles=_tiles(load, today),
        band_columns=[Column("キャンペーン"), *(Column(words, is_number=True) for _, words in BANDS[1:])],
        band_rows=[_band_row(campaign, name, counts) for campaign, name, counts in load.by_campaign],
        filters=[
            FilterPart(
                name="campaign",
                label="キャンペーン",
                options=[
                    ("", "すべてのキャンペーン"),
                    *_campaigns(load, form.campaign),
                ],
                value=form.campaign,
            ),
            FilterPart("で、"),
            FilterPart(name="state", label="状態", options=STATES, value=form.state),
            FilterPart("方のうち、記録してから"),
            FilterPart(name="band", label="日数", options=BANDS, value=form.band),
            FilterPart("で、到達が"),
            FilterPart(name="reach", label="到達", options=REACHES, value=form.reach),
            FilterPart("の方"),
        ],
        clear_url=reverse("console-silent") if form.query else "",
        columns=COLUMNS,
        rows=[_row(row, today) for row in shown],
        next_url=f"?{form.query}&after={further[0].isoformat()}~{further[1]}" if further else "",
        total=total,
        may_decide=request.user.may("silent.edit") and bool(shown),
        may_contact_again=campaign_id is not None,
        hidden=form.hidden,
        extend_reasons=queries.reasons_for(Decision.EXTEND),
        contact_reasons=queries.reasons_for(Decision.CONTACT_AGAIN),
        until=(today + DEFAULT_EXTENSION).isoformat(),
        typed=request.POST,
        follow_ups=queries.undrafted(),
        may_draft=request.user.may("campaigns.edit"),
        campaign_id=campaign_id,
        proofs=why.exports(campaign_id, ExportKind.PROOFS) if may_prove and campaign_id is not None else None,
    )


def _campaigns(load: Workload, chosen: str) -> list[tuple[str, str]]:
    """Those with somebody waiting, and the one that was asked for."""
    found: list[tuple[str, str]] = [
        (str(campaign_id), Given(name)) for campaign_id, name, _ in load.by_campaign
    ]
    if chosen and chosen not in dict(found):
        found.append((chosen, f"キャンペーン {chosen}"))
    return found


def _tiles(load: Workload, today: date) -> list[Tile]:
    oldest = f"いちばん古い記録 {(today - load.oldest_on).days}日" if load.oldest_on else ""
    return [
        Tile("終わっていない", number(load.waiting), "人", note=oldest),
        Tile("未決定", number(load.undecided), "人", tone="attention" if load.undecided else "neutral"),
        Tile(
            "取引制限の確認待ち",
            number(load.to_confirm),
            "人",
            url=f"{reverse('console-silent')}?state=proposed",
            tone="attention" if load.to_confirm else "neutral",
        ),
    ]


def _band_row(campaign_id: int, name: str, counts: tuple[int, ...]) -> Row:
    return Row(
        (name, *(number(count) for count in counts)),
        url=f"{reverse('console-silent')}?campaign={campaign_id}",
    )


def _row(row: CaseRow, today: date) -> Row:
    note = (
        Composed("新しい期限 {0}", row.until.isoformat())
        if row.until
        else row.measure_words or row.reason_words
    )
    state = badge_cell(row.state_words, "bad" if row.is_late else TONES[row.state])
    cells = (
        f"No. {row.customer_id}",
        row.campaign_name,
        state,
        plainly(row.reach_words),
        number(row.days(today)),
        plainly(note or row.opened_words),
    )
    return Row(cells, url=reverse("console-silent-case", args=[row.id]))
