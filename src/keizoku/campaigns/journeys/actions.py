"""Journeys' verbs: save (a new journey or the next version), archive, restore. A migration supplied the first ones."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from keizoku.accounts.access import authorise
from keizoku.accounts.models import Staff
from keizoku.audit import actions as audit
from keizoku.campaigns.audiences.fields import usable_fields
from keizoku.campaigns.errors import CampaignRefused
from keizoku.campaigns.journeys import queries
from keizoku.campaigns.journeys.courses import timed
from keizoku.campaigns.journeys.models import Journey, JourneyStep, JourneyVersion
from keizoku.campaigns.journeys.rules import drafts
from keizoku.campaigns.journeys.rules.drafts import JourneyDraft, StepDraft
from keizoku.campaigns.rules import StepPlan, step_problems
from keizoku.delivery import actions as delivery
from keizoku.kernel.actor import Actor
from keizoku.kernel.conditions.reading import parse

PERMISSION = "campaigns.edit"


def save(
    draft: JourneyDraft, staff: Staff, *, journey_id: int | None = None, after_version: int | None = None
) -> int:
    """Keep a new journey, or the next version of one; returns the version's id.

    Args:
        draft: words, waits, conditions, hours and paces.
        staff: who saves it.
        journey_id: the journey that changes; a new one without.
        after_version: the number of the version that was changed; a newer one is not overwritten.

    Raises:
        CampaignRefused: it is not complete, its name is taken, nothing changed, or somebody else was faster.
        ConditionError: a condition is not understood.
    """
    authorise(staff.actor, PERMISSION)
    _check(draft)
    with transaction.atomic():
        if journey_id is None:
            return _first(draft, staff.actor)
        return _next(journey_id, draft, staff.actor, after_version)


def archive(journey_id: int, staff: Staff) -> None:
    """No campaign can choose it any more; those that did keep their copy."""
    authorise(staff.actor, PERMISSION)
    _switch(journey_id, staff.actor, archived=True)


def restore(journey_id: int, staff: Staff) -> None:
    authorise(staff.actor, PERMISSION)
    _switch(journey_id, staff.actor, archived=False)


def _check(draft: JourneyDraft) -> None:
    fields = usable_fields()
    for step in draft.steps:
        if step.condition is not None:
            parse(step.condition, fields)
    plans = [StepPlan(step.channel, step.wait_days, 0, pace=step.pace) for step in draft.steps]
    if problems := drafts.problems(draft) + step_problems(plans):
        raise CampaignRefused(" ".join(problems), remedy="入力を直して、もう一度保存してください。")


def _first(draft: JourneyDraft, actor: Actor) -> int:
    journey = Journey(name=draft.name.strip(), made_by=actor.id)
    _named(journey)
    return _version(journey, 1, draft, actor)


def _next(journey_id: int, draft: JourneyDraft, actor: Actor, after_version: int | None) -> int:
    journey = Journey.objects.select_for_update(no_key=True).get(id=journey_id)
    newest = queries.newest(journey_id)
    if after_version is not None and after_version != newest.number:
        raise CampaignRefused(
            f"ほかの人が先に第{newest.number}版を保存しました。",
            remedy="画面を開き直して、違いを確かめてから保存してください。",
            code="campaigns.journey_changed",
        )
    is_renamed = journey.name != draft.name.strip()
    if is_renamed:
        journey.name = draft.name.strip()
        _named(journey)
        audit.record(actor=actor, action="campaigns.journey.renamed", subject=("journey", journey_id))
    if newest.digest != drafts.digest(draft):
        return _version(journey, newest.number + 1, draft, actor)
    if not is_renamed:
        raise CampaignRefused(
            "前の版から変わったところがありません。", remedy="変えるところがなければ、保存は要りません。"
        )
    return newest.id


def _named(journey: Journey) -> None:
    try:
        with transaction.atomic():
            journey.save()
    except IntegrityError as taken:
        raise CampaignRefused(
            f"「{journey.name}」という連絡手順がすでにあります。", remedy="ほかの名前を付けてください。"
        ) from taken


def _version(journey: Journey, number: int, draft: JourneyDraft, actor: Actor) -> int:
    version = JourneyVersion(
        journey=journey,
        number=number,
        digest=drafts.digest(draft),
        note=draft.note.strip(),
        made_by=actor.id,
    )
    timed(version, draft.calendar, draft.pace).save()
    for ordinal, step in enumerate(draft.steps, start=1):
        JourneyStep.objects.create(
            version=version,
            ordinal=ordinal,
            channel=step.channel,
            wait_days=step.wait_days,
            condition=step.condition,
            message_id=_message(journey, step, actor),
            per_hour=step.pace.per_hour,
            per_day=step.pace.per_day,
        )
    audit.record(
        actor=actor,
        action="campaigns.journey.saved",
        subject=("journey", journey.id),
        details={"version": number, "digest": version.digest},
    )
    return version.id


def _message(journey: Journey, step: StepDraft, actor: Actor) -> int:
    """Words that an earlier version of this journey used keep their message version, and with it their test."""
    used = JourneyStep.objects.filter(
        version__journey=journey,
        message__channel=step.channel,
        message__subject=step.subject,
        message__body=step.body,
        message__button_label=step.button_label,
        message__has_form=step.has_form,
    )
    if (kept := used.order_by("-id").values_list("message_id", flat=True).first()) is not None:
        return kept
    return delivery.write_message(
        channel=step.channel,
        name=journey.name,
        subject=step.subject,
        body=step.body,
        button_label=step.button_label,
        has_form=step.has_form,
        actor=actor,
    )


def _switch(journey_id: int, actor: Actor, *, archived: bool) -> None:
    with transaction.atomic():
        changed = Journey.objects.filter(id=journey_id, archived_at__isnull=archived).update(
            archived_at=timezone.now() if archived else None
        )
        if not changed:
            raise CampaignRefused(
                "この連絡手順は、すでにその状態です。", remedy="画面を開き直して確かめてください。"
            )
        audit.record(
            actor=actor,
            action="campaigns.journey.archived" if archived else "campaigns.journey.restored",
            subject=("journey", journey_id),
        )
