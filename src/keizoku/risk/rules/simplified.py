"""Simplified due diligence (簡素な顧客管理): a set of conditions, all of which must hold today. Pure.

The conditions follow the FSA's questions and answers on its guideline (six conditions, as reported before 2024-04-01).
Nothing is stored: when a fact changes, the answer changes, and so it is withdrawn by itself. A circumstance of
whatever kind counts for a year, and is never told apart.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from keizoku.risk.rules.scale import Level

YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one customer; dates are those of the facts."""

    kind: str
    kind_on: date | None
    purpose: str
    purpose_on: date | None
    level: Level
    is_provisional: bool
    rated_on: date
    confirmed_on: date | None
    last_event_on: date | None
    has_circumstance: bool
    monitoring_on: date | None


@dataclass(frozen=True, slots=True)
class Condition:
    """``on``: the date of the fact; None where there is no fact, or none that may be told."""

    label: str
    holds: bool
    on: date | None


def conditions(known: Known, today: date) -> tuple[Condition, ...]:
    """All conditions, in the order in which they are shown."""
    answered = known.confirmed_on is not None and (
        known.last_event_on is None or known.last_event_on <= known.confirmed_on
    )
    return (
        Condition("個人のお客さまである", known.kind == "individual", known.kind_on),
        Condition(
            "事業のための取引ではない",
            known.purpose not in {"", "business_expenses"},
            known.purpose_on,
        ),
        Condition(
            "評価が「低」で、足りない情報がない",
            known.level is Level.LOW and not known.is_provisional,
            known.rated_on,
        ),
        Condition("本人の情報を確認している", known.confirmed_on is not None, known.confirmed_on),
        Condition(
            "最後の確認のあとに、確認が必要な出来事がない",
            answered,
            known.last_event_on,
        ),
        Condition(
            "取引モニタリングの有効性を、1年以内に確かめている",
            known.monitoring_on is not None and today - YEAR <= known.monitoring_on <= today,
            known.monitoring_on,
        ),
        Condition("この1年に、その他の事情がない", not known.has_circumstance, None),
    )
