"""The journey's form: name, hours, paces, and one part a step. Whatever was typed comes back as it was typed."""

from dataclasses import dataclass, replace
from datetime import time
from typing import Final

from django.http import QueryDict

from keizoku.campaigns import defaults
from keizoku.campaigns.journeys.rules import calendar as calendars
from keizoku.campaigns.journeys.rules import pace as paces
from keizoku.campaigns.journeys.rules.calendar import Calendar
from keizoku.campaigns.journeys.rules.drafts import (
    LONGEST_NAME,
    LONGEST_WAIT,
    JourneyDraft,
    StepDraft,
    step_problems,
)
from keizoku.campaigns.journeys.rules.pace import Pace
from keizoku.campaigns.rules import MOST_STEPS
from keizoku.console.forms import rows
from keizoku.console.forms.numbers import whole_number
from keizoku.console.forms.who import Who

HOURS: Final = tuple(
    (f"{hour}:{minute}", f"{hour}:{minute}") for hour in range(24) for minute in ("00", "30")
)
# Posted only where it is ticked.
ENCLOSED: Final = (("yes", "質問票（紙）を同封する"),)
CLOSINGS: Final = (*HOURS[1:], ("0:00", "24:00"))
DAYS: Final = (
    ("weekends", "土曜日・日曜日にも送る"),
    ("holidays", "祝日にも送る"),
    ("year_end", "年末年始（12月31日〜1月3日）にも送る"),
)


@dataclass(frozen=True, slots=True)
class StepForm:
    """One step as typed; its channel was chosen when it was added."""

    channel: str
    wait: str = ""
    who: str = ""
    subject: str = ""
    body: str = ""
    button: str = ""
    hour: str = ""
    day: str = ""
    form: str = ""


@dataclass(frozen=True, slots=True)
class JourneyForm:
    """As typed. ``days`` are those of ``DAYS`` that are ticked."""

    name: str = ""
    note: str = ""
    opens: str = "9:00"
    closes: str = "20:00"
    days: tuple[str, ...] = ()
    hour: str = ""
    day: str = ""
    steps: tuple[StepForm, ...] = ()
    after_version: str = ""

    def draft(self, who: Who) -> JourneyDraft:
        """What is to be saved; call it once ``problems`` is empty."""
        return JourneyDraft(
            name=self.name.strip(),
            steps=tuple(_step(step, who, is_first=place == 0) for place, step in enumerate(self.steps)),
            calendar=_calendar(self),
            pace=Pace(_limit(self.hour), _limit(self.day)),
            note=self.note.strip(),
        )


def copy_of(draft: JourneyDraft, who: Who) -> JourneyForm:
    """A new journey that begins as this one."""
    return replace(of_draft(draft, who), name=f"{draft.name}の写し"[:LONGEST_NAME])


def of_draft(draft: JourneyDraft, who: Who, *, after_version: int = 0) -> JourneyForm:
    """The form that a version was, or could have been, written with."""
    calendar = draft.calendar
    return JourneyForm(
        name=draft.name,
        opens=_clock(calendar.opens),
        closes=_clock(calendar.closes),
        days=tuple(name for name, _ in DAYS if getattr(calendar, name)),
        hour=_typed(draft.pace.per_hour),
        day=_typed(draft.pace.per_day),
        steps=tuple(
            StepForm(
                step.channel,
                str(step.wait_days),
                who.choice(step.condition),
                step.subject,
                step.body,
                step.button_label,
                _typed(step.pace.per_hour),
                _typed(step.pace.per_day),
                "yes" if step.has_form else "",
            )
            for step in draft.steps
        ),
        after_version=str(after_version or ""),
    )


def read(posted: QueryDict) -> JourneyForm:
    start = JourneyForm()
    return JourneyForm(
        name=posted.get("name", ""),
        note=posted.get("note", ""),
        opens=posted.get("opens", start.opens),
        closes=posted.get("closes", start.closes),
        days=tuple(name for name, _ in DAYS if name in posted.getlist("days")),
        hour=posted.get("per_hour", ""),
        day=posted.get("per_day", ""),
        steps=tuple(
            StepForm(
                channel=part.get("channel", ""),
                wait=part.get("wait", ""),
                who=part.get("who", ""),
                subject=part.get("subject", "").strip(),
                body=part.get("body", "").replace("\r\n", "\n").strip(),
                button=part.get("button", "").strip(),
                hour=part.get("hour", ""),
                day=part.get("day", ""),
                form=part.get("form", ""),
            )
            for part in rows.read(posted, "step")
        ),
        after_version=posted.get("after_version", ""),
    )


def acted(form: JourneyForm, act: str) -> JourneyForm | None:
    """The form after a button that only changes it ("add-email", "up-2" …); None for any other."""
    if act.startswith("add-") and (words := defaults.WORDS.get(act.removeprefix("add-"))) is not None:
        step = StepForm(
            words.channel,
            str(words.wait_days) if form.steps else "0",
            subject=words.subject,
            body=words.body,
            button=words.button_label,
        )
        return replace(form, steps=(*form.steps, step))
    if (parts := rows.moved(list(form.steps), act)) is None:
        return None
    if parts:  # the first has no wait, whoever comes first
        parts = [replace(parts[0], wait="0"), *(_waiting(part) for part in parts[1:])]
    return replace(form, steps=tuple(parts))


def problems(form: JourneyForm, who: Who) -> dict[str, str]:
    """Field → what is wrong with it and what to do."""
    found: dict[str, str] = {}
    if not form.name.strip() or len(form.name.strip()) > LONGEST_NAME:
        found["name"] = (
            f"連絡手順の名前を{LONGEST_NAME}文字までで入力してください（例：LINEのあと、メール）。"
        )
    if (form.opens, form.opens) not in HOURS or form.closes not in dict(CLOSINGS):
        found["opens"] = "送る時間帯を選んでください。"
    elif wrong := calendars.problems(_calendar(form)):
        found["opens"] = " ".join(wrong)
    for name, typed in (("per_hour", form.hour), ("per_day", form.day)):
        found[name] = _limit_problem(typed)
    if not form.steps:
        found["__all__"] = "連絡の手順を1つ以上入れてください。"
    if len(form.steps) > MOST_STEPS:
        found["__all__"] = f"連絡の手順は{MOST_STEPS}つまでにしてください。"
    for place, step in enumerate(form.steps, start=1):
        found |= {f"step-{place}-{name}": words for name, words in _wrong(step, place, who).items()}
    return {field: words for field, words in found.items() if words}


def _wrong(step: StepForm, place: int, who: Who) -> dict[str, str]:
    wait = whole_number(step.wait)
    found = {
        "hour": _limit_problem(step.hour),
        "day": _limit_problem(step.day),
        "body": " ".join(step_problems(_step(step, who, is_first=place == 1))),
    }
    if place > 1 and not (wait and wait <= LONGEST_WAIT):
        found["wait"] = "前の手順から待つ日数を、1以上の数字で入力してください（例：7）。"
    if not who.is_known(step.who):
        found["who"] = "この手順を送る相手を選んでください。"
    return found


def _step(step: StepForm, who: Who, *, is_first: bool) -> StepDraft:
    return StepDraft(
        channel=step.channel,
        wait_days=0 if is_first else whole_number(step.wait) or 0,
        subject=step.subject,
        body=step.body,
        button_label=step.button,
        condition=who.condition(step.who),
        pace=Pace(_limit(step.hour), _limit(step.day)),
        has_form=bool(step.form),
    )


def _waiting(step: StepForm) -> StepForm:
    return replace(step, wait=str(defaults.EMAIL_AFTER_DAYS)) if step.wait == "0" else step


def _calendar(form: JourneyForm) -> Calendar:
    return Calendar(
        time.fromisoformat(form.opens.zfill(5)),
        time.fromisoformat(form.closes.zfill(5)),
        weekends="weekends" in form.days,
        holidays="holidays" in form.days,
        year_end="year_end" in form.days,
    )


def _limit(typed: str) -> int | None:
    return whole_number(typed) if typed.strip() else None


def _limit_problem(typed: str) -> str:
    if not typed.strip():
        return ""
    number = whole_number(typed)
    if number is None:
        return "人数を数字で入力するか、空けてください（例：1000）。"
    return " ".join(paces.problems(Pace(number)))


def _clock(moment: time) -> str:
    return f"{moment.hour}:{moment.minute:02d}"


def _typed(limit: int | None) -> str:
    return "" if limit is None else str(limit)
