"""Pure rules of the approval: the first wave's size and who is in it."""

from typing import Final

# One in a hundred shows a wrong number, wrong words or a broken carrier; twenty are the least from which a share can be
# read at all, and five hundred keep a mistake small however large the audience is.
FIRST_WAVE_SHARE: Final = 100
FIRST_WAVE_LEAST: Final = 20
FIRST_WAVE_MOST: Final = 500


def first_wave_size(count: int) -> int:
    """How many of ``count`` people go first; 0 where everybody is no more than the smallest first wave."""
    if count <= FIRST_WAVE_LEAST:
        return 0
    return min(max(FIRST_WAVE_LEAST, -(-count // FIRST_WAVE_SHARE)), FIRST_WAVE_MOST)


def first_wave_places(count: int, size: int) -> list[int]:
    """Places (from 1) of the first wave in an audience of ``count``: the middle of each of ``size`` equal parts.

    A systematic sample through the frozen order, so that old and new customers, and every part of a bank's file, are in it.
    """
    return [(2 * part + 1) * count // (2 * size) + 1 for part in range(size)]
