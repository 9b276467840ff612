"""Clips for a browser's fake camera: a card that is brought before the lens, held, turned over, tipped.

YUV4MPEG2 is written by hand: a line of heading, then for each frame a line and the planes of Y, U and V at 4:2:0 (BT.601,
full range). Chromium plays such a file at its own rate, again and again. Clips of one size and rate can be joined.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

import cv2
import numpy as np

from keizoku.sample.documents.folders import Order, Shot, specimens
from keizoku.sample.documents.lens import Pose
from keizoku.sample.documents.photographing import frame
from keizoku.sample.documents.scenes import Conditions
from keizoku.sample.documents.specimens import Picture, Specimen

RATE: Final = 6
SIZE: Final = (1280, 720)
_FRAME: Final = b"FRAME\n"
_STEEPEST: Final = 40.0


@dataclass(frozen=True)
class Clip:
    """What is filmed: how many seconds of which side."""

    shot: Shot
    seconds: float = 3.0
    size: tuple[int, int] = SIZE
    rate: int = RATE


def write_folder(order: Order, folder: Path, report: Callable[[int], None] = lambda _: None) -> int:
    """A clip of each side, one of the tipping, and one of all of them; gives how many were written."""
    folder.mkdir(parents=True, exist_ok=True)
    written = 0
    for name, specimen in specimens(order):
        parts = []
        for shot in order.shots:
            if shot is not Shot.BACK or specimen.back:
                parts.append(folder / f"{name}-{shot.value}.y4m")
                write(parts[-1], frames(specimen, order.seed, Clip(shot)))
        joined(parts, folder / f"{name}-all.y4m")
        written += len(parts) + 1
        report(1)
    return written


def frames(specimen: Specimen, seed: int, clip: Clip) -> Iterator[Picture]:
    """The card comes closer for a fifth of the time and is then held by a hand that trembles a little."""
    count = round(clip.seconds * clip.rate)
    conditions = Conditions("wood", size=clip.size)
    side = "back" if clip.shot is Shot.BACK else "front"
    for number in range(count):
        yield frame(specimen, seed, conditions, side, _pose(specimen, clip, number / count, number))


def _pose(specimen: Specimen, clip: Clip, passed: float, number: int) -> Pose:
    near = min(1.0, 0.62 + passed * 1.9)
    # As wide as three quarters of the picture, or as its height allows.
    widest = min(0.74, 0.86 * clip.size[1] / clip.size[0] * specimen.size[0] / specimen.size[1])
    middle = (0.5 + 0.0012 * math.sin(number), 0.5 + 0.0012 * math.cos(number * 1.3))
    if clip.shot is Shot.TILT:
        return Pose(-_STEEPEST * math.sin(math.pi * min(1.0, passed * 1.15)), 0, 0, widest * 0.92, middle)
    return Pose(1.5, -1.5, 0.4 * math.sin(number / 3), widest * near, middle)


def write(path: Path, pictures: Iterable[Picture], rate: int = RATE) -> int:
    """Write BGR pictures of one even size as a clip; gives how many."""
    written = 0
    with path.open("wb") as stream:
        for picture in pictures:
            if not written:
                height, width = picture.shape[:2]
                stream.write(f"YUV4MPEG2 W{width} H{height} F{rate}:1 Ip A1:1 C420jpeg\n".encode())
            _append(stream, picture)
            written += 1
    return written


def joined(parts: Sequence[Path], path: Path) -> None:
    """Clips of one size and rate as one after another.

    ValueError where their headings differ.
    """
    with path.open("wb") as stream:
        heading = b""
        for part in parts:
            with part.open("rb") as source:
                found = source.readline()
                if heading and found != heading:
                    raise ValueError(f"{part} is a clip of another size or rate")
                if not heading:
                    stream.write(found)
                heading = found
                while block := source.read(1 << 20):
                    stream.write(block)


def _append(stream: BinaryIO, picture: Picture) -> None:
    stream.write(_FRAME)
    blue, green, red = (picture[..., channel].astype(np.float32) for channel in range(3))
    light = 0.299 * red + 0.587 * green + 0.114 * blue
    planes = (light, 128 + 0.564 * (blue - light), 128 + 0.713 * (red - light))
    for number, plane in enumerate(planes):
        height, width = plane.shape
        small = (
            cv2.resize(plane, (width // 2, height // 2), interpolation=cv2.INTER_AREA) if number else plane
        )
        stream.write(np.clip(np.rint(small), 0, 255).astype(np.uint8).tobytes())
