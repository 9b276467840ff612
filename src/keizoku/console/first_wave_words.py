"""The first wave as its page shows it: numbers by channel, carriers' refusals in words, what customers did."""

from collections.abc import Sequence
from typing import Final

from keizoku.campaigns.approval.queries import ChannelSeen, FirstWaveSeen
from keizoku.campaigns.why.rules import carrier_words
from keizoku.delivery.rules import CHANNEL_WORDS
from keizoku.ui.components.display import Column, Row, Tile
from keizoku.ui.components.work import percent
from keizoku.ui.formats import number, people
from keizoku.ui.speaking import plainly

COLUMNS: Final = (
    Column("手段"),
    Column("送った", is_number=True),
    Column("受け付けられた", is_number=True),
    Column("受け付けの割合", is_number=True),
    Column("うち届いた", is_number=True),
    Column("届かなかった", is_number=True),
    Column("断られた", is_number=True),
    Column("届いたか不明", is_number=True),
    Column("送らなかった", is_number=True),
)
REFUSAL_COLUMNS: Final = (
    Column("手段"),
    Column("断られた理由", is_wide=True),
    Column("件数", is_number=True),
)
NO_CODE: Final = "送信先は理由を言わなかった"


def channel_rows(channels: Sequence[ChannelSeen]) -> list[Row]:
    return [
        Row(
            (
                plainly(CHANNEL_WORDS[each.channel]),
                number(each.planned),
                number(each.accepted),
                percent(each.accepted, each.accepted + each.refused) if each.accepted + each.refused else "—",
                number(each.delivered),
                number(each.undelivered),
                number(each.refused),
                number(each.unknown),
                number(each.skipped),
            )
        )
        for each in channels
    ]


def refusal_rows(channels: Sequence[ChannelSeen]) -> list[Row]:
    return [
        Row((plainly(CHANNEL_WORDS[each.channel]), plainly(carrier_words(code) or NO_CODE), number(count)))
        for each in channels
        for code, count in each.refusals
    ]


def reactions(seen: FirstWaveSeen) -> list[Tile]:
    """What the first people did: a complaint shows here first."""
    return [
        Tile("連絡停止の申し出", number(seen.opted_out), "人", tone="bad" if seen.opted_out else "neutral"),
        Tile(
            "同意の撤回",
            number(seen.withdrew_consent),
            "人",
            tone="bad" if seen.withdrew_consent else "neutral",
        ),
        Tile(
            "助けを求めた・自分でないと答えた",
            number(seen.called_for_help),
            "人",
            tone="bad" if seen.called_for_help else "neutral",
        ),
        Tile("答えた", number(seen.answered), "人"),
    ]


def finding(seen: FirstWaveSeen) -> str:
    """What the table says, as a sentence."""
    planned = sum(each.planned for each in seen.channels)
    accepted = sum(each.accepted for each in seen.channels)
    if not planned:
        return "先行送信では、まだ1通も送っていません"
    share = percent(accepted, planned)
    return f"{people(seen.size)}に先に送った{number(planned)}通のうち、{number(accepted)}通（{share}）が受け付けられました"
