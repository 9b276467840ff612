"""What the audit says of automatic approval and of quality control, in words."""

from typing import Final

ACTIONS: Final = {
    "reviews.answer.judged": "自動承認の決まりで判定した",
    "reviews.policy.approved": "自動承認の決まりを承認した",
    "reviews.policy.drafted": "自動承認の決まりの案を作った",
    "reviews.policy.requested": "自動承認の決まりの承認を申請した",
    "reviews.policy.sent_back": "自動承認の決まりを差し戻した",
    "reviews.policy.stopped": "自動承認を止めた",
    "reviews.policy.tried": "自動承認の決まりを試算した",
    "reviews.policy.withdrawn": "自動承認の決まりを取り下げた",
    "reviews.quality.escalated": "長く待つ品質確認に印をつけた",
    "reviews.quality.found_improper": "決定を不適切とした",
    "reviews.quality.found_proper": "決定を適切とした",
    "reviews.quality.settled": "不適切な決定への対応を決めた",
    "reviews.quality.share_set": "品質確認の割合を決めた",
}
