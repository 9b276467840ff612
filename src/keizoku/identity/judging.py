"""A capture is judged: stage by stage, each written down whole, so that it goes on where a killed worker left it, and once.

Who judges holds a lease that each stage renews. What it finds are checks; no check decides: that is for a person, or for a
policy that has earned it (``deciding``).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from keizoku.audit import actions as audit
from keizoku.identity import deciding, evidence, ports, reading, templates
from keizoku.identity.evidence import Current, Made, subject_of
from keizoku.identity.models import Check, Derivative, Shot, StageDone, Verification
from keizoku.identity.moving import move
from keizoku.identity.ports import FaceShot, Seen, SideRead
from keizoku.identity.rules.comparing import compare, expiry
from keizoku.identity.rules.outcomes import Outcome, Stage, overall
from keizoku.identity.rules.states import State
from keizoku.identity.rules.steps import StepName
from keizoku.kernel import files
from keizoku.kernel.actor import Actor
from keizoku.kernel.clock import business_today
from keizoku.kernel.crypto.grant import ReadGrant
from keizoku.kernel.logs import get_logger
from keizoku.kernel.tasks import task

log = get_logger(__name__)
JUDGE: Final = Actor.system("identity.judge")
LEASE: Final = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class _Case:
    row: Verification
    shots: Current
    grant: ReadGrant


@dataclass(frozen=True, slots=True)
class _Found:
    """What a stage found: its checks, a side's reading, and pictures made from shots."""

    seen: tuple[Seen, ...] = ()
    side: tuple[Shot, SideRead] | None = None
    made: tuple[tuple[Shot, Made, bytes], ...] = field(default=(), repr=False)
    template: bytes | None = field(default=None, repr=False)


@task("identity.judge")
def work(verification_id: int) -> None:
    """Judge one capture; it may run twice, stop anywhere and start late."""
    judge(verification_id)


def judge(verification_id: int) -> bool:
    """Judge what is still to be judged of a capture; False where somebody else does, or it is judged."""
    row = _taken(verification_id)
    if row is None:
        return False
    grant = audit.grant_read(actor=JUDGE, purpose="identity.judge", subjects=[subject_of(row)])
    case = _Case(row, evidence.current(row), grant)
    done = set(StageDone.objects.filter(verification=row, round=row.round).values_list("stage", flat=True))
    for stage in Stage:
        if stage in done:
            continue
        _renew(row)
        if not _written(case, stage, _WORK[stage](case)):
            return False
    return _over(row)


def _taken(verification_id: int) -> Verification | None:
    """The row under a lease of ours."""
    now = timezone.now()
    free = Q(leased_until__isnull=True) | Q(leased_until__lte=now)
    taken = Verification.objects.filter(free, id=verification_id, state=State.JUDGING).update(
        leased_until=now + LEASE
    )
    return Verification.objects.get(id=verification_id) if taken else None


def _renew(row: Verification) -> None:
    Verification.objects.filter(id=row.id, state=State.JUDGING).update(leased_until=timezone.now() + LEASE)


def _written(case: _Case, stage: Stage, found: _Found) -> bool:
    """A stage in one transaction, its files with it; False where another worker wrote it, or the case was withdrawn."""
    stored: list[str] = []
    try:
        with transaction.atomic():
            _write(case.row, stage, found, stored)
    except BaseException as fault:
        for file in stored:
            files.delete(file)
        if isinstance(fault, IntegrityError):
            log.info("identity.stage_left", verification_id=case.row.id, stage=stage.value)
            return False
        raise
    return True


def _write(row: Verification, stage: Stage, found: _Found, stored: list[str]) -> None:
    now = timezone.now()
    StageDone.objects.create(verification=row, round=row.round, stage=stage.value, done_at=now)
    if found.side is not None:
        reading.keep(found.side[0], row.round, found.side[1])
    for shot, name, picture in found.made:  # a handful
        stored.append(evidence.keep_made(shot, row.round, name, picture).file)
    templates.keep(row, found.template)
    Check.objects.bulk_create(
        Check(
            verification=row,
            round=row.round,
            stage=stage.value,
            place=place,
            name=seen.name,
            outcome=seen.outcome.value,
            reason=seen.reason,
            score=seen.score,
            threshold=seen.threshold,
            model=seen.model.name,
            model_version=seen.model.version,
            model_sha256=seen.model.sha256,
            made_at=now,
        )
        for place, seen in enumerate(found.seen)
    )


@transaction.atomic
def _over(row: Verification) -> bool:
    """All stages are written: a person is waited for, or a policy that may."""
    row = Verification.objects.select_for_update().get(id=row.id)
    if row.state != State.JUDGING:
        return False
    outcomes = [
        Outcome(each)
        for each in Check.objects.filter(verification=row, round=row.round).values_list("outcome", flat=True)
    ]
    move(row, State.WAITING, leased_until=None)
    audit.record(
        actor=JUDGE,
        action="identity.verification.judged",
        subject=("verification", row.id),
        details={
            "round": row.round,
            "overall": overall(outcomes).value,
            **{each.value: outcomes.count(each) for each in Outcome},
        },
    )
    deciding.decide_by_policy(row.id)  # where a policy may; everything else waits for a person
    return True


def _side(case: _Case, step: StepName) -> _Found:
    shot = case.shots.sides.get(step)
    if shot is None:
        return _Found(_missing(case.row, step))
    data = evidence.opened(shot, case.grant)
    read = ports.judge().read(data, case.row.kind, step)
    made = [(shot, Made.VIEW, ports.judge().view(data)), (shot, Made.CARD, read.card)]
    if read.portrait is not None:
        made.append((shot, Made.PORTRAIT, read.portrait))
    return _Found((*read.seen, *_before(shot)), (shot, read), tuple(made))


def _front(case: _Case) -> _Found:
    return _side(case, StepName.FRONT)


def _back(case: _Case) -> _Found:
    return _side(case, StepName.BACK)


def _tilt(case: _Case) -> _Found:
    flat, tilt = case.shots.sides.get(StepName.FRONT), case.shots.sides.get(StepName.TILT)
    if flat is None or tilt is None:
        return _Found(_missing(case.row, StepName.TILT))
    data = evidence.opened(tilt, case.grant)
    seen = ports.judge().tilted(evidence.opened(flat, case.grant), data)
    return _Found((*seen, *_before(tilt)), made=((tilt, Made.VIEW, ports.judge().view(data)),))


def _face(case: _Case) -> _Found:
    if not case.shots.faces:
        return _Found(_missing(case.row, StepName.FACE))
    held = [(shot, evidence.opened(shot, case.grant)) for shot in case.shots.faces]
    shots = [FaceShot(data, shot.pose, shot.taken_at_ms) for shot, data in held]
    faces = ports.judge().faces(_portrait(case), shots)
    before = [seen for shot, _ in held for seen in _before(shot)]
    made = tuple((shot, Made.VIEW, ports.judge().view(data)) for shot, data in held)
    seen = (*faces.seen, *_missing(case.row, StepName.FACE), *before)
    return _Found(seen, made=made, template=faces.template)


def _record(case: _Case) -> _Found:
    said = reading.as_compared(reading.fields_of(case.row, case.grant))
    lines = [*compare(said, reading.held_of(case.row, case.grant))]
    if (valid := expiry(said, business_today())) is not None:
        lines.append(valid)
    return _Found(tuple(Seen(f"record_{line.field}", line.outcome, line.reason) for line in lines))


def _portrait(case: _Case) -> bytes | None:
    front = case.shots.sides.get(StepName.FRONT)
    made = Derivative.objects.filter(shot=front, round=case.row.round, name=Made.PORTRAIT.value).first()
    return evidence.opened_made(made, case.grant) if made is not None else None


def _missing(row: Verification, step: StepName) -> tuple[Seen, ...]:
    """What the customer let go, by the reason given; a kind that has no such step has no check of it."""
    reasons = row.skips.filter(step=step.value).order_by("round", "id").values_list("reason", flat=True)
    return tuple(Seen(f"{step.value}_skipped", Outcome.UNSURE, reason) for reason in dict.fromkeys(reasons))


def _before(shot: Shot) -> tuple[Seen, ...]:
    """A camera never makes the same picture twice: the very bytes of another verification are an injected picture's."""
    elsewhere = Shot.objects.filter(sha256=shot.sha256).exclude(verification_id=shot.verification_id)
    name = f"{shot.step}_bytes_new"
    if elsewhere.exists():
        return (Seen(name, Outcome.FAILED, "picture_seen_before"),)
    return (Seen(name, Outcome.PASSED),)


_WORK: Final[Mapping[Stage, Callable[[_Case], _Found]]] = {
    Stage.FRONT: _front,
    Stage.BACK: _back,
    Stage.TILT: _tilt,
    Stage.FACE: _face,
    Stage.RECORD: _record,
}
