"""種類: the grid of a driving licence's kinds of vehicle, read by which cells hold a name and which a stroke.

The order of the cells is the law's. Names stand upright in letters of 1.5 mm; a cell with one has ink over most of its
height, a cell with a stroke only in its middle.
"""

from itertools import pairwise
from typing import Final

import cv2
import numpy as np

from keizoku.vision.documents.page import Page
from keizoku.vision.documents.results import Doubt, Field, Why
from keizoku.vision.documents.values import missing
from keizoku.vision.pictures import Picture

_SINCE_2017: Final = (
    "大型", "中型", "準中型", "普通", "大特", "大自二", "普自二", "小特",
    "原付", "け引", "大二", "中二", "普二", "大特二", "け引二",
)  # fmt: skip
_BEFORE: Final = tuple(kind for kind in _SINCE_2017 if kind != "準中型")
# The searched part of the card, in thousandths, and how much finer it is looked at than the card.
_SEARCHED: Final = (290, 735, 395, 235)
_SCALE: Final = 2
_EMPTY, _FULL = 0.2, 0.35  # of a cell's height that has ink
_LEAST: Final = 3


def kinds_of_vehicle(page: Page) -> Field:
    """The kinds that are held, in the law's order, with a space between."""
    region = page.region(*_SEARCHED)
    ink = _ink(page.sheet.part(region, round(region.height) * _SCALE))
    uprights = _rules(ink, ink.shape[0] // 4, is_upright=True)
    levels = _rules(ink, ink.shape[1] // 3, is_upright=False)
    columns = _even(uprights)
    if len(columns) - 1 not in {7, 8} or len(levels) < _LEAST:
        return missing("kinds_of_vehicle")
    order = _SINCE_2017 if len(columns) - 1 == 8 else _BEFORE  # noqa: PLR2004 - fifteen kinds need eight columns
    rows = (levels[0], (levels[0] + levels[-1]) // 2, levels[-1])
    filled = [
        _filled(ink[top:bottom, left:right])
        for top, bottom in pairwise(rows)
        for left, right in pairwise(columns)
    ]
    held = [kind for kind, share in zip(order, filled, strict=False) if share > (_EMPTY + _FULL) / 2]
    unsure = [kind for kind, share in zip(order, filled, strict=False) if _EMPTY < share < _FULL]
    doubts = tuple(Doubt(Why.NOT_SURE, kind) for kind in unsure)
    text = " ".join(held)
    box = (_SEARCHED[0], _SEARCHED[1], _SEARCHED[2], _SEARCHED[3])
    return Field("kinds_of_vehicle", text, text, 0.5 if unsure else 1.0, doubts or _none(held), box)


def _none(held: list[str]) -> tuple[Doubt, ...]:
    return () if held else (Doubt(Why.NOT_FOUND),)


def _ink(picture: Picture) -> Picture:
    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    return np.asarray(
        cv2.adaptiveThreshold(grey, 1, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 45, 14), np.uint8
    )


def _rules(ink: Picture, length: int, *, is_upright: bool) -> list[int]:
    """Where long straight strokes run."""
    kernel = np.ones((length, 1) if is_upright else (1, length), np.uint8)
    spread = cv2.dilate(ink, np.ones((1, 3) if is_upright else (3, 1), np.uint8))
    kept = cv2.morphologyEx(spread, cv2.MORPH_OPEN, kernel)
    profile = kept.any(axis=0 if is_upright else 1)
    edges = np.flatnonzero(np.diff(np.concatenate(([0], profile.astype(np.int8), [0]))))
    return [int(start + end) // 2 for start, end in zip(edges[0::2], edges[1::2], strict=True)]


def _even(places: list[int]) -> list[int]:
    """The longest run of rules at even distances."""
    best: list[int] = []
    for start in range(len(places)):
        for follower in places[start + 1 :]:
            step, run = follower - places[start], [places[start], follower]
            if step < 20:  # noqa: PLR2004 - narrower than any cell
                continue
            while near := [place for place in places if abs(place - run[-1] - step) <= max(4, step // 6)]:
                run.append(near[0])
            if len(run) > len(best):
                best = run
    return best


def _filled(cell: Picture) -> float:
    """The part of a cell's height at which there is ink in its middle; its rules may run into it a little."""
    high, wide = cell.shape
    inner = cell[high // 9 : high - high // 9, wide // 5 : wide - wide // 4]
    return float((inner.sum(axis=1) > 1).mean()) if inner.size else 0.0
