"""キャンペーン: the list, one campaign's page, its numbers while it runs."""

from typing import Final

from django.http import HttpResponse
from django.urls import reverse

from keizoku.audit import queries as audit
from keizoku.audit.queries import Criteria
from keizoku.campaigns import queries as campaigns
from keizoku.campaigns.approval.queries import first_wave, halt_of, launch_of
from keizoku.campaigns.incidents import queries as incidents
from keizoku.campaigns.queries import CampaignRow, CampaignView, Progress
from keizoku.campaigns.rules import SENDING, UNDER_WAY, State
from keizoku.campaigns.why.rules import carrier_words
from keizoku.console import approval_words, campaign_words, letter_words
from keizoku.console.forms.numbers import whole_number
from keizoku.console.names import actor_names
from keizoku.console.page import page, part, way_up
from keizoku.console.screen import StaffRequest, screen
from keizoku.delivery import doubts
from keizoku.delivery import queries as deliveries
from keizoku.delivery.doubts import Doubt
from keizoku.delivery.letters import calling_off
from keizoku.kernel.clock import business_now
from keizoku.kernel.text.sentences import Composed, Given
from keizoku.ui.components.display import Column, Row, badge_cell
from keizoku.ui.formats import datetime_jst, number
from keizoku.ui.speaking import plainly

MOST_UNKNOWN: Final = 20
LAST_ACTS: Final = 20
COLUMNS: Final = (
    Column("キャンペーン"),
    Column("状態"),
    Column("対象", is_number=True),
    Column("届いたか不明", is_number=True),
    Column("作った人"),
    Column("開始"),
    Column("回答の期限"),
)
SENT: Final = {*UNDER_WAY, State.STOPPED, State.FINISHED}


@screen("campaigns.read")
def listing(request: StaffRequest) -> HttpResponse:
    found = campaigns.before(whole_number(request.GET.get("after", "")), campaigns.SHOWN + 1)
    shown, unknown = found[: campaigns.SHOWN], deliveries.unknown_counts()
    return page(
        request,
        "campaigns",
        title="キャンペーン",
        current="campaigns",
        columns=COLUMNS,
        rows=[_row(row, unknown.get(row.id, 0)) for row in shown],
        next_url=f"?after={shown[-1].id}" if len(found) > len(shown) else "",
        may_make=request.user.may("campaigns.edit"),
    )


@screen("campaigns.read")
def detail(request: StaffRequest, campaign_id: int) -> HttpResponse:
    return detail_page(request, campaigns.view(campaign_id))


def detail_page(
    request: StaffRequest,
    view: CampaignView,
    *,
    errors: dict[str, str] | None = None,
    status: int = 200,
    **typed: object,
) -> HttpResponse:
    """One campaign's page; also where a refused act shows its words."""
    state = view.row.state
    may_edit, may_approve = request.user.may("campaigns.edit"), request.user.may("campaigns.approve")
    return page(
        request,
        "campaign",
        title=Given(view.row.name),
        current="campaigns",
        trail=way_up("console-campaigns"),
        status=status,
        errors=errors,
        campaign=view,
        sent_back=_sent_back(view.row.id) if state is State.DRAFT else None,
        state=(view.row.state_words, campaign_words.TONES[state]),
        facts=campaign_words.facts(view),
        left_out=campaign_words.left_out(view),
        courses=campaign_words.courses(view),
        may_request=may_edit and state is State.DRAFT and view.counts.included > 0,
        may_change=may_edit and state is State.DRAFT,
        may_approve=may_approve and state is State.REQUESTED,
        may_send_back=(may_approve or may_edit) and state is State.REQUESTED,
        may_switch=(may_approve or may_edit) and state in {*SENDING, State.PAUSED},
        may_stop=(may_approve or may_edit) and state in UNDER_WAY,
        is_paused=state is State.PAUSED,
        halt=(halt := halt_of(view.row.id) if state is State.PAUSED else None),
        halt_facts=approval_words.halt_facts(halt) if halt else [],
        incidents=incidents.of_campaign(view.row.id) if view.row.launched_at else [],
        may_open_incident=request.user.may("incidents.use") and view.row.launched_at is not None,
        may_test=may_edit and state is State.DRAFT,
        send_back_word="差し戻す" if may_approve else "申請を取り下げる",
        progress=_progress(request, view.progress) if state in SENT else None,
        letters=letter_words.after_stop(calling_off.stand(view.row.id)) if state is State.STOPPED else [],
        **typed,
    )


@screen("campaigns.read")
def progress(request: StaffRequest, campaign_id: int) -> HttpResponse:
    """The numbers alone, asked again every few seconds while the campaign may send."""
    return part(request, "campaign_progress", progress=_progress(request, campaigns.progress(campaign_id)))


def _progress(request: StaffRequest, told: Progress) -> dict[str, object]:
    funnel, state, unknown = told.funnel, told.state, told.counters.unknown
    return {
        "launch": launch_of(told.id) if state is State.LAUNCHING else None,
        "is_first_wave": state is State.FIRST_WAVE,
        "first_wave": first_wave(told.id, funnel.audience, told.first_wave_size, told.counters)
        if state is State.CHECKING
        else None,
        "first_wave_url": reverse("console-campaign-first-wave", args=[told.id]),
        "may_confirm": request.user.may("campaigns.edit") or request.user.may("campaigns.approve"),
        "url": reverse("console-campaign-progress", args=[told.id]),
        "is_live": state in UNDER_WAY,
        "resting": campaign_words.resting(told.hours, business_now()) if state in SENDING else [],
        "finding": campaign_words.finding(funnel),
        "funnel": campaign_words.funnel_steps(funnel),
        "columns": campaign_words.step_columns(is_over=state not in UNDER_WAY),
        "rows": campaign_words.step_rows(funnel),
        "sending": [
            {
                "label": Composed("{0}の送信", Given(campaign_words.step_name(step))),
                "done": step.planned - step.waiting,
                "total": step.planned,
            }
            for step in funnel.steps
            if step.planned and state in UNDER_WAY
        ],
        "unknown_count": unknown,
        "unknown_url": reverse("console-campaign-unknown", args=[told.id]),
        "unknown_columns": campaign_words.UNKNOWN_COLUMNS,
        "unknown": [_unknown(row) for row in doubts.in_doubt(told.id, limit=MOST_UNKNOWN)] if unknown else [],
    }


def _unknown(row: Doubt) -> Row:
    cells = (
        f"No. {row.customer_id}",
        plainly(campaign_words.CHANNEL_NAMES[row.channel]),
        datetime_jst(row.at),
        plainly(carrier_words(row.code)),
    )
    return Row(cells, url=reverse("console-customer", args=[row.customer_id]))


def _sent_back(campaign_id: int) -> dict[str, object] | None:
    """Why the last request came back, for whoever mends the draft: the audit holds the reason."""
    about = Criteria(subject=("campaign", campaign_id), action="campaigns.")
    for entry in audit.search(about, limit=LAST_ACTS).rows:
        if entry.action == "campaigns.request.sent_back":
            actor = f"{entry.actor_kind}:{entry.actor_id}"
            return {"reason": entry.purpose, "by": actor_names([actor])[actor], "at": entry.at}
    return None


def _row(row: CampaignRow, unknown: int) -> Row:
    cells = (
        row.name,
        badge_cell(row.state_words, campaign_words.TONES[row.state]),
        number(row.count),
        number(unknown),
        row.made_by,
        datetime_jst(row.launched_at),
        row.closes_on.isoformat() if row.closes_on else "—",
    )
    return Row(cells, url=reverse("console-campaign", args=[row.id]))
