"""Who looks at pictures, in truth: ``keizoku.vision`` behind the port. Untrusted bytes are opened in its limited child."""

import random
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import cv2
import numpy as np

from keizoku.identity.ports import FaceShot, FacesSeen, FieldRead, Glance, Model, Seen, SideRead
from keizoku.identity.rules.outcomes import Outcome
from keizoku.identity.rules.steps import StepName
from keizoku.vision import checks, containers, decoding, documents, faces, liveness, models
from keizoku.vision.documents.results import Kind, Reading, Reason, Side
from keizoku.vision.pictures import Picture, Refused

_LONGEST_VIEW: Final = 1280
_JPEG: Final = (cv2.IMWRITE_JPEG_QUALITY, 90)
_TYPES: Final = {
    containers.Kind.JPEG: "image/jpeg",
    containers.Kind.PNG: "image/png",
    containers.Kind.WEBP: "image/webp",
    containers.Kind.HEIF: "image/heic",
}
_SIDES: Final = {StepName.FRONT: Side.FRONT, StepName.BACK: Side.BACK}


class Sight:
    """The port's ``Judge``."""

    def glance(self, data: bytes, step: StepName, kind: str) -> Glance:  # noqa: ARG002 - every kind is looked at alike
        try:
            picture = decoding.opened(data)
        except Refused as refused:
            return Glance(is_good=False, reasons=(refused.code.value,))
        found = containers.kind(data)
        content_type = _TYPES.get(found, "") if found is not None else ""
        if shown := _forbidden(picture, step):
            return Glance(is_good=True, forbidden=shown, content_type=content_type)
        reasons, scores = _looked(picture, step)
        return Glance(is_good=not reasons, reasons=reasons, scores=scores, content_type=content_type)

    def poses(self) -> tuple[str, ...]:
        return liveness.poses(random.SystemRandom())

    def read(self, data: bytes, kind: str, step: StepName) -> SideRead:
        reading = documents.read(decoding.opened(data), Kind(kind), _SIDES[step])
        fields = {
            name: FieldRead(
                one.value, one.raw, one.confidence, tuple(doubt.why.value for doubt in one.doubts), one.box
            )
            for name, one in reading.fields.items()
        }
        return SideRead(
            kind=reading.kind.value if reading.kind else "",
            fields=fields,
            seen=(_kind(reading), _read(reading), *_portrait(reading, step), *map(_seen, reading.checks)),
            confidence=reading.confidence,
            card=_jpeg(reading.card),
            portrait=_jpeg(reading.portrait) if reading.portrait is not None else None,
        )

    def tilted(self, flat: bytes, tilt: bytes) -> tuple[Seen, ...]:
        found = documents.tilted(decoding.opened(flat), decoding.opened(tilt))
        reason = found.reasons[0].value if found.reasons else ""
        return (Seen("thickness", Outcome(found.result.value), reason, found.thickness_seen),)

    def faces(self, portrait: bytes | None, shots: Sequence[FaceShot]) -> FacesSeen:
        done = [liveness.Shot(decoding.opened(shot.data), shot.pose, shot.at_ms) for shot in shots]
        printed = decoding.opened(portrait) if portrait is not None else None
        found = liveness.judge(done, printed)
        template = found.template.as_bytes() if found.template is not None else None
        return FacesSeen(tuple(map(_seen, found.checks)), template)

    def view(self, data: bytes) -> bytes:
        picture = decoding.opened(data)
        height, width = picture.shape[:2]
        scale = min(1.0, _LONGEST_VIEW / max(height, width))
        if scale < 1:
            picture = np.asarray(
                cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8
            )
        return _jpeg(picture)


@lru_cache(maxsize=1)
def sight() -> Sight:
    """This process's own."""
    return Sight()


def _looked(picture: Picture, step: StepName) -> tuple[tuple[str, ...], dict[str, float]]:
    """Why a shot will not do; a tipped document and a face are looked at when everything is judged."""
    if step is StepName.TILT:
        return (), {}
    if step is StepName.FACE:
        return _face_reasons(picture), {}
    look = documents.look(picture)
    # The back of a licence has no colour of its own.
    natural = {Reason.BLACK_AND_WHITE} if step is StepName.BACK else set()
    reasons = tuple(reason.value for reason in look.reasons if reason not in natural)
    if not look.found and not reasons:
        reasons = (Reason.NO_DOCUMENT.value,)
    return reasons, dict(look.scores)


def _forbidden(picture: Picture, step: StepName) -> str:
    """Which number a picture shows that nobody may keep; a picture of a face is read only where a card lies in it."""
    if step is StepName.FACE and not documents.look(picture).found:
        return ""
    found = documents.forbidden(picture)
    return found.number.value if found is not None else ""


def _face_reasons(picture: Picture) -> tuple[str, ...]:
    """What is wrong with a picture of a face; that it is turned may be what was asked for."""
    found = sorted(faces.find(picture), key=lambda face: face.width, reverse=True)
    reasons = faces.quality(picture, found[0] if found else None, found[1:])
    return tuple(reason.value for reason in reasons if reason is not faces.Reason.TURNED)


def _kind(reading: Reading) -> Seen:
    wrong = {Reason.OTHER_KIND: "other_kind", Reason.UNKNOWN_KIND: "unknown_kind"}
    reason = next((wrong[each] for each in reading.reasons if each in wrong), "")
    return Seen("kind_as_chosen", Outcome.UNSURE if reason else Outcome.PASSED, reason)


def _read(reading: Reading) -> Seen:
    is_sure = bool(reading.fields) and not reading.doubtful
    outcome = Outcome.PASSED if is_sure else Outcome.UNSURE
    return Seen(
        "fields_read", outcome, "" if is_sure else "doubtful", reading.confidence, model=_model("text")
    )


def _portrait(reading: Reading, step: StepName) -> tuple[Seen, ...]:
    if step is not StepName.FRONT:
        return ()
    if reading.portrait is None:
        return (Seen("portrait_found", Outcome.UNSURE, "no_portrait"),)
    return (Seen("portrait_found", Outcome.PASSED),)


def _seen(check: checks.Check) -> Seen:
    model = _model(check.model) if check.model else Model()
    return Seen(check.name, Outcome(check.outcome.value), check.reason, check.score, check.threshold, model)


def _model(told: str) -> Model:
    """A model by its name, or as a check writes it: "name (version)"."""
    name = told.partition(" (")[0]
    known = models.installed().get(name)
    return Model(name, known.version, known.sha256) if known is not None else Model(name)


def _jpeg(picture: Picture) -> bytes:
    is_made, made = cv2.imencode(".jpg", picture, list(_JPEG))
    if not is_made:
        raise ValueError("a picture could not be written")
    return bytes(made)
