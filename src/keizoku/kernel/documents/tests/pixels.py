"""A PNG's pixels, for tests: eight bits a channel, as typst writes them (RFC 2083 §6)."""

import struct
import zlib
from dataclasses import dataclass


@dataclass(frozen=True)
class Picture:
    """Grey levels, row by row; 0 is black."""

    width: int
    height: int
    grey: bytes

    def is_dark(self, x: int, y: int) -> bool:
        return self.grey[y * self.width + x] < 128

    def ink(self, left: int, top: int, right: int, bottom: int) -> tuple[int, int, int, int] | None:
        """The smallest box that holds all dark pixels within a box; None where there are none."""
        dark = [
            (x, y)
            for y in range(max(top, 0), min(bottom, self.height))
            for x in range(max(left, 0), min(right, self.width))
            if self.is_dark(x, y)
        ]
        if not dark:
            return None
        xs, ys = [x for x, _ in dark], [y for _, y in dark]
        return min(xs), min(ys), max(xs) + 1, max(ys) + 1


def read(png: bytes) -> Picture:
    at, parts, width, height, channels = 8, [], 0, 0, 0
    while at < len(png):
        length, kind = struct.unpack_from(">I4s", png, at)
        body = png[at + 8 : at + 8 + length]
        if kind == b"IHDR":
            width, height, depth, colour = struct.unpack_from(">IIBB", body)
            assert depth == 8
            channels = {0: 1, 2: 3, 4: 2, 6: 4}[colour]
        elif kind == b"IDAT":
            parts.append(body)
        at += 12 + length
    raw, stride = zlib.decompress(b"".join(parts)), width * channels
    before, grey = bytearray(stride), bytearray()
    for row in range(height):
        start = row * (stride + 1)
        line = _unfiltered(raw[start], bytearray(raw[start + 1 : start + 1 + stride]), before, channels)
        grey += line[::channels]  # black and white alone matter: the red of each pixel will do
        before = line
    return Picture(width, height, bytes(grey))


def _unfiltered(kind: int, line: bytearray, before: bytearray, step: int) -> bytearray:
    if kind == 1:
        for i in range(step, len(line)):
            line[i] = (line[i] + line[i - step]) & 255
    elif kind == 2:
        line = bytearray((a + b) & 255 for a, b in zip(line, before, strict=True))
    elif kind == 3:
        for i in range(len(line)):
            left = line[i - step] if i >= step else 0
            line[i] = (line[i] + (left + before[i]) // 2) & 255
    elif kind == 4:
        for i in range(len(line)):
            left, corner = (line[i - step], before[i - step]) if i >= step else (0, 0)
            line[i] = (line[i] + _paeth(left, before[i], corner)) & 255
    return line


def _paeth(left: int, above: int, corner: int) -> int:
    guess = left + above - corner
    return min((left, above, corner), key=lambda one: abs(guess - one))
