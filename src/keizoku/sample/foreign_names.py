"""Names of customers who are not Japanese, as banks hold them, by nationality."""

from typing import Final

# Nationality, how many of a hundred foreign customers have it.
NATIONALITIES: Final = (
    ("CHN", 28), ("VNM", 20), ("KOR", 13), ("PHL", 10), ("BRA", 7), ("NPL", 7), ("IDN", 6), ("MMR", 4),
    ("USA", 4), ("IRN", 1),
)  # fmt: skip
_FAMILY = {
    "CHN": "王/オウ 李/リ 張/チョウ 劉/リュウ 陳/チン 楊/ヨウ 趙/チョウ 黄/コウ",
    "KOR": "金/キム 李/イ 朴/パク 崔/チェ 鄭/チョン 姜/カン 尹/ユン",
    "VNM": "NGUYEN/グエン TRAN/チャン LE/レ PHAM/ファム HOANG/ホアン VU/ヴー",
    "PHL": "SANTOS/サントス REYES/レイエス CRUZ/クルス GARCIA/ガルシア MENDOZA/メンドーサ",
    "BRA": "SILVA/シルヴァ SOUZA/ソウザ OLIVEIRA/オリヴェイラ TANAKA/タナカ",
    "NPL": "SHRESTHA/シュレスタ GURUNG/グルン THAPA/タパ RAI/ライ",
    "IDN": "WIJAYA/ウィジャヤ SANTOSO/サントソ SUSANTO/スサント",
    "MMR": "AUNG/アウン KYAW/チョー WIN/ウィン",
    "USA": "SMITH/スミス JOHNSON/ジョンソン MILLER/ミラー BROWN/ブラウン",
    "IRN": "HOSSEINI/ホセイニ KARIMI/カリミ",
}
_GIVEN = {
    "CHN": "偉/イ 芳/ホウ 秀英/シュウエイ 敏/ビン 静/セイ 強/キョウ 麗/レイ 洋/ヨウ",
    "KOR": "民俊/ミンジュン 瑞妍/ソヨン 志勲/ジフン 秀珍/スジン 賢宇/ヒョヌ",
    "VNM": "VAN ANH/ヴァン アイン THI LAN/ティ ラン MINH/ミン HUONG/フオン DUC/ドゥック",
    "PHL": "MARIA/マリア JOSE/ホセ ANGELICA/アンジェリカ MARK/マーク",
    "BRA": "ANA PAULA/アナ パウラ LUCAS/ルーカス MARIANA/マリアナ",
    "NPL": "RAM/ラム SITA/シータ BIBEK/ビベック",
    "IDN": "DEWI/デウィ BUDI/ブディ PUTRI/プトリ",
    "MMR": "MIN THU/ミン トゥ SU SU/スー スー",
    "USA": "JOHN/ジョン EMILY/エミリー MICHAEL/マイケル",
    "IRN": "REZA/レザ MARYAM/マリヤム",
}


def _pairs(names: str) -> tuple[tuple[str, str], ...]:
    """Spelling and reading; a given name may have two words, so the reading ends where kana end."""
    pairs: list[tuple[str, str]] = []
    spelling: list[str] = []
    for word in names.split():
        written, slash, reading = word.partition("/")
        if slash:
            pairs.append((" ".join([*spelling, written]), reading))
            spelling = []
        elif written.isascii():
            spelling.append(written)
        else:
            pairs[-1] = (pairs[-1][0], f"{pairs[-1][1]} {written}")
    return tuple(pairs)


FAMILY_NAMES: Final = {nationality: _pairs(names) for nationality, names in _FAMILY.items()}
GIVEN_NAMES: Final = {nationality: _pairs(names) for nationality, names in _GIVEN.items()}
