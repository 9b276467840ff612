"""What is said of a performance: frozen values with stable codes."""

from dataclasses import dataclass, field
from enum import StrEnum

from keizoku.vision.checks import Check, Outcome
from keizoku.vision.faces import Template
from keizoku.vision.pictures import Picture


class Reason(StrEnum):
    """Why a check did not pass."""

    NO_SHOTS = "no_shots"
    NO_FACE = "no_face"
    TWO_FACES = "two_faces"
    NO_PLAIN_FACE = "no_plain_face"
    POSE_WRONG = "pose_wrong"
    POSE_UNCLEAR = "pose_unclear"
    NO_POSES = "no_poses"
    OTHER_FACE = "other_face"
    FACE_UNCLEAR = "face_unclear"
    NO_PORTRAIT = "no_portrait"
    NOT_THE_DOCUMENTS = "not_the_documents"
    FRAME_REPEATED = "frame_repeated"
    ORDER_WRONG = "order_wrong"
    TOO_EVEN = "too_even"
    FLAT = "flat"
    FLATTENED = "flattened"
    SCREEN_SUSPECTED = "screen_suspected"


class Species(StrEnum):
    """Attacks that are measured, each on its own."""

    PRINT = "print"
    SCREEN_REPLAY = "screen_replay"
    MASK_PICTURE = "mask_picture"
    INJECTED_STILL = "injected_still"
    INJECTED_RECORDING = "injected_recording"
    INJECTED_PUPPET = "injected_puppet"


@dataclass(frozen=True)
class Shot:
    """One picture with what was asked for and the browser's moment in milliseconds."""

    picture: Picture = field(repr=False)
    pose_asked: str
    at_ms: int


@dataclass(frozen=True)
class Liveness:
    """The judgement; `template` is of the plain face, for whoever must compare it and then destroy it."""

    result: Outcome
    checks: tuple[Check, ...]
    reasons: tuple[str, ...]
    confidence: float
    template: Template | None = field(repr=False, default=None)
