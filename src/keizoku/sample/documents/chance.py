"""The one source of chance: everything drawn from the same words is the same."""

from random import Random


def chance(*words: object) -> Random:
    """A source of its own for each sequence of words."""
    return Random("/".join(map(str, words)))  # noqa: S311 - invented data, nothing secret
