"""Who falls out by which condition: all outermost conditions are asked of everybody in one pass.

Each customer is put to the combination of conditions that he meets; from the few combinations follow how many remain after
each condition, how many it leaves out alone, and how many would come back without it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any as Anything
from typing import Final, TypeAlias

from keizoku.campaigns.audiences.counting import counting
from keizoku.campaigns.audiences.fields import ACTIVE, TABLES, readable_fields
from keizoku.kernel.conditions import All, Any, Condition, describe, parse, to_sql
from keizoku.kernel.conditions.reading import Json

MOST_STAGES: Final = 30  # each is a bit of an integer; what is beyond is told together
# Which of the outermost conditions hold → how many customers.
Combinations: TypeAlias = Mapping[tuple[bool, ...], int]


@dataclass(frozen=True, slots=True)
class Stage:
    """One outermost condition.

    Attributes:
        words: the condition in Japanese.
        remaining: of everybody, how many are there still after this condition and those before it (of any: how many are
            there by then).
        alone: how many meet this condition, whatever the others say.
        returning: how many more there would be without this condition (of any: how many there would be fewer).
    """

    words: str
    remaining: int
    alone: int
    returning: int


@dataclass(frozen=True, slots=True)
class Breakdown:
    """``everybody`` is all active customers; ``is_any``: one condition of the outermost is enough."""

    everybody: int
    matching: int
    is_any: bool
    stages: list[Stage]


def breakdown(audience: Json, today: date) -> Breakdown:
    """The exact numbers now; nothing is written."""
    fields = readable_fields()
    condition = parse(audience, fields)
    is_any = isinstance(condition, Any)
    parts = condition.parts if isinstance(condition, All | Any) else (condition,)
    if len(parts) > MOST_STAGES:
        rest = parts[MOST_STAGES - 1 :]
        parts = (*parts[: MOST_STAGES - 1], Any(rest) if is_any else All(rest))
    combinations = _combinations(parts, today)
    everybody = sum(combinations.values())
    stages = [
        _stage(describe(part, fields), place, combinations, is_any=is_any) for place, part in enumerate(parts)
    ]
    return Breakdown(everybody, stages[-1].remaining if stages else everybody, is_any, stages)


def _stage(words: str, place: int, combinations: Combinations, *, is_any: bool) -> Stage:
    def count(holds: Anything) -> int:
        return sum(people for met, people in combinations.items() if holds(met))

    if is_any:
        return Stage(
            words,
            remaining=count(lambda met: any(met[: place + 1])),
            alone=count(lambda met: met[place]),
            returning=count(lambda met: met[place] and sum(met) == 1),
        )
    return Stage(
        words,
        remaining=count(lambda met: all(met[: place + 1])),
        alone=count(lambda met: met[place]),
        returning=count(lambda met: not met[place] and sum(met) == len(met) - 1),
    )


def _combinations(parts: tuple[Condition, ...], today: date) -> Combinations:
    fields = readable_fields()
    bits, parameters = [], []
    for place, part in enumerate(parts):
        sql, values = to_sql(part, fields, today)
        bits.append(f"CASE WHEN {sql} THEN {1 << place} ELSE 0 END")
        parameters += values
    with counting() as cursor:
        cursor.execute(
            f"SELECT {' + '.join(bits) or '0'}, count(*) FROM {TABLES} WHERE {ACTIVE} GROUP BY 1",  # noqa: S608 - fields of ours
            parameters,
        )
        return {
            tuple(bool(met >> place & 1) for place in range(len(parts))): people
            for met, people in cursor.fetchall()
        }
