"""Campaigns: list, read, draft, change, request, approve, pause, resume, stop. The rules are those of the screens.

A key acts as its person: what his key drafted he cannot approve, with that key or another (the database refuses it, too).
"""

from datetime import date, datetime
from typing import Annotated, Any, Final, Literal

from django.http import HttpResponse
from ninja import Field, Path, Query, Router, Schema

from keizoku.api import paging
from keizoku.api.access import ApiRequest, allowed
from keizoku.api.once import Done, once
from keizoku.api.problems import Problem, Stopped, Words
from keizoku.api.v1.customers import Strict
from keizoku.campaigns import actions, composing, queries, versions
from keizoku.campaigns.queries import CampaignRow
from keizoku.campaigns.rules import LONGEST_ANSWER_DAYS, LONGEST_NAME, MOST_COURSES

router: Final = Router(tags=["campaigns"])
OF: Final = "campaigns"
CampaignId = Path[Annotated[int, Field(ge=1, le=2**63 - 1)]]
IF_MATCH: Final = "If-Match"


class Campaign(Schema):
    id: int
    name: str
    state: str
    count: int | None = Field(description="Recipients, once the audience is frozen.")
    launched_at: datetime | None
    closes_on: date | None


class CampaignPage(Schema):
    items: list[Campaign]
    next: str | None


class Step(Schema):
    course: int
    ordinal: int
    channel: str
    planned: int
    accepted: int
    delivered: int | None
    rejected: int
    unknown: int
    skipped: int
    waiting: int


class CampaignView(Campaign):
    """``matching``, ``included``, ``excluded``: of now while it is a draft, of the frozen audience afterwards."""

    audience: dict[str, Any]
    audience_words: str
    answer_days: int
    matching: int
    included: int
    excluded: dict[str, int]
    cost_yen: str
    request_digest: str
    steps: list[Step]
    answered: int
    decided: int


class CourseIn(Strict):
    name: str | None = None
    journey: str = Field(description="The name of a saved journey; its newest version is copied.")
    condition: dict[str, Any] | None = Field(
        None, description="Who gets this course; the last course has none."
    )
    identity_method: Literal["knowledge"] = "knowledge"
    questionnaire: str = Field(
        "",
        max_length=30,
        description="The name of a questionnaire in use; empty: what each kind of customer is asked.",
    )


class CampaignIn(Strict):
    name: str = Field(min_length=1, max_length=LONGEST_NAME)
    audience: str | dict[str, Any] = Field(
        description="The name of a saved audience, or a tree of conditions."
    )
    courses: list[CourseIn] = Field(min_length=1, max_length=MOST_COURSES)
    answer_days: int | None = Field(None, ge=1, le=LONGEST_ANSWER_DAYS)


class Typed(Strict):
    count: int = Field(ge=0, description="The number of people, as read before; another number is refused.")


class Reason(Strict):
    reason: str = Field(
        min_length=1, max_length=200, description="No names and no values: it stands in the audit."
    )


class CampaignState(Schema):
    id: int
    state: str


class Narrowed(Schema):
    cursor: str | None = None
    limit: paging.Limit = paging.USUAL


MATCH_MISSING: Final = Problem(
    428,
    "api.if_match_missing",
    Words("If-Match が必要です", "If-Match required"),
    Words(
        "下書きの変更には、読んだときの ETag が要ります。", "A draft is changed with the ETag that was read."
    ),
    Words("読み直して、ETag を If-Match に付けてください。", "Read it and send its ETag as If-Match."),
)
MATCH_DIFFERS: Final = Problem(
    412,
    "campaigns.version_differs",
    Words("内容が変わっています", "It has changed"),
    Words("読んだあとで、ほかの人が変えました。", "Somebody changed it after you read it."),
    Words("読み直してから、変更してください。", "Read it again before you change it."),
)


@router.get("", response=CampaignPage, **allowed("campaigns:read", "campaign-list"))
def listing(request: ApiRequest, narrowed: Query[Narrowed]) -> CampaignPage:
    """新しい順の一覧。 The newest first."""
    key = paging.read(narrowed.cursor, OF, None)
    rows = queries.before(int(key[0]) if key else None, narrowed.limit + 1)
    shown, following = paging.page(rows, narrowed.limit, lambda row: (row.id,), OF, None)
    return CampaignPage(items=[Campaign(**_told(row)) for row in shown], next=following)


@router.get("/{int:campaign_id}", response=CampaignView, **allowed("campaigns:read", "campaign-read", 404))
def read(request: ApiRequest, response: HttpResponse, campaign_id: CampaignId) -> CampaignView:
    """1件の内容と、今までの数。 One campaign with its numbers; the ETag is what If-Match wants."""
    found, funnel = queries.view(campaign_id), queries.funnel(campaign_id)
    response["ETag"] = f'"{versions.of(campaign_id)}"'
    return CampaignView(
        **_told(found.row),
        audience=found.audience,
        audience_words=found.audience_words,
        answer_days=found.answer_days,
        matching=found.counts.matching,
        included=found.counts.included,
        excluded=found.counts.excluded,
        cost_yen=str(found.counts.cost_yen),
        request_digest=found.request_digest,
        steps=[
            Step(
                course=step.course,
                ordinal=step.ordinal,
                channel=step.channel,
                planned=step.planned,
                accepted=step.accepted,
                delivered=step.delivered,
                rejected=step.rejected,
                unknown=step.unknown,
                skipped=step.skipped,
                waiting=step.waiting,
            )
            for step in funnel.steps
        ],
        answered=funnel.answered,
        decided=funnel.decided,
    )


@router.post("", response={201: CampaignState}, **allowed("campaigns:write", "campaign-draft", 400, 409))
@once
def draft(request: ApiRequest, told: CampaignIn) -> Done:
    """下書きを作る。 Draft from a saved audience or a tree, and saved journeys; reaches nobody."""
    campaign_id = composing.draft(_composition(told), request.auth.staff)
    headers = {"ETag": f'"{versions.of(campaign_id)}"', "Location": f"/api/v1/campaigns/{campaign_id}"}
    return Done(_state(campaign_id), 201, headers)


@router.put(
    "/{int:campaign_id}",
    response=CampaignState,
    **allowed("campaigns:write", "campaign-edit", 400, 404, 409, 412, 428),
)
@once
def edit(request: ApiRequest, told: CampaignIn, campaign_id: CampaignId) -> Done:
    """下書きを変える（If-Match が要ります）。 Replace a draft's content; who edits can no longer approve."""
    match = request.headers.get(IF_MATCH)
    if not match:
        raise Stopped(MATCH_MISSING)
    if match != f'"{versions.of(campaign_id, is_locked=True)}"':
        raise Stopped(MATCH_DIFFERS)
    composing.edit(campaign_id, _composition(told), request.auth.staff)
    return Done(_state(campaign_id), headers={"ETag": f'"{versions.of(campaign_id)}"'})


@router.post(
    "/{int:campaign_id}/request",
    response=CampaignState,
    **allowed("campaigns:write", "campaign-request", 400, 404, 409),
)
@once
def request_approval(request: ApiRequest, campaign_id: CampaignId) -> Done:
    """対象を固定して、承認を申請する。 Freeze the audience and ask a second person."""
    actions.request_approval(campaign_id, request.auth.staff)
    return Done(_state(campaign_id))


@router.post(
    "/{int:campaign_id}/approve",
    response=CampaignState,
    **allowed("campaigns:approve", "campaign-approve", 400, 404, 409),
)
@once
def approve(request: ApiRequest, typed: Typed, campaign_id: CampaignId) -> Done:
    """ほかの人が作ったものを、人数を添えて承認する。 Approve what others made, with the number of recipients."""
    actions.approve(campaign_id, typed_count=typed.count, staff=request.auth.staff)
    return Done(_state(campaign_id))


@router.post(
    "/{int:campaign_id}/send-back",
    response=CampaignState,
    **allowed("campaigns:approve", "campaign-send-back", 400, 404, 409),
)
@once
def send_back(request: ApiRequest, told: Reason, campaign_id: CampaignId) -> Done:
    """申請を差し戻す。 Send a request back with a reason."""
    actions.send_back(campaign_id, reason=told.reason, staff=request.auth.staff)
    return Done(_state(campaign_id))


@router.post(
    "/{int:campaign_id}/confirm-first-wave",
    response=CampaignState,
    **allowed("campaigns:approve", "campaign-confirm-first-wave", 400, 404, 409),
)
@once
def confirm_first_wave(request: ApiRequest, typed: Typed, campaign_id: CampaignId) -> Done:
    """最初の送信を確かめて、残りの人数を添えて続ける。 Go on after the first wave, with the number of the rest."""
    actions.confirm_first_wave(campaign_id, typed_count=typed.count, staff=request.auth.staff)
    return Done(_state(campaign_id))


@router.post(
    "/{int:campaign_id}/pause",
    response=CampaignState,
    **allowed("campaigns:stop", "campaign-pause", 400, 404, 409),
)
@once
def pause(request: ApiRequest, campaign_id: CampaignId) -> Done:
    """一時停止する。 No window is claimed from now on."""
    actions.pause(campaign_id, request.auth.staff)
    return Done(_state(campaign_id))


@router.post(
    "/{int:campaign_id}/resume",
    response=CampaignState,
    **allowed("campaigns:stop", "campaign-resume", 400, 404, 409),
)
@once
def resume(request: ApiRequest, campaign_id: CampaignId) -> Done:
    """再開する。 Go on where it was paused."""
    actions.resume(campaign_id, request.auth.staff)
    return Done(_state(campaign_id))


@router.post(
    "/{int:campaign_id}/stop",
    response=CampaignState,
    **allowed("campaigns:stop", "campaign-stop", 400, 404, 409),
)
@once
def stop(request: ApiRequest, campaign_id: CampaignId) -> Done:
    """中止する。元に戻せません。 End the sending for good."""
    actions.stop(campaign_id, request.auth.staff)
    return Done(_state(campaign_id))


def _composition(told: CampaignIn) -> composing.Composition:
    return composing.read(told.model_dump(exclude_none=True))


def _state(campaign_id: int) -> CampaignState:
    return CampaignState(id=campaign_id, state=queries.state_of(campaign_id).value)


def _told(row: CampaignRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "name": row.name,
        "state": row.state.value,
        "count": row.count,
        "launched_at": row.launched_at,
        "closes_on": row.closes_on,
    }
