"""A promise to call back, as typed; which days and hours are offered."""

from datetime import date, timedelta
from typing import Final

from django.http import QueryDict

from keizoku.campaigns.journeys.rules.calendar import BANK_DAYS, closed_day
from keizoku.console.forms.audit import day
from keizoku.reviews.phone.calling_back import Promise
from keizoku.reviews.phone.rules.states import LATEST_DAYS, MATTER_WORDS, WINDOWS

CHOOSE: Final = ("", "選んでください")
WINDOW_OPTIONS: Final = [CHOOSE, *((f"{start}-{end}", words) for (start, end), words in WINDOWS.items())]
MATTER_OPTIONS: Final = [CHOOSE, *((matter.value, words) for matter, words in MATTER_WORDS.items())]
_DAYS: Final = 10
_WEEKDAYS: Final = (
    "{}月{}日（月）",
    "{}月{}日（火）",
    "{}月{}日（水）",
    "{}月{}日（木）",
    "{}月{}日（金）",
    "{}月{}日（土）",
    "{}月{}日（日）",
)


def day_options(today: date) -> list[tuple[str, str]]:
    """The next days on which a bank is open, today first."""
    ahead = (today + timedelta(days=number) for number in range(LATEST_DAYS))
    open_days = [one for one in ahead if not closed_day(BANK_DAYS, one)][:_DAYS]
    return [
        CHOOSE,
        *((one.isoformat(), _WEEKDAYS[one.weekday()].format(one.month, one.day)) for one in open_days),
    ]


def read_promise(post: QueryDict) -> Promise:
    """What cannot be read is refused by the action in words."""
    chosen = next((hours for hours in WINDOWS if f"{hours[0]}-{hours[1]}" == post.get("window", "")), (0, 0))
    return Promise(day(post.get("day", "")), chosen, post.get("matter", ""), post.get("words", ""))
