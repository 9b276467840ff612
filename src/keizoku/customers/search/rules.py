"""What of a name is compared, and how it is cut into what can be found. Pure.

Folding is for finding only: a name is stored and shown as its bearer writes it. Two spellings of one name fold to one
text: 髙橋 and 高橋, さとう and ｻﾄｳ, ミヅノ and ミズノ, 佐々木 and 佐佐木, 株式会社サンライズ and ｻﾝﾗｲｽﾞ(ｶ.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Final

from keizoku.kernel.text import itaiji, kana

# Shorter beginnings are few and frequent: their tokens would be read by counting them (ADR 0017).
SHORTEST_BEGINNING: Final = 2
LONGEST_BEGINNING: Final = 4

_SOUNDS_ALIKE: Final = str.maketrans("ヂヅヰヱヲ", "ジズイエオ")
# Dashes that are typed for the long-vowel mark, and marks that people leave out.
_DASHES: Final = str.maketrans(dict.fromkeys("-‐‑‒–—―−─━", "ー"))
_LEFT_OUT: Final = str.maketrans("", "", "・･.,、。'’\"“”&＆")
_REPEATED: Final = re.compile(r"(.)々")

# As names are folded: ガイシャ has become ガイシヤ, ㈱ has become (株).
_FORMS: Final = (
    "株式会社|有限会社|合同会社|合資会社|合名会社|相互会社|医療法人社団|医療法人財団|医療法人|学校法人|宗教法人|"
    "社会福祉法人|一般社団法人|公益社団法人|一般財団法人|公益財団法人|社団法人|財団法人|特定非営利活動法人|npo法人|"
    "カブシキガイシヤ|カブシキカイシヤ|ユウゲンガイシヤ|ゴウドウガイシヤ|ゴウシガイシヤ|ゴウメイガイシヤ|ソウゴガイシヤ|"
    "イリヨウホウジンシヤダン|イリヨウホウジンザイダン|イリヨウホウジン|ガツコウホウジン|シユウキヨウホウジン|"
    "シヤカイフクシホウジン|イツパンシヤダンホウジン|コウエキシヤダンホウジン|イツパンザイダンホウジン|"
    "コウエキザイダンホウジン|トクテイヒエイリカツドウホウジン"
)
_SHORT_WRITTEN: Final = "株|有|同|資|名|相|医|学|宗|福|一社|公社|一財|公財|社|財|特非"
_SHORT_READ: Final = "カ|ユ|ド|シ|メ|ソ|イ|ガク|シユウ|フク|シヤ|ザイ|トクヒ"
_SHORT_FORMS: Final = f"{_SHORT_WRITTEN}|{_SHORT_READ}"
# The bank's own abbreviations: カ)サンライズ, サンライズ(カ, サンライズ(カ)ギンザ.
_AT_BEGINNING: Final = re.compile(rf"^(?:{_FORMS}|\((?:{_SHORT_FORMS})\)|(?:{_SHORT_FORMS})\))(?=.)")
_AT_END: Final = re.compile(rf"(?<=.)(?:{_FORMS}|\((?:{_SHORT_FORMS})\)?)$")
_ALONE: Final = re.compile(rf"(?:{_FORMS}|\((?:{_SHORT_FORMS})\)?|(?:{_SHORT_FORMS})\))")
_INSIDE: Final = re.compile(rf"(?<=.)\((?:{_SHORT_FORMS})\)(?=.)")


def key(name: str) -> str:
    """A whole name as it is compared: folded, without spaces and without the form of a company."""
    return "".join(words(name))


def words(name: str) -> tuple[str, ...]:
    """The folded words of a name, split where it has spaces; a company's form is no word."""
    # Split first: family and given names repeat from customer to customer, and are then known already.
    return tuple(word for part in name.split() for word in _folded(part))


@lru_cache(maxsize=131_072)
def _folded(part: str) -> tuple[str, ...]:
    text = itaiji.fold(unicodedata.normalize("NFKC", part)).casefold()
    text = kana.fold(text).translate(_SOUNDS_ALIKE).translate(_DASHES).translate(_LEFT_OUT)
    text = _REPEATED.sub(r"\1\1", text)
    return tuple(kept for word in text.split() if (kept := _without_form(word)))


def _without_form(word: str) -> str:
    if _ALONE.fullmatch(word):
        return ""
    word = _INSIDE.sub("", _AT_BEGINNING.sub("", word))
    return _AT_END.sub("", word)


def beginnings(whole: str) -> tuple[str, ...]:
    """Proper beginnings of a folded name by which it can be found."""
    return tuple(
        whole[:length] for length in range(SHORTEST_BEGINNING, LONGEST_BEGINNING + 1) if length < len(whole)
    )


def is_reading(folded: str) -> bool:
    """Whether a folded text may be a reading: without any kanji."""
    return not any("\u3400" <= letter <= "\u9fff" or letter >= "\U00020000" for letter in folded)
