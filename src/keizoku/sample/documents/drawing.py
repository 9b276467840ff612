"""Draw one document: the same kind, seed, layout and family give the same pixels."""

from collections.abc import Callable, Mapping
from random import Random
from typing import Final

from keizoku.sample.documents import families
from keizoku.sample.documents.chance import chance
from keizoku.sample.documents.kinds import driving_licence
from keizoku.sample.documents.specimens import Kind, Side, Specimen

Drawer = Callable[[Random, str, str, int], tuple[Side, ...]]
# Kind → its size in millimetres, its layouts, the one kept out of tuning, and what draws it.
_KINDS: Final[Mapping[Kind, tuple[tuple[float, float], tuple[str, ...], str, Drawer]]] = {
    Kind.DRIVING_LICENCE: (
        driving_licence.SIZE,
        driving_licence.VARIANTS,
        driving_licence.KEPT_OUT,
        driving_licence.draw,
    ),
}
KINDS: Final = tuple(_KINDS)


def variants(kind: Kind) -> tuple[str, ...]:
    """The layouts of a kind."""
    return _KINDS[kind][1]


def kept_out_variant(kind: Kind) -> str:
    """The layout that nobody may tune on."""
    return _KINDS[kind][2]


def draw(kind: Kind, seed: int, variant: str, font: str) -> Specimen:
    """A specimen of `kind` in one of its layouts and in a family of `families.present()`."""
    size, known, kept_out, drawer = _KINDS[kind]
    if variant not in known:
        raise ValueError(f"{kind} has no layout {variant!r}; it has {', '.join(known)}")
    identity = chance(kind, seed, "head").randrange(1_000_000)
    sides = drawer(chance(kind, seed, variant), variant, font, identity)
    parts = (("variant", variant == kept_out), ("font", families.FAMILIES[font].is_kept_out))
    return Specimen(
        kind, seed, variant, font, size, sides, identity, tuple(part for part, is_out in parts if is_out)
    )
