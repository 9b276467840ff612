"""The queue's filter as an address has it, and as a sentence; a case's rest as typed."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, time
from typing import Final
from urllib.parse import urlencode

from django.http import QueryDict

from keizoku.accounts.queries import StaffRow
from keizoku.accounts.rules import may
from keizoku.console.forms.audit import day
from keizoku.customers.queries import FIELD_LABELS
from keizoku.kernel.clock import TOKYO
from keizoku.kernel.due import URGENCY_WORDS
from keizoku.reviews.queries import ENTRIES, Wanted
from keizoku.reviews.queries.finding import AGE_BANDS
from keizoku.reviews.rules.proposing import FACTS, RECORD_FIELDS
from keizoku.reviews.rules.reasons import HELP_WORDS
from keizoku.reviews.rules.states import ON_THE_DESK, STATE_WORDS
from keizoku.ui.components.work import FilterPart

Options = Sequence[tuple[str, str]]
LEVELS: Final[Options] = (
    ("", "どのリスクでも"),
    ("high", "リスク高"),
    ("medium", "リスク中"),
    ("low", "リスク低"),
    ("unrated", "未評価"),
)
STATES: Final[Options] = (("", "すべての状態"), *((state.value, STATE_WORDS[state]) for state in ON_THE_DESK))
DUES: Final[Options] = (("", "期限を問わない"), *((one.value, words) for one, words in URGENCY_WORDS.items()))
AGES: Final[Options] = (
    ("", "何日でも"),
    *(
        (str(place), f"{least}日以上" if most is None else f"{least}日以上{most}日未満")
        for place, (least, most) in enumerate(AGE_BANDS)
    ),
)
ENTRY_OPTIONS: Final[Options] = (("", "どれでも"), *ENTRIES)
CHANGES: Final[Options] = (
    ("", "どれでも"),
    *(
        (name, {**FIELD_LABELS, "residence_expires_on": "在留期限"}.get(name, name))
        for name in sorted(RECORD_FIELDS | FACTS)
    ),
)
HELPS: Final[Options] = (
    ("", "あってもなくても"),
    *((kind.value, words) for kind, words in HELP_WORDS.items()),
)
ASSIGNED: Final[Options] = (
    ("", "だれでも"),
    ("me", "自分"),
    ("nobody", "決まっていない"),
    ("others", "ほかの人"),
)
RESTING: Final[Options] = (("", "いま進められる"), ("1", "後回しの"))
_OF_FIELD: Final = {
    "level": LEVELS,
    "state": STATES,
    "due": DUES,
    "age": AGES,
    "entry": ENTRY_OPTIONS,
    "changed": CHANGES,
    "help": HELPS,
    "resting": RESTING,
}
_LONGEST_DEPARTMENT: Final = 60
_LONGEST_ID: Final = 18
HOURS: Final = range(8, 20)


@dataclass(frozen=True, slots=True)
class QueueForm:
    """As chosen; what is not in a list narrows nothing."""

    level: str = ""
    state: str = ""
    due: str = ""
    age: str = ""
    entry: str = ""
    changed: str = ""
    help: str = ""
    assigned: str = ""
    department: str = ""
    resting: str = ""

    @classmethod
    def read(cls, asked: QueryDict) -> "QueueForm":
        chosen = {
            name: typed
            for name, options in _OF_FIELD.items()
            if (typed := asked.get(name, "")) in dict(options)
        }
        who = asked.get("assigned", "")
        is_person = who.isdecimal() and len(who) <= _LONGEST_ID
        return cls(
            **chosen,
            assigned=who if who in dict(ASSIGNED) or is_person else "",
            department=asked.get("department", "")[:_LONGEST_DEPARTMENT],
        )

    def wanted(self) -> Wanted:
        return Wanted(
            level=self.level,
            state=self.state,
            entry=self.entry,
            age=int(self.age) if self.age else None,
            changed=self.changed,
            assigned=self.assigned,
            help_kind=self.help,
            department=self.department,
            due=self.due,
            resting=bool(self.resting),
        )

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """Its chosen fields, for a form that goes on with them."""
        return [(one.name, value) for one in fields(self) if (value := getattr(self, one.name))]

    @property
    def query(self) -> str:
        return urlencode(self.hidden)

    def sentence(self, staff: Sequence[StaffRow]) -> list[FilterPart]:
        """The bar: choices with the words between them."""
        reviewers = [row for row in staff if is_reviewer(row)]
        people = [*ASSIGNED, *((str(row.id), row.display_name) for row in reviewers)]
        departments = sorted(
            {row.department for row in reviewers if row.department} | {self.department} - {""}
        )
        parts = [
            _part("level", "リスク", LEVELS, self.level, "の"),
            _part("state", "状態", STATES, self.state, "の案件のうち、期限が"),
            _part("due", "期限", DUES, self.due, "もので、待っている日数が"),
            _part("age", "日数", AGES, self.age, "、受け付けが"),
            _part("entry", "受け付け", ENTRY_OPTIONS, self.entry, "、変わる項目が"),
            _part("changed", "変わる項目", CHANGES, self.changed, "、申し出が"),
            _part("help", "申し出", HELPS, self.help, "、担当が"),
            _part("assigned", "担当", people, self.assigned, "、その部署が" if departments else "の、"),
        ]
        if departments:
            options = [("", "どこでも"), *((name, name) for name in departments)]
            parts.append(_part("department", "部署", options, self.department, "の、"))
        parts.append(_part("resting", "後回し", RESTING, self.resting, "案件"))
        return [one for pair in parts for one in pair]


@dataclass(frozen=True, slots=True)
class SnoozeForm:
    """A day and an hour in Tokyo, and a reason; the actions judge them."""

    day: date | None
    hour: int
    reason: str

    @classmethod
    def read(cls, post: QueryDict) -> "SnoozeForm":
        typed = post.get("snooze_hour", "")
        hour = int(typed) if typed in {str(hour) for hour in HOURS} else HOURS[1]
        return cls(day(post.get("snooze_day", "")), hour, post.get("snooze_reason", ""))

    @property
    def until(self) -> datetime | None:
        return datetime.combine(self.day, time(self.hour), TOKYO) if self.day else None


def is_reviewer(row: StaffRow) -> bool:
    return row.is_active and may(row.role, "reviews.decide")


def _part(name: str, label: str, options: Options, value: str, then: str) -> tuple[FilterPart, FilterPart]:
    return FilterPart(name=name, label=label, options=options, value=value), FilterPart(then)
