"""What the audit says of verifications, in words."""

from typing import Final

ACTIONS: Final = {
    "identity.capture.begun": "本人確認の撮影画面を開いた",
    "identity.capture.finished": "本人確認の撮影を終えた",
    "identity.capture.kind_chosen": "撮影する書類の種類を選んだ",
    "identity.challenge.issued": "撮影するものを示した",
    "identity.case.labelled": "本人確認の答え合わせを記録した",
    "identity.decision.proposed": "本人確認を判断し、2人目を待つことにした",
    "identity.evidence.exported": "本人確認の証拠を書き出した",
    "identity.policy.approved": "本人確認の決まりを使い始めた",
    "identity.policy.requested": "本人確認の決まりを申請した",
    "identity.policy.stopped": "使用中の本人確認の決まりを止めた",
    "identity.policy.withdrawn": "本人確認の決まりの申請を取り下げた",
    "identity.record.written": "確認記録を書いた",
    "identity.template.deleted": "顔の特徴データを消した",
    "identity.template.kept": "顔の特徴データを保存した",
    "identity.verification.decided": "本人確認を判断した",
    "identity.shot.destroyed": "番号の写った写真を、保存せずに破棄した",
    "identity.shot.received": "本人確認の写真を受け取った",
    "identity.shot.skipped": "撮影を省いた",
    "identity.verification.attached": "申込者の本人確認を、お客さまに結び付けた",
    "identity.verification.asked": "本人確認を依頼した",
    "identity.verification.escalated": "長く待つ本人確認に印をつけた",
    "identity.verification.expired": "本人確認の期限が切れた",
    "identity.verification.handed_on": "時間のかかる点検を人に回した",
    "identity.verification.judged": "自動の点検を終えた",
    "reviews.identity.not_asked": "本人確認を依頼できなかった（方法が認められていない）",
    "reviews.identity.proposed": "本人確認の書類の値を、変更の案にした",
    "identity.verification.withdrawn": "本人確認を取り下げた",
}
