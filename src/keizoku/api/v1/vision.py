"""Each technique of sight alone: how good a picture of a document is, what it says, its machine-readable zone, two faces.

Pictures come as parts of a form and are gone with the request. What is read is told to the caller and kept by nobody.
"""

from typing import TYPE_CHECKING, Final, Literal

from ninja import File, Form, Router, Schema
from ninja.files import UploadedFile
from pydantic import Field

from keizoku.api.access import ApiRequest, allowed
from keizoku.api.once import Done, anew
from keizoku.api.v1 import sight
from keizoku.identity.rules.steps import Kind

if TYPE_CHECKING:
    from keizoku.vision.checks import Check as SeenCheck
    from keizoku.vision.documents import Field as SeenField

router: Final = Router(tags=["vision"])
# The names themselves: an enumeration would share its schema's name with another room's.
_KINDS: Final = tuple(one.value for one in Kind)


class Quality(Schema):
    """A quick look, as the capture takes one while the customer waits."""

    found: bool
    will_do: bool
    reasons: list[str] = Field(
        description="no_document, two_documents, too_small, cut_off, blur, glare, covered, …"
    )
    scores: dict[str, float]
    corners: list[list[float]] | None = Field(
        description="Of the document, x and y in thousandths of the picture: upper left and on, clockwise."
    )


class Check(Schema):
    name: str
    outcome: Literal["passed", "failed", "unsure"]
    reason: str = Field(description="A stable code; empty where there is nothing to say.")
    score: float | None
    threshold: float | None
    model: str = Field(description="Name and version; empty for a rule.")


class Doubt(Schema):
    why: str = Field(description="not_sure, malformed, variant_possible, check_failed, not_in_postal_list, …")
    character: str
    alternatives: str


class FieldRead(Schema):
    """A value of a document; one with doubts has to be looked at by a person."""

    value: str
    raw: str = Field(description="What was recognised, before it was put in order.")
    confidence: float
    doubts: list[Doubt]
    box: list[int] = Field(description="x, y, width, height in thousandths of the straightened document.")


class Document(Schema):
    kind: str | None = Field(description="Null where the document is none that we know.")
    side: Literal["front", "back"]
    fields: dict[str, FieldRead]
    checks: list[Check]
    reasons: list[str] = Field(
        description="Why a person has to look at it; empty: nothing speaks against it."
    )
    confidence: float
    has_portrait: bool


class Zone(Schema):
    """A machine-readable zone (ICAO Doc 9303); nothing is found where ``lines`` is empty."""

    lines: list[str]
    fields: dict[str, str]
    checks: list[Check] = Field(description="One for each check digit.")
    is_whole: bool = Field(description="Whether every check digit holds.")
    confidence: float


class Match(Schema):
    """Unsure, without a distance, where a picture shows no face or more than one."""

    result: Literal["passed", "failed", "unsure"]
    distance: float | None
    score: float | None = Field(description="0.5 at the threshold, 1 for the same picture.")
    threshold: float | None
    model: str
    reasons: list[str] = Field(
        description="The part and what is wrong with it: picture/no_face, other/blur, …"
    )


class DocumentIn(Schema):
    """``kind`` narrows what the document may be: another one is read as what it is, with the reason other_kind."""

    kind: Literal[_KINDS] | None = None  # type: ignore[valid-type]  # a tuple of names
    side: Literal["front", "back"] = "front"


@router.post(
    "/quality",
    response=Quality,
    **allowed(sight.SCOPE, "vision-quality", 400, 409, 413, 503, gate=sight.gate()),
)
@anew
def quality(
    request: ApiRequest,
    picture: File[UploadedFile],
) -> Done:
    """書類の写真の写りを確かめる。何も保存しません。 Judge a document's picture (JPEG, PNG, WebP, HEIC)."""
    from keizoku.vision import documents  # noqa: PLC0415 - heavy: only who asks for sight waits

    with sight.turn():
        seen = sight.opened(picture, "picture")
        look = documents.look(seen)
    height, width = seen.shape[:2]
    corners = (
        None
        if look.quad is None
        else [[round(1000 * float(x) / width, 1), round(1000 * float(y) / height, 1)] for x, y in look.quad]
    )
    return Done(
        Quality(
            found=look.found,
            will_do=look.will_do,
            reasons=[one.value for one in look.reasons],
            scores={name: float(score) for name, score in look.scores.items()},
            corners=corners,
        )
    )


@router.post(
    "/documents",
    response=Document,
    **allowed(sight.SCOPE, "vision-document", 400, 409, 413, 503, gate=sight.gate()),
)
@anew
def document(
    request: ApiRequest,
    asked: Form[DocumentIn],
    picture: File[UploadedFile],
) -> Done:
    """書類の写真を読み取る。写真も値も保存しません。 Read a document; neither picture nor values are kept."""
    from keizoku.vision import documents  # noqa: PLC0415 - heavy: only who asks for sight waits

    with sight.turn():
        seen = sight.opened(picture, "picture")
        kind = documents.Kind(asked.kind) if asked.kind else None
        read = documents.read(seen, kind, documents.Side(asked.side))
    return Done(
        Document(
            kind=read.kind.value if read.kind else None,
            side=asked.side,
            fields={name: _field(one) for name, one in read.fields.items()},
            checks=[_check(one) for one in read.checks],
            reasons=[one.value for one in read.reasons],
            confidence=float(read.confidence),
            has_portrait=read.portrait is not None,
        )
    )


@router.post(
    "/mrz", response=Zone, **allowed(sight.SCOPE, "vision-mrz", 400, 409, 413, 503, gate=sight.gate())
)
@anew
def mrz(
    request: ApiRequest,
    picture: File[UploadedFile],
) -> Done:
    """機械読取領域（MRZ）を読み取る。何も保存しません。 Read a machine-readable zone; nothing is kept."""
    with sight.turn():
        found = sight.zone_of(sight.opened(picture, "picture"))
    if found is None:
        return Done(Zone(lines=[], fields={}, checks=[], is_whole=False, confidence=0.0))
    zone, confidence = found
    return Done(
        Zone(
            lines=list(zone.lines),
            fields=dict(zone.fields),
            checks=[_check(one) for one in zone.checks],
            is_whole=zone.is_whole,
            confidence=confidence,
        )
    )


@router.post(
    "/faces/match",
    response=Match,
    **allowed(sight.SCOPE, "vision-faces-match", 400, 409, 413, 503, gate=sight.gate(2)),
)
@anew
def match(request: ApiRequest, picture: File[UploadedFile], other: File[UploadedFile]) -> Done:
    """2枚の写真の顔が同じ人かを比べる。何も保存しません。 Compare the faces of two pictures; templates are gone at once."""
    from keizoku.vision import faces  # noqa: PLC0415 - heavy: only who asks for sight waits

    with sight.turn():
        reasons, templates = [], []
        for name, part in (("picture", picture), ("other", other)):
            seen = sight.opened(part, name)
            found = faces.find(seen)
            wrong = faces.quality(seen, found[0] if found else None, found[1:])
            if len(found) == 1:
                templates.append(faces.template(seen, found[0]))
            reasons += [f"{name}/{why.value}" for why in wrong]
        if len(templates) < 2:  # noqa: PLR2004 - two pictures
            return Done(
                Match(result="unsure", distance=None, score=None, threshold=None, model="", reasons=reasons)
            )
        one, two = templates
        made = faces.match(one, two)
    return Done(
        Match(
            result=made.result.value,
            distance=float(made.distance),
            score=float(made.score),
            threshold=float(made.threshold),
            model=made.model,
            reasons=reasons,
        )
    )


def _field(one: "SeenField") -> FieldRead:
    return FieldRead(
        value=one.value,
        raw=one.raw,
        confidence=float(one.confidence),
        doubts=[
            Doubt(why=each.why.value, character=each.character, alternatives=each.alternatives)
            for each in one.doubts
        ],
        box=[int(side) for side in one.box],
    )


def _check(one: "SeenCheck") -> Check:
    return Check(
        name=one.name,
        outcome=one.outcome.value,
        reason=one.reason,
        score=None if one.score is None else float(one.score),
        threshold=None if one.threshold is None else float(one.threshold),
        model=one.model,
    )
