"""Heads that move: frames of one pose, or of all poses in a slow cycle, for a browser's fake camera.

I own how a head gets from one pose to the next. Frames have the size and rate of the clips of documents, so that both can
be joined.
"""

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from keizoku.sample.heads.picture import Picture, Scene, Stance, photographed

# How far a head is turned by somebody who does what is asked (degrees).
TURNS: Final[dict[str, Stance]] = {
    "front": Stance(),
    "left": Stance(yaw=27),
    "right": Stance(yaw=-27),
    "up": Stance(pitch=20),
    "down": Stance(pitch=-20),
}
SIZE: Final = (1280, 720)
_TREMBLE = 0.4  # degrees; nobody holds quite still


def clip(
    identity: int, pose: str, count: int = 12, light: int = 3, size: tuple[int, int] = SIZE
) -> Iterator[Picture]:
    """Frames of a person who holds a pose: the first third turns to it from the front, the rest holds it."""
    for number in range(count):
        near = min(1.0, (number + 1) / max(1.0, count / 3))
        yield _frame(identity, _between(Stance(), TURNS[pose], near), number, _scene(light, size))


def cycle(
    identity: int, hold: int = 8, turn: int = 3, light: int = 3, size: tuple[int, int] = SIZE
) -> Iterator[Picture]:
    """Frames of a person who does every pose, each from the front and back again, for whatever is asked."""
    number = 0
    scene = _scene(light, size)
    for pose in ("left", "right", "up", "down"):
        ways = [0.0] * hold + [step / turn for step in range(1, turn)] + [1.0] * hold
        ways += [1 - step / turn for step in range(1, turn)]
        for near in ways:
            yield _frame(identity, _between(Stance(), TURNS[pose], near), number, scene)
            number += 1


def _scene(light: int, size: tuple[int, int]) -> Scene:
    return Scene(light=light, width=size[0], height=size[1])


def _between(one: Stance, other: Stance, near: float) -> Stance:
    return Stance(one.yaw + (other.yaw - one.yaw) * near, one.pitch + (other.pitch - one.pitch) * near)


def _frame(identity: int, stance: Stance, number: int, scene: Scene) -> Picture:
    moved = Stance(
        stance.yaw + _TREMBLE * math.sin(number * 1.1),
        stance.pitch + _TREMBLE * math.cos(number * 0.9),
        _TREMBLE * math.sin(number * 0.7),
    )
    return photographed(identity, replace(scene, stance=moved))
