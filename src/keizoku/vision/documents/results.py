"""What looking at and reading a document gives: plain values that other rooms store and show.

Codes only; whoever talks to a person turns them into words.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from keizoku.vision.checks import Check
from keizoku.vision.pictures import Picture

# Four corners (x, y) in pixels: upper left, upper right, lower right, lower left as the picture shows them.
Quad = npt.NDArray[np.float64]


class Kind(StrEnum):
    """The kinds of document that can be read."""

    DRIVING_LICENCE = "driving_licence"
    DRIVING_HISTORY = "driving_history"
    MY_NUMBER_CARD = "my_number_card"
    PASSPORT = "passport"
    RESIDENCE_CARD = "residence_card"
    SPECIAL_PERMANENT_RESIDENT = "special_permanent_resident"


class Side(StrEnum):
    FRONT = "front"
    BACK = "back"


class Reason(StrEnum):
    """Why a shot will not do, or goes to a person."""

    NO_DOCUMENT = "no_document"
    TWO_DOCUMENTS = "two_documents"
    TOO_SMALL = "too_small"
    CUT_OFF = "cut_off"
    BLUR = "blur"
    GLARE = "glare"
    COVERED = "covered"
    DARK = "dark"
    BLACK_AND_WHITE = "black_and_white"
    SCREEN_SUSPECTED = "screen_suspected"
    UNKNOWN_KIND = "unknown_kind"
    OTHER_KIND = "other_kind"
    FORBIDDEN = "forbidden"


class Why(StrEnum):
    """Why a value is doubtful."""

    NOT_FOUND = "not_found"
    NOT_SURE = "not_sure"
    MALFORMED = "malformed"
    VARIANT_POSSIBLE = "variant_possible"
    CHECK_FAILED = "check_failed"
    NOT_IN_POSTAL_LIST = "not_in_postal_list"
    CORRECTED = "corrected"


@dataclass(frozen=True)
class Doubt:
    """One reason not to believe a value as it stands; `character` and what could stand there instead, where one is meant."""

    why: Why
    character: str = ""
    alternatives: str = ""


@dataclass(frozen=True)
class Field:
    """A value read; "" where nothing was. `raw` is what the recogniser said; `box` is (x, y, width, height) in
    thousandths of the card.
    """

    name: str
    value: str
    raw: str
    confidence: float
    doubts: tuple[Doubt, ...] = ()
    box: tuple[int, int, int, int] = (0, 0, 0, 0)

    @property
    def is_doubtful(self) -> bool:
        return bool(self.doubts)


@dataclass(frozen=True)
class Look:
    """A quick judgement of one shot. `quad` is in pixels of the picture; no reason means that it will do."""

    found: bool
    quad: Quad | None
    reasons: tuple[Reason, ...]
    scores: Mapping[str, float]

    @property
    def will_do(self) -> bool:
        return self.found and not self.reasons


@dataclass(frozen=True)
class Reading:
    """What a document says. `card` is the straightened picture, upright; `kind` None for one that we do not know."""

    kind: Kind | None
    side: Side
    fields: Mapping[str, Field]
    checks: tuple[Check, ...]
    portrait: Picture | None
    card: Picture
    reasons: tuple[Reason, ...]
    confidence: float
    scores: Mapping[str, float] = field(default_factory=dict)

    @property
    def doubtful(self) -> tuple[str, ...]:
        """Names of the fields that a person has to look at."""
        return tuple(name for name, one in self.fields.items() if one.is_doubtful)
