"""Signs that look alike and are told apart only by their neighbours: 一 ー －, ニ 二, ロ 口, カ 力."""

import re
from typing import Final

_KATAKANA: Final = "ァ-ヶ"
_KANJI: Final = "々〇一-鿿"
_AS_KANJI: Final = str.maketrans("ニハエカロタトー", "二八工力口夕卜一")
_AS_KATAKANA: Final = str.maketrans("二八工力口夕卜一", "ニハエカロタトー")
_LONE_KANA: Final = re.compile(rf"(?<=[{_KANJI}])[ニハエカロタトー](?=[{_KANJI}])")
_KANJI_AMONG_KANA: Final = re.compile(rf"(?<=[{_KATAKANA}ー])[二八工力口夕卜一](?=[{_KATAKANA}ー])")
_LAST_AMONG_KANA: Final = re.compile(rf"(?<=[{_KATAKANA}]{{2}})[二八工力口夕卜一](?![{_KANJI}])")
_AFTER_KANA: Final = re.compile(rf"(?<=[{_KATAKANA}ー]{{2}})卜")
# 八ヶ岳 and 八ツ橋 are kanji; ハナ is a name.
_BEFORE_KANA: Final = re.compile(rf"(?<![{_KANJI}\d])[二八工力夕卜](?![ケツッノ])(?=[ァ-ヴ])")
_BETWEEN_DIGITS: Final = re.compile(r"(?<=\d)[ー一−‐―](?=\d)")
_BEFORE_COUNTER: Final = re.compile(r"[ニハー](?=丁目|条|番町)")


def told_apart(text: str) -> str:
    """Each such sign as its neighbours make it: コ一ポ → コーポ, 2ー3 → 2-3, ニ丁目 → 二丁目."""
    text = _BETWEEN_DIGITS.sub("-", text)
    text = _BEFORE_COUNTER.sub(lambda found: found[0].translate(_AS_KANJI), text)
    text = _KANJI_AMONG_KANA.sub(lambda found: found[0].translate(_AS_KATAKANA), text)
    text = _LAST_AMONG_KANA.sub(lambda found: found[0].translate(_AS_KATAKANA), text)
    text = _AFTER_KANA.sub("ト", text)
    text = _BEFORE_KANA.sub(lambda found: found[0].translate(_AS_KATAKANA), text)
    return _LONE_KANA.sub(lambda found: found[0].translate(_AS_KANJI), text)
