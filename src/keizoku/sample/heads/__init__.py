"""Drawn heads: invented people in three dimensions, so that no photograph of a real person is needed.

I own people for specimens, tests, demonstrations and measurements of pose. The same identity is the same person in any
light and pose. Only `sample` and what lies above may call me.
"""

from keizoku.sample.heads.moving import clip, cycle
from keizoku.sample.heads.picture import Picture, Scene, Stance, photographed

__all__ = ["Picture", "Scene", "Stance", "clip", "cycle", "draw", "photographed"]


def draw(  # noqa: PLR0917 - a head is held in five numbers
    identity_seed: int,
    yaw: float = 0.0,
    pitch: float = 0.0,
    roll: float = 0.0,
    lids: float = 1.0,
    light: int = 0,
    size: tuple[int, int] = (480, 640),
    background: tuple[int, int, int] | None = None,
) -> Picture:
    """A picture (blue-green-red) of an invented person.

    Args:
        identity_seed: who; the same number is the same person.
        yaw: degrees to the person's own left.
        pitch: degrees upwards.
        roll: degrees clockwise in the picture.
        lids: 1 open … 0 closed.
        light: 0 even studio light, any other number a room of its own.
        size: width and height in pixels.
        background: one colour, or None for a blurred room.
    """
    stance = Stance(yaw, pitch, roll, lids)
    return photographed(identity_seed, Scene(stance, light, size[0], size[1], 1.0, background))
