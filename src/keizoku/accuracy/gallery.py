"""Errors to look at: one HTML page that holds its pictures. It shows what documents say: treat it as the folder itself."""

import base64
from html import escape
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from keizoku.accuracy.ocr import FieldRead
from keizoku.accuracy.reading import Read
from keizoku.vision.pictures import Picture

_STYLE: Final = (
    "body{font:14px/1.5 sans-serif;margin:2em}figure{display:inline-block;margin:.5em;padding:.5em;border:1px solid #bbb;"
    "vertical-align:top;max-width:46em}img{max-width:44em;display:block}.wrong{border-color:#c00;border-width:3px}"
    "b{font-family:monospace}"
)
_WIDTH, _HEIGHT = 1000, 640
_SMALL: Final = 480


class Gallery:
    """Figures in the order in which they came."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._figures: list[str] = []

    def add_field(self, one: FieldRead) -> None:
        """A field that was not exact: its part of the document, what stands there, what was read."""
        labelled = one.read.labelled
        words = (
            f"{labelled.name} {one.name}: {one.result.value}<br>truth <b>{escape(one.truth)}</b><br>"
            f"read <b>{escape(one.value)}</b><br>{escape(', '.join(one.doubts))}"
        )
        self._add(_field(one), words, is_wrong=one.result.value == "wrong")

    def add_picture(self, read: Read) -> None:
        """A photograph on which the gates were wrong."""
        one = read.labelled
        codes = ", ".join(reason.value for reason in read.look.reasons) or "accepted"
        scores = ", ".join(f"{name} {score:.2f}" for name, score in read.look.scores.items())
        share = _SMALL / read.picture.shape[1]
        small = cv2.resize(read.picture, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
        words = f"{one.name}: {escape(one.why or 'good')} → {escape(codes)}<br>{escape(scores)}"
        self._add(np.asarray(small, np.uint8), words, is_wrong=not one.is_good)

    def write(self, path: Path) -> None:
        """The page."""
        path.write_text(
            f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(self._title)}</title>'
            f"<style>{_STYLE}</style><h1>{escape(self._title)}: {len(self._figures)}</h1>{''.join(self._figures)}</html>\n",
            "utf-8",
        )

    def _add(self, picture: Picture, words: str, *, is_wrong: bool) -> None:
        done, encoded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 80])
        assert done
        source = base64.b64encode(encoded.tobytes()).decode("ascii")
        mark = ' class="wrong"' if is_wrong else ""
        self._figures.append(
            f'<figure{mark}><img alt="" src="data:image/jpeg;base64,{source}"><figcaption>{words}</figcaption></figure>'
        )


def _field(one: FieldRead) -> Picture:
    """The field straightened by the truth's corners; the whole photograph, small, where these are not known."""
    labelled = one.read.labelled
    box = labelled.fields[one.name].box
    if labelled.quad is None or box is None:
        share = _SMALL / one.read.picture.shape[1]
        small = cv2.resize(one.read.picture, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
        return np.asarray(small, np.uint8)
    target = np.array([[0, 0], [_WIDTH, 0], [_WIDTH, _HEIGHT], [0, _HEIGHT]], np.float32)
    to = cv2.getPerspectiveTransform(np.array(labelled.quad, np.float32), target)
    card = cv2.warpPerspective(one.read.picture, to, (_WIDTH, _HEIGHT))
    left, top, width, height = box
    rows = slice(max(0, (top - 15) * _HEIGHT // 1000), (top + height + 15) * _HEIGHT // 1000)
    columns = slice(max(0, left - 12), left + width + 12)
    return np.asarray(card[rows, columns], np.uint8)
