"""Pictures: bytes that somebody sent, opened as what they show, or refused with a code.

I own what counts as a picture. What it is is told by its bytes, never by a name or a header of the request. This module
opens in the process that calls it; bytes from outside go through `keizoku.vision.decoding`, which calls me in a child with
limits.
"""

import io
from enum import StrEnum
from typing import Final

import numpy as np
import numpy.typing as npt
import pi_heif
from PIL import Image, ImageOps, UnidentifiedImageError

from keizoku.vision import containers

# BGR, 8 bits, (height, width, 3), as OpenCV has it.
Picture = npt.NDArray[np.uint8]

MOST_BYTES: Final = 15 * 1024 * 1024
MOST_PIXELS: Final = 30_000_000
SHORTEST_SIDE: Final = 64
# A card that fills a picture of this size has three times the pixels that reading needs; more only costs.
LONGEST_SIDE: Final = 3200
_FORMATS: Final = ("JPEG", "PNG", "WEBP")
_BROKEN: Final = (OSError, SyntaxError, ValueError, EOFError)


class Fault(StrEnum):
    """Why bytes are not opened."""

    EMPTY = "empty"
    TOO_MANY_BYTES = "too_many_bytes"
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_SMALL = "too_small"
    NOT_A_PICTURE = "not_a_picture"
    TRUNCATED = "truncated"
    DAMAGED = "damaged"
    ANIMATED = "animated"
    POLYGLOT = "polyglot"
    TOO_COSTLY = "too_costly"


class Refused(ValueError):
    """These bytes are not opened; `code` says why. Nothing of them is in the message."""

    def __init__(self, code: Fault) -> None:
        super().__init__(code.value)
        self.code = code


def opened(data: bytes) -> Picture:
    """The picture, upright by its EXIF, in 8-bit BGR; at most LONGEST_SIDE long.

    Raises:
        Refused: with the code of what is wrong.
    """
    kind = _kind(data)
    try:
        image = _heif(data) if kind is containers.Kind.HEIF else _other(data)
        return _as_bgr(_upright(image))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Refused(Fault.TOO_MANY_PIXELS) from None
    except UnidentifiedImageError:
        raise Refused(Fault.DAMAGED) from None
    except MemoryError:
        raise Refused(Fault.TOO_COSTLY) from None
    except Refused:
        raise
    except _BROKEN as broken:
        raise Refused(Fault.TRUNCATED if "truncated" in str(broken) else Fault.DAMAGED) from None


def grey(picture: Picture) -> Picture:
    """One channel, (height, width)."""
    weighed = picture @ np.array((0.114, 0.587, 0.299), np.float32)
    return weighed.astype(np.uint8)


def _kind(data: bytes) -> containers.Kind:
    if not data:
        raise Refused(Fault.EMPTY)
    if len(data) > MOST_BYTES:
        raise Refused(Fault.TOO_MANY_BYTES)
    kind = containers.kind(data)
    if kind is None:
        raise Refused(Fault.NOT_A_PICTURE)
    found = containers.examine(data, kind)
    if found is containers.Finding.FOREIGN:
        raise Refused(Fault.POLYGLOT)
    if found is containers.Finding.SEQUENCE:
        raise Refused(Fault.ANIMATED)
    if found is containers.Finding.CUT:
        raise Refused(Fault.TRUNCATED)
    return kind


def _heif(data: bytes) -> Image.Image:
    opened = pi_heif.open_heif(data)
    _hold(*opened.size)
    image: Image.Image = opened.to_pillow()
    return image


def _other(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data), formats=_FORMATS)
    _hold(*image.size)
    image.draft("RGB", (LONGEST_SIDE // 2, LONGEST_SIDE // 2))
    image.load()
    return image


def _hold(width: int, height: int) -> None:
    if width * height > MOST_PIXELS:
        raise Refused(Fault.TOO_MANY_PIXELS)
    if min(width, height) < SHORTEST_SIDE:
        raise Refused(Fault.TOO_SMALL)


def _upright(image: Image.Image) -> Image.Image:
    longest = max(image.size)
    if longest > LONGEST_SIDE and not image.mode.startswith("I"):
        image = image.reduce(-(-longest // LONGEST_SIDE))
    return ImageOps.exif_transpose(image)


def _as_bgr(image: Image.Image) -> Picture:
    if image.mode.startswith("I"):  # 16 bits of grey
        values = np.asarray(image).astype(np.float32)
        level = (values / (257.0 if values.max(initial=0) > 255 else 1.0)).astype(np.uint8)  # noqa: PLR2004
        return np.repeat(level[:, :, None], 3, axis=2)
    if image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info:
        image = image.convert("RGBA")
        paper = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(paper, image)
    colours = np.asarray(image.convert("RGB"))
    return np.ascontiguousarray(colours[:, :, ::-1])
