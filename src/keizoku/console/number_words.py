"""What a campaign's numbers say on their page: titles that state the finding, tables, charts."""

from typing import Final

from keizoku.campaigns.numbers.queries import DayNumbers, Numbers
from keizoku.campaigns.numbers.rules import Forecast, Interval, Sends
from keizoku.kernel.text.sentences import Composed, Given
from keizoku.ui.components.charts import DayPoint, IntervalRow, Outlook
from keizoku.ui.components.display import Column, Row, Tile
from keizoku.ui.components.work import FunnelStep, percent
from keizoku.ui.formats import number, people, yen
from keizoku.ui.speaking import plainly

CHANNEL_COLUMNS: Final = (
    Column("手段"),
    Column("受け付けられた", is_number=True),
    Column("届いた", is_number=True),
    Column("送れなかった", is_number=True),
    Column("結果不明", is_number=True),
    Column("送らなかった", is_number=True),
    Column("回答", is_number=True),
    Column("費用", is_number=True),
    Column("回答1件の費用", is_number=True),
)
DAY_COLUMNS: Final = (
    Column("日"),
    Column("受け付けられた", is_number=True),
    Column("届いた", is_number=True),
    Column("回答", is_number=True),
    Column("回答の累計", is_number=True),
    Column("費用", is_number=True),
)


def tiles(found: Numbers) -> list[Tile]:
    total = found.total
    left_out = sum(found.excluded.values())
    return [
        Tile("対象", number(found.audience), "人", f"除外 {people(left_out)}" if left_out else ""),
        Tile("受け付けられた送信", number(total.accepted), "通", tone="progress"),
        Tile("答えた", number(total.answers), "人", _share(found), tone="good"),
        Tile("費用", number(total.cost_yen), "円", "結果不明の送信も含めた額"),
        Tile("回答1件の費用", number(total.cost_per_answer), "円" if total.answers else ""),
    ]


def _share(found: Numbers) -> str:
    interval = found.interval
    return f"{percent(found.total.answers, found.audience)}（{spread(interval)}）" if interval else ""


def spread(interval: Interval) -> str:
    return f"{100 * interval.low:.1f}{plainly('〜')}{100 * interval.high:.1f}%"


def funnels(found: Numbers) -> list[tuple[str, list[FunnelStep]]]:
    """One funnel for each class: its people, who was written to by each step, who answered."""
    several = len(found.courses) > 1
    told = []
    for course in found.courses:
        whole = course.people if several else found.audience
        steps = [step for step in found.steps if step.course == course.ordinal and step.ordinal]
        title = f"{course.name}: " if several else ""
        answered = Composed("{0}のうち{1}が答えました", people(whole), people(course.sends.answers))
        told.append(
            (
                f"{title}{plainly(answered)}",
                [
                    FunnelStep("対象", whole or 0),
                    *(
                        FunnelStep(
                            f"{step.ordinal}. {plainly(step.channel_words)}",
                            step.sends.accepted,
                            note=_delivered(step.sends),
                        )
                        for step in steps
                    ),
                    FunnelStep("答えた", course.sends.answers),
                ],
            )
        )
    return told


def _delivered(sends: Sends) -> str:
    return "" if sends.delivered is None else f"届いた {people(sends.delivered)}"


def step_intervals(found: Numbers) -> list[IntervalRow]:
    return [_interval_row(step.label, step.sends) for step in found.steps if step.ordinal]


def step_finding(found: Numbers) -> str:
    """The step with most answers; who answered before any message is told with it."""
    asked = [step for step in found.steps if step.ordinal and step.sends.answers]
    early = sum(step.sends.answers for step in found.steps if not step.ordinal)
    before = Composed("（ほかに、送る前の回答 {0}）", people(early)) if early else ""
    if not asked:
        return Composed("送信のあとの回答はまだありません{0}", before)
    best = max(asked, key=lambda step: step.sends.answers)
    return Composed(
        "いちばん多くの回答は「{0}」のあとの{1}です{2}", best.label, people(best.sends.answers), before
    )


def course_intervals(found: Numbers) -> list[IntervalRow]:
    return [
        IntervalRow(
            Given(course.name),
            course.sends.answers,
            course.people or 0,
            course.interval.low if course.interval else None,
            course.interval.high if course.interval else None,
        )
        for course in found.courses
    ]


def _interval_row(label: str, sends: Sends) -> IntervalRow:
    interval = sends.interval
    low, high = (interval.low, interval.high) if interval else (None, None)
    return IntervalRow(label, sends.answers, sends.accepted, low, high)


def channel_rows(found: Numbers) -> list[Row]:
    return [
        Row(
            (
                plainly(each.label),
                number(each.sends.accepted),
                number(each.sends.delivered),
                number(each.sends.rejected),
                number(each.sends.unknown),
                number(each.sends.passed_over),
                number(each.sends.answers),
                yen(each.sends.cost_yen),
                yen(each.sends.cost_per_answer),
            )
        )
        for each in found.channels
    ]


def day_rows(found: Numbers) -> list[Row]:
    """The newest first."""
    return [_day_row(each) for each in reversed(found.days)]


def _day_row(each: DayNumbers) -> Row:
    return Row(
        (
            each.day.isoformat(),
            number(each.sends.accepted),
            number(each.sends.delivered),
            number(each.sends.answers),
            number(each.answers_so_far),
            yen(each.sends.cost_yen),
        )
    )


def answers_by_day(found: Numbers) -> list[DayPoint]:
    return [DayPoint(each.day, each.sends.answers) for each in found.days]


def day_finding(found: Numbers) -> str:
    last = found.days[-1]
    return f"{last.day.isoformat()}までに{people(last.answers_so_far)}が答えました"


def outlook(found: Numbers) -> tuple[str, Outlook] | None:
    """The forecast's finding and its drawing; None where none is made."""
    made = found.forecast
    if not isinstance(made, Forecast):
        return None
    low, middle, high = (percent(each, made.audience) for each in (made.low, made.middle, made.high))
    return (
        Composed("期限の{0}までに{1}（{2}〜{3}）が答える見込みです", made.on.isoformat(), middle, low, high),
        Outlook(made.on, made.low, made.middle, made.high),
    )
