"""A shot arrives: held against its challenge, looked at, and kept as it came or not at all.

What shows a number that nobody may keep (番号法 20条; 健康保険法 194条の2) is destroyed before anything of it is stored:
it is looked at in memory, and only the fact is written down. What cannot be judged is not kept either.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from keizoku.audit import actions as audit
from keizoku.identity import ports
from keizoku.identity.errors import (
    ChallengeExpired,
    ChallengeUnknown,
    ShotTooLarge,
    StepOutOfOrder,
    TooManyTries,
)
from keizoku.identity.models import CaptureSession, Challenge, Shot, Verification
from keizoku.identity.ports import Glance
from keizoku.identity.rules.steps import (
    LARGEST_SHOT,
    MOST_SHOTS,
    Kind,
    Step,
    StepName,
    is_timely,
    outstanding,
    steps_of,
)
from keizoku.kernel import files
from keizoku.kernel.actor import Actor
from keizoku.kernel.logs import get_logger

log = get_logger(__name__)
UNTIMELY: Final = "untimely"
REPEATED: Final = "repeated_picture"


@dataclass(frozen=True, slots=True)
class Brought:
    """What a page says that it brings."""

    step: Step
    data: bytes
    taken_at_ms: int


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one shot.

    Attributes:
        is_accepted: whether it was kept.
        reasons: codes of what is wrong with it; some may stand beside an accepted one.
        next: the challenge's next step: the same again where this shot was not accepted; None when the challenge is used up.
        left: what is outstanding in all; ask for another challenge while there is anything.
    """

    is_accepted: bool
    reasons: tuple[str, ...]
    next: Step | None
    left: tuple[StepName, ...]


def left(row: Verification) -> tuple[StepName, ...]:
    """The steps that are outstanding in this round; a face is taken when one challenge's poses are all there."""
    shots = Shot.objects.filter(verification=row, round=row.round, is_accepted=True)
    taken = {StepName(step) for step in shots.exclude(step=StepName.FACE).values_list("step", flat=True)}
    faces = list(shots.filter(step=StepName.FACE).values_list("challenge_id", "challenge__steps"))
    if any(faces.count((challenge, steps)) == len(steps) for challenge, steps in faces):
        taken.add(StepName.FACE)
    skipped = {
        (StepName(step), reason)
        for step, reason in row.skips.filter(round=row.round).values_list("step", "reason")
    }
    return outstanding(steps_of(Kind(row.kind), again=row.again), taken, skipped)


def receive(held: CaptureSession, nonce_digest: str, brought: Brought, *, by: Actor) -> Receipt:
    """See ``capturing.receive``."""
    if len(brought.data) > LARGEST_SHOT:
        raise ShotTooLarge
    row = held.verification
    if Shot.objects.filter(verification=row).count() >= MOST_SHOTS * row.round:
        raise TooManyTries
    _expected(held, nonce_digest, brought.step)  # and again under the lock: the first look takes its time
    seen = ports.judge().glance(brought.data, brought.step.name, row.kind)
    if not seen.is_good or seen.forbidden:
        return _not_kept(held, nonce_digest, brought, seen, by)
    stored = files.store([brought.data])
    try:
        receipt = _kept(held, nonce_digest, brought, _Stored(seen, stored), by)
    except BaseException:  # nobody would find it again
        files.delete(stored.id)
        raise
    if not receipt.is_accepted:
        files.delete(stored.id)
    return receipt


@dataclass(frozen=True, slots=True)
class _Stored:
    seen: Glance
    stored: files.Stored


@transaction.atomic
def _kept(held: CaptureSession, nonce_digest: str, brought: Brought, kept: _Stored, by: Actor) -> Receipt:
    open_one = _expected(held, nonce_digest, brought.step, lock=True)
    wrong = _tell_tale(open_one, brought, kept.stored.sha256)
    if wrong:
        return _written(open_one, brought, Glance(is_good=False, reasons=(wrong,)), None, by)
    return _written(open_one, brought, kept.seen, kept.stored, by)


@transaction.atomic
def _not_kept(held: CaptureSession, nonce_digest: str, brought: Brought, seen: Glance, by: Actor) -> Receipt:
    open_one = _expected(held, nonce_digest, brought.step, lock=True)
    if seen.forbidden:
        audit.record(
            actor=by,
            action="identity.shot.destroyed",
            subject=("verification", held.verification_id),
            details={"step": brought.step.name.value, "shows": seen.forbidden},
        )
        seen = Glance(is_good=False, reasons=(seen.forbidden,))
    return _written(open_one, brought, seen, None, by)


def _written(
    asked: Challenge, brought: Brought, seen: Glance, stored: files.Stored | None, by: Actor
) -> Receipt:
    """Append the shot; the last of a challenge uses it up."""
    row = asked.session.verification
    place = _place(asked)
    shot = Shot.objects.create(
        verification=row,
        challenge=asked,
        round=row.round,
        place=place,
        step=brought.step.name.value,
        pose=brought.step.pose,
        is_accepted=stored is not None,
        reasons=list(seen.reasons),
        scores=dict(seen.scores),
        file=stored.id if stored else "",
        sha256=stored.sha256 if stored else "",
        size=len(brought.data),
        content_type=seen.content_type if stored else "",
        taken_at_ms=brought.taken_at_ms,
        received_at=timezone.now(),
    )
    if stored is not None:
        audit.record(
            actor=by,
            action="identity.shot.received",
            subject=("verification", row.id),
            details={"shot": shot.id, "step": shot.step, "pose": shot.pose, "sha256": shot.sha256},
        )
    following = place + (stored is not None)
    if following == len(asked.steps):
        Challenge.objects.filter(id=asked.id).update(ended_at=timezone.now())
    return Receipt(stored is not None, seen.reasons, _step(asked, following), left(row))


def _expected(held: CaptureSession, nonce_digest: str, step: Step, *, lock: bool = False) -> Challenge:
    """The open challenge, if the step is its next one."""
    found = Challenge.objects.filter(nonce_digest=nonce_digest, session=held, ended_at__isnull=True)
    asked = (found.select_for_update() if lock else found).first()
    if asked is None or (lock and CaptureSession.objects.filter(id=held.id, ended_at__isnull=False).exists()):
        log.warning("identity.shot_refused", session_id=held.id, why="challenge_unknown")
        raise ChallengeUnknown
    if asked.expires_at <= timezone.now():
        raise ChallengeExpired
    if step != _step(asked, _place(asked)):
        log.warning("identity.shot_refused", session_id=held.id, why="out_of_order")
        raise StepOutOfOrder
    return asked


def _place(asked: Challenge) -> int:
    return asked.shots.filter(is_accepted=True).count()


def _step(asked: Challenge, place: int) -> Step | None:
    if place >= len(asked.steps):
        return None
    name, pose = asked.steps[place]
    return Step(StepName(name), pose)


def _tell_tale(asked: Challenge, brought: Brought, sha256: str) -> str:
    """Why a good picture is not believed: its moment cannot be, or its very bytes came before."""
    before = asked.shots.filter(is_accepted=True).order_by("-place").values_list("taken_at_ms", flat=True)
    elapsed = (timezone.now() - asked.issued_at) // timedelta(milliseconds=1)
    is_face = brought.step.name is StepName.FACE
    if not is_timely(brought.taken_at_ms, elapsed, before.first(), is_face=is_face):
        return UNTIMELY
    # Two pictures of a camera are never the same to the last bit.
    return REPEATED if asked.shots.filter(sha256=sha256).exists() else ""
