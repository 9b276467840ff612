"""Campaigns' verbs: draft, request (which freezes), approve (which wakes the launch), refuse, confirm, pause, resume, stop.

Each is one transaction: allowed? locked, checked, changed by a conditional update, audited.
"""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager

from django.db import transaction
from django.utils import timezone

from keizoku.accounts.access import authorise
from keizoku.accounts.models import Staff
from keizoku.accounts.rules import may
from keizoku.audit import actions as audit
from keizoku.campaigns import asked, calling_off, launching
from keizoku.campaigns.approval.actions import require_answers
from keizoku.campaigns.approval.examining import examine
from keizoku.campaigns.approval.queries import makers
from keizoku.campaigns.approval.rules import first_wave_size
from keizoku.campaigns.approval.watching import see_halt
from keizoku.campaigns.audiences import freezing as audiences
from keizoku.campaigns.audiences.fields import usable_fields
from keizoku.campaigns.errors import CampaignRefused, CountMismatch, NotAllowed
from keizoku.campaigns.journeys import courses, reach
from keizoku.campaigns.models import Campaign, Edit
from keizoku.campaigns.rules import (
    SENDING,
    STATE_WORDS,
    TRANSITIONS,
    UNDER_WAY,
    CoursePlan,
    State,
    StepPlan,
    approval_digest,
    courses_of,
    plan_problems,
)
from keizoku.delivery import actions as delivery
from keizoku.delivery import queries as messages
from keizoku.delivery.rules import message_problems
from keizoku.kernel.actor import Actor
from keizoku.kernel.clock import business_today
from keizoku.kernel.conditions.reading import Json, parse


def draft(
    *,
    name: str,
    audience: Json,
    steps: Sequence[StepPlan] | Sequence[CoursePlan],
    answer_days: int,
    staff: Staff,
    audience_version_id: int | None = None,
) -> int:
    """Make a draft; returns its id.

    Args:
        name: as staff call it.
        audience: the conditions, copied.
        steps: the courses; or the steps of one journey for everybody, at any hour.
        answer_days: days to answer, from the start.
        staff: who makes it.
        audience_version_id: the saved audience whose conditions were copied.

    Raises:
        ConditionError: the audience's tree is not understood.
        CampaignRefused: the journey is not complete; every problem is named.
    """
    authorise(staff.actor, "campaigns.edit")
    plans = courses_of(steps)
    _check_plan(name, audience, plans, answer_days)
    with transaction.atomic():
        campaign = Campaign.objects.create(
            name=name,
            audience=audience,
            audience_version_id=audience_version_id,
            answer_days=answer_days,
            made_by=staff.id,
        )
        courses.keep(campaign, plans)
        _note_edit(campaign, staff, "campaigns.campaign.drafted")
    return campaign.id


def edit(
    campaign_id: int,
    *,
    name: str,
    audience: Json,
    steps: Sequence[StepPlan] | Sequence[CoursePlan],
    answer_days: int,
    staff: Staff,
    audience_version_id: int | None = None,
) -> None:
    """Change a draft; the editor can no longer approve it."""
    authorise(staff.actor, "campaigns.edit")
    plans = courses_of(steps)
    _check_plan(name, audience, plans, answer_days)
    with transaction.atomic():
        campaign = _locked(campaign_id, State.DRAFT)
        Campaign.objects.filter(id=campaign.id).update(
            name=name,
            audience=audience,
            audience_version_id=audience_version_id,
            answer_days=answer_days,
        )
        courses.keep(campaign, plans)
        _note_edit(campaign, staff, "campaigns.campaign.edited")


def request_approval(campaign_id: int, staff: Staff) -> None:
    """Freeze the audience and ask a second person."""
    authorise(staff.actor, "campaigns.edit")
    with transaction.atomic():
        campaign = _locked(campaign_id, State.DRAFT)
        plans = courses.of_campaign(campaign)
        _check_conditions(campaign.audience, plans)
        if gone := asked.problems(plans):
            raise CampaignRefused(" ".join(gone), remedy="下書きを変えて、使用中の質問票を選んでください。")
        frozen = audiences.freeze(campaign.id, campaign.audience, (), business_today(), plans)
        if frozen.count == 0:
            raise CampaignRefused(
                "条件に合う送信対象のお客さまがいません。",
                remedy="条件を見直して、対象が1人以上になるようにしてください。",
            )
        reach.keep(campaign.id, plans, business_today())
        campaign.audience_digest, campaign.audience_count = frozen.digest, frozen.count
        digest = _digest(campaign)
        _move(
            campaign,
            State.REQUESTED,
            requested_by=staff.id,
            requested_at=timezone.now(),
            audience_digest=frozen.digest,
            audience_count=frozen.count,
            excluded_count=frozen.excluded,
            first_wave_size=first_wave_size(frozen.count),
            request_digest=digest,
        )
        _note_edit(campaign, staff, "campaigns.approval.requested", count=frozen.count, digest=digest)
        examine(campaign.id)


def approve(campaign_id: int, *, typed_count: int, staff: Staff) -> None:
    """Approve exactly what was requested; a job launches it.

    Raises:
        NotPermitted: without the right.
        NotAllowed: the approver made or edited any part of it.
        AnomalyOpen: something unusual has no reason of this approver yet; what was found is kept.
        CountMismatch: the typed number is not the number of recipients.
        CampaignRefused: what would be sent is no longer what was requested.
    """
    authorise(staff.actor, "campaigns.approve")
    if Campaign.objects.filter(id=campaign_id, state=State.REQUESTED, audience_count=typed_count).exists():
        examine(campaign_id)  # kept, whatever is refused below
    with transaction.atomic():
        campaign = _locked(campaign_id, State.REQUESTED)
        if staff.id in makers(campaign):
            raise NotAllowed(
                "作成または編集した人は承認できません。",
                remedy="ほかの承認者に依頼してください。",
            )
        if typed_count != campaign.audience_count:
            raise CountMismatch(
                f"入力された人数({typed_count:,}人)が送信対象の人数と一致しません。",
                remedy="画面の人数を確かめて、同じ数字を入力してください。",
            )
        require_answers(campaign, staff)
        if (
            audiences.digest_of(campaign.id) != campaign.audience_digest
            or _digest(campaign) != campaign.request_digest
        ):
            raise CampaignRefused(
                "申請された内容と一致しません。", remedy="差し戻して、もう一度申請してもらってください。"
            )
        digest = campaign.request_digest
        _move(
            campaign,
            State.LAUNCHING,
            approved_by=staff.id,
            approved_at=timezone.now(),
            approval_digest=digest,
        )
        audit.record(
            actor=Actor.staff(staff.id),
            action="campaigns.campaign.approved",
            subject=("campaign", campaign.id),
            details={"count": typed_count, "digest": digest},
        )
        launching.work.wake(campaign=campaign.id)


def send_back(campaign_id: int, *, reason: str, staff: Staff) -> None:
    """Refuse (an approver) or withdraw (an editor) a request: the audience is dropped, the draft is open again."""
    if not (may(staff.role, "campaigns.approve") or may(staff.role, "campaigns.edit")):
        authorise(staff.actor, "campaigns.approve")
    if not reason.strip():
        raise CampaignRefused(
            "差し戻しの理由を入力してください。", remedy="作成者が直せるように、理由を書いてください。"
        )
    with transaction.atomic():
        campaign = _locked(campaign_id, State.REQUESTED)
        audiences.thaw(campaign.id)
        _move(
            campaign,
            State.DRAFT,
            audience_digest="",
            audience_count=None,
            excluded_count=None,
            first_wave_size=None,
            request_digest="",
        )
        audit.record(
            actor=Actor.staff(staff.id),
            action="campaigns.request.sent_back",
            subject=("campaign", campaign.id),
            purpose=reason.strip()[:200],
        )


def confirm_first_wave(campaign_id: int, *, typed_count: int, staff: Staff) -> None:
    """After a person has seen how the first wave went: write to everybody else.

    Raises:
        CountMismatch: the typed number is not the number of those who are still to be written to.
    """
    _require_hand(staff)
    with transaction.atomic():
        campaign = _locked(campaign_id, State.CHECKING)
        rest = (campaign.audience_count or 0) - (campaign.first_wave_size or 0)
        if typed_count != rest:
            raise CountMismatch(
                f"入力された人数({typed_count:,}人)が残りの人数と一致しません。",
                remedy="画面の人数を確かめて、同じ数字を入力してください。",
            )
        _move(campaign, State.RUNNING, confirmed_by=staff.id, confirmed_at=timezone.now())
        delivery.set_gate(campaign.id, is_open=True)
        audit.record(
            actor=Actor.staff(staff.id),
            action="campaigns.first_wave.confirmed",
            subject=("campaign", campaign.id),
            details={"rest": rest},
        )


def pause(campaign_id: int, staff: Staff) -> None:
    """No window is claimed from now on; what is in flight (at most one window a worker) arrives."""
    with _switching(campaign_id, SENDING, staff, "campaigns.campaign.paused") as campaign:
        _move(campaign, State.PAUSED)
        delivery.set_gate(campaign.id, is_open=False)


def resume(campaign_id: int, staff: Staff, *, seen_halt: int | None = None) -> None:
    """Go on where it was paused: a first wave that nobody has confirmed is still the first wave.

    Raises:
        CampaignRefused: the system halted it, and ``seen_halt`` does not name the halt whose figures were looked at.
    """
    with _switching(campaign_id, {State.PAUSED}, staff, "campaigns.campaign.resumed") as campaign:
        see_halt(campaign.id, seen_halt, staff.id)
        is_confirmed = not campaign.first_wave_size or campaign.confirmed_by is not None
        _move(campaign, State.RUNNING if is_confirmed else State.FIRST_WAVE)
        delivery.set_gate(campaign.id, is_open=True)


def stop(campaign_id: int, staff: Staff) -> None:
    """End the sending for good, and have letters that are not printed yet called off at once.

    Reviews stay open until their deadline, so that who was written to can still answer.
    """
    with _switching(campaign_id, UNDER_WAY, staff, "campaigns.campaign.stopped", "incidents.use") as campaign:
        _move(campaign, State.STOPPED, ended_at=timezone.now())
        delivery.set_gate(campaign.id, is_open=False)
        calling_off.work.wake(campaign=campaign.id)


@contextmanager
def _switching(
    campaign_id: int, old: Collection[State], staff: Staff, action: str, *also: str
) -> Iterator[Campaign]:
    """``also``: permissions that suffice besides those to make or to approve."""
    if not any(may(staff.role, permission) for permission in also):
        _require_hand(staff)
    with transaction.atomic():
        campaign = _locked(campaign_id, *old)
        yield campaign
        audit.record(actor=Actor.staff(staff.id), action=action, subject=("campaign", campaign.id))


def _require_hand(staff: Staff) -> None:
    """Everybody who may make or approve a campaign may stop one: stopping must never wait for a second person."""
    if not (may(staff.role, "campaigns.approve") or may(staff.role, "campaigns.edit")):
        authorise(staff.actor, "campaigns.edit")


def _check_plan(name: str, audience: Json, plans: Sequence[CoursePlan], answer_days: int) -> None:
    _check_conditions(audience, plans)
    if problems := plan_problems(name, plans, answer_days) + _words_problems(plans) + asked.problems(plans):
        raise CampaignRefused(" ".join(problems), remedy="入力を直して、もう一度保存してください。")


def _words_problems(plans: Sequence[CoursePlan]) -> list[str]:
    """Words that a campaign cannot fill in: those of a one-time code are kept beside campaigns' own."""
    problems = []
    for message_id in sorted({step.message_id for course in plans for step in course.steps}):
        words = messages.words(message_id)
        found = message_problems(words.channel, words.subject, words.body, words.button_label)
        problems += [f"文面「{words.name}」：{problem}" for problem in found]
    return problems


def _check_conditions(audience: Json, plans: Sequence[CoursePlan]) -> None:
    """An attribute that a condition names may have ended since it was written."""
    fields = usable_fields()
    conditions = [audience, *(course.condition for course in plans)]
    conditions += [step.condition for course in plans for step in course.steps]
    for condition in conditions:
        if condition is not None:
            parse(condition, fields)


def _locked(campaign_id: int, *states: State) -> Campaign:
    # NO KEY: a planner that is writing rows about this campaign does not hold a stop up.
    campaign = Campaign.objects.select_for_update(no_key=True).get(id=campaign_id)
    if campaign.state not in states:
        raise CampaignRefused(
            f"このキャンペーンは「{STATE_WORDS[State(campaign.state)]}」のため、この操作はできません。",
            remedy="画面を開き直して、今の状態を確かめてください。",
            code="campaigns.wrong_state",
        )
    return campaign


def _move(campaign: Campaign, new: State, **changes: object) -> None:
    """Change the state from what was locked; two people at once cannot both succeed."""
    assert new in TRANSITIONS[State(campaign.state)]
    moved = Campaign.objects.filter(id=campaign.id, state=campaign.state).update(state=new, **changes)
    assert moved == 1
    campaign.refresh_from_db()


def _digest(campaign: Campaign) -> str:
    assert campaign.audience_count is not None
    plans = courses.of_campaign(campaign)
    return approval_digest(
        name=campaign.name,
        audience=campaign.audience,
        audience_digest=campaign.audience_digest,
        count=campaign.audience_count,
        courses=plans,
        message_digests=[messages.words(step.message_id).digest for course in plans for step in course.steps],
        answer_days=campaign.answer_days,
        questionnaire_digests=asked.digests(plans),
    )


def _note_edit(campaign: Campaign, staff: Staff, action: str, **details: str | int | None) -> None:
    Edit.objects.create(campaign=campaign, staff_id=staff.id)
    audit.record(
        actor=Actor.staff(staff.id), action=action, subject=("campaign", campaign.id), details=details
    )
