"""Reading a document: found, straightened, turned the right way up, recognised, and read as its kind."""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from keizoku.vision.documents import kinds, quads
from keizoku.vision.documents.forbidden import of_words
from keizoku.vision.documents.kind import Document
from keizoku.vision.documents.page import Page, page_of
from keizoku.vision.documents.results import Kind, Quad, Reading, Reason, Side
from keizoku.vision.documents.straightening import ID_1, PASSPORT_PAGE, Sheet, laid, whole
from keizoku.vision.pictures import Picture

_IS_PAGE: Final = 1.5  # a passport's page is 1.42 times as wide as high, a card 1.59
_LIKE_ENOUGH: Final = 0.9
_FINEST_PORTRAIT: Final = 2.0
_SURE: Final = 0.85  # of all letters on a page that stands upright; upside down they have some 0.4


def read(picture: Picture, kind: Kind | None = None, side: Side = Side.FRONT) -> Reading:
    """What a document in a picture says.

    `kind` is what was asked for: another kind is read as what it is, with the reason OTHER_KIND. A side that nobody may
    ask for (the back of a My Number card), or one that shows such a number, is not read: FORBIDDEN.
    """
    if kind is not None and side not in kinds.document(kind).sides:
        blank = np.full((*kinds.document(kind).size[::-1], 3), 255, np.uint8)
        return Reading(kind, side, {}, (), None, blank, (Reason.FORBIDDEN,), 0.0)
    candidates = quads.find(picture)
    best = candidates[0].quad if candidates else None
    page = _upright(_laid(picture, best, kind))
    if of_words(page.words):
        return _forbidden(page, side)
    found = _kind_of(page, side)
    if (
        found is None
        and kind is not None
        and kinds.document(kind).likeness(page.words, side) >= _LIKE_ENOUGH / 2
    ):
        found = kinds.document(kind)
    if found is None:
        return _unknown(page, side)
    if page.sheet.size != found.size:  # a card held so that it looked as high as a page, or the other way
        page = page_of(Sheet(picture, page.sheet.quad, found.size))
    return _read_as(page, found, side, () if kind in (None, found.kind) else (Reason.OTHER_KIND,))


def _laid(picture: Picture, quad: Quad | None, kind: Kind | None) -> Sheet:
    if kind is not None:
        size = kinds.document(kind).size
    elif quad is None:
        size = ID_1
    else:
        across, down = quads.sides(quad)
        size = ID_1 if max(across, down) > _IS_PAGE * min(across, down) else PASSPORT_PAGE
    return whole(picture, size) if quad is None else laid(picture, quad, size)


def _upright(sheet: Sheet) -> Page:
    """The page the right way up: lines that stand on their heads are read with little confidence."""
    page = page_of(sheet)
    if page.confidence >= _SURE:
        return page
    turned = page_of(sheet.turned(2))
    return turned if turned.confidence > page.confidence else page


def _kind_of(page: Page, side: Side) -> Document | None:
    words = page.words
    likely = [
        (document.likeness(words, side), document) for document in kinds.all_kinds() if side in document.sides
    ]
    best, document = max(likely, key=lambda one: one[0], default=(0.0, None))
    return document if best >= _LIKE_ENOUGH else None


def _read_as(page: Page, document: Document, side: Side, reasons: Sequence[Reason]) -> Reading:
    found = document.sides[side](page)
    fields = {field.name: field for field in found.fields}
    portrait = None
    if side is Side.FRONT and document.portrait is not None:
        portrait = _portrait(page, document.portrait)
    confidences = [field.confidence for field in found.fields if field.value]
    return Reading(
        kind=document.kind,
        side=side,
        fields=fields,
        checks=found.checks,
        portrait=portrait,
        card=page.sheet.straight,
        reasons=(*reasons, *found.reasons),
        confidence=float(np.mean(confidences)) if confidences else 0.0,
        scores=_scores(page),
    )


def _portrait(page: Page, place: tuple[int, int, int, int]) -> Picture:
    """Cut out at the photograph's own resolution, up to twice the straightened card's: faces are compared in it."""
    region = page.region(*place)
    finer = max(quads.sides(page.sheet.quad)) / max(page.sheet.size)
    return page.sheet.part(region, round(region.height * min(max(finer, 1.0), _FINEST_PORTRAIT)))


def _forbidden(page: Page, side: Side) -> Reading:
    """Nothing of it: not even the straightened picture."""
    return Reading(None, side, {}, (), None, np.full_like(page.sheet.straight, 255), (Reason.FORBIDDEN,), 0.0)


def _unknown(page: Page, side: Side) -> Reading:
    return Reading(None, side, {}, (), None, page.sheet.straight, (Reason.UNKNOWN_KIND,), 0.0, _scores(page))


def _scores(page: Page) -> Mapping[str, float]:
    return {"text": page.confidence, "lines": float(len(page.pieces))}
