"""Pure rules of the numbers: intervals of shares, what a group of messages came to, and the forecast with its spread."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from math import sqrt
from typing import Final

# Of a normal distribution: 95 of 100 lie within.
Z: Final = 1.959963984540054
CONFIDENCE_WORDS: Final = "95%信頼区間（ウィルソンの方法）"

# The forecast compares two windows of whole days: of a week each, so that weekdays weigh the same; shorter at the start.
LONGEST_WINDOW: Final = 7
SHORTEST_WINDOW: Final = 3
FEWEST_ANSWERS: Final = 30
FORECAST_WORDS: Final = (
    "直近の期間（最長7日）とその前の同じ長さの期間の回答数を比べ、同じ割合で減っていくとして、期限の日までを足します。"
    "減っていないときは、横ばいと見ます。幅は、2つの期間の回答数がそれぞれ日々のばらつきから95%の範囲でぶれた場合の、"
    "いちばん少ない組み合わせと多い組み合わせです。これから送る手順の効果は見込んでいません。"
)


@dataclass(frozen=True, slots=True)
class Interval:
    """Where a share of 0 to 1 may lie."""

    low: float
    high: float


def wilson(part: int, whole: int) -> Interval | None:
    """The 95 % interval of a share by Wilson's score (E. B. Wilson, JASA 22, 1927, 209-212); None of nothing.

    It stays within 0 and 1 and says something at 0 of n too, where the usual ± formula says "exactly 0".
    """
    if whole <= 0:
        return None
    part = min(max(part, 0), whole)
    share, square = part / whole, Z * Z
    middle = (share + square / (2 * whole)) / (1 + square / whole)
    half = Z * sqrt(share * (1 - share) / whole + square / (4 * whole * whole)) / (1 + square / whole)
    return Interval(0.0 if part == 0 else middle - half, 1.0 if part == whole else middle + half)


@dataclass(frozen=True, slots=True)
class Sends:
    """What a group of messages came to. ``delivered`` is None where no carrier of the group tells what arrived.

    ``passed_over`` were not written to when the turn came: before the planning, or at the claim. ``cost_yen`` reckons with
    messages of unknown fate too, so that it is never told too low.
    """

    accepted: int = 0
    delivered: int | None = None
    rejected: int = 0
    unknown: int = 0
    passed_over: int = 0
    answers: int = 0
    cost_yen: Decimal = Decimal(0)

    @property
    def share(self) -> float | None:
        """Answers per accepted message."""
        return self.answers / self.accepted if self.accepted else None

    @property
    def interval(self) -> Interval | None:
        return wilson(self.answers, self.accepted)

    @property
    def cost_per_answer(self) -> Decimal | None:
        """Yen, to a tenth."""
        return (self.cost_yen / self.answers).quantize(Decimal("0.1")) if self.answers else None

    def __add__(self, other: "Sends") -> "Sends":
        told = [each.delivered for each in (self, other) if each.delivered is not None]
        return Sends(
            self.accepted + other.accepted,
            sum(told) if told else None,
            self.rejected + other.rejected,
            self.unknown + other.unknown,
            self.passed_over + other.passed_over,
            self.answers + other.answers,
            self.cost_yen + other.cost_yen,
        )


@dataclass(frozen=True, slots=True)
class Forecast:
    """How many of ``audience`` will have answered at the end of ``on``: ``low`` ≤ ``middle`` ≤ ``high``, whole people."""

    on: date
    days_left: int
    window: int
    answered: int
    low: int
    middle: int
    high: int
    audience: int


@dataclass(frozen=True, slots=True)
class NoForecast:
    """Why none is made; one that nobody should believe is worse than none."""

    words: str


def forecast(
    by_day: Mapping[date, int], *, launched_on: date, today: date, closes_on: date, audience: int
) -> Forecast | NoForecast:
    """The finish by the falling rate of two windows of whole days (``FORECAST_WORDS``); pure, the same for the same days."""
    if today > closes_on:
        return NoForecast("回答の期限が過ぎました。")
    whole_days = (today - launched_on).days
    window = min(whole_days // 2, LONGEST_WINDOW)
    if window < SHORTEST_WINDOW:
        return NoForecast(
            f"まだ日が浅いため見込みを出しません。開始から{2 * SHORTEST_WINDOW}日たつと出します。"
        )
    last = [by_day.get(today - timedelta(days=ago), 0) for ago in range(1, window + 1)]
    before = [by_day.get(today - timedelta(days=ago), 0) for ago in range(window + 1, 2 * window + 1)]
    if sum(last) + sum(before) < FEWEST_ANSWERS:
        return NoForecast(
            f"比べる{2 * window}日間の回答が{FEWEST_ANSWERS}件より少ないため、見込みを出しません。偶然の違いが大きすぎます。"
        )
    answered = sum(by_day.values())
    until_today = answered - by_day.get(today, 0)
    days_left = (closes_on - today).days + 1
    (last_low, last_high), (before_low, before_high) = _range(last), _range(before)
    low, middle, high = (
        until_today + _more(latest, earlier, window, days_left)
        for latest, earlier in (
            (last_low, before_high),
            (sum(last), sum(before)),
            (last_high, before_low),
        )
    )

    def people(number: float) -> int:
        return min(max(round(number), answered), max(audience, answered))

    return Forecast(
        closes_on, days_left, window, answered, people(low), people(middle), people(high), audience
    )


def _range(days: list[int]) -> tuple[float, float]:
    """Where the sum of such days may lie: their scatter, at least that of chance alone (Poisson)."""
    total, mean = sum(days), sum(days) / len(days)
    variance = sum((each - mean) ** 2 for each in days) / (len(days) - 1)
    half = Z * sqrt(max(variance * len(days), total))
    return max(total - half, 0.0), total + half


def _more(last: float, before: float, window: int, days: int) -> float:
    """The sum of the coming days when each window has ``last / before`` of the one before it, and never more than it."""
    falling = min(last / before, 1.0) if before > 0 else 1.0
    # The latest day stands in the middle of its window, half a window and a day before the first that is added.
    return sum(
        last / window * float(falling ** ((day + (window - 1) / 2) / window)) for day in range(1, days + 1)
    )
