"""What somebody else must implement: whoever looks at pictures.

Bytes go in, plain values come out: whatever decodes untrusted pictures does it in a process of its own, behind this.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from keizoku.identity.errors import JudgeMissing
from keizoku.identity.rules.steps import StepName


@dataclass(frozen=True, slots=True)
class Glance:
    """A first look at one shot, while the customer waits.

    Attributes:
        is_good: whether it can be judged; else ``reasons`` says why not, in codes.
        forbidden: the code of a number that must not be kept ("individual_number", "insurance_number"), "" for none.
        content_type: what the bytes are, by their content.
    """

    is_good: bool
    reasons: tuple[str, ...] = ()
    scores: Mapping[str, float] = field(default_factory=dict)
    forbidden: str = ""
    content_type: str = "image/jpeg"


class Judge(Protocol):
    """Looks at pictures. Nothing of what it is given is kept by it."""

    def glance(self, data: bytes, step: StepName, kind: str) -> Glance:
        """The first look, in less than a second."""
        ...

    def poses(self) -> tuple[str, ...]:
        """Poses of the face, drawn anew each time; the first is plain, never two neighbours alike."""
        ...


_made: list[Callable[[], Judge]] = []


def use(make: Callable[[], Judge]) -> None:
    """Name whoever looks at pictures in this process; the last one named does."""
    _made[:] = [make]


def judge() -> Judge:
    """Whoever looks at pictures.

    Raises:
        JudgeMissing: this process was started without one.
    """
    if not _made:
        raise JudgeMissing
    return _made[0]()
