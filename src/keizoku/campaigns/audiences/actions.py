"""Saved audiences' verbs: save a new one, add a version, archive, bring back, each audited; and the count for the lists."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from keizoku.accounts.access import authorise
from keizoku.accounts.models import Staff
from keizoku.audit import actions as audit
from keizoku.campaigns.audiences import counting
from keizoku.campaigns.audiences.fields import usable_fields
from keizoku.campaigns.audiences.models import AudienceCount, AudienceVersion, SavedAudience
from keizoku.campaigns.audiences.rules import LONGEST_NOTE, digest, problem_of_name
from keizoku.campaigns.errors import CampaignRefused
from keizoku.kernel.actor import Actor
from keizoku.kernel.clock import business_today
from keizoku.kernel.conditions import parse, to_json
from keizoku.kernel.conditions.reading import Json


def save(*, name: str, condition: Json, note: str = "", staff: Staff) -> int:
    """Save conditions under a new name; returns the id of the first version.

    Raises:
        ConditionError: the tree is not understood.
        CampaignRefused: the name is missing, too long or taken.
        NotPermitted: the role may not make campaigns.
    """
    authorise(staff.actor, "campaigns.edit")
    if problem := problem_of_name(name):
        raise CampaignRefused(problem, remedy="", code="campaigns.audience_name")
    canonical = to_json(parse(condition, usable_fields()))
    try:
        with transaction.atomic():
            saved = SavedAudience.objects.create(name=name.strip(), made_by=staff.id)
            version = _append(saved, 1, canonical, note, staff)
    except IntegrityError:
        raise _taken(name) from None
    return version


def add_version(audience_id: int, *, condition: Json, note: str = "", staff: Staff) -> int:
    """Save the next version; the same conditions as the latest are no new version. Returns the version's id.

    Campaigns keep the conditions they were made with: none is touched.
    """
    authorise(staff.actor, "campaigns.edit")
    canonical = to_json(parse(condition, usable_fields()))
    with transaction.atomic():
        saved = SavedAudience.objects.select_for_update().get(id=audience_id)
        if saved.archived_at is not None:
            raise CampaignRefused(
                "この対象はしまわれています。",
                remedy="もう一度使うには、先に「戻す」を押してください。",
                code="campaigns.audience_archived",
            )
        latest = saved.versions.order_by("-number").first()
        assert latest is not None
        if latest.digest == digest(canonical):
            return latest.id
        return _append(saved, latest.number + 1, canonical, note, staff)


def count(version_id: int) -> int:
    """Count now who meets a version's conditions, and keep the number for the lists: with each version, and each night."""
    version = AudienceVersion.objects.get(id=version_id)
    matching = counting.matching(version.condition, business_today())
    AudienceCount.objects.update_or_create(
        version_id=version_id, defaults={"matching": matching, "counted_at": timezone.now()}
    )
    return matching


def archive(audience_id: int, staff: Staff) -> None:
    """Put one away: it is offered no more, stays readable, and campaigns made with it stay as they are."""
    authorise(staff.actor, "campaigns.edit")
    with transaction.atomic():
        moved = SavedAudience.objects.filter(id=audience_id, archived_at=None).update(
            archived_at=timezone.now()
        )
        _check_moved(moved)
        _note(staff, "campaigns.audience.archived", audience_id)


def bring_back(audience_id: int, staff: Staff) -> None:
    """Offer an archived one again; refused while another holds its name."""
    authorise(staff.actor, "campaigns.edit")
    try:
        with transaction.atomic():
            moved = SavedAudience.objects.filter(id=audience_id, archived_at__isnull=False).update(
                archived_at=None
            )
            _check_moved(moved)
            _note(staff, "campaigns.audience.brought_back", audience_id)
    except IntegrityError:
        raise _taken(SavedAudience.objects.get(id=audience_id).name) from None


def _append(saved: SavedAudience, number: int, condition: Json, note: str, staff: Staff) -> int:
    version = AudienceVersion.objects.create(
        audience=saved,
        number=number,
        condition=condition,
        digest=digest(condition),
        note=note.strip()[:LONGEST_NOTE],
        made_by=staff.id,
    )
    audit.record(
        actor=Actor.staff(staff.id),
        action="campaigns.audience.saved",
        subject=("audience", saved.id),
        details={"version": number, "digest": version.digest, "matching": count(version.id)},
    )
    return version.id


def _check_moved(moved: int) -> None:
    if moved != 1:
        raise CampaignRefused(
            "この対象は、ほかの担当者がすでに変えています。",
            remedy="画面を開き直して、今の状態を確かめてください。",
            code="campaigns.wrong_state",
        )


def _taken(name: str) -> CampaignRefused:
    return CampaignRefused(
        f"「{name.strip()}」という名前の対象がすでにあります。",
        remedy="別の名前にするか、その対象の新しい版として保存してください。",
        code="campaigns.audience_name",
    )


def _note(staff: Staff, action: str, audience_id: int) -> None:
    audit.record(actor=Actor.staff(staff.id), action=action, subject=("audience", audience_id))
