"""A whole campaign from its words: message versions and draft in one transaction, so that a refusal leaves nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from keizoku.accounts.models import Staff
from keizoku.campaigns import actions
from keizoku.campaigns.defaults import StepWords
from keizoku.campaigns.models import Step
from keizoku.campaigns.rules import StepPlan
from keizoku.delivery import actions as delivery
from keizoku.delivery import queries as messages
from keizoku.delivery.queries import Words
from keizoku.kernel.conditions.reading import Json


@dataclass(frozen=True, slots=True)
class Composition:
    """Everything that a campaign's maker decides."""

    name: str
    audience: Json
    steps: Sequence[StepWords]
    answer_days: int


@transaction.atomic
def draft(composition: Composition, staff: Staff) -> int:
    """Keep the words and make the draft; returns the campaign's id. Refusals are those of ``actions.draft``."""
    return actions.draft(
        name=composition.name,
        audience=composition.audience,
        steps=_plans(composition, {}, staff),
        answer_days=composition.answer_days,
        staff=staff,
    )


@transaction.atomic
def edit(campaign_id: int, composition: Composition, staff: Staff) -> None:
    """Change a draft; words that stayed as they are keep their version. Refusals are those of ``actions.edit``."""
    kept = {
        words.channel: words
        for message_id in Step.objects.filter(campaign_id=campaign_id).values_list("message_id", flat=True)
        for words in (messages.words(message_id),)
    }
    actions.edit(
        campaign_id,
        name=composition.name,
        audience=composition.audience,
        steps=_plans(composition, kept, staff),
        answer_days=composition.answer_days,
        staff=staff,
    )


def _plans(composition: Composition, kept: dict[str, Words], staff: Staff) -> list[StepPlan]:
    return [
        StepPlan(
            step.channel, step.wait_days, _message_id(composition.name, step, kept.get(step.channel), staff)
        )
        for step in composition.steps
    ]


def _message_id(name: str, step: StepWords, kept: Words | None, staff: Staff) -> int:
    if kept and (kept.subject, kept.body, kept.button_label) == (step.subject, step.body, step.button_label):
        return kept.id
    return delivery.write_message(
        channel=step.channel,
        name=name[:60],
        subject=step.subject,
        body=step.body,
        button_label=step.button_label,
        actor=staff.actor,
    )
