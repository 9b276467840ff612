"""What this room keeps (``kernel.keeping``)."""

from typing import Final

from keizoku.kernel.keeping import Kind

KINDS: Final[tuple[Kind, ...]] = ()
EXEMPT: Final = {
    "events_event": "出来事の名前と番号だけ。30日を過ぎたものは毎日消す",
    "events_posting": "通知の結果だけ。出来事とともに30日で消す",
    "events_cursor": "証跡をどこまで読んだかだけ",
    "events_subscription": "どこへ何を知らせていたかを示すため、終わったあとも残す。人のデータはない",
}
