"""The numbers as a file's rows and as JSON: the same figures as on the page, counts only, nobody's data."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

from keizoku.campaigns.numbers.queries import Numbers
from keizoku.campaigns.numbers.rules import (
    CONFIDENCE_WORDS,
    FORECAST_WORDS,
    Forecast,
    Interval,
    Sends,
    wilson,
)

HEADER: Final = (
    "区分",
    "名前",
    "対象",
    "受け付けられた送信",
    "届いた",
    "送れなかった",
    "結果不明",
    "送らなかった",
    "回答",
    "回答の割合",
    "割合の下限",
    "割合の上限",
    "費用（円）",
    "回答1件の費用（円）",
)


def rows(found: Numbers) -> Iterator[tuple[object, ...]]:
    """One line for the whole, each class, step, way and day; shares of people for the first two, of messages else."""
    yield _row("全体", found.name, found.total, found.audience, found.audience)
    for course in found.courses:
        yield _row("お客さまの区分", course.name, course.sends, course.people, course.people)
    for step in found.steps:
        yield _row("手順", step.label, step.sends, None, step.sends.accepted)
    for channel in found.channels:
        yield _row("手段", channel.label, channel.sends, None, channel.sends.accepted)
    for day in found.days:  # answers of a day follow messages of other days: no share
        yield _row("日", day.day.isoformat(), day.sends, None, None)


def _row(part: str, name: str, sends: Sends, people: int | None, whole: int | None) -> tuple[object, ...]:
    interval = wilson(sends.answers, whole or 0)
    return (
        part,
        name,
        _or_nothing(people),
        sends.accepted,
        _or_nothing(sends.delivered),
        sends.rejected,
        sends.unknown,
        sends.passed_over,
        sends.answers,
        _decimal(sends.answers / whole if whole else None),
        _decimal(interval.low if interval else None),
        _decimal(interval.high if interval else None),
        sends.cost_yen,
        _or_nothing(sends.cost_per_answer),
    )


def _or_nothing(value: object | None) -> object:
    return "" if value is None else value


def _decimal(value: float | None) -> str:
    return "" if value is None else f"{value:.4f}"


def told(found: Numbers) -> dict[str, Any]:
    """For JSON: yen as text, shares from 0 to 1."""
    return {
        "campaign": found.campaign_id,
        "name": found.name,
        "launched_on": found.launched_on.isoformat() if found.launched_on else None,
        "closes_on": found.closes_on.isoformat() if found.closes_on else None,
        "audience": found.audience,
        "excluded": found.excluded,
        "interval": CONFIDENCE_WORDS,
        "answered": {"people": found.total.answers} | _interval(found.interval),
        "total": _sends(found.total),
        "courses": [
            {"course": each.ordinal, "name": each.name, "people": each.people}
            | _sends(each.sends)
            | {"of_people": _interval(each.interval)}
            for each in found.courses
        ],
        "steps": [
            {"course": each.course, "step": each.ordinal, "name": each.label} | _sends(each.sends)
            for each in found.steps
        ],
        "channels": [{"name": each.label} | _sends(each.sends) for each in found.channels],
        "days": [
            {"day": each.day.isoformat(), "accepted": each.sends.accepted, "answers": each.sends.answers}
            | {"answers_so_far": each.answers_so_far}
            for each in found.days
        ],
        "forecast": _forecast(found),
    }


def _sends(sends: Sends) -> dict[str, Any]:
    return {
        "accepted": sends.accepted,
        "delivered": sends.delivered,
        "rejected": sends.rejected,
        "unknown": sends.unknown,
        "passed_over": sends.passed_over,
        "answers": sends.answers,
        "answers_per_send": sends.share,
        **_interval(sends.interval),
        "cost_yen": str(sends.cost_yen),
        "cost_yen_per_answer": _yen(sends.cost_per_answer),
    }


def _interval(interval: Interval | None) -> dict[str, float | None]:
    return {"low": interval.low if interval else None, "high": interval.high if interval else None}


def _yen(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


def _forecast(found: Numbers) -> dict[str, Any] | None:
    if found.forecast is None:
        return None
    if not isinstance(found.forecast, Forecast):
        return {"refused_because": found.forecast.words}
    made = found.forecast
    return {
        "on": made.on.isoformat(),
        "answered": made.answered,
        "low": made.low,
        "middle": made.middle,
        "high": made.high,
        "audience": made.audience,
        "window_days": made.window,
        "method": FORECAST_WORDS,
    }
