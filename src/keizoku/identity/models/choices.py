"""Codes and their words as a column's choices."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

Code = TypeVar("Code", bound=StrEnum)


def choices(words: Mapping[Code, str]) -> list[tuple[str, str]]:
    """Plain strings: a migration must not import today's rules."""
    return [(code.value, word) for code, word in words.items()]
