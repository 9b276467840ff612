"""Words that ask for a secret. A questionnaire holds none of them, in any language and any spelling.

A genuine bank never asks for these in such a form, and an Individual Number must not be collected (番号法15条, 20条). A
sentence that says "we never ask for…" belongs on the page's template.
"""

import re
import unicodedata
from typing import Final

from keizoku.forms.rules.faults import refuse
from keizoku.kernel.text.ruby import plain, spoken

_WORDS: Final = (
    "暗証", "あんしょう", "パスワード", "ぱすわーど", "パスコード", "パスフレーズ", "合言葉", "合い言葉", "秘密の質問",
    "カード番号", "かーどばんごう", "セキュリティコード", "セキュリティーコード", "ワンタイム", "認証コード", "確認コード",
    "乱数表", "マイナンバー", "まいなんばー", "個人番号", "こじんばんごう",
    "password", "passwd", "passcode", "passphrase", "cvv", "cvc", "one-time", "onetime", "otp", "security code",
    "secret question", "card number", "my number", "mynumber", "individual number", "mật khẩu", "密码", "密碼", "비밀번호",
    "senha", "contraseña",
)  # fmt: skip
_PIN = re.compile(r"(?<![a-z])pin(?![a-z])")
# Numbers of a register, which a bank may ask for: not the number of a payment card.
_HARMLESS: Final = ("在留カード番号", "ざいりゅうかーどばんごう", "residence card number")


def asks_for_a_secret(words: str) -> bool:
    """True when the words name a PIN, a password, a card's secret or an Individual Number, in any width or reading."""
    return any(_names_a_secret(said) for said in (words, plain(words), spoken(words)))


def refuse_secret(words: str, question: str, key: str) -> None:
    if asks_for_a_secret(words):
        refuse(question, key, "暗証番号・パスワード・カード番号・マイナンバーをたずねる言葉は使えません。")


def _names_a_secret(words: str) -> bool:
    said = unicodedata.normalize("NFKC", words).casefold().replace("_", " ")
    for harmless in _HARMLESS:
        said = said.replace(unicodedata.normalize("NFKC", harmless).casefold(), "")
    spaceless = "".join(said.split())
    return _PIN.search(said) is not None or any(word in said or word in spaceless for word in _WORDS)
