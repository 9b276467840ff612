"""Incidents as their pages show them."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from keizoku.campaigns.incidents.queries import IncidentRow, IncidentView
from keizoku.campaigns.incidents.rules import State
from keizoku.delivery.rules import CHANNEL_WORDS, RESULT_WORDS
from keizoku.kernel.text.sentences import Composed
from keizoku.ui import formats
from keizoku.ui.components.display import Column, Row, Tone, badge_cell
from keizoku.ui.formats import number, people
from keizoku.ui.speaking import plainly

TONES: Final[Mapping[State, Tone]] = {
    State.PROPOSED: "attention",
    State.OPEN: "bad",
    State.CLOSING: "attention",
    State.CLOSED: "good",
    State.DISMISSED: "neutral",
}
COLUMNS: Final = (
    Column("事案"),
    Column("状態"),
    Column("キャンペーン", is_wide=True),
    Column("種類", is_wide=True),
    Column("分かった日"),
    Column("受け取った方", is_number=True),
    Column("報告の期限"),
)
REACHED_COLUMNS: Final = (Column("手順"), Column("手段"), Column("結果"), Column("人数", is_number=True))
NOT_FIXED: Final = "まだ確定していません（送信が止まり、手紙の取りやめが済むと確定します）"
LEGAL_SOURCE: Final = (
    "個人情報保護法26条、同法施行規則7条・8条、個人情報保護委員会「ガイドライン（通則編）」3-5-3。"
    "分かった日を1日目と数え、休みの日も数えます。確報の最後の日が土日・祝日・12月29日〜1月3日のときだけ、次の開庁日までです"
    "（行政機関の休日に関する法律2条）。速報は休みの日でも延びません。金融機関は、金融庁への報告も確かめてください。"
)


def row(each: IncidentRow, url: str, today: date) -> Row:
    return Row(
        (
            Composed("事案{0}", each.id),
            badge_cell(each.state_words, TONES[each.state]),
            each.campaign_name,
            plainly(each.kind_words),
            each.known_on.isoformat(),
            number(each.people),
            days_left(each.next_day, today) if each.next_day else "—",
        ),
        url=url,
    )


def days_left(day: date, today: date) -> str:
    """「2026-11-27（あと5日）」."""
    left = (day - today).days
    if left < 0:
        return Composed("{0}（{1}日過ぎています）", day.isoformat(), -left)
    return Composed("{0}（{1}）", day.isoformat(), Composed("あと{0}日", left) if left else "今日まで")


def facts(view: IncidentView) -> list[tuple[str, object]]:
    fixed = people(view.row.people) if view.fixed_at else plainly(NOT_FIXED)
    return [
        ("種類", plainly(view.row.kind_words)),
        ("分かった日", formats.day(view.row.known_on)),
        ("受け取った方", fixed),
        ("いま回答を待っている方", people(view.waiting)),
    ]


def reports(view: IncidentView, today: date) -> list[tuple[str, str]]:
    """Both reports of a leak with their days; empty for any other kind."""
    if view.days is None:
        return []
    aim = days_left(view.days.aim, today)
    return [
        (
            "速報（すみやかに。おおむね3〜5日以内）",
            plainly("済み")
            if view.preliminary_at
            else Composed("目標 {0}、遅くとも {1}", aim, days_left(view.days.preliminary, today)),
        ),
        (
            "確報（60日以内）" if view.is_wrongful else "確報（30日以内）",
            plainly("済み") if view.final_at else days_left(view.days.final, today),
        ),
    ]


def reached_rows(view: IncidentView) -> list[Row]:
    return [
        Row(
            (
                Composed("手順{0}", each.step),
                plainly(CHANNEL_WORDS[each.channel]),
                plainly(RESULT_WORDS[each.result]),
                number(each.count),
            )
        )
        for each in view.reached
    ]
