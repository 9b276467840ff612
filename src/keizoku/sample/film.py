"""``keizoku sample film``: what a browser's fake camera shows: a licence from all sides, then its holder in every pose.

The portrait on the licence and the head are the same invented person. Chromium plays the film over and over.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import click
import numpy as np

from keizoku.sample import heads
from keizoku.sample.documents import clips
from keizoku.sample.documents.clips import Clip
from keizoku.sample.documents.folders import Order, Shot, specimens
from keizoku.sample.documents.specimens import Kind, Picture, Specimen
from keizoku.sample.heads.moving import TURNS

SEED: Final = 5
RATE: Final = 2
SIZE: Final = (1280, 720)
# Each held for two seconds and a half: long enough for a shutter that waits for a steady picture, on a slow machine too.
HELD: Final = 5


@click.command("film")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--seed", default=SEED, show_default=True, type=int)
def film(out: Path, seed: int) -> None:
    """Film a driving licence and its holder for Chromium's --use-file-for-fake-video-capture (y4m, 55 MB)."""
    written = clips.write(out, frames(seed), rate=RATE)
    click.echo(f"{out}: {written} frames", err=True)


def frames(seed: int) -> Iterator[Picture]:
    """Front, back, tilt; the face straight on, left, right, up, down."""
    licence = _licence(seed)
    for shot in (Shot.FRONT, Shot.BACK, Shot.TILT):
        yield from _held(list(clips.frames(licence, seed, Clip(shot, seconds=1, rate=RATE, size=SIZE)))[-1])
    for stance in TURNS.values():
        yield from _held(heads.draw(licence.identity, yaw=stance.yaw, pitch=stance.pitch, size=SIZE))


def holder(seed: int = SEED) -> Mapping[str, str]:
    """Name, birth date (ISO) and address of the film's licence, as its holder would say them."""
    fields = _licence(seed).front.fields
    return {name: fields[name].value for name in ("name", "birth_date", "address")}


def _licence(seed: int) -> Specimen:
    [(_, licence)] = specimens(Order(count=1, seed=seed, kinds=[Kind.DRIVING_LICENCE]))
    return licence


def _held(picture: Picture) -> Iterator[Picture]:
    """No two frames of a camera are the same: each a little brighter."""
    for number in range(HELD):
        yield np.minimum(picture.astype(np.int16) + number, 255).astype(np.uint8)
