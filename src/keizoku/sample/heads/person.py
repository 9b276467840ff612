"""Who is drawn: all that makes one invented face differ from another, from one seed.

Measures are millimetres of a head whose eyes lie on y = 0, whose nose points to +z, and whose right side (as the
picture shows it) is +x. Nobody real was measured.
"""

from dataclasses import dataclass

import numpy as np

Colour = tuple[float, float, float]  # blue, green, red; 0–1, linear light


@dataclass(frozen=True)
class Person:
    """The parameters of one head; a factor of 1 is the middle of the range."""

    seed: int
    width: float
    jaw: float
    length: float
    forehead: float
    cheeks: float
    chin: float
    eyes_apart: float
    eye_width: float
    eye_open: float
    eye_slant: float
    double_lid: float
    brow_height: float
    brow_thick: float
    brow_slant: float
    brow_length: float
    nose_length: float
    nose_width: float
    nose_height: float
    mouth_width: float
    mouth_height: float
    lip_full: float
    age: float
    beard: float
    moles: int
    skin: Colour
    lips: Colour
    iris: Colour
    hair: Colour
    hair_style: str
    cloth: Colour


def person(seed: int) -> Person:
    """The person of a seed; always the same."""
    chance = np.random.default_rng([7919, seed])

    def around(middle: float, spread: float) -> float:
        return float(np.clip(chance.normal(middle, spread), middle - 2.2 * spread, middle + 2.2 * spread))

    woman = chance.random() < 0.5  # noqa: PLR2004 - an even chance
    tone = float(np.clip(chance.beta(2.0, 3.0), 0, 1))
    skin = tuple(
        float(light + (dark - light) * tone + chance.normal(0, 0.012))
        for light, dark in ((0.42, 0.16), (0.52, 0.24), (0.76, 0.45))
    )
    grey = float(np.clip(chance.normal(0.1, 0.25), 0, 0.75))
    brown = float(chance.random())
    hair = tuple(
        float((base + brown * rise) * (1 - grey) + 0.38 * grey)
        for base, rise in ((0.010, 0.02), (0.012, 0.045), (0.016, 0.09))
    )
    styles = ("bob", "long", "fringe", "tied") if woman else ("short", "parted", "receding", "fringe")
    return Person(
        seed=seed,
        width=around(1, 0.075),
        jaw=around(0.93 if woman else 1.04, 0.12),
        length=around(0.93 if woman else 0.98, 0.065),
        forehead=around(1, 0.14),
        cheeks=around(1, 1.5),
        chin=around(1, 1.0),
        eyes_apart=around(1, 0.08),
        eye_width=around(1.02, 0.13),
        eye_open=around(1.06 if woman else 0.96, 0.24),
        eye_slant=around(1.0, 2.2),
        double_lid=float(chance.random()),
        brow_height=around(19.5, 3.2),
        brow_thick=around(2.6 if woman else 3.9, 1.1),
        brow_slant=around(1, 3.2),
        brow_length=around(1, 0.16),
        nose_length=around(0.97, 0.085),
        nose_width=around(0.95 if woman else 1.06, 0.20),
        nose_height=around(1, 0.24),
        mouth_width=around(1, 0.15),
        mouth_height=around(-1.5, 2.4),
        lip_full=around(1.1 if woman else 0.9, 0.36),
        age=float(chance.random()),
        beard=0.0 if woman else float(max(0.0, chance.normal(0.25, 0.3))),
        moles=int(chance.integers(0, 5)),
        skin=(skin[0], skin[1], skin[2]),
        lips=(skin[0] * 0.68, skin[1] * 0.52, skin[2] * float(chance.uniform(0.74, 0.92))),
        iris=(0.015 + 0.02 * brown, 0.025 + 0.035 * brown, 0.05 + 0.06 * brown),
        hair=(hair[0], hair[1], hair[2]),
        hair_style=str(chance.choice(styles)),
        cloth=tuple(float(x) for x in chance.uniform(0.02, 0.55, 3)),  # type: ignore[arg-type]  # three of them
    )
