"""What this room keeps of staff, and how it goes (``kernel.keeping``)."""

from typing import Final

from keizoku.kernel.keeping import Kind, Start, Way

KINDS: Final = (
    Kind(
        name="sign_in",
        label="職員のサインイン用リンク",
        start=Start.SETTLED,
        due="""
            SELECT t.id AS subject, NULL::bigint AS customer_id, NULL::bigint AS campaign_id,
                   (t.expires_at AT TIME ZONE 'Asia/Tokyo')::date AS since
            FROM accounts_signinticket t
        """,
        ways=(Way("accounts_signinticket", "id = ANY($1)"),),
    ),
)
EXEMPT: Final = {
    "accounts_staff": "証跡の職員番号がだれであるかを示すため、退職のあとも停止のまま残す",
    "accounts_apikey": "だれの名義のどの鍵が使えたかを、あとから示すため。鍵の値は要約値だけ",
    "accounts_authenticatorapp": "職員の認証アプリの秘密。外すか、再設定すると消える",
    "accounts_passkey": "職員のパスキーの公開鍵。外すか、再設定すると消える",
    "accounts_recoverycode": "職員の回復コードの要約値。新しく出すと消える",
    "accounts_exportrequest": "透かしの番号から、だれが何のために持ち出したかを、あとから示すため",
    "accounts_presence": "サインインの間だけ。終わったものは1時間ごとに消す",
    "accounts_staffchange": "だれの権利をだれが申請し、だれが認めたかを、あとから示すため",
    "django_session": "サインインの間だけ。期限の切れたものは1時間ごとに消す",
}
