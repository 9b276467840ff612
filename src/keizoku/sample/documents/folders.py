"""A folder of photographed specimens with their truth: NAME.jpg beside NAME.json, as docs/specimens.md describes.

Which kind, layout, family, background and fault picture n shows comes from the seed and n alone, so that a longer folder
begins with the shorter one.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from random import Random
from typing import Final

from keizoku.sample.documents import backgrounds, families
from keizoku.sample.documents.chance import chance
from keizoku.sample.documents.drawing import HEADS, KINDS, draw, kept_out_variant, variants
from keizoku.sample.documents.photographing import photograph, tilted
from keizoku.sample.documents.scenes import Conditions, Fault, Scene
from keizoku.sample.documents.specimens import Kind, Specimen


class Share(StrEnum):
    """Which layouts, families and backgrounds a folder may show."""

    ALL = "all"
    TUNING = "tuning"
    KEPT_OUT = "kept-out"


class Shot(StrEnum):
    """What is photographed of each specimen."""

    FRONT = "front"
    BACK = "back"
    TILT = "tilt"


_HANDS: Final = 0.35
_CLUTTER: Final = 0.35
# A camera stream as phones give it, and shares.
_SIZES: Final = ((1280, 960), (1600, 1200), (1920, 1080))
_SIZE_SHARES: Final = (35, 40, 25)


@dataclass(frozen=True)
class Order:
    """What a folder is to hold. `faults` is the share of spoilt photographs."""

    count: int
    seed: int
    kinds: Sequence[Kind] = KINDS
    shots: Sequence[Shot] = (Shot.FRONT,)
    share: Share = Share.ALL
    faults: float = 0.25
    fonts: Sequence[str] | None = None
    heads: int = HEADS
    size: tuple[int, int] | None = None
    numbers: tuple[int, ...] | None = None

    def part(self, numbers: Sequence[int] | None) -> "Order":
        """Only these documents of the same folder; all where None is given."""
        return replace(self, numbers=tuple(numbers) if numbers is not None else None)


def write(order: Order, folder: Path, report: Callable[[int], None] = lambda _: None) -> int:
    """Write the photographs and their truth; gives how many."""
    folder.mkdir(parents=True, exist_ok=True)
    written = 0
    for name, scene in scenes(order):
        (folder / f"{name}.jpg").write_bytes(scene.jpeg)
        truth = scene.as_json() | {"picture": f"{name}.jpg"}
        (folder / f"{name}.json").write_text(json.dumps(truth, ensure_ascii=False, indent=1) + "\n")
        written += 1
        if name.endswith(order.shots[0].value):
            report(1)
    return written


def scenes(order: Order) -> Iterator[tuple[str, Scene]]:
    """Each photograph with the name of its files."""
    for name, specimen in specimens(order):
        rng = chance("photographs", order.seed, int(name.rpartition("-")[2]))
        conditions = _conditions(rng, order)
        for shot in order.shots:
            seed = rng.randrange(2**32)
            if shot is not Shot.BACK or specimen.back:
                yield f"{name}-{shot.value}", _shot(specimen, seed, conditions, shot)


def specimens(order: Order) -> Iterator[tuple[str, Specimen]]:
    """Each document with its name."""
    for number in order.numbers if order.numbers is not None else range(order.count):
        specimen = _specimen(chance("documents", order.seed, number), order, number)
        yield f"{specimen.kind.value}-{order.seed:04}-{number:05}", specimen


def _shot(specimen: Specimen, seed: int, conditions: Conditions, shot: Shot) -> Scene:
    if shot is Shot.TILT:
        return tilted(specimen, seed, conditions)
    return photograph(specimen, seed, conditions, side=shot.value)


def _specimen(rng: Random, order: Order, number: int) -> Specimen:
    kind = order.kinds[number % len(order.kinds)]
    kept_out = kept_out_variant(kind)
    fonts = order.fonts or families.present()
    fonts = _shared(order.share, fonts, {name for name in fonts if families.FAMILIES[name].is_kept_out})
    variant = rng.choice(_shared(order.share, variants(kind), {kept_out}))
    return draw(kind, rng.randrange(2**32), variant, rng.choice(fonts), rng.randrange(order.heads))


def _conditions(rng: Random, order: Order) -> Conditions:
    ground = rng.choice(_shared(order.share, backgrounds.BACKGROUNDS, backgrounds.KEPT_OUT))
    fault = rng.choice(tuple(Fault)) if rng.random() < order.faults else None
    hand, clutter = rng.random() < _HANDS, rng.random() < _CLUTTER
    size = order.size or rng.choices(_SIZES, _SIZE_SHARES)[0]
    return Conditions(ground, fault, size, has_hand=hand, has_clutter=fault is None and clutter)


def _shared(share: Share, names: Sequence[str], kept_out: "frozenset[str] | set[str]") -> Sequence[str]:
    """The names that a share allows; all where it leaves none (a family that could not be fetched)."""
    if share is Share.ALL:
        return names
    return [name for name in names if (name in kept_out) is (share is Share.KEPT_OUT)] or names
