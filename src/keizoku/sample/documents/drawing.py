"""Draw one document: the same kind, seed, layout and family give the same pixels."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Final

from keizoku.sample.documents import families
from keizoku.sample.documents.chance import chance
from keizoku.sample.documents.kinds import (
    driver_cards,
    driving_history,
    driving_licence,
    my_number_card,
    passport,
    residence_card,
    resident_cards,
    special_permanent_resident,
)
from keizoku.sample.documents.specimens import Kind, Side, Specimen

Drawer = Callable[[Random, str, str, int], tuple[Side, ...]]


@dataclass(frozen=True)
class _Kind:
    """A kind's size in millimetres, its layouts, the one kept out of tuning, and what draws it."""

    size: tuple[float, float]
    variants: tuple[str, ...]
    kept_out: str
    drawer: Drawer


_KINDS: Final[Mapping[Kind, _Kind]] = {
    Kind.DRIVING_LICENCE: _Kind(
        driver_cards.SIZE, driver_cards.VARIANTS, driver_cards.KEPT_OUT, driving_licence.draw
    ),
    Kind.DRIVING_HISTORY: _Kind(
        driver_cards.SIZE, driver_cards.VARIANTS, driver_cards.KEPT_OUT, driving_history.draw
    ),
    Kind.MY_NUMBER_CARD: _Kind(
        my_number_card.SIZE, my_number_card.VARIANTS, my_number_card.KEPT_OUT, my_number_card.draw
    ),
    Kind.PASSPORT: _Kind(passport.SIZE, passport.VARIANTS, passport.KEPT_OUT, passport.draw),
    Kind.RESIDENCE_CARD: _Kind(
        resident_cards.SIZE, resident_cards.VARIANTS, resident_cards.KEPT_OUT, residence_card.draw
    ),
    Kind.SPECIAL_PERMANENT_RESIDENT: _Kind(
        resident_cards.SIZE, resident_cards.VARIANTS, resident_cards.KEPT_OUT, special_permanent_resident.draw
    ),
}
KINDS: Final = tuple(_KINDS)
HEADS: Final = 48


def variants(kind: Kind) -> tuple[str, ...]:
    """The layouts of a kind."""
    return _KINDS[kind].variants


def kept_out_variant(kind: Kind) -> str:
    """The layout that nobody may tune on."""
    return _KINDS[kind].kept_out


def draw(kind: Kind, seed: int, variant: str, font: str, identity: int | None = None) -> Specimen:
    """A specimen of `kind` in one of its layouts and in a family of `families.present()`.

    `identity` is the head on its portrait, one of a few dozen where none is named: drawing a new one takes a second.
    """
    drawn = _KINDS[kind]
    if variant not in drawn.variants:
        raise ValueError(f"{kind} has no layout {variant!r}; it has {', '.join(drawn.variants)}")
    if identity is None:
        identity = chance(kind, seed, "head").randrange(HEADS)
    sides = drawn.drawer(chance(kind, seed, variant), variant, font, identity)
    parts = (("variant", variant == drawn.kept_out), ("font", families.FAMILIES[font].is_kept_out))
    return Specimen(
        kind,
        seed,
        variant,
        font,
        drawn.size,
        sides,
        identity,
        tuple(part for part, is_out in parts if is_out),
    )
