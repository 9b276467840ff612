"""The audit's stable names in words. An action without words is shown by its name: nothing is ever left out."""

from typing import Final

ROOMS: Final = (
    ("", "すべて"),
    ("customers.record.read", "閲覧"),
    ("customers.", "お客さまの記録"),
    ("campaigns.", "キャンペーン"),
    ("delivery.", "連絡の文面"),
    ("reviews.", "審査と回答"),
    ("risk.", "評価"),
    ("accounts.", "職員とサインイン"),
    ("audit.", "証跡"),
    ("kernel.", "業務日付"),
)
SUBJECTS: Final = (
    ("customer", "お客さま"),
    ("campaign", "キャンペーン"),
    ("review", "審査"),
    ("staff", "職員"),
    ("import", "取り込み"),
    ("scorecard", "評価表"),
    ("attribute", "追加の項目"),
    ("message", "文面"),
)
_SUBJECT_WORDS: Final = dict(SUBJECTS)
_ACTIONS: Final = {
    "accounts.sign_in.refused": "サインインを断った",
    "accounts.sign_in.succeeded": "サインインした",
    "accounts.staff.created": "職員を登録した",
    "accounts.ticket.issued": "サインイン用リンクを出した",
    "accounts.ticket.redeemed": "リンクでサインインした",
    "accounts.ticket.refused": "サインイン用リンクを断った",
    "audit.chain.verified": "証跡を検証した",
    "campaigns.approval.requested": "送信を申請した",
    "campaigns.campaign.approved": "送信を承認した",
    "campaigns.campaign.drafted": "下書きを作った",
    "campaigns.campaign.edited": "下書きを変えた",
    "campaigns.campaign.finished": "期限で終わった",
    "campaigns.campaign.launched": "送信を始めた",
    "campaigns.campaign.paused": "一時停止した",
    "campaigns.campaign.paused_by_fault": "送信の不具合により、自動で一時停止した",
    "delivery.sending.halted": "送信中の不具合により、送信を止めた",
    "campaigns.campaign.resumed": "再開した",
    "campaigns.campaign.stopped": "中止した",
    "campaigns.request.lapsed": "承認されないまま期限が切れた",
    "campaigns.request.sent_back": "下書きに戻した",
    "campaigns.wave.opened": "連絡を始めた",
    "customers.attribute.approved": "追加の項目を承認した",
    "customers.attribute.drafted": "追加の項目の下書きを作った",
    "customers.attribute.ended": "追加の項目の廃止を承認した",
    "customers.attribute.withdrawn": "追加の項目の下書きを取り下げた",
    "customers.contact.released": "連絡の停止を解いた",
    "customers.contact.stopped": "連絡を止めた",
    "customers.duplicate.kept_apart": "別の方とした",
    "customers.duplicate.reopened": "別の方という判断を取り消した",
    "customers.duplicates.found": "重複の候補をさがした",
    "customers.merge.approved": "お客さまの統合を承認した",
    "customers.merge.expired": "統合の提案が期限で候補に戻った",
    "customers.merge.proposed": "お客さまの統合を提案した",
    "customers.merge.sent_back": "統合の提案を候補に戻した",
    "customers.conflict.decided": "取り込みの食い違いを決めた",
    "customers.file.discarded": "預かったファイルを取りやめた",
    "customers.file.received": "ファイルを預かった",
    "customers.import.requested": "取り込みを頼んだ",
    "customers.mapping.saved": "列の対応を保存した",
    "customers.return.acknowledged": "勘定系の受領結果を取り込んだ",
    "customers.return.downloaded": "返却ファイルを受け取った",
    "customers.return.produced": "返却ファイルを作った",
    "customers.file.imported": "ファイルを取り込んだ",
    "customers.record.changed": "記録を変えた",
    "customers.record.read": "記録を見た",
    "customers.search.done": "お客さまを検索した",
    "delivery.message.written": "文面を書いた",
    "forms.questionnaire.published": "質問票を公開した",
    "kernel.clock.advanced": "業務日付を進めた",
    "reviews.answer.submitted": "回答を受け取った",
    "reviews.case.assigned": "案件を取った",
    "reviews.case.released": "案件を戻した",
    "reviews.code.guessed_wrong": "受付番号が違った",
    "reviews.draft.saved": "回答の途中を保存した",
    "reviews.help.requested": "手助けの申し出を受けた",
    "reviews.identification.failed": "本人の確認が合わなかった",
    "reviews.identification.locked": "本人の確認を止めた",
    "reviews.review.decided": "審査を決定した",
    "reviews.review.escalated": "長く待つ案件に印をつけた",
    "reviews.review.expired": "答えのないまま期限が過ぎた",
    "reviews.review.identified": "本人の確認が合った",
    "reviews.review.opened": "確認を始めた",
    "risk.customer.rated": "評価した",
    "risk.everybody.rated": "全員を評価した",
    "risk.circumstance.changed": "その他の事情を変えた",
    "risk.circumstance.read": "その他の事情を見た",
    "risk.event.recorded": "出来事を記録した",
    "risk.plan.spread": "連絡の予定日を割り振った",
    "risk.scorecard.activated": "評価表を承認した",
    "risk.scorecard.drafted": "評価表の案を作った",
    "risk.scorecard.trial_asked": "評価表の試算を始めた",
    "risk.scorecard.tried": "評価表を全員で試算した",
    "risk.scorecard.withdrawn": "評価表の案を取り下げた",
}
_PURPOSES: Final = {
    "delivery.send": "連絡を送るため",
    "risk.circumstances": "その他の事情を確かめるため",
    "review.desk": "審査の画面を開いたため",
    "review.decision": "審査の決定のため",
    "duplicates.compare": "重複の候補を見比べるため",
    "duplicates.merge": "お客さまを統合するため",
    "search.rebuild": "検索の目印を作り直すため",
    "record.new_version": "記録の新しい版を作るため",
    "review.answer": "本人が回答するため",
    "review.submit": "本人の回答を受け取るため",
    "import": "取り込み",
}
_DETAILS: Final = {
    "campaign": "キャンペーン",
    "changed": "変わった項目",
    "conflicts": "食い違い",
    "count": "件数",
    "created": "新規",
    "customers": "人数",
    "days": "日数",
    "digest": "要約値",
    "due_on": "期日",
    "findings": "問題",
    "found": "見つかった人数",
    "ids_digest": "一覧の要約値",
    "level": "リスク",
    "minutes": "有効な分",
    "outcome": "決定",
    "points": "点数",
    "reason": "理由",
    "rejected": "取り込めない行",
    "role": "役割",
    "round": "回",
    "size": "人数",
    "source": "出どころ",
    "step": "手順",
    "version": "版",
}


def action_words(action: str) -> str:
    return _ACTIONS.get(action, action)


def purpose_words(purpose: str) -> str:
    return _PURPOSES.get(purpose, purpose)


def detail_words(name: str) -> str:
    return _DETAILS.get(name, name)


def subject_words(kind: str, number: int | None) -> str:
    return "—" if number is None else f"{_SUBJECT_WORDS.get(kind, kind)} {number}"
