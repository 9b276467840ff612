"""What the audit says of calls, callers and calls back, in words."""

from typing import Final

ACTIONS: Final = {
    "reviews.call.abandoned": "終わりの記録のない通話を終わらせた",
    "reviews.call.answer_taken": "電話で回答を受け付けた",
    "reviews.call.begun": "通話を始めた",
    "reviews.call.contact_stopped": "電話の申し出で連絡を止めた",
    "reviews.call.contact_resumed": "電話の申し出で、止めていた連絡を再開した",
    "reviews.call.ended": "通話を終えた",
    "reviews.call.found": "電話のお客さまを見つけた",
    "reviews.call.nobody_found": "電話のお客さまが見つからなかった",
    "reviews.call.several_found": "電話の番号から、何人かのお客さまが見つかった",
    "reviews.call.person_asked": "電話の申し出を担当者に渡した",
    "reviews.call_back.booked": "折り返しを予約した",
    "reviews.call_back.cancelled": "折り返しを取りやめた",
    "reviews.call_back.carried": "折り返しを統合先のお客さまに移した",
    "reviews.call_back.done": "折り返しの電話を終えた",
    "reviews.call_back.lapsed": "折り返しが期限切れになった",
    "reviews.call_back.missed": "折り返しの電話に出られなかった",
    "reviews.call_back.number_shown": "折り返しの電話番号を見た",
    "reviews.call_back.put_back": "折り返しを担当待ちに戻した",
    "reviews.call_back.taken": "折り返しを引き受けた",
    "reviews.caller.locked": "電話での本人確認を止めた",
    "reviews.caller.matched": "電話での答えが登録と合った",
    "reviews.caller.mismatched": "電話での答えが登録と違った",
    "reviews.caller.verified": "電話で本人と確認した",
    "reviews.code.reissued": "受付番号を再発行した",
}
