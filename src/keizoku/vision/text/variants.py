"""Variants: characters of names that the model cannot know, and those that it reads in their place.

A shape outside the model's dictionary (﨑, 𠮷, 濵) is always read as another (崎, 吉, 浜), and nothing in the reading tells.
So each character that has such a sister is doubtful in a name, whatever its confidence; a person looks.
"""

from functools import lru_cache
from typing import Final

from keizoku.kernel.text import itaiji
from keizoku.vision.text.recogniser import known

# Characters that the model has in its dictionary and still read as their sister, in at least half of clean prints of five
# families of type (8 to 10 prints each). Those of the last line it told apart there, but not always in photographs.
_MISREAD: Final = (
    "髙高 郞郎 眞真 淸清 靑青 栁柳 桺柳 嶌島 嵜崎 桒桑 曺曹 杤栃 敎教 籔薮 緖緒 緣縁 鎭鎮 錄録 鍊錬 愼慎 黃黄 溫温 潛潜 "
    "步歩 歷歴 歲歳 每毎 曆暦 巢巣 徵徴 捜搜 奧奥 尓爾 禱祷 秊年 蘓蘇 靱靭 頰頬 鬪闘 鷗鴎 麴麹 吳呉 姬姫 尙尚 强強 戶戸 "
    "圡玉 槗橋 產産 銳鋭 顔顏 増增 煕熙 凞熙 㐂喜 橫横 寬寛 竃竈 "
    "嶌鳶 嶌蔦 桒棄 嵜寄 嵜嵩 杤朽 秊季 鷗鴫 "
    "曽曾 凛凜 邉邊 齊齋 斉斎 徳德 瀬瀨 富冨 館舘 恵惠 穂穗"
)
_PLANES: Final = (range(0x3400, 0xA000), range(0xF900, 0xFB00), range(0x1B000, 0x30000))


def is_unknowable(character: str) -> bool:
    """True for a character that the model has no word for."""
    return character not in known()


@lru_cache(maxsize=1)
def _doubtful() -> dict[str, frozenset[str]]:
    """Character → its sisters that could be the truth where it is read."""
    groups: dict[str, set[str]] = {}
    for plane in _PLANES:
        for character in map(chr, plane):
            shape = itaiji.fold(character)
            if shape != character:
                groups.setdefault(shape, {shape}).add(character)
    found = {
        member: frozenset(group - {member})
        for group in groups.values()
        if any(is_unknowable(member) for member in group)
        for member in group
    }
    for pair in _MISREAD.split():
        for member in pair:
            found[member] = found.get(member, frozenset()) | (frozenset(pair) - {member})
    return found


def may_be_variant(character: str) -> frozenset[str]:
    """The shapes that could stand there where the model reads `character`; empty where it can tell."""
    return _doubtful().get(character, frozenset())
