"""Faults on demand: what a carrier does wrong to the next so many requests.

Armed over POST /_sandbox/faults; a fault is used up by requests that would send something, never by look-ups.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

CARRIERS = ("line", "smtp", "sms", "print")


class FaultKind(StrEnum):
    SLOW = "slow"  # acts, answers late
    FAIL = "fail"  # 500 or 451, nothing acted
    TIMEOUT_AFTER_ACTING = "timeout_after_acting"  # acts, hangs, closes without an answer
    DROP_BEFORE = "drop_before"  # closes before acting
    REPEAT_WEBHOOK = "repeat_webhook"  # the same webhook twice
    RATE_LIMIT = "rate_limit"  # 429, or 450 in SMTP


ON_REQUESTS = frozenset(FaultKind) - {FaultKind.REPEAT_WEBHOOK}


@dataclass(slots=True)
class Fault:
    """`remaining` more requests go wrong; `delay` in seconds is how long slow and hanging ones take."""

    carrier: str
    kind: FaultKind
    remaining: int
    delay: float

    @property
    def is_late(self) -> bool:
        return self.kind in {FaultKind.SLOW, FaultKind.TIMEOUT_AFTER_ACTING}

    @property
    def is_silent(self) -> bool:
        """Whether the connection is cut in place of an answer."""
        return self.kind in {FaultKind.TIMEOUT_AFTER_ACTING, FaultKind.DROP_BEFORE}


class Faults:
    def __init__(self) -> None:
        self._armed: list[Fault] = []
        self.used = 0

    def arm(self, carrier: str, kind: FaultKind, count: int, delay: float) -> None:
        self._armed.append(Fault(carrier, kind, count, delay))

    def disarm(self) -> None:
        self._armed.clear()

    def take(self, carrier: str, kinds: Collection[FaultKind] = ON_REQUESTS) -> Fault | None:
        """The oldest armed fault that fits, used up by one; None where all goes well."""
        for fault in self._armed:
            if fault.carrier == carrier and fault.kind in kinds:
                fault.remaining -= 1
                self.used += 1
                if not fault.remaining:
                    self._armed.remove(fault)
                return fault
        return None

    def listed(self) -> list[dict[str, Any]]:
        return [
            {
                "carrier": fault.carrier,
                "kind": fault.kind.value,
                "remaining": fault.remaining,
                "delay_ms": round(fault.delay * 1000),
            }
            for fault in self._armed
        ]
