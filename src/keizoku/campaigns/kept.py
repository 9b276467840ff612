"""What this room and delivery keep of a campaign's people, and how it goes (``kernel.keeping``); its counters stay."""

from typing import Final

from keizoku.customers.kept import ENDED, OF_CUSTOMERS
from keizoku.kernel.keeping import Kind, Start, Verb, Way

_OF_CAMPAIGNS: Final = "campaign_id = ANY($1)"
_OF_CASES: Final = "case_id IN (SELECT id FROM campaigns_silentcase WHERE customer_id = ANY($1))"

KINDS: Final = (
    Kind(
        name="campaign_detail",
        label="キャンペーンの対象者と送信の明細",
        start=Start.CAMPAIGN_FINISHED,
        due="""
            SELECT c.id AS subject, NULL::bigint AS customer_id, c.id AS campaign_id,
                   (c.ended_at AT TIME ZONE 'Asia/Tokyo')::date AS since
            FROM campaigns_campaign c
            WHERE c.ended_at IS NOT NULL
              AND (to_regclass('campaigns_audience_' || c.id) IS NOT NULL
                   OR to_regclass('delivery_delivery_' || c.id) IS NOT NULL)
        """,
        ways=(
            Way("delivery_receipt", _OF_CAMPAIGNS),
            Way("delivery_chunk", _OF_CAMPAIGNS),
            Way("campaigns_exclusion", _OF_CAMPAIGNS),
            Way("campaigns_skip", _OF_CAMPAIGNS),
            Way("delivery_outcome", verb=Verb.DROP),
            Way("delivery_attempt", verb=Verb.DROP),
            Way("delivery_delivery", verb=Verb.DROP),
            Way("campaigns_audience", verb=Verb.DROP),
            Way("campaigns_contact", _OF_CAMPAIGNS),
        ),
    ),
    Kind(
        name="silent",
        label="回答のない方への対応の記録",
        start=Start.RELATION_ENDED,
        due=f"{ENDED} AND EXISTS (SELECT FROM campaigns_silentcase s WHERE s.customer_id = c.id)",
        least_months=84,
        ways=(
            Way("campaigns_silentproof", _OF_CASES),
            Way("campaigns_silentevent", _OF_CASES),
            Way("campaigns_silentcase", OF_CUSTOMERS),
        ),
    ),
    Kind(
        name="incident",
        label="誤送信などの事案と受け取った方の一覧",
        start=Start.SETTLED,
        due="""
            SELECT i.id AS subject, NULL::bigint AS customer_id, i.campaign_id,
                   (i.state_since AT TIME ZONE 'Asia/Tokyo')::date AS since
            FROM campaigns_incident i
            WHERE i.state IN ('closed', 'dismissed')
              AND EXISTS (SELECT FROM campaigns_incidententry e WHERE e.incident_id = i.id)
        """,
        least_months=12,
        ways=(
            Way("campaigns_incidentrecipient", "incident_id = ANY($1)"),
            Way("campaigns_incidententry", "incident_id = ANY($1)"),
        ),
    ),
    Kind(
        name="export",
        label="キャンペーンから書き出したファイルの控え",
        start=Start.SETTLED,
        due="""
            SELECT e.id AS subject, NULL::bigint AS customer_id, e.campaign_id,
                   (e.moved_at AT TIME ZONE 'Asia/Tokyo')::date AS since
            FROM campaigns_export e WHERE e.state IN ('done', 'failed', 'expired')
        """,
        ways=(Way("campaigns_export", "id = ANY($1)"),),
        files="SELECT e.id, e.file FROM campaigns_export e WHERE e.id = ANY(%s) AND e.state = 'done'",
    ),
)
EXEMPT: Final = {
    "campaigns_answercount": "件数だけ。廃棄のあとも数が残るように残す",
    "campaigns_headcount": "人数だけ。廃棄のあとも数が残るように残す",
    "campaigns_uncountedanswer": "まだ数えていない回答の番号だけ。1分ごとに数えて消す",
    "campaigns_silentcount": "件数だけ。廃棄のあとも数が合うように残す",
    "campaigns_silentfollowup": "まとめて連絡した回の番号と件数だけ",
    "campaigns_silentlook": "見回った日だけ",
    "campaigns_savedaudience": "対象の名前だけで、だれのことも示さない",
    "campaigns_audienceversion": "対象の条件だけで、だれのことも示さない",
    "campaigns_audiencecount": "人数だけ",
    "campaigns_gatheredchunk": "集め終えたまとまりの番号だけ",
    "campaigns_campaign": "条件と件数だけで、だれのことも示さない",
    "campaigns_incident": "事案の種類・日・件数だけで、だれのことも示さない",
    "campaigns_anomaly": "件数と承認者の理由だけ",
    "campaigns_trialsend": "職員が自分あてに試したことだけ。あて先は残さない",
    "campaigns_halt": "件数だけ",
    "campaigns_launch": "開始の準備の進み具合と件数だけ",
    "campaigns_edit": "だれが編集したかの職員番号だけ",
    "campaigns_step": "連絡の手順だけ",
    "campaigns_course": "お客さまの区分の条件だけで、だれのことも示さない",
    "campaigns_journey": "連絡手順の名前だけ",
    "campaigns_journeyversion": "連絡手順の時間帯と上限だけ",
    "campaigns_journeystep": "連絡の手順だけ",
}
