"""The pictures of a verification: which ones count now, their bytes under a grant, and pictures made from them.

A shot's bytes are those that arrived; what is made from one lies apart and is labelled as made. Nobody reads either
without the audit's grant for the person whom it is about.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from django.utils import timezone

from keizoku.identity.models import Derivative, Shot, Verification
from keizoku.identity.rules.steps import StepName
from keizoku.kernel import files
from keizoku.kernel.crypto.field import NotGranted
from keizoku.kernel.crypto.grant import ReadGrant


class EvidenceDamaged(OSError):
    """The bytes are not those whose digest was taken on receipt."""


class Made(StrEnum):
    """What is made from a shot."""

    CARD = "card"
    PORTRAIT = "portrait"
    VIEW = "view"


MADE_WORDS: Final = {
    Made.CARD: "まっすぐにした書類（加工した画像）",
    Made.PORTRAIT: "書類の顔写真（切り出した画像）",
    Made.VIEW: "画面用の縮小（加工した画像）",
}


@dataclass(frozen=True, slots=True)
class Current:
    """The shots that count now: the newest of each side, and the newest whole set of faces in its order."""

    sides: Mapping[StepName, Shot]
    faces: tuple[Shot, ...]


def subject_of(row: Verification) -> int:
    """Whom a grant names: the customer, or minus the verification's id for an applicant who is not one yet."""
    return row.customer_id if row.customer_id is not None else -row.id


def current(row: Verification) -> Current:
    """Which shots are judged: a shot that was asked for again takes the place of the one before."""
    sides: dict[StepName, Shot] = {}
    faces: dict[int, list[Shot]] = {}
    shots = Shot.objects.filter(verification=row, is_accepted=True).select_related("challenge").order_by("id")
    for shot in shots:
        step = StepName(shot.step)
        if step is StepName.FACE:
            faces.setdefault(shot.challenge_id, []).append(shot)
        else:
            sides[step] = shot
    whole = [found for found in faces.values() if len(found) == len(found[0].challenge.steps)]
    return Current(sides, tuple(whole[-1]) if whole else ())


def opened(shot: Shot, grant: ReadGrant) -> bytes:
    """The bytes as they arrived.

    Raises:
        EvidenceDamaged: their digest is another.
    """
    return _read(shot.verification, shot.file, shot.sha256, grant)


def opened_made(made: Derivative, grant: ReadGrant) -> bytes:
    """A picture that was made from a shot.

    Raises:
        EvidenceDamaged: its digest is another.
    """
    return _read(made.verification, made.file, made.sha256, grant)


def keep_made(shot: Shot, round_: int, name: Made, picture: bytes) -> Derivative:
    """Keep a picture made from a shot, within the caller's transaction; whoever rolls that back lets go of the file."""
    stored = files.store([picture])
    try:
        return Derivative.objects.create(
            verification_id=shot.verification_id,
            shot=shot,
            round=round_,
            name=name.value,
            file=stored.id,
            sha256=stored.sha256,
            size=stored.size,
            made_at=timezone.now(),
        )
    except BaseException:  # nobody would find it again
        files.delete(stored.id)
        raise


def _read(row: Verification, file: str, sha256: str, grant: ReadGrant) -> bytes:
    if not grant.covers(subject_of(row)):
        raise NotGranted(f"the grant for {grant.purpose!r} does not name this subject")
    with files.open_stored(file) as stream:
        data = stream.read()
    if hashlib.sha256(data).hexdigest() != sha256:
        raise EvidenceDamaged(f"the picture {file} is not the one that was received")
    return data
