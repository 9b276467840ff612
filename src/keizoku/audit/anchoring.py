"""Carries the chain's heads outside: what a place has not yet taken is what lies above its newest receipt.

May run twice at once, stop anywhere and start late: a place takes the same head twice without harm, and a receipt is
written once. A place that cannot be reached is tried again by the next run; a place that refuses is told to people.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from keizoku.audit import anchors, entries
from keizoku.audit.models import AnchorAttempt, AnchorReceipt, Block
from keizoku.audit.outside.file import HeadsFile
from keizoku.audit.outside.witness import Witness
from keizoku.audit.ports import AnchorPlace, Head, Kept, NotReached, Refused
from keizoku.kernel.actor import Actor
from keizoku.kernel.logs import get_logger

log = get_logger(__name__)

HEADS_AT_A_TIME = 500
# Heads are carried out each hour; a day and two hours without success is no longer "daily".
OVERDUE_AFTER = timedelta(hours=26)


@dataclass(frozen=True, slots=True)
class PlaceState:
    """What one place holds and how reaching it goes. ``kept_number`` 0: nothing yet."""

    place: str
    kept_number: int
    kept_digest: str
    kept_at: datetime | None
    place_key: str
    pending: int
    failures: int
    failed_since: datetime | None
    fault: str
    is_refused: bool
    is_overdue: bool

    @property
    def needs_attention(self) -> bool:
        return self.is_refused or self.is_overdue


def places() -> list[AnchorPlace]:
    """The places that the settings name."""
    found: list[AnchorPlace] = []
    if settings.AUDIT_ANCHOR_FILE:
        found.append(HeadsFile(Path(settings.AUDIT_ANCHOR_FILE)))
    if settings.AUDIT_WITNESS_URL:
        token = Path(settings.AUDIT_WITNESS_TOKEN_FILE).read_text(encoding="utf-8").strip()
        receipt = _newest_receipt(Witness.name)  # without a key written down, the first answer's stays
        key = settings.AUDIT_WITNESS_KEY or (receipt.place_key if receipt else "")
        found.append(Witness(settings.AUDIT_WITNESS_URL, token, key))
    return found


def anchor_all(actor: Actor) -> list[PlaceState]:
    """Bring to each place what it lacks, and say how each stands."""
    for place in places():
        anchor(place, actor)
    return states()


def anchor(place: AnchorPlace, actor: Actor) -> None:
    """Bring one place up to date, some hundred heads at a time, until it has all or does not take them."""
    while heads := pending(place.name):
        outcome = place.keep(heads)
        if not isinstance(outcome, Kept):
            _note_failure(place.name, outcome, actor)
            return
        _note_kept(place.name, heads, outcome, actor)


def pending(place: str) -> list[Head]:
    """The next heads that the place has not taken."""
    rows = Block.objects.filter(number__gt=_kept_number(place)).order_by("number")
    installation = anchors.installation()
    return [
        Head(installation, number, bytes(previous).hex(), bytes(digest).hex())
        for number, previous, digest in rows.values_list("number", "previous", "digest")[:HEADS_AT_A_TIME]
    ]


def states() -> list[PlaceState]:
    """How each configured place stands now."""
    now = timezone.now()
    return [_state(name, now) for name in _names()]


def needs_attention() -> bool:
    """Whether some place refused, or has taken nothing for longer than a day."""
    return any(state.needs_attention for state in states())


def _names() -> list[str]:
    configured = {"file": settings.AUDIT_ANCHOR_FILE, "witness": settings.AUDIT_WITNESS_URL}
    return [name for name, value in configured.items() if value]


def _state(place: str, now: datetime) -> PlaceState:
    receipt = _newest_receipt(place)
    attempt = AnchorAttempt.objects.filter(place=place).first()
    waiting = Block.objects.filter(number__gt=receipt.number if receipt else 0)
    oldest = waiting.order_by("number").values_list("sealed_at", flat=True).first()
    return PlaceState(
        place=place,
        kept_number=receipt.number if receipt else 0,
        kept_digest=receipt.digest if receipt else "",
        kept_at=receipt.kept_at if receipt else None,
        place_key=receipt.place_key if receipt else "",
        pending=waiting.count(),
        failures=attempt.failures if attempt else 0,
        failed_since=attempt.failed_since if attempt else None,
        fault=attempt.fault if attempt else "",
        is_refused=attempt.is_refused if attempt else False,
        is_overdue=oldest is not None and now - oldest > OVERDUE_AFTER,
    )


def _newest_receipt(place: str) -> AnchorReceipt | None:
    return AnchorReceipt.objects.filter(place=place).order_by("-number").first()


def _kept_number(place: str) -> int:
    receipt = _newest_receipt(place)
    return receipt.number if receipt else 0


def _note_kept(place: str, heads: Sequence[Head], kept: Kept, actor: Actor) -> None:
    last = heads[-1]
    with transaction.atomic():
        receipt = AnchorReceipt(
            place=place,
            number=last.number,
            digest=last.digest,
            kept_at=kept.kept_at,
            place_key=kept.place_key,
            signature=kept.signature,
        )
        AnchorReceipt.objects.bulk_create([receipt], ignore_conflicts=True)  # another run may have been first
        _note_attempt(place, {"failed_since": None, "failures": 0, "fault": "", "is_refused": False})
        details: dict[str, str | int | None] = {"place": place, "block": last.number, "count": len(heads)}
        entries.write(actor, "audit.heads.anchored", None, purpose="", details=details)
    log.info("audit.heads_anchored", place=place, number=last.number, heads=len(heads))


def _note_failure(place: str, outcome: Refused | NotReached, actor: Actor) -> None:
    """The first failure in a row, and each new kind of it, leaves an entry."""
    is_refused = isinstance(outcome, Refused)
    with transaction.atomic():
        before = AnchorAttempt.objects.select_for_update().filter(place=place).first()
        _note_attempt(place, {"fault": outcome.code, "is_refused": is_refused})
        AnchorAttempt.objects.filter(place=place).update(failures=F("failures") + 1)
        AnchorAttempt.objects.filter(place=place, failed_since=None).update(failed_since=timezone.now())
        if before is None or before.fault != outcome.code:
            details: dict[str, str | int | None] = {"place": place, "reason": outcome.code}
            entries.write(actor, "audit.anchoring.failed", None, purpose="", details=details)
    log.error("audit.anchoring_failed", place=place, code=outcome.code, is_refused=is_refused)


def _note_attempt(place: str, columns: dict[str, object]) -> None:
    now = timezone.now()
    AnchorAttempt.objects.update_or_create(place=place, defaults={"attempted_at": now, **columns})
