"""A journey as a file (TOML or JSON, the same names): read with every mistake named, and written back.

The format is docs/journeys.md; the API's bodies and the command line read it too.
"""

from collections.abc import Mapping
from datetime import time
from typing import Any

from keizoku.campaigns.errors import CampaignRefused
from keizoku.campaigns.journeys.rules.calendar import BANK_DAYS, Calendar
from keizoku.campaigns.journeys.rules.drafts import JourneyDraft, StepDraft
from keizoku.campaigns.journeys.rules.pace import Pace

_JOURNEY = {
    "name": str,
    "note": str,
    "opens": str,
    "closes": str,
    "weekends": bool,
    "holidays": bool,
    "year_end": bool,
    "per_hour": int,
    "per_day": int,
    "steps": list,
}
_STEP = {
    "channel": str,
    "wait_days": int,
    "subject": str,
    "body": str,
    "button_label": str,
    "condition": dict,
    "has_form": bool,
    "per_hour": int,
    "per_day": int,
}
_NEEDED = {"journey": ("name", "steps"), "step": ("channel", "body")}
_WORDS = {str: "文字列", bool: "true か false", int: "整数", list: "一覧", dict: "条件"}


def read(content: Mapping[str, Any]) -> JourneyDraft:
    """Raises ``CampaignRefused`` that names every unknown, missing or mistyped entry."""
    found = problems(content, _JOURNEY, _NEEDED["journey"])
    steps = content.get("steps")
    for place, step in enumerate(steps if isinstance(steps, list) else (), start=1):
        wrong = (
            problems(step, _STEP, _NEEDED["step"])
            if isinstance(step, Mapping)
            else ["項目の組ではありません"]
        )
        found += [f"steps の{place}番目: {words}" for words in wrong]
    moments = {}
    for name in ("opens", "closes"):
        try:
            moments[name] = time.fromisoformat(_padded(content[name])) if name in content else None
        except (ValueError, AttributeError):
            found.append(f"{name} は 9:00 のような時刻にしてください")
    if found:
        raise CampaignRefused(
            "。".join(found) + "。", remedy="ファイルを直して、もう一度読み込んでください。"
        )
    return JourneyDraft(
        name=content["name"],
        note=content.get("note", ""),
        steps=tuple(_step(step) for step in content["steps"]),
        calendar=Calendar(
            opens=BANK_DAYS.opens if moments["opens"] is None else moments["opens"],
            closes=BANK_DAYS.closes if moments["closes"] is None else moments["closes"],
            weekends=content.get("weekends", False),
            holidays=content.get("holidays", False),
            year_end=content.get("year_end", False),
        ),
        pace=Pace(content.get("per_hour"), content.get("per_day")),
    )


def write(draft: JourneyDraft) -> dict[str, Any]:
    """The same as ``read`` takes, without what is not limited."""
    content: dict[str, Any] = {
        "name": draft.name,
        "note": draft.note,
        "opens": f"{draft.calendar.opens:%H:%M}",
        "closes": f"{draft.calendar.closes:%H:%M}",
        "weekends": draft.calendar.weekends,
        "holidays": draft.calendar.holidays,
        "year_end": draft.calendar.year_end,
        "per_hour": draft.pace.per_hour,
        "per_day": draft.pace.per_day,
        "steps": [
            _present(
                {
                    "channel": step.channel,
                    "wait_days": step.wait_days,
                    "subject": step.subject or None,
                    "body": step.body,
                    "button_label": step.button_label or None,
                    "condition": step.condition,
                    "has_form": step.has_form or None,
                    "per_hour": step.pace.per_hour,
                    "per_day": step.pace.per_day,
                }
            )
            for step in draft.steps
        ],
    }
    return _present(content)


def problems(content: Mapping[str, Any], types: Mapping[str, type], needed: tuple[str, ...]) -> list[str]:
    """What is unknown, missing or of another type than it should be, in Japanese."""
    found = [f"{name} という項目はありません" for name in content if name not in types]
    found += [f"{name} がありません" for name in needed if name not in content]
    for name, kind in types.items():
        if name not in content:
            continue
        value = content[name]
        fits = isinstance(value, Mapping if kind is dict else kind) and not (
            kind is int and isinstance(value, bool)
        )
        if not fits:
            found.append(f"{name} は{_WORDS[kind]}にしてください")
    return found


def _step(content: Mapping[str, Any]) -> StepDraft:
    return StepDraft(
        channel=content["channel"],
        wait_days=content.get("wait_days", 0),
        subject=content.get("subject", ""),
        body=content["body"].strip(),
        button_label=content.get("button_label", ""),
        condition=content.get("condition"),
        pace=Pace(content.get("per_hour"), content.get("per_day")),
        has_form=content.get("has_form", False),
    )


def _padded(moment: str) -> str:
    return moment.zfill(5)


def _present(content: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in content.items() if value is not None}
