"""Finding a document's four corners in a photograph, by its edges alone.

Candidates come from contours in several channels and from pairs of straight lines (which survive a thumb on a corner); each
is held against the picture: how much of each side is an edge, and whether the shape can be a card or a passport's page. The
best is refined at full resolution, where each side is fitted to the strongest edge near it and corners are where sides meet.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from keizoku.vision.documents.results import Quad
from keizoku.vision.pictures import Picture

_LONGEST: Final = 480
_SMALLEST_SHARE: Final = 0.05
_LARGEST_SHARE: Final = 0.97
_LEAST_SUPPORT: Final = 0.55
_POINTS: Final = 40
_MOST_LINES: Final = 12
_EDGE: Final = 8.0  # levels of brightness a pixel, at the small size
_STRAIGHT: Final = 0.88  # of the smallest rectangle around it
_PRINTED: Final = 0.05  # of a card's face is the edge of a letter or a line
_SNAP: Final = 8  # pixels, at the small size
_MOST_SKEW: Final = 0.45  # the cosine of 63°
_MOST_UNEVEN: Final = 1.6  # of opposite sides

Values = npt.NDArray[np.float32]
_Sides = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Candidate:
    """A shape that may be a document; `support` is the part of its sides that are edges, the weakest side apart."""

    quad: Quad
    score: float
    support: float
    weakest: float


@dataclass(frozen=True)
class Form:
    """What shapes may be documents: the bounds of width by height, and how much each is expected."""

    least: float
    greatest: float
    typical: tuple[tuple[float, float], ...]


# Seen from above: ID-1, a passport's page. Tipped away by up to 52°, nothing is to be expected.
FLAT: Final = Form(1.2, 1.95, ((1.586, 0.13), (1.42, 0.08)))
TIPPED: Final = Form(1.45, 2.7, ((2.0, 9.0),))


def find(picture: Picture, most: int = 2, form: Form = FLAT) -> list[Candidate]:
    """The best shapes that do not overlap, best first; corners in pixels of the picture."""
    height, width = picture.shape[:2]
    scale = min(1.0, _LONGEST / max(height, width))
    small = (
        cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else picture
    )
    small = cv2.GaussianBlur(np.asarray(small, np.uint8), (3, 3), 0)
    lab = np.asarray(cv2.cvtColor(small, cv2.COLOR_BGR2LAB), np.uint8)
    channels = [np.ascontiguousarray(lab[..., at]) for at in range(3)]
    slopes = _slopes(channels)
    contoured = np.concatenate((np.empty((0, 4, 2)), *_contoured(channels, slopes)))
    contoured = contoured[_can_be_card(contoured, small.shape[:2], form)]
    judged = _judged(np.concatenate((_snapped(contoured, slopes), _crossed(slopes))), slopes, form)
    chosen: list[Candidate] = []
    for one in sorted(judged, key=lambda one: -one.score):
        if all(not _overlap(one.quad, other.quad) for other in chosen):
            chosen.append(one)
        if len(chosen) == most:
            break
    return [_refined(picture, one, scale) for one in chosen]


def is_cut_off(picture: Picture) -> bool:
    """Something straight-sided with print on it runs out of the picture."""
    height, width = picture.shape[:2]
    scale = min(1.0, _LONGEST / max(height, width))
    small = (
        cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else picture
    )
    lab = np.asarray(cv2.cvtColor(cv2.GaussianBlur(small, (3, 3), 0), cv2.COLOR_BGR2LAB), np.uint8)
    channels = [np.ascontiguousarray(lab[..., at]) for at in range(3)]
    high, wide = lab.shape[:2]
    slopes = _slopes(channels)
    inked = np.hypot(*slopes) > 3 * _EDGE
    for mask in _masks(channels, slopes):
        contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
        for contour in contours:
            x, y, across, down = cv2.boundingRect(contour)
            touching = (x <= 1) + (y <= 1) + (x + across >= wide - 1) + (y + down >= high - 1)
            area = cv2.contourArea(cv2.convexHull(contour))
            if touching in {1, 2} and 0.08 < area / mask.size < 0.8:  # noqa: PLR2004 - parts of the picture
                box = cv2.minAreaRect(contour)[1]
                is_printed = inked[y : y + down, x : x + across].mean() > _PRINTED
                if is_printed and area > _STRAIGHT * max(box[0] * box[1], 1.0):
                    return True
    return False


def ordered(points: npt.NDArray[np.generic]) -> Quad:
    """Corners clockwise from the upper left."""
    corners = np.asarray(points, np.float64).reshape(4, 2)
    middle = corners.mean(axis=0)
    corners = corners[np.argsort(np.arctan2(corners[:, 1] - middle[1], corners[:, 0] - middle[0]))]
    return np.roll(corners, -int(corners.sum(axis=1).argmin()), axis=0)


def sides(quad: Quad) -> tuple[float, float]:
    """Mean length of the upper and lower, and of the left and right side."""
    upper, right, lower, left = (float(np.linalg.norm(quad[(at + 1) % 4] - quad[at])) for at in range(4))
    return (upper + lower) / 2, (left + right) / 2


def _slopes(channels: Sequence[npt.NDArray[np.uint8]]) -> tuple[Values, Values]:
    """The strongest slope of all channels, across and down; colour counts twice, since it spans less."""
    across, down = [], []
    for place, channel in enumerate(channels):
        weight = 1.0 if place == 0 else 2.0
        across.append(cv2.Sobel(channel, cv2.CV_32F, 1, 0, ksize=3) * (weight / 4))
        down.append(cv2.Sobel(channel, cv2.CV_32F, 0, 1, ksize=3) * (weight / 4))
    strength = np.stack([np.hypot(x, y) for x, y in zip(across, down, strict=True)])
    best = strength.argmax(axis=0)[None]
    return (
        np.take_along_axis(np.stack(across), best, 0)[0],
        np.take_along_axis(np.stack(down), best, 0)[0],
    )


def _contoured(channels: Sequence[npt.NDArray[np.uint8]], slopes: tuple[Values, Values]) -> Iterator[_Sides]:
    """Shapes around what is surrounded by edges, or lighter or darker than the rest."""
    for mask in _masks(channels, slopes):
        contours, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
        least = mask.size * _SMALLEST_SHARE
        for contour in contours:
            _, _, wide, high = cv2.boundingRect(contour)
            if wide * high > least:
                hull = cv2.convexHull(contour)
                if cv2.contourArea(hull) > least:
                    yield _cornered(hull)[None]


def _masks(
    channels: Sequence[npt.NDArray[np.uint8]], slopes: tuple[Values, Values]
) -> Iterator[npt.NDArray[np.uint8]]:
    strength = np.hypot(*slopes)
    for threshold in (8.0, 14.0, 24.0):
        # A card's blank margin is quiet all around, even on a page of text.
        yield (strength < threshold).astype(np.uint8) * 255
    for threshold in (12.0, 40.0):
        edges = (strength > threshold).astype(np.uint8) * 255
        yield cv2.morphologyEx(edges, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8)).astype(np.uint8)
    for channel in channels:
        _, above = cv2.threshold(channel, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
        above = cv2.morphologyEx(above, cv2.MORPH_OPEN, np.ones((5, 5), np.uint8))
        yield above.astype(np.uint8)
        yield cv2.bitwise_not(above).astype(np.uint8)


def _cornered(hull: cv2.typing.MatLike) -> Quad:
    around = cv2.arcLength(hull, closed=True)
    for part in (0.02, 0.04, 0.07):
        corners = cv2.approxPolyDP(hull, part * around, closed=True)
        if len(corners) == 4:  # noqa: PLR2004 - corners
            return ordered(corners)
    return ordered(cv2.boxPoints(cv2.minAreaRect(hull)))


def _crossed(slopes: tuple[Values, Values]) -> _Sides:
    """Shapes between two unbroken lines one way and two the other; rows of text are broken."""
    across, down = (np.clip(slope * 8, -32000, 32000).astype(np.int16) for slope in slopes)
    edges = cv2.Canny(across, down, 40, 100)
    longest = max(edges.shape)
    found = cv2.HoughLinesP(edges, 1, np.pi / 180, 30, minLineLength=longest // 9, maxLineGap=4)
    if found is None:
        return np.empty((0, 4, 2))
    lines = _distinct(found.reshape(-1, 4).astype(np.float64))
    level = [line for line in lines if abs(line[2] - line[0]) >= abs(line[3] - line[1])][:_MOST_LINES]
    upright = [line for line in lines if abs(line[2] - line[0]) < abs(line[3] - line[1])][:_MOST_LINES]
    points = {(a, b): _meet(one, two) for a, one in enumerate(level) for b, two in enumerate(upright)}
    quads = [
        [points[upper, left], points[upper, right], points[lower, right], points[lower, left]]
        for upper, lower in combinations(range(len(level)), 2)
        for left, right in combinations(range(len(upright)), 2)
    ]
    return _all_ordered(np.array([quad for quad in quads if None not in quad], np.float64).reshape(-1, 4, 2))


def _all_ordered(quads: _Sides) -> _Sides:
    off = quads - quads.mean(axis=1, keepdims=True)
    turn = np.argsort(np.arctan2(off[..., 1], off[..., 0]), axis=1)
    quads = np.take_along_axis(quads, turn[..., None], 1)
    first = quads.sum(axis=2).argmin(axis=1)
    return np.take_along_axis(quads, ((first[:, None] + np.arange(4)) % 4)[..., None], 1)


def _distinct(lines: _Sides) -> list[_Sides]:
    """The longest first, without those that lie on a longer one."""
    kept: list[_Sides] = []
    for line in lines[np.argsort(-np.hypot(lines[:, 2] - lines[:, 0], lines[:, 3] - lines[:, 1]))]:
        if all(not _lies_on(line, other) for other in kept):
            kept.append(line)
    return kept


def _lies_on(line: _Sides, other: _Sides) -> bool:
    direction = other[2:] - other[:2]
    normal = np.array((-direction[1], direction[0])) / max(float(np.linalg.norm(direction)), 1e-6)
    return all(abs(float((end - other[:2]) @ normal)) < 4 for end in (line[:2], line[2:]))  # noqa: PLR2004 - pixels


def _meet(one: _Sides, two: _Sides) -> tuple[float, float] | None:
    x1, y1, x2, y2 = one
    x3, y3, x4, y4 = two
    cross = (x1 - x2) * (y3 - y4) - (y1 - y2) * (x3 - x4)
    if abs(cross) < 1e-6:  # noqa: PLR2004 - parallel
        return None
    first, second = x1 * y2 - y1 * x2, x3 * y4 - y3 * x4
    return (
        float((first * (x3 - x4) - (x1 - x2) * second) / cross),
        float((first * (y3 - y4) - (y1 - y2) * second) / cross),
    )


def _snapped(quads: _Sides, slopes: tuple[Values, Values]) -> _Sides:
    """Each side moved and turned to where most of it is an edge; a contour runs a few pixels beside."""
    if not len(quads):
        return quads
    offsets = np.arange(-_SNAP, _SNAP // 2 + 1.0)  # inwards the frame of the first line is near
    change = np.minimum(_changes(quads, slopes, offsets), 3 * _EDGE)
    change *= (1.0 - 0.2 * np.abs(offsets / _SNAP))[:, None, None, None]
    along = np.linspace(0.06, 0.94, _POINTS)
    tried = np.array([(one, two) for one in offsets[::2] for two in offsets[::2] if abs(one - two) <= _SNAP])
    at = np.round(tried[:, :1] * (1 - along) + tried[:, 1:] * along).astype(int) + _SNAP
    found = np.stack([change[at[k], :, :, np.arange(_POINTS)].mean(axis=0) for k in range(len(tried))])
    best = tried[found.argmax(axis=0)]
    ends = np.roll(quads, -1, axis=1)
    normals = _normals(quads)
    starts, ends = quads + normals * best[..., :1], ends + normals * best[..., 1:]
    lines = np.concatenate((starts, ends), axis=2)
    snapped = [
        [_meet(four[at - 1], four[at]) or tuple(quad[at]) for at in range(4)]
        for four, quad in zip(lines, quads, strict=True)
    ]
    return np.array(snapped, np.float64)


def _judged(quads: _Sides, slopes: tuple[Values, Values], form: Form) -> list[Candidate]:
    height, width = slopes[0].shape
    quads = quads[_can_be_card(quads, (height, width), form)]
    _, firsts = np.unique(np.round(quads / 3).astype(int).reshape(len(quads), 8), axis=0, return_index=True)
    quads = quads[firsts]
    lengths = _lengths(quads)
    level, upright = lengths[:, 0::2].mean(axis=1), lengths[:, 1::2].mean(axis=1)
    ratios = np.maximum(level, upright) / np.minimum(level, upright)
    shapes = np.max(
        [np.exp(-0.5 * ((ratios - typical) / (2 * off)) ** 2) for typical, off in form.typical], axis=0
    )
    supports = _supports(quads, slopes)
    means, weakest = supports.mean(axis=1), supports.min(axis=1)
    shares = _areas(quads) / (height * width)
    scores = (means + 0.4 * weakest) ** 2 * (0.4 + 0.6 * shapes) * shares**0.25
    return [
        Candidate(quads[at], float(scores[at]), float(means[at]), float(weakest[at]))
        for at in np.flatnonzero(means > _LEAST_SUPPORT)
    ]


def _areas(quads: _Sides) -> npt.NDArray[np.float64]:
    x, y = quads[..., 0], quads[..., 1]
    doubled: npt.NDArray[np.float64] = (x * np.roll(y, -1, axis=1) - np.roll(x, -1, axis=1) * y).sum(axis=1)
    return np.abs(doubled) / 2


def _lengths(quads: _Sides) -> npt.NDArray[np.float64]:
    return np.asarray(
        np.maximum(np.linalg.norm(np.roll(quads, -1, axis=1) - quads, axis=2), 1e-6), np.float64
    )


def _can_be_card(quads: _Sides, size: tuple[int, int], form: Form) -> npt.NDArray[np.bool_]:
    """Convex, within the picture, of a card's proportions, its corners near the right angle, as seen by one who aims."""
    height, width = size
    shares = _areas(quads) / (height * width)
    margin = 0.02 * max(height, width)
    within = (quads > -margin).all(axis=(1, 2)) & (quads < np.array((width, height)) + margin).all(
        axis=(1, 2)
    )
    sides = np.roll(quads, -1, axis=1) - quads
    lengths = _lengths(quads)
    cosines = (sides * np.roll(sides, 1, axis=1)).sum(axis=2) / (lengths * np.roll(lengths, 1, axis=1))
    before = np.roll(sides, 1, axis=1)
    turns = before[..., 0] * sides[..., 1] - before[..., 1] * sides[..., 0]
    level, upright = lengths[:, 0::2], lengths[:, 1::2]
    ratios = level.mean(axis=1) / upright.mean(axis=1)
    ratios = np.maximum(ratios, 1 / ratios)
    return np.asarray(
        within
        & (shares > _SMALLEST_SHARE) & (shares < _LARGEST_SHARE)
        & (ratios > form.least) & (ratios < form.greatest)
        & (np.abs(cosines) < _MOST_SKEW).all(axis=1)
        & ((turns > 0).all(axis=1) | (turns < 0).all(axis=1))
        & (level.max(axis=1) < _MOST_UNEVEN * level.min(axis=1))
        & (upright.max(axis=1) < _MOST_UNEVEN * upright.min(axis=1))
    )  # fmt: skip


def _supports(quads: _Sides, slopes: tuple[Values, Values]) -> npt.NDArray[np.float64]:
    """For each side of each shape, the part along which brightness or colour changes across it."""
    best = _changes(quads, slopes, np.array((-1.5, 0.0, 1.5))).max(axis=0)
    return np.asarray((best > _EDGE).mean(axis=2), np.float64)


def _normals(quads: _Sides) -> npt.NDArray[np.float64]:
    directions = (np.roll(quads, -1, axis=1) - quads) / _lengths(quads)[..., None]
    return np.stack((-directions[..., 1], directions[..., 0]), axis=-1)


def _changes(quads: _Sides, slopes: tuple[Values, Values], offsets: npt.NDArray[np.float64]) -> Values:
    """The slope across each side at points along it, moved by each offset: (offsets, shapes, sides, points)."""
    height, width = slopes[0].shape
    normals = _normals(quads)[:, :, None, :]
    along = np.linspace(0.06, 0.94, _POINTS)[None, None, :, None]
    points = quads[:, :, None, :] + (np.roll(quads, -1, axis=1) - quads)[:, :, None, :] * along
    changes = []
    for offset in offsets:
        at = np.round(points + normals * offset).astype(np.int32)
        x, y = at[..., 0].clip(0, width - 1), at[..., 1].clip(0, height - 1)
        changes.append(np.abs(slopes[0][y, x] * normals[..., 0] + slopes[1][y, x] * normals[..., 1]))
    return np.stack(changes).astype(np.float32)


def _overlap(one: Quad, two: Quad) -> bool:
    area, _ = cv2.intersectConvexConvex(one.astype(np.float32), two.astype(np.float32))
    smaller = min(cv2.contourArea(one.astype(np.float32)), cv2.contourArea(two.astype(np.float32)))
    return bool(area > 0.1 * smaller)


def _refined(picture: Picture, found: Candidate, scale: float) -> Candidate:
    """Corners where the sides meet that fit the edges of the whole picture."""
    quad = (found.quad + 0.5) / scale - 0.5
    reach = max(3.0, 2.5 / scale)
    grey = cv2.GaussianBlur(cv2.cvtColor(picture, cv2.COLOR_BGR2LAB), (0, 0), max(0.8, 0.4 / scale)).astype(
        np.float32
    )
    lines = [_fitted(grey, quad[at], quad[(at + 1) % 4], reach) for at in range(4)]
    corners = [_meet(lines[at - 1], lines[at]) for at in range(4)]
    if any(corner is None for corner in corners):
        return Candidate(quad, found.score, found.support, found.weakest)
    better = np.array(corners)
    moved = float(np.abs(better - quad).max())
    return Candidate(better if moved < 4 * reach else quad, found.score, found.support, found.weakest)


def _fitted(
    lab: Values, start: npt.NDArray[np.float64], end: npt.NDArray[np.float64], reach: float
) -> _Sides:
    """The line through the strongest changes near a side, outliers left out."""
    length = max(float(np.linalg.norm(end - start)), 1.0)
    direction = (end - start) / length
    normal = np.array((-direction[1], direction[0]))
    offsets = np.arange(-reach, reach + 0.5, 0.5)
    along = np.linspace(0.08, 0.92, 64)
    grid = start + along[:, None, None] * (end - start) + offsets[None, :, None] * normal
    sampled = cv2.remap(
        lab, grid[..., 0].astype(np.float32), grid[..., 1].astype(np.float32), cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )  # fmt: skip
    change = np.abs(np.diff(sampled.reshape(64, len(offsets), 3), axis=1)).sum(axis=2)
    # A slight preference for the place that was found at the small size, so that a line printed nearby does not draw it.
    change *= 1.0 - 0.35 * np.abs((offsets[:-1] + 0.25) / reach)
    peak = change.argmax(axis=1)
    at = offsets[peak] + 0.25
    strong = change.max(axis=1) > 0.4 * float(np.median(change.max(axis=1)))
    slope, base = _straight(along[strong], at[strong])
    return np.concatenate((start + normal * base, end + normal * (base + slope)))


def _straight(along: npt.NDArray[np.float64], at: npt.NDArray[np.float64]) -> tuple[float, float]:
    """Slope and height of the line through most points."""
    kept = np.ones(len(along), bool)
    slope, base = 0.0, float(np.median(at))
    for _ in range(4):
        if kept.sum() < 8:  # noqa: PLR2004 - too few to fit
            break
        slope, base = (float(value) for value in np.polyfit(along[kept], at[kept], 1))
        off = np.abs(at - (slope * along + base))
        kept = off < max(1.0, 2.0 * float(np.median(off[kept])))
    return slope, base
