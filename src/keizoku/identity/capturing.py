"""The wire of the capture: what a page may ask and bring in. The browser is never believed.

A page holds a session's token. For each part it asks for a challenge: a nonce with the steps in their order, first those of
the document, then the face, whose poses are drawn when they are asked for. Each shot names nonce, step and its moment; what
does not fit is refused, and nothing else is lost by it. Everything is judged again, whole, once the page has finished.

    session = begin(verification_id, by)            # its token goes to the page; a later one ends this
    choose(session, "driving_licence")
    while (asked := challenge(session)).steps:      # no steps: nothing is outstanding
        for step in asked.steps:
            receipt = receive(session, asked.nonce, step, data, taken_at_ms)
    finish(session)
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from keizoku.audit import actions as audit
from keizoku.identity import judging, models, ports, receiving
from keizoku.identity.errors import (
    KindFixed,
    KindNotChosen,
    NotComplete,
    SessionOver,
    SessionUnknown,
    SkipRefused,
    TooManyTries,
    VerificationOver,
)
from keizoku.identity.models import CaptureSession, Verification
from keizoku.identity.moving import move
from keizoku.identity.receiving import Receipt
from keizoku.identity.rules.purposes import LEGAL_USE_WORDS, PURPOSE_WORDS, LegalUse, Purpose
from keizoku.identity.rules.states import AWAITING_CUSTOMER, State
from keizoku.identity.rules.steps import (
    LONGEST_SESSION,
    MAY_SKIP,
    MOST_CHALLENGES,
    Kind,
    SkipReason,
    Step,
    StepName,
    lasts,
    part_of,
    steps_of,
)
from keizoku.kernel.actor import Actor
from keizoku.kernel.ids import secret

__all__ = ["Challenge", "Receipt", "Session", "Step", "Telling"]

_TOKEN_BITS: Final = 256
_NONCE_BITS: Final = 128


@dataclass(frozen=True, slots=True)
class Session:
    """The right of one page to bring in shots of one verification; ``token`` is told once, to that page."""

    id: int
    verification_id: int
    token: str
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Telling:
    """What is said before the camera opens, and where the capture stands.

    Attributes:
        institution, purpose, legal_use: who asks and what for, in words.
        kind: the document's kind, "" before it is chosen.
        state: the verification's state.
        left: the steps that are outstanding, in order; all kinds' first step before one is chosen.
    """

    institution: str
    purpose: str
    legal_use: str
    kind: str
    state: State
    left: tuple[StepName, ...]
    is_again: bool


@dataclass(frozen=True, slots=True)
class Challenge:
    """What the page is to bring, in this order, until ``expires_at``; without steps nothing is outstanding."""

    nonce: str
    steps: tuple[Step, ...]
    expires_at: datetime


@transaction.atomic
def begin(verification_id: int, by: Actor) -> Session:
    """Open a session for a page; one that was open before, on whatever device, ends with it.

    Raises:
        VerificationOver: nothing is awaited from the customer.
    """
    row = Verification.objects.select_for_update().get(id=verification_id)
    if State(row.state) not in AWAITING_CUSTOMER:
        raise VerificationOver
    now, token = timezone.now(), secret(_TOKEN_BITS)
    row.sessions.filter(ended_at__isnull=True).update(ended_at=now)
    made = CaptureSession.objects.create(
        verification=row,
        token_digest=_digest(token),
        begun_by=str(by),
        begun_at=now,
        ends_at=now + LONGEST_SESSION,
    )
    _record(by, "identity.capture.begun", row, session=made.id)
    return Session(made.id, row.id, token, made.ends_at)


def resume(token: str) -> Session:
    """The session of a token, after a reload or on the other device that it was handed to.

    Raises:
        SessionUnknown: no such token.
        SessionOver: too old, or taken over by a later session.
    """
    row = CaptureSession.objects.filter(token_digest=_digest(token)).first()
    if row is None:
        raise SessionUnknown
    session = Session(row.id, row.verification_id, token, row.ends_at)
    _open(session)
    return session


def tell(session: Session) -> Telling:
    """Who asks, what for, and what is outstanding. Holds when the session is over, so that a reload sees the end."""
    row = Verification.objects.get(id=session.verification_id)
    return Telling(
        institution=settings.INSTITUTION,
        purpose=PURPOSE_WORDS[Purpose(row.purpose)],
        legal_use=LEGAL_USE_WORDS[LegalUse(row.legal_use)],
        kind=row.kind,
        state=State(row.state),
        left=receiving.left(row) if row.kind and State(row.state) in AWAITING_CUSTOMER else (),
        is_again=row.round > 1,
    )


@transaction.atomic
def choose(session: Session, kind: str) -> None:
    """Say which document will be shown; until its first shot has arrived, another may be chosen.

    Raises:
        SessionOver: too old, or taken over.
        KindNotChosen: not a kind of document that we read.
        KindFixed: shots of another kind are there.
    """
    held = _open(session, lock=True)
    row = held.verification
    if kind not in set(Kind):
        raise KindNotChosen
    if kind == row.kind:
        return
    if row.shots.filter(is_accepted=True).exists():
        raise KindFixed
    Verification.objects.filter(id=row.id).update(kind=kind)
    _end_challenge(held)
    _record(_actor(held), "identity.capture.kind_chosen", row, kind=kind)


@transaction.atomic
def challenge(session: Session) -> Challenge:
    """Ask what to bring next; the challenge before it, if it was not used up, is worth nothing any more.

    Raises:
        SessionOver: too old, or taken over.
        KindNotChosen: the kind of document is not known yet.
        TooManyTries: it has been tried so often that a person should help.
    """
    held = _open(session, lock=True)
    row = held.verification
    if not row.kind:
        raise KindNotChosen
    now = timezone.now()
    _end_challenge(held)
    if models.Challenge.objects.filter(session__verification=row).count() >= MOST_CHALLENGES * row.round:
        raise TooManyTries
    if State(row.state) is not State.CAPTURING:
        move(row, State.CAPTURING)
    may_turn = not row.skips.filter(round=row.round, reason=SkipReason.HEAD_TURN_DECLINED).exists()
    left = receiving.left(row)
    poses = ports.judge().poses() if left == (StepName.FACE,) and may_turn else ()
    steps = part_of(left, poses, may_turn=may_turn)
    nonce = secret(_NONCE_BITS)
    made = models.Challenge(
        session=held,
        nonce_digest=_digest(nonce),
        steps=[step.as_row() for step in steps],
        issued_at=now,
        expires_at=now + lasts(steps),
        ended_at=None if steps else now,
    )
    made.save()
    _record(_actor(held), "identity.challenge.issued", row, challenge=made.id, steps=len(steps))
    return Challenge(nonce, steps, made.expires_at)


def receive(session: Session, nonce: str, step: Step, data: bytes, taken_at_ms: int) -> Receipt:
    """Take in one shot, as it came from the camera.

    Args:
        session: of the page.
        nonce: of the page's challenge.
        step: the next step of the challenge, with its pose.
        data: the picture's bytes; kept as they came, encrypted, or not at all.
        taken_at_ms: when it was taken: milliseconds since the page was given the challenge, by its own steady clock
            (``performance.now()``).

    Raises:
        SessionOver: too old, or taken over.
        ChallengeUnknown: of another session, used up, or replaced.
        ChallengeExpired: too late: ask for another.
        StepOutOfOrder: not the next step of the challenge.
        ShotTooLarge, TooManyTries: see their words.
    """
    held = _open(session)
    return receiving.receive(
        held, _digest(nonce), receiving.Brought(step, data, taken_at_ms), by=_actor(held)
    )


@transaction.atomic
def skip(session: Session, step: StepName, reason: SkipReason) -> tuple[StepName, ...]:
    """Note that a shot is not wanted or cannot be made, and return what is still outstanding. A person will decide.

    Raises:
        SessionOver: too old, or taken over.
        KindNotChosen: the kind of document is not known yet.
        SkipRefused: this step cannot be let go for that.
    """
    held = _open(session, lock=True)
    row = held.verification
    if not row.kind:
        raise KindNotChosen
    if reason not in MAY_SKIP[step] or step not in steps_of(Kind(row.kind), again=row.again):
        raise SkipRefused
    _, is_new = row.skips.get_or_create(
        round=row.round, step=step.value, reason=reason.value, defaults={"skipped_at": timezone.now()}
    )
    if is_new:
        _end_challenge(held)
        _record(_actor(held), "identity.shot.skipped", row, step=step.value, reason=reason.value)
    return receiving.left(row)


@transaction.atomic
def finish(session: Session) -> State:
    """Hand the capture in to be judged; a second call changes nothing and tells the state.

    Raises:
        SessionUnknown: no such session.
        SessionOver: too old, or taken over, with shots outstanding.
        NotComplete: a shot is outstanding.
    """
    row = Verification.objects.select_for_update().get(id=session.verification_id)
    if State(row.state) not in AWAITING_CUSTOMER:
        return State(row.state)
    held = _open(session, lock=True)
    if State(row.state) is not State.CAPTURING or not row.kind or receiving.left(row):
        raise NotComplete
    now = timezone.now()
    _end_challenge(held)
    CaptureSession.objects.filter(id=held.id).update(ended_at=now)
    move(row, State.JUDGING)
    _record(_actor(held), "identity.capture.finished", row, round=row.round)
    judging.work.wake(verification_id=row.id)
    return State.JUDGING


def _open(session: Session, *, lock: bool = False) -> CaptureSession:
    """The session's row with its verification, while it is open; locked from the verification down."""
    if lock:
        Verification.objects.select_for_update().get(id=session.verification_id)
    row = (
        CaptureSession.objects.select_related("verification")
        .filter(id=session.id, token_digest=_digest(session.token))
        .first()
    )
    if row is None:
        raise SessionUnknown
    is_open = row.ended_at is None and row.ends_at > timezone.now()
    if not is_open or State(row.verification.state) not in AWAITING_CUSTOMER:
        raise SessionOver
    return row


def _end_challenge(held: CaptureSession) -> None:
    held.challenges.filter(ended_at__isnull=True).update(ended_at=timezone.now())


def _actor(held: CaptureSession) -> Actor:
    kind, _, name = held.begun_by.partition(":")
    if kind not in ("staff", "customer", "system"):
        raise IntegrityError(f"session {held.id} was begun by nobody")
    return Actor(kind, name)  # type: ignore[arg-type]  # looked at above


def _digest(token: str) -> str:
    """Tokens are random and long: a plain digest tells nothing of them."""
    return hashlib.sha256(token.encode()).hexdigest()


def _record(by: Actor, action: str, row: Verification, **details: str | int | None) -> None:
    audit.record(actor=by, action=action, subject=("verification", row.id), details=details)
