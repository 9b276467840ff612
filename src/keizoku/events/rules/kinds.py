"""Which entries of the audit are events, and what the outside calls them. Pure.

The right-hand names are a promise to other systems: they are added to and never renamed. An action of the left that nobody
writes any more fails a test.
"""

from typing import Final

# The audit's action → the event.
EVENT_OF: Final[dict[str, str]] = {
    "reviews.answer.submitted": "review.answered",
    "reviews.help.requested": "review.help_requested",
    "reviews.review.decided": "review.decided",
    "customers.record.changed": "customer.changed",
    "customers.file.imported": "import.finished",
    "campaigns.approval.requested": "campaign.approval_requested",
    "campaigns.campaign.approved": "campaign.approved",
    "campaigns.request.sent_back": "campaign.sent_back",
    "campaigns.request.lapsed": "campaign.sent_back",
    "campaigns.campaign.launched": "campaign.started",
    "campaigns.first_wave.ended": "campaign.halted",
    "campaigns.campaign.paused": "campaign.halted",
    "campaigns.campaign.paused_by_fault": "campaign.halted",
    "campaigns.campaign.halted_by_fall": "campaign.halted",
    "campaigns.campaign.held_after_restore": "campaign.halted",
    "campaigns.campaign.resumed": "campaign.resumed",
    "campaigns.first_wave.confirmed": "campaign.resumed",
    "campaigns.campaign.stopped": "campaign.stopped",
    "campaigns.campaign.stopped_unattended": "campaign.stopped",
    "campaigns.campaign.finished": "campaign.finished",
    "campaigns.silent.proposed": "restriction.proposed",
    "campaigns.silent.restriction_confirmed": "restriction.confirmed",
    "identity.verification.asked": "verification.asked",
    "identity.capture.finished": "verification.captured",
    "identity.verification.judged": "verification.waiting",
    "identity.verification.decided": "verification.decided",
    "identity.verification.withdrawn": "verification.withdrawn",
}
WORDS: Final[dict[str, str]] = {
    "review.answered": "お客さまが回答した",
    "review.help_requested": "お客さまが担当者の対応を求めた",
    "review.decided": "回答を決定した",
    "customer.changed": "記録を変更した",
    "import.finished": "取り込みが終わった",
    "campaign.approval_requested": "送信の承認が申請された",
    "campaign.approved": "送信が承認された",
    "campaign.sent_back": "申請が差し戻された",
    "campaign.started": "キャンペーンが始まった",
    "campaign.halted": "送信が止まり、人を待っている",
    "campaign.resumed": "送信を再開した",
    "campaign.stopped": "キャンペーンを中止した",
    "campaign.finished": "キャンペーンが終わった",
    "restriction.proposed": "回答のない方の取引制限が提案された",
    "restriction.confirmed": "取引制限の提案がほかの人に確かめられた",
    "verification.asked": "本人確認が依頼された",
    "verification.captured": "お客さまが本人確認の撮影を終えた",
    "verification.waiting": "本人確認が担当者の判断を待っている",
    "verification.decided": "本人確認を判断した（撮り直しの依頼を含む）",
    "verification.withdrawn": "本人確認が取り下げられた",
}
KINDS: Final = tuple(WORDS)
