"""What this room keeps beside a campaign's own detail (``campaigns.kept``), and how it goes (``kernel.keeping``)."""

from typing import Final

from keizoku.delivery.lane.kept import CODES
from keizoku.delivery.letters.kept import LETTERS
from keizoku.kernel.keeping import Kind, Start, Way

KINDS: Final = (
    Kind(
        name="callback",
        label="通信事業者からの通知の原文",
        start=Start.SETTLED,
        due="""
            SELECT e.id AS subject, NULL::bigint AS customer_id, NULL::bigint AS campaign_id,
                   (e.processed_at AT TIME ZONE 'Asia/Tokyo')::date AS since
            FROM delivery_rawevent e WHERE e.processed_at IS NOT NULL
        """,
        ways=(Way("delivery_rawevent", "id = ANY($1)"),),
    ),
    LETTERS,
    CODES,
)
EXEMPT: Final = {
    "delivery_allowance": "通信事業者の上限の使用量と時刻だけ",
    "delivery_counter": "件数だけ。廃棄のあとも数が残るように残す",
    "delivery_mailbox": "戻ってきたメールの件数と時刻だけ",
    "delivery_gate": "送ってよいかどうかの印だけ",
    "delivery_messageversion": "文面だけで、差し込む値を持たない",
    "delivery_wave": "回ごとの件数と日付だけ",
}
