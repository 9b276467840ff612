"""Reads of journeys: the list, one with its versions, one version as it was written."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, QuerySet

from keizoku.campaigns.audiences.fields import readable_fields
from keizoku.campaigns.journeys.courses import calendar_of, pace_of
from keizoku.campaigns.journeys.models import Course, JourneyVersion
from keizoku.campaigns.journeys.rules import differences as rules
from keizoku.campaigns.journeys.rules.differences import Change
from keizoku.campaigns.journeys.rules.drafts import JourneyDraft, StepDraft
from keizoku.campaigns.journeys.rules.pace import Pace
from keizoku.campaigns.rules import CoursePlan, StepPlan
from keizoku.kernel.conditions.reading import Json


@dataclass(frozen=True, slots=True)
class JourneyRow:
    """One journey in the list; ``channels`` are those of its newest version, in their order."""

    id: int
    name: str
    version_id: int
    version: int
    channels: tuple[str, ...]
    days: int
    used_by: int
    made_at: datetime
    is_archived: bool


@dataclass(frozen=True, slots=True)
class VersionView:
    """One version; ``made_by`` is a member of staff's number, or the part of the system that supplied it."""

    id: int
    journey_id: int
    number: int
    digest: str
    note: str
    made_by: str
    made_at: datetime
    is_archived: bool
    draft: JourneyDraft
    message_ids: tuple[int, ...]

    @property
    def name(self) -> str:
        return self.draft.name


def journeys(*, archived: bool = False) -> list[JourneyRow]:
    """Those that campaigns can choose, or those that were put away; the newest change first."""
    chosen = _newest().filter(journey__archived_at__isnull=not archived).prefetch_related("steps")
    used = dict(
        Course.objects.values_list("journey_version__journey").annotate(
            campaigns=Count("campaign", distinct=True)
        )
    )
    return [
        JourneyRow(
            id=version.journey_id,
            name=version.journey.name,
            version_id=version.id,
            version=version.number,
            channels=tuple(step.channel for step in steps),
            days=sum(step.wait_days for step in steps),
            used_by=used.get(version.journey_id, 0),
            made_at=version.made_at,
            is_archived=version.journey.archived_at is not None,
        )
        for version in chosen.order_by("-id")
        for steps in (sorted(version.steps.all(), key=lambda step: step.ordinal),)
    ]


def newest(journey_id: int) -> VersionView:
    """The newest version. Raises ``JourneyVersion.DoesNotExist``."""
    return _view(_versions().filter(journey_id=journey_id).latest("number"))


def newest_named(name: str) -> VersionView | None:
    """The newest version of the journey of this name that may be chosen, if there is one."""
    found = _versions().filter(journey__name=name, journey__archived_at=None).order_by("-number").first()
    return _view(found) if found else None


def version(version_id: int) -> VersionView:
    """Raises ``JourneyVersion.DoesNotExist``."""
    return _view(_versions().get(id=version_id))


def find(version_id: int) -> VersionView | None:
    found = _versions().filter(id=version_id).first()
    return _view(found) if found else None


def versions(journey_id: int) -> list[VersionView]:
    """All of one journey, the newest first."""
    return [_view(one) for one in _versions().filter(journey_id=journey_id).order_by("-number")]


def changes(old: VersionView, new: VersionView) -> list[Change]:
    """What ``new`` changed against ``old``, in words."""
    return rules.differences(old.draft, new.draft, readable_fields())


def course(
    view: VersionView, name: str, condition: Json | None = None, method: str = "knowledge"
) -> CoursePlan:
    """A course of a campaign that copies this version."""
    steps = tuple(
        StepPlan(step.channel, step.wait_days, message_id, step.condition, step.pace)
        for step, message_id in zip(view.draft.steps, view.message_ids, strict=True)
    )
    return CoursePlan(
        name=name,
        steps=steps,
        condition=condition,
        calendar=view.draft.calendar,
        pace=view.draft.pace,
        journey_version_id=view.id,
        identity_method=method,
    )


def _versions() -> QuerySet[JourneyVersion]:
    return JourneyVersion.objects.select_related("journey").prefetch_related("steps__message")


def _newest() -> QuerySet[JourneyVersion]:
    last = JourneyVersion.objects.order_by("journey_id", "-number").distinct("journey_id").values("id")
    return JourneyVersion.objects.select_related("journey").filter(id__in=last)


def _view(row: JourneyVersion) -> VersionView:
    steps = sorted(row.steps.all(), key=lambda step: step.ordinal)
    return VersionView(
        id=row.id,
        journey_id=row.journey_id,
        number=row.number,
        digest=row.digest,
        note=row.note,
        made_by=row.made_by,
        made_at=row.made_at,
        is_archived=row.journey.archived_at is not None,
        draft=JourneyDraft(
            name=row.journey.name,
            steps=tuple(
                StepDraft(
                    step.channel,
                    step.wait_days,
                    step.message.subject,
                    step.message.body,
                    step.message.button_label,
                    step.condition,
                    Pace(step.per_hour, step.per_day),
                    step.message.has_form,
                )
                for step in steps
            ),
            calendar=calendar_of(row),
            pace=pace_of(row),
        ),
        message_ids=tuple(step.message_id for step in steps),
    )
