"""What somebody else must implement: whoever looks at pictures.

Bytes go in, plain values come out: whatever decodes untrusted pictures does it in a process of its own, behind this.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from keizoku.identity.errors import JudgeMissing
from keizoku.identity.rules.outcomes import Outcome
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


@dataclass(frozen=True, slots=True)
class Model:
    """What a judgement was made with; all empty for a rule."""

    name: str = ""
    version: str = ""
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """One judgement: what was looked at, how sure, against which threshold, by which model; ``reason`` is a code."""

    name: str
    outcome: Outcome
    reason: str = ""
    score: float | None = None
    threshold: float | None = None
    model: Model = field(default_factory=Model)


@dataclass(frozen=True, slots=True)
class FieldRead:
    """A value of a document. ``doubts`` are codes; ``box`` is (x, y, width, height) in thousandths of the card."""

    value: str = field(repr=False)
    raw: str = field(repr=False)
    confidence: float
    doubts: tuple[str, ...] = ()
    box: tuple[int, int, int, int] = (0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class SideRead:
    """One side of a document as it was read; ``card`` and ``portrait`` are JPEG, the latter None where none was found."""

    kind: str
    fields: Mapping[str, FieldRead]
    seen: tuple[Seen, ...]
    confidence: float
    card: bytes = field(repr=False)
    portrait: bytes | None = field(repr=False, default=None)


@dataclass(frozen=True, slots=True)
class FaceShot:
    """One picture of the face, with the pose that was asked for and its moment."""

    data: bytes = field(repr=False)
    pose: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class FacesSeen:
    """What was judged of the faces; ``template`` (128 floats as bytes) is nobody's to keep unless a setting says so."""

    seen: tuple[Seen, ...]
    template: bytes | None = field(repr=False, default=None)


class Judge(Protocol):
    """Looks at pictures. Nothing of what it is given is kept by it."""

    def glance(self, data: bytes, step: StepName, kind: str) -> Glance:
        """The first look, in less than a second."""
        ...

    def poses(self) -> tuple[str, ...]:
        """Poses of the face, drawn anew each time; the first is plain, never two neighbours alike."""
        ...

    def read(self, data: bytes, kind: str, step: StepName) -> SideRead:
        """Read one side, ``FRONT`` or ``BACK``, of a document of this kind."""
        ...

    def tilted(self, flat: bytes, tilt: bytes) -> tuple[Seen, ...]:
        """Whether the second picture shows the same document tilted, with its thickness."""
        ...

    def faces(self, portrait: bytes | None, shots: Sequence[FaceShot]) -> FacesSeen:
        """Whether the poses were done, by one face, the document's own."""
        ...

    def view(self, data: bytes) -> bytes:
        """The picture as JPEG, upright and of a size for a screen: whatever the original is, a browser shows this."""
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
