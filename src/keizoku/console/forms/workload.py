"""The question about scope and cost that a trial of a scorecard answers, as typed."""

from dataclasses import dataclass
from typing import Final

from django.http import QueryDict

from keizoku.console.forms.numbers import whole_number
from keizoku.risk.rules.reading import MOST_MONTHS
from keizoku.risk.rules.scale import Level
from keizoku.risk.rules.workload import Scope

MOST_YEN: Final = 1_000_000
MONTHS: Final = "months_"


@dataclass(frozen=True, slots=True)
class WorkloadForm:
    """As typed; ``scope`` is there where ``problems`` finds none."""

    months: dict[str, str]
    levels: tuple[str, ...]
    yen_a_contact: str = "100"
    yen_a_decision: str = "800"
    decided_percent: str = "20"

    @classmethod
    def of(cls, scope: Scope) -> "WorkloadForm":
        return cls(
            months={level.value: str(scope.interval_months[level]) for level in Level},
            levels=tuple(scope.levels),
            yen_a_contact=str(scope.yen_a_contact),
            yen_a_decision=str(scope.yen_a_decision),
            decided_percent=str(scope.decided_percent),
        )

    @classmethod
    def posted(cls, post: QueryDict) -> "WorkloadForm":
        return cls(
            months={level.value: post.get(f"{MONTHS}{level.value}", "") for level in Level},
            levels=tuple(post.getlist("levels")),
            yen_a_contact=post.get("yen_a_contact", ""),
            yen_a_decision=post.get("yen_a_decision", ""),
            decided_percent=post.get("decided_percent", ""),
        )

    def problems(self) -> dict[str, str]:
        """Field → what is wrong and what to do."""
        found = {
            f"{MONTHS}{level}": f"間隔は1から{MOST_MONTHS}までの月数で入力してください（例：24）。"
            for level, typed in self.months.items()
            if not 1 <= (whole_number(typed) or 0) <= MOST_MONTHS
        }
        if not self.levels or not set(self.levels) <= set(Level):
            found["levels"] = "確認するリスクを1つ以上選んでください。"
        for name in ("yen_a_contact", "yen_a_decision"):
            yen = whole_number(getattr(self, name).removesuffix("円"))
            if yen is None or yen > MOST_YEN:
                found[name] = f"0から{MOST_YEN:,}までの円の金額で入力してください（例：100）。"
        percent = whole_number(self.decided_percent)
        if percent is None or percent > 100:  # noqa: PLR2004 - a percentage
            found["decided_percent"] = "0から100までの数字で入力してください（例：20）。"
        return found

    def scope(self) -> Scope:
        return Scope(
            interval_months={level: whole_number(self.months[level.value]) or 1 for level in Level},
            levels=frozenset(map(Level, self.levels)),
            yen_a_contact=whole_number(self.yen_a_contact.removesuffix("円")) or 0,
            yen_a_decision=whole_number(self.yen_a_decision.removesuffix("円")) or 0,
            decided_percent=whole_number(self.decided_percent) or 0,
        )
