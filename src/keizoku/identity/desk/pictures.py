"""A picture for a reviewer's eyes: JPEG that we made, never the bytes that came; each opening is written down first."""

from typing import Final

from keizoku.accounts.access import authorise
from keizoku.accounts.models import Staff
from keizoku.audit import actions as audit
from keizoku.identity import evidence, ports
from keizoku.identity.evidence import Made
from keizoku.identity.models import Derivative, Shot

PERMISSION: Final = "identity.decide"
PURPOSE: Final = "本人確認の写真を見るため"


def opened(verification_id: int, shot_id: int, name: str, staff: Staff) -> bytes | None:
    """The JPEG of this name made from a shot of this verification; None where there is none.

    Where the judgement was handed on before it made a view, the view is made now, in the child that decodes.

    Raises:
        NotPermitted: the actor may not.
        EvidenceDamaged: the bytes are not those that were received.
    """
    authorise(staff.actor, PERMISSION)
    shot = (
        Shot.objects.filter(id=shot_id, verification_id=verification_id, is_accepted=True)
        .select_related("verification")
        .first()
    )
    if shot is None or name not in set(Made):
        return None
    made = (
        Derivative.objects.filter(shot=shot, name=name)
        .order_by("-round")
        .select_related("verification")
        .first()
    )
    if made is None and name != Made.VIEW:
        return None
    grant = audit.grant_read(
        actor=staff.actor, purpose=PURPOSE, subjects=[evidence.subject_of(shot.verification)]
    )
    audit.record(
        actor=staff.actor,
        action="identity.picture.opened",
        subject=("verification", verification_id),
        details={"shot": shot.id, "step": shot.step, "pose": shot.pose, "picture": name},
    )
    if made is not None:
        return evidence.opened_made(made, grant)
    return ports.judge().view(evidence.opened(shot, grant))
