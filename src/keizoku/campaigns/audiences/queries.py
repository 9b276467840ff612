"""Reads of saved audiences: the list, one with its versions, which campaigns used it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max

from keizoku.accounts import queries as accounts
from keizoku.campaigns.audiences.fields import readable_fields
from keizoku.campaigns.audiences.models import AudienceVersion, SavedAudience
from keizoku.campaigns.audiences.rules import Difference, differences
from keizoku.campaigns.models import Campaign
from keizoku.campaigns.rules import STATE_WORDS, State
from keizoku.kernel.conditions import Fields, describe, parse
from keizoku.kernel.conditions.reading import Json

SUPPLIED = "Keizoku"


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One version of a saved audience as people read it. ``matching`` is of ``counted_at``; None: never counted."""

    id: int
    audience_id: int
    name: str
    number: int
    condition: Json
    words: str
    digest: str
    note: str
    made_by: str
    made_at: datetime
    is_archived: bool
    matching: int | None
    counted_at: datetime | None


@dataclass(frozen=True, slots=True)
class AudienceRow:
    """One saved audience in the list, by its latest version."""

    latest: VersionRow
    origin: str
    used_by: int

    @property
    def id(self) -> int:
        return self.latest.audience_id


@dataclass(frozen=True, slots=True)
class VersionView:
    """A version with what it changed against the one before (empty for the first)."""

    row: VersionRow
    changes: list[Difference]


@dataclass(frozen=True, slots=True)
class UsingCampaign:
    id: int
    name: str
    state: State
    number: int
    requested_at: datetime | None

    @property
    def state_words(self) -> str:
        return STATE_WORDS[self.state]


@dataclass(frozen=True, slots=True)
class AudienceView:
    """One saved audience's page, its newest version first."""

    row: AudienceRow
    versions: list[VersionView]
    campaigns: list[UsingCampaign]


def listing(*, with_archived: bool = False) -> list[AudienceRow]:
    """All saved audiences by their latest version, those that come with Keizoku first, then by name."""
    latest = AudienceVersion.objects.values("audience_id").annotate(last=Max("id")).values("last")
    found = AudienceVersion.objects.filter(id__in=latest).select_related("audience", "counted")
    if not with_archived:
        found = found.filter(audience__archived_at=None)
    versions = list(found.order_by("audience_id"))
    names, fields, used = _names(versions), readable_fields(), _used()
    rows = [
        AudienceRow(_row(version, names, fields), version.audience.origin, used.get(version.audience_id, 0))
        for version in versions
    ]
    return sorted(rows, key=lambda row: (row.latest.is_archived, not row.origin))


def version(version_id: int) -> VersionRow:
    """Raises ``AudienceVersion.DoesNotExist``."""
    found = AudienceVersion.objects.select_related("audience", "counted").get(id=version_id)
    return _row(found, _names([found]), readable_fields())


def by_origin(origin: str) -> VersionRow | None:
    """The latest version of one that came with Keizoku, unless it was archived."""
    found = (
        AudienceVersion.objects.filter(audience__origin=origin, audience__archived_at=None)
        .select_related("audience", "counted")
        .order_by("-number")
        .first()
    )
    return None if found is None or not origin else _row(found, _names([found]), readable_fields())


def view(audience_id: int) -> AudienceView:
    """Raises ``SavedAudience.DoesNotExist``."""
    saved = SavedAudience.objects.get(id=audience_id)
    found = list(saved.versions.select_related("audience", "counted").order_by("number"))
    names, fields = _names(found), readable_fields()
    rows = [_row(version, names, fields) for version in found]
    views = [
        VersionView(row, [] if before is None else changes(before, row, fields))
        for before, row in zip([None, *rows], rows, strict=False)
    ]
    used = Campaign.objects.filter(audience_version__audience_id=audience_id).select_related(
        "audience_version"
    )
    campaigns = [
        UsingCampaign(
            campaign.id,
            campaign.name,
            State(campaign.state),
            campaign.audience_version.number if campaign.audience_version else 0,
            campaign.requested_at,
        )
        for campaign in used.order_by("-id")
    ]
    return AudienceView(AudienceRow(rows[-1], saved.origin, len(campaigns)), views[::-1], campaigns)


def changes(old: VersionRow, new: VersionRow, fields: Fields | None = None) -> list[Difference]:
    """What the newer version takes away and adds, in words."""
    known = fields or readable_fields()
    return differences(parse(old.condition, known), parse(new.condition, known), known)


def _used() -> dict[int, int]:
    rows = Campaign.objects.exclude(audience_version=None).values_list("audience_version__audience_id")
    return dict(rows.annotate(total=Count("id")))


def _row(version: AudienceVersion, names: dict[int, str], fields: Fields) -> VersionRow:
    counted = getattr(version, "counted", None)
    return VersionRow(
        id=version.id,
        audience_id=version.audience_id,
        name=version.audience.name,
        number=version.number,
        condition=version.condition,
        words=describe(parse(version.condition, fields), fields),
        digest=version.digest,
        note=version.note,
        made_by=names.get(version.made_by or 0, SUPPLIED),
        made_at=version.made_at,
        is_archived=version.audience.archived_at is not None,
        matching=counted.matching if counted else None,
        counted_at=counted.counted_at if counted else None,
    )


def _names(versions: Sequence[AudienceVersion]) -> dict[int, str]:
    return accounts.display_names({version.made_by for version in versions if version.made_by is not None})
