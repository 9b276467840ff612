"""Names of invented corporations with the readings that banks write, abbreviations included."""

from random import Random
from typing import Final

# Form, whether it stands before the name, and its half-width abbreviation.
_FORMS: Final = (
    ("株式会社", "ｶ", 58), ("有限会社", "ﾕ", 20), ("合同会社", "ﾄﾞ", 14), ("一般社団法人", "ｼﾔ", 4),
    ("医療法人", "ｲ", 4),
)  # fmt: skip
_WORDS: Final = (
    ("継続", "ｹｲｿﾞｸ"), ("大和", "ﾀﾞｲﾜ"), ("東洋", "ﾄｳﾖｳ"), ("富士見", "ﾌｼﾞﾐ"), ("朝日", "ｱｻﾋ"),
    ("光洋", "ｺｳﾖｳ"), ("三和", "ｻﾝﾜ"), ("北斗", "ﾎｸﾄ"), ("みらい", "ﾐﾗｲ"), ("さくら", "ｻｸﾗ"),
    ("中央", "ﾁﾕｳｵｳ"), ("日の出", "ﾋﾉﾃﾞ"), ("青葉", "ｱｵﾊﾞ"), ("瑞穂野", "ﾐｽﾞﾎﾉ"),
)  # fmt: skip
_TRADES: Final = (
    ("商事", "ｼﾖｳｼﾞ"), ("工業", "ｺｳｷﾞﾖｳ"), ("建設", "ｹﾝｾﾂ"), ("製作所", "ｾｲｻｸｼﾖ"), ("運輸", "ｳﾝﾕ"),
    ("食品", "ｼﾖｸﾋﾝ"), ("不動産", "ﾌﾄﾞｳｻﾝ"), ("システム", "ｼｽﾃﾑ"), ("電機", "ﾃﾞﾝｷ"), ("物産", "ﾌﾞﾂｻﾝ"),
    ("クリニック", "ｸﾘﾆﾂｸ"), ("サービス", "ｻｰﾋﾞｽ"),
)  # fmt: skip


def draw_corporation(rng: Random) -> tuple[str, str]:
    """A name and its half-width reading (株式会社… ｶ)… or …株式会社 …(ｶ)."""
    form, abbreviation, _ = rng.choices(_FORMS, [weight for *_, weight in _FORMS])[0]
    word, word_reading = rng.choice(_WORDS)
    trade, trade_reading = rng.choice(_TRADES)
    name, reading = word + trade, word_reading + trade_reading
    if rng.random() < 2 / 3:
        return form + name, f"{abbreviation}){reading}"
    return name + form, f"{reading}({abbreviation}"
