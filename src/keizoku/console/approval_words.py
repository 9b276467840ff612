"""Anomalies, differences and halts as the approver's page and a campaign's page show them."""

from math import ceil
from typing import Final

from keizoku.campaigns.approval.comparing import Compared
from keizoku.campaigns.approval.queries import AnomalyView, HaltView
from keizoku.campaigns.approval.rules import Code, Tally
from keizoku.delivery.rules import CHANNEL_WORDS
from keizoku.kernel.text.sentences import Composed, Given, Listed
from keizoku.ui.components.display import Column, Row
from keizoku.ui.components.work import percent
from keizoku.ui.formats import counted, number, people, yen
from keizoku.ui.speaking import plainly

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
            return Composed(
                "対象は{0}です。前回の「{1}」は{2}でした（{3:.1f}倍）。条件が抜け落ちていないか確かめてください。",
                _people(told["count"]),
                Given(told["last_name"]),
                _people(told["last_count"]),
                int(told["tenths"]) / 10,
            )
        case Code.WORDS_AFTER_TEST:
            channel = CHANNEL_WORDS[str(told["channel"])]
            return Composed(
                "{0}の文面は、試し送りをしたものと違います。送られるのは、だれも試していない文面です。",
                channel,
            )
        case Code.CONTACTED_LATELY:
            return Composed(
                "対象の{0}のうち{1}は、ほかのキャンペーンの連絡を{2}日以内に受け取っています。",
                _people(told["count"]),
                _people(told["people"]),
                told["days"],
            )


def _people(value: int | str) -> str:
    return people(int(value))


def difference_rows(compared: Compared) -> list[Row]:
    """Size, cost, conditions; the same on both sides is said once."""
    before, now = compared.counts
    return [
        Row(
            (
                plainly("対象の人数"),
                people(before),
                Composed(
                    "{0}（{1}{2}）", people(now), "+" if now >= before else "", counted(now - before, "人")
                ),
            )
        ),
        Row((plainly("費用（多くても）"), *(yen(ceil(cost)) for cost in compared.costs))),
        Row((plainly("対象の条件"), compared.conditions[0], _or_same(*compared.conditions))),
        Row(
            (
                plainly("連絡の手順"),
                Listed("／", compared.journeys[0]),
                _or_same(Listed("／", compared.journeys[0]), Listed("／", compared.journeys[1])),
            )
        ),
    ]


def _or_same(before: str, now: str) -> str:
    return plainly("同じ") if before == now else now


def halt_facts(halt: HaltView) -> list[tuple[str, object]]:
    """The figures that whoever resumes has to have seen."""
    return [
        ("手段", plainly(CHANNEL_WORDS[halt.channel])),
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
    return Composed("{0}件のうち{1}件（{2}）", number(tally.total), number(tally.accepted), share)
