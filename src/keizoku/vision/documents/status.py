"""Closed lists that immigration prints from: statuses of residence (入管法別表), and the nationalities that are common."""

import unicodedata
from typing import Final

STATUSES: Final = (
    "外交", "公用", "教授", "芸術", "宗教", "報道", "高度専門職1号イ", "高度専門職1号ロ", "高度専門職1号ハ",
    "高度専門職2号", "経営・管理", "法律・会計業務", "医療", "研究", "教育", "技術・人文知識・国際業務",
    "企業内転勤", "介護", "興行", "技能", "特定技能1号", "特定技能2号", "技能実習1号イ", "技能実習1号ロ",
    "技能実習2号イ", "技能実習2号ロ", "技能実習3号イ", "技能実習3号ロ", "育成就労", "文化活動", "短期滞在",
    "留学", "研修", "家族滞在", "特定活動", "永住者", "日本人の配偶者等", "永住者の配偶者等", "定住者",
    "特別永住者",
)  # fmt: skip
NATIONALITIES: Final = (
    "中国", "ベトナム", "韓国", "朝鮮", "フィリピン", "ブラジル", "ネパール", "インドネシア", "ミャンマー",
    "台湾", "米国", "タイ", "スリランカ", "インド", "ペルー", "バングラデシュ", "パキスタン", "カンボジア",
    "モンゴル", "英国", "フランス", "ドイツ", "オーストラリア", "カナダ", "ロシア", "イタリア", "スペイン",
    "トルコ", "イラン", "ウズベキスタン", "ナイジェリア", "ガーナ", "マレーシア", "シンガポール", "ラオス",
    "ボリビア", "アルゼンチン", "コロンビア", "メキシコ", "エジプト", "ウクライナ", "アフガニスタン",
    "ニュージーランド", "アイルランド", "オランダ", "香港",
)  # fmt: skip
# Small kana, hiragana of one shape with katakana, and an old shape that the recogniser likes.
_LIKE: Final = str.maketrans("ァィゥェォッャュョへべぺり滯", "アイウエオツヤユヨヘベペリ滞")


def listed(read: str, names: tuple[str, ...]) -> str | None:
    """The name of a list that differs from what was read by nothing but small kana, dots and width."""
    folded = _folded(read)
    return next((name for name in names if _folded(name) == folded), None)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).replace("・", "").replace(".", "").translate(_LIKE)
