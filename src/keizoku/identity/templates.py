"""Face templates: numbers that identify a person by law (個人情報保護法施行令 1条1号ロ). None is kept beyond the check.

Where ``KEIZOKU_IDENTITY_TEMPLATE_DAYS`` says otherwise, one is kept sealed under a key of its own, and goes, key and all,
when its day comes, when the person asks, or when the verification did not pass. What went is provable: a row names its
digest and the moment.
"""

import hashlib
from datetime import date, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from keizoku.audit import actions as audit
from keizoku.identity.evidence import subject_of
from keizoku.identity.models import FaceTemplate, TemplateDeletion, Verification
from keizoku.identity.rules.templates import Deletion
from keizoku.kernel.actor import Actor
from keizoku.kernel.clock import business_today
from keizoku.kernel.crypto import field, own_key
from keizoku.kernel.crypto.grant import ReadGrant

KEY: Final = "identity_facetemplate.key"
SWEEPER: Final = Actor.system("identity.sweeper")


def keep(row: Verification, template: bytes | None) -> None:
    """Keep a template, if a setting says so, within the caller's transaction; it takes the place of an earlier round's."""
    if template is None or settings.IDENTITY_TEMPLATE_DAYS == 0:
        return
    delete(row.id, Deletion.REPLACED, SWEEPER)
    key, sealed = own_key.seal(template, where=_place(row.id))
    FaceTemplate.objects.create(
        verification=row,
        key=field.encrypt(key, where=KEY, record=str(row.id)),
        sealed=sealed,
        digest=hashlib.sha256(sealed).hexdigest(),
        made_at=timezone.now(),
        delete_on=business_today() + timedelta(days=settings.IDENTITY_TEMPLATE_DAYS),
    )
    audit.record(
        actor=SWEEPER,
        action="identity.template.kept",
        subject=("verification", row.id),
        details={"days": settings.IDENTITY_TEMPLATE_DAYS},
    )


def opened(row: Verification, grant: ReadGrant) -> bytes | None:
    """The kept template, for whom the grant names; None where none is kept."""
    kept = FaceTemplate.objects.filter(verification=row).first()
    if kept is None:
        return None
    key = field.decrypt(bytes(kept.key), where=KEY, record=str(row.id), subject=subject_of(row), grant=grant)
    return own_key.open_sealed(bytes(kept.sealed), key, where=_place(row.id))


@transaction.atomic
def delete(verification_id: int, why: Deletion, by: Actor) -> bool:
    """Let a template go with its key and leave the proof; False where none is kept."""
    kept = FaceTemplate.objects.select_for_update().filter(verification_id=verification_id).first()
    if kept is None:
        return False
    TemplateDeletion.objects.create(
        verification_id=verification_id,
        digest=kept.digest,
        made_at=kept.made_at,
        deleted_at=timezone.now(),
        why=why.value,
    )
    kept.delete()
    audit.record(
        actor=by,
        action="identity.template.deleted",
        subject=("verification", verification_id),
        details={"sha256": kept.digest, "why": why.value},
    )
    return True


def sweep(today: date) -> int:
    """Let go of what has reached its day, or belongs to what did not pass; how many."""
    due = FaceTemplate.objects.filter(delete_on__lte=today).values_list("verification_id", flat=True)
    gone = list(due)
    return sum(delete(each, Deletion.DUE, SWEEPER) for each in gone)  # each leaves its own proof


def _place(verification_id: int) -> str:
    return f"identity_facetemplate.sealed:{verification_id}"
