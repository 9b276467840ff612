"""What this room keeps of a customer, and how it goes (``kernel.keeping``)."""

from typing import Final

from keizoku.customers.kept import ENDED, OF_CUSTOMERS
from keizoku.kernel.keeping import Kind, Start, Way

_OF_CALLS: Final = "call_id IN (SELECT id FROM reviews_phonecall WHERE customer_id = ANY($1))"
_OF_REVIEWS: Final = "review_id IN (SELECT id FROM reviews_review WHERE customer_id = ANY($1))"
_OF_FORMS: Final = (
    "form_id IN (SELECT id FROM reviews_paperform WHERE review_id IN "
    "(SELECT id FROM reviews_review WHERE customer_id = ANY($1)))"
)

KINDS: Final = (
    Kind(
        name="review",
        label="回答・証拠・審査",
        start=Start.RELATION_ENDED,
        due=f"{ENDED} AND EXISTS (SELECT FROM reviews_review r WHERE r.customer_id = c.id)",
        least_months=84,
        ways=(
            Way("reviews_confirmation", OF_CUSTOMERS),
            Way("reviews_qualitycheck", _OF_REVIEWS),
            Way("reviews_judgement", _OF_REVIEWS),
            Way("reviews_paperkeying", _OF_FORMS),
            Way("reviews_paperresolution", _OF_FORMS),
            Way("reviews_paperform", _OF_REVIEWS),
            Way("reviews_formerreference", _OF_REVIEWS),
            Way("forms_draft", _OF_REVIEWS),
            Way("reviews_identification", _OF_REVIEWS),
            Way("reviews_decision", _OF_REVIEWS),
            Way("reviews_proposedchange", _OF_REVIEWS),
            Way("reviews_answer", _OF_REVIEWS),
            Way("reviews_review", OF_CUSTOMERS),
            # The summary of contacts and answers that audiences ask (campaigns.audiences).
            Way("campaigns_outreach", OF_CUSTOMERS),
        ),
        files="SELECT r.customer_id, f.scan FROM reviews_paperform f JOIN reviews_review r ON r.id = f.review_id "
        "WHERE r.customer_id = ANY(%s) AND f.scan <> ''",
    ),
    Kind(
        name="phone",
        label="電話の応対と折り返しの記録",
        start=Start.RELATION_ENDED,
        due=f"{ENDED} AND EXISTS (SELECT FROM reviews_phonecall p WHERE p.customer_id = c.id)",
        ways=(
            Way("reviews_callback", OF_CUSTOMERS),
            Way("reviews_callercheck", OF_CUSTOMERS),
            Way("reviews_callstep", _OF_CALLS),
            Way("reviews_phonecall", OF_CUSTOMERS),
        ),
    ),
    Kind(
        name="draft",
        label="書きかけの回答",
        start=Start.SETTLED,
        due="""
            SELECT d.id AS subject, r.customer_id, r.campaign_id,
                   (d.updated_at AT TIME ZONE 'Asia/Tokyo')::date AS since
            FROM forms_draft d JOIN reviews_review r ON r.id = d.review_id
            WHERE r.state NOT IN ('open', 'asked_again')
        """,
        ways=(Way("forms_draft", "id = ANY($1)"),),
    ),
)
_POLICY: Final = "自動承認の決まりの文章と件数だけで、だれのことも示さない"
EXEMPT: Final = {
    "reviews_deskcase": "審査を待つあいだだけの行。審査から離れるときにトリガーが消す",
    "reviews_servicelevel": "審査の期限の決まりだけ。だれのことも示さない",
    "reviews_closedday": "銀行の休業日だけ",
    "reviews_savedfilter": "職員が保存した一覧の条件。お客さまのことを示さない",
    "reviews_policyversion": _POLICY,
    "reviews_policytrial": _POLICY,
    "reviews_qualityshare": "品質確認の割合だけ。お客さまのことを示さない",
    "reviews_tally": "件数だけ。廃棄のあとも数が残るように残す",
    "reviews_codeguess": "まちがえた受付番号の数だけ。2時間で消える",
}
