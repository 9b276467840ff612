"""A small rasteriser: triangles in, the nearest triangle and its weights at each pixel out.

I own nothing but arithmetic: no light, no colour. All triangles are spread over their boxes at once, because a loop over
forty thousand triangles would take seconds.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]
Whole = NDArray[np.int64]
_LEAST = 1e-6  # square pixels: thinner triangles are seen edge on
_EDGE = 1e-4  # neighbours share their edges, so that no gap shows


@dataclass(frozen=True)
class Covered:
    """What is seen at the covered pixels: their rows and columns, triangle, weights of its corners, depth."""

    rows: Whole
    columns: Whole
    triangle: Whole
    weights: Floats
    depth: Floats


def cover(points: Floats, triangles: Whole, width: int, height: int) -> Covered:
    """The nearest front-facing triangle at each pixel.

    Args:
        points: (n, 3): column, row (pixels) and distance from the camera.
        triangles: (m, 3) corners, turned so that a front face has a positive area with rows running down.
        width: of the picture in pixels.
        height: of the picture in pixels.
    """
    corners = points[triangles]
    a, b, c = corners[:, 0], corners[:, 1], corners[:, 2]
    area = (b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (c[:, 0] - a[:, 0])
    low = np.ceil(corners[:, :, :2].min(axis=1)).astype(np.int64)
    high = np.floor(corners[:, :, :2].max(axis=1)).astype(np.int64)
    low = np.maximum(low, 0)
    high = np.minimum(high, [width - 1, height - 1])
    span = high - low + 1
    kept = np.flatnonzero((area > _LEAST) & (span > 0).all(axis=1))
    counts = span[kept, 0] * span[kept, 1]
    triangle = np.repeat(kept, counts)
    within = np.arange(len(triangle)) - np.repeat(np.cumsum(counts) - counts, counts)
    columns = low[triangle, 0] + within % span[triangle, 0]
    rows = low[triangle, 1] + within // span[triangle, 0]
    weights = _weights(corners[triangle], area[triangle], columns, rows)
    inside = (weights >= -_EDGE).all(axis=1)
    triangle, columns, rows, weights = triangle[inside], columns[inside], rows[inside], weights[inside]
    depth = (weights * corners[triangle, :, 2]).sum(axis=1)
    return _nearest(Covered(rows, columns, triangle, weights, depth), width * height, width)


def _weights(corners: Floats, area: Floats, columns: Whole, rows: Whole) -> Floats:
    a, b, c = corners[:, 0], corners[:, 1], corners[:, 2]
    x, y = columns.astype(np.float32), rows.astype(np.float32)
    first = ((b[:, 0] - x) * (c[:, 1] - y) - (b[:, 1] - y) * (c[:, 0] - x)) / area
    second = ((c[:, 0] - x) * (a[:, 1] - y) - (c[:, 1] - y) * (a[:, 0] - x)) / area
    return np.stack([first, second, 1 - first - second], axis=1).astype(np.float32)


def _nearest(found: Covered, pixels: int, width: int) -> Covered:
    place = found.rows * width + found.columns
    nearest = np.full(pixels, np.inf, np.float32)
    np.minimum.at(nearest, place, found.depth)
    seen = np.flatnonzero(found.depth <= nearest[place])
    _, once = np.unique(place[seen], return_index=True)
    seen = seen[once]
    return Covered(
        found.rows[seen], found.columns[seen], found.triangle[seen], found.weights[seen], found.depth[seen]
    )
