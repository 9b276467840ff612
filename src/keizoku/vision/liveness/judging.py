"""Judging a performance: what was seen in its shots, then one check after another.

Seeing is dear (faces and templates) and does not depend on what was asked; judging is cheap. All thresholds were chosen on
drawn heads and public photographs, not on a house's own customers: docs/accuracy.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

import numpy as np

from keizoku.vision import faces
from keizoku.vision.checks import Check, Outcome, overall, passed
from keizoku.vision.faces import Face, Pose, Template
from keizoku.vision.faces.networks import said_by
from keizoku.vision.liveness.challenge import PLAIN
from keizoku.vision.liveness.results import Liveness, Reason, Shot
from keizoku.vision.liveness.tells import beats, nearest_frames, relief
from keizoku.vision.pictures import Picture

# Measured degrees from the person's own plain face. Warped photographs read 55–65 % of a turn, drawn heads all of it.
TURNED: Final = {"left": 12.0, "right": 12.0, "up": 8.0, "down": 8.0}
_SECOND: Final = 0.4
_REPEATED: Final = 0.6
_EVEN_MS: Final = 4
_LEAST_MS: Final = 300
_INTERVALS: Final = 3
# Share of the width that the best flat picture leaves: drawn heads 3.5–7 %, tilted prints 0.4–1.6 %, bent ones between.
_SOLID: Final = {"left": 0.034, "right": 0.034, "up": 0.021, "down": 0.021}
_FLAT: Final = 0.014
_BEATS: Final = 14.0
_SAME: Final = 0.60  # turned faces of one person lie farther from the plain one than two plain ones do
_OTHER: Final = 0.75


@dataclass(frozen=True)
class Seen:
    """What is in the shots, whatever was asked; all lists in the order of the shots."""

    faces: tuple[tuple[Face, ...], ...] = field(repr=False)
    templates: tuple[Template | None, ...] = field(repr=False)
    beats: tuple[float, ...]
    nearest: float
    at_ms: tuple[int, ...]
    portrait: Template | None = field(repr=False)
    has_portrait: bool


def judge(shots: Sequence[Shot], portrait: Picture | None) -> Liveness:
    """Whether the poses were done, in order, by one living face, the portrait's own."""
    return judged(seen(shots, portrait), [shot.pose_asked for shot in shots])


def seen(shots: Sequence[Shot], portrait: Picture | None) -> Seen:
    """Find and measure everything once."""
    found = tuple(faces.find(shot.picture) for shot in shots)
    templates = tuple(
        faces.template(shot.picture, spots[0]) if spots else None
        for shot, spots in zip(shots, found, strict=True)
    )
    waves = tuple(
        beats(shot.picture, spots[0]) if spots else 0.0 for shot, spots in zip(shots, found, strict=True)
    )
    spots = faces.find(portrait) if portrait is not None else ()
    return Seen(
        found,
        templates,
        waves,
        nearest_frames([shot.picture for shot in shots]),
        tuple(shot.at_ms for shot in shots),
        faces.template(portrait, spots[0]) if portrait is not None and spots else None,
        portrait is not None,
    )


def judged(what: Seen, asked: Sequence[str]) -> Liveness:
    """The checks of what was seen against what was asked."""
    if not asked or len(asked) != len(what.faces):
        return _said((_check("face_present", Outcome.FAILED, Reason.NO_SHOTS),), None)
    present = _present(what)
    plain = next((n for n, pose in enumerate(asked) if pose == PLAIN and what.faces[n]), None)
    if plain is None:
        missing = _check("face_poses", Outcome.UNSURE, Reason.NO_PLAIN_FACE)
        return _said((present, missing, *_frames(what)), None)
    checks = (
        present,
        _poses(what, asked, plain),
        _solid(what, asked, plain),
        _continuous(what, plain),
        _documents(what, plain),
        *_frames(what),
    )
    return _said(checks, what.templates[plain])


def _check(
    name: str, outcome: Outcome, reason: str, score: float | None = None, threshold: float | None = None
) -> Check:
    return Check(name, outcome, str(reason), score, threshold)


def _said(checks: tuple[Check, ...], template: Template | None) -> Liveness:
    reasons = tuple(dict.fromkeys(check.reason for check in checks if check.reason))
    sure = sum(check.outcome is Outcome.PASSED for check in checks) / len(checks)
    return Liveness(overall(checks), checks, reasons, round(sure, 3), template)


def _present(what: Seen) -> Check:
    if any(not spots for spots in what.faces):
        return _check("face_present", Outcome.UNSURE, Reason.NO_FACE)
    if any(len(spots) > 1 and spots[1].width > _SECOND * spots[0].width for spots in what.faces):
        return _check("face_present", Outcome.FAILED, Reason.TWO_FACES)
    return passed("face_present", model=said_by("face-finder"))


def _poses(what: Seen, asked: Sequence[str], plain: int) -> Check:
    """Each pose as asked. A clear other pose fails: it is the sign of a recording; a small turn is only unclear."""
    turns = [n for n, pose in enumerate(asked) if pose != PLAIN]
    model = said_by("face-mesh")
    if not turns:
        return Check("face_poses", Outcome.UNSURE, Reason.NO_POSES, model=model)
    least, outcome = 9.0, Outcome.PASSED
    for n, spots in enumerate(what.faces):
        if not spots:
            outcome = Outcome.UNSURE if outcome is Outcome.PASSED else outcome
            continue
        pose = faces.pose(spots[0], what.faces[plain][0])
        share = 1.0 if asked[n] == PLAIN else towards(pose, asked[n]) / TURNED[asked[n]]
        least = min(least, share)
        other = shown(pose)
        if (asked[n] == PLAIN and other != PLAIN) or (other not in {asked[n], PLAIN}):
            return Check("face_poses", Outcome.FAILED, Reason.POSE_WRONG, round(share, 3), 1.0, model)
        if other != asked[n]:
            outcome = Outcome.UNSURE
    reason = "" if outcome is Outcome.PASSED else Reason.POSE_UNCLEAR
    return Check("face_poses", outcome, reason, round(least, 3), 1.0, model)


def towards(pose: Pose, asked: str) -> float:
    """Degrees in the direction asked for."""
    return {"left": pose.yaw, "right": -pose.yaw, "up": pose.pitch, "down": -pose.pitch}[asked]


def shown(pose: Pose) -> str:
    """Which pose a face shows: the one that is done the most, "front" where none is done."""
    done = {name: towards(pose, name) / least for name, least in TURNED.items()}
    best = max(done, key=lambda name: done[name])
    return best if done[best] >= 1 else PLAIN


def _solid(what: Seen, asked: Sequence[str], plain: int) -> Check:
    """The turned faces are not views of one flat picture."""
    shares = [
        relief(spots[0], what.faces[plain][0]) / _SOLID[asked[n]]
        for n, spots in enumerate(what.faces)
        if spots and asked[n] != PLAIN
    ]
    model = said_by("face-mesh")
    if not shares:
        return Check("face_solid", Outcome.UNSURE, Reason.NO_POSES, model=model)
    least = min(shares)
    if least >= 1:
        return passed("face_solid", round(least, 3), 1.0, model)
    is_flat = max(shares) * min(_SOLID.values()) < _FLAT
    outcome, reason = (Outcome.FAILED, Reason.FLAT) if is_flat else (Outcome.UNSURE, Reason.FLATTENED)
    return Check("face_solid", outcome, reason, round(least, 3), 1.0, model)


def _continuous(what: Seen, plain: int) -> Check:
    """One face through all shots."""
    first, model = what.templates[plain], said_by("face-template")
    assert first is not None
    far = [faces.match(first, each).distance for each in what.templates if each is not None]
    most = max(far)
    if most < _SAME:
        return passed("face_continuous", round(most, 3), _SAME, model)
    outcome, reason = (
        (Outcome.FAILED, Reason.OTHER_FACE) if most >= _OTHER else (Outcome.UNSURE, Reason.FACE_UNCLEAR)
    )
    return Check("face_continuous", outcome, reason, round(most, 3), _SAME, model)


def _documents(what: Seen, plain: int) -> Check:
    """The face of the document."""
    first, model = what.templates[plain], said_by("face-template")
    if what.portrait is None or first is None:
        return Check("face_same_as_document", Outcome.UNSURE, Reason.NO_PORTRAIT, model=model)
    match = faces.match(first, what.portrait)
    reason = {
        Outcome.PASSED: "",
        Outcome.FAILED: Reason.NOT_THE_DOCUMENTS,
        Outcome.UNSURE: Reason.FACE_UNCLEAR,
    }
    return Check(
        "face_same_as_document",
        match.result,
        reason[match.result],
        round(match.distance, 3),
        match.threshold,
        model,
    )


def _frames(what: Seen) -> tuple[Check, Check, Check]:
    """Frames that repeat, moments that no hand makes, and waves of a screen; the last two alone prove nothing."""
    repeated = what.nearest < _REPEATED
    new = (
        _check("face_frames_new", Outcome.FAILED, Reason.FRAME_REPEATED, round(what.nearest, 3), _REPEATED)
        if repeated
        else passed("face_frames_new", round(what.nearest, 3), _REPEATED)
    )
    return new, _timing(what.at_ms), _screen(what.beats)


def _timing(at_ms: Sequence[int]) -> Check:
    steps = [after - before for before, after in pairwise(at_ms)]
    if any(step < _LEAST_MS for step in steps):
        return _check("face_timing", Outcome.FAILED, Reason.ORDER_WRONG, float(min(steps)), float(_LEAST_MS))
    if len(steps) >= _INTERVALS and max(steps) - min(steps) < _EVEN_MS:
        spread = float(max(steps) - min(steps))
        return _check("face_timing", Outcome.UNSURE, Reason.TOO_EVEN, spread, float(_EVEN_MS))
    return passed("face_timing")


def _screen(waves: Sequence[float]) -> Check:
    strongest = float(np.median(waves)) if waves else 0.0
    if strongest > _BEATS:
        return _check("face_no_screen", Outcome.UNSURE, Reason.SCREEN_SUSPECTED, round(strongest, 2), _BEATS)
    return passed("face_no_screen", round(strongest, 2), _BEATS)
