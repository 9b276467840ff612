"""Anomalies, differences and halts as the approver's page and a campaign's page show them."""

from math import ceil
from typing import Final

from keizoku.campaigns.approval.comparing import Compared
from keizoku.campaigns.approval.queries import AnomalyView, HaltView
from keizoku.campaigns.approval.rules import Code, Tally
from keizoku.delivery.rules import CHANNEL_WORDS
from keizoku.ui.components.display import Column, Row
from keizoku.ui.components.work import percent
from keizoku.ui.formats import number, people, yen

ANOMALY_TITLES: Final = {
    Code.MUCH_LARGER: "前回より対象がとても多い",
    Code.WORDS_AFTER_TEST: "試し送りのあとで文面が変わった",
    Code.CONTACTED_LATELY: "最近ほかの連絡を受け取ったばかりの方がいる",
}
DIFFERENCE_COLUMNS: Final = (Column("くらべる点"), Column("前回", is_wide=True), Column("今回", is_wide=True))


def anomaly_words(anomaly: AnomalyView) -> str:
    """One sentence with the numbers."""
    told = anomaly.figures
    match anomaly.code:
        case Code.MUCH_LARGER:
            return (
                f"対象は{_people(told['count'])}です。前回の「{told['last_name']}」は{_people(told['last_count'])}でした"
                f"（{int(told['tenths']) / 10:.1f}倍）。条件が抜け落ちていないか確かめてください。"
            )
        case Code.WORDS_AFTER_TEST:
            channel = CHANNEL_WORDS[str(told["channel"])]
            return (
                f"{channel}の文面は、試し送りをしたものと違います。送られるのは、だれも試していない文面です。"
            )
        case Code.CONTACTED_LATELY:
            return (
                f"対象の{_people(told['count'])}のうち{_people(told['people'])}は、ほかのキャンペーンの連絡を"
                f"{told['days']}日以内に受け取っています。"
            )


def _people(value: int | str) -> str:
    return people(int(value))


def difference_rows(compared: Compared) -> list[Row]:
    """Size, cost, conditions; the same on both sides is said once."""
    before, now = compared.counts
    return [
        Row(("対象の人数", people(before), f"{people(now)}（{now - before:+,}人）")),
        Row(("費用（多くても）", *(yen(ceil(cost)) for cost in compared.costs))),
        Row(("対象の条件", compared.conditions[0], _or_same(*compared.conditions))),
        Row(
            (
                "連絡の手順",
                "／".join(compared.journeys[0]),
                _or_same("／".join(compared.journeys[0]), "／".join(compared.journeys[1])),
            )
        ),
    ]


def _or_same(before: str, now: str) -> str:
    return "同じ" if before == now else now


def halt_facts(halt: HaltView) -> list[tuple[str, object]]:
    """The figures that whoever resumes has to have seen."""
    return [
        ("手段", CHANNEL_WORDS[halt.channel]),
        (
            "それまでの受け付け",
            _told(halt.before),
        ),
        (
            "最近の受け付け",
            _told(halt.lately),
        ),
    ]


def _told(tally: Tally) -> str:
    share = percent(tally.accepted, tally.total)
    return f"{number(tally.total)}件のうち{number(tally.accepted)}件（{share}）"
