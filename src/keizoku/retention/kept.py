"""What this room keeps itself (``kernel.keeping``)."""

from typing import Final

from keizoku.kernel.keeping import Kind, Start, Way

KINDS: Final = (
    Kind(
        name="hold",
        label="廃棄を止めた理由の記録",
        start=Start.SETTLED,
        due="""
            SELECT h.id AS subject, h.customer_id, h.campaign_id,
                   (COALESCE(h.lifted_at, h.until_on::timestamptz) AT TIME ZONE 'Asia/Tokyo')::date AS since
            FROM retention_hold h WHERE h.lifted_at IS NOT NULL OR h.until_on IS NOT NULL
        """,
        ways=(Way("retention_hold", "id = ANY($1)"),),
    ),
)
_PROOF: Final = "番号・符号・件数だけ。何を廃棄したかの証拠として残す"
EXEMPT: Final = {
    "retention_policy": "保存期間の文章だけ",
    "retention_kind": "種類の定義だけ",
    "retention_way": "種類の定義だけ",
    "retention_plan": _PROOF,
    "retention_item": _PROOF,
    "retention_batch": _PROOF,
    "retention_certificate": _PROOF,
    "kernel_installation": "この環境の種類だけ",
    "kernel_businessclock": "業務日付の進みだけ",
    "keizoku_lift": "取引（トランザクション）の番号だけ。いつも空",
    "procrastinate_jobs": "仕事の名前と番号だけ",
    "procrastinate_events": "仕事の経過だけ",
    "procrastinate_periodic_defers": "定期の仕事の時刻だけ",
    "procrastinate_workers": "働いているプロセスだけ",
    "django_migrations": "移行の記録だけ",
    "django_content_type": "枠組みの一覧だけ",
    "auth_permission": "枠組みの一覧だけ",
    "auth_group": "使っていない",
    "auth_group_permissions": "使っていない",
}
