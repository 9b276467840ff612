"""The words that codes and notices go out in, as they come with Keizoku; kept as message versions when they are first used.

A carrier sees these words, the institution's name and the six digits, and nothing of what was changed or whose it is.
"""

from typing import Final

from django.db import connection, transaction

from keizoku.delivery.actions import keep_message
from keizoku.delivery.lane.rules import LETTER, notice_problems, words_problems
from keizoku.delivery.models import MessageVersion
from keizoku.kernel.actor import Actor

_ACTOR: Final = Actor.system("codes")
_ALONE: Final = "SELECT pg_advisory_xact_lock(hashtextextended('delivery.lane.words', 0))"
# Purpose → language → body. 70 characters are one SMS: with an institution's name of ten, each of the Japanese ones is. An
# English one with a name in Japanese is two. No word tells a bank from a city hall.
_BODIES: Final = {
    "contact_change": {
        "ja": "【{institution}】確認番号は {code} です。10分以内に、開いている画面に入力してください。"
        "番号をお聞きすることはありません。",
        "easy": "【{institution}】番号は {code} です。10分の あいだに 画面に 入れて ください。"
        "だれにも 言わないで ください。",
        "en": "[{institution}] Your code is {code}. Enter it on the page you have open within 10 minutes. "
        "We never ask you to tell us this code.",
    },
    "contact_changed": {
        "ja": "【{institution}】ご登録の連絡先（住所・電話・メール）を変更しました。お心当たりのない方は、"
        "窓口にお知らせください。",
        "easy": "【{institution}】登録した 住所・電話番号・メールを 変えました。知らない 人は、"
        "{institution}の 窓口に 言って ください。",
        "en": "[{institution}] The contact details you registered with us (address, phone or e-mail) have been changed. "
        "If you did not ask for this, please tell {institution}.",
    },
}
# On paper there is room to say what to do, and no need to be short.
_LETTERS: Final = {
    "contact_changed": {
        "ja": "ご登録の連絡先（住所・電話番号・メールアドレスのどれか）を変更しました。"
        "このお知らせは、変更の前にご登録のご住所へお送りしています。\n\nお心当たりのある方は、お手続きはいりません。\n\nお心当たりのない方は、下の電話番号か{institution}の窓口に、"
        "すぐにお知らせください。暗証番号やパスワードをお聞きすることはありません。",
        "easy": "登録した 住所・電話番号・メールの どれかを 変えました。この 手紙は、変える 前の 住所に 送って います。\n\n"
        "変えた ことを 知って いる 人は、何も しないで いいです。\n\n知らない 人は、下の 電話番号か {institution}の 窓口に "
        "すぐに 言って ください。暗証番号や パスワードは 聞きません。",
        "en": "The contact details you registered with us (address, phone or e-mail) have been changed. "
        "This letter goes to the address that was registered before.\n\n"
        "If you asked for the change, there is nothing to do.\n\nIf you did not, please "
        "tell {institution} at once, at the phone number below or at a branch. We never ask for your PIN or a password.",
    },
}
_SUBJECTS: Final = {
    "contact_change": {"ja": "確認番号のお知らせ", "easy": "番号の お知らせ", "en": "Your code"},
    "contact_changed": {
        "ja": "ご登録の連絡先を変更しました",
        "easy": "連絡先を 変えました",
        "en": "Your contact details have been changed",
    },
}
_BUTTONS: Final = {"ja": "お客さま情報の確認", "easy": "お客さまの ページ", "en": "Customer page"}


def message_for(purpose: str, channel: str, language: str) -> int:
    """The id of the words of a purpose on a channel; a language that has none gets Japanese."""
    bodies = _LETTERS if channel == LETTER else _BODIES
    body = _in(bodies[purpose], language)
    subject = _in(_SUBJECTS[purpose], language) if channel in {"email", LETTER} else ""
    button = _in(_BUTTONS, language) if channel in {"line", LETTER} else ""
    told = {"channel": channel, "subject": subject, "body": body, "button_label": button}
    found = _kept(told)
    if found is not None:
        return found
    check = notice_problems if purpose == "contact_changed" else words_problems
    problems = check(channel, subject, body, button)
    assert not problems, problems
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_ALONE)
        return _kept(told) or keep_message(
            channel=channel, name=purpose, subject=subject, body=body, button_label=button, actor=_ACTOR
        )


def language_of(purpose: str, body: str) -> str:
    """The language of words that came from here; Japanese for any others."""
    return next((language for language, text in _BODIES[purpose].items() if text == body), "ja")


def _kept(told: dict[str, str]) -> int | None:
    return MessageVersion.objects.filter(**told, made_by=_ACTOR.id).values_list("id", flat=True).first()


def _in(words: dict[str, str], language: str) -> str:
    return words.get(language, words["ja"])
