"""The 47 prefectures: names and their JIS X 0401 codes ("01" Hokkaido to "47" Okinawa)."""

from typing import Final

NAMES: Final = (
    "北海道", "青森県", "岩手県", "宮城県", "秋田県", "山形県", "福島県", "茨城県",
    "栃木県", "群馬県", "埼玉県", "千葉県", "東京都", "神奈川県", "新潟県", "富山県",
    "石川県", "福井県", "山梨県", "長野県", "岐阜県", "静岡県", "愛知県", "三重県",
    "滋賀県", "京都府", "大阪府", "兵庫県", "奈良県", "和歌山県", "鳥取県", "島根県",
    "岡山県", "広島県", "山口県", "徳島県", "香川県", "愛媛県", "高知県", "福岡県",
    "佐賀県", "長崎県", "熊本県", "大分県", "宮崎県", "鹿児島県", "沖縄県",
)  # fmt: skip
_CODE_BY_NAME: Final = {name: f"{position:02}" for position, name in enumerate(NAMES, start=1)}
_NAME_BY_CODE: Final = {code: name for name, code in _CODE_BY_NAME.items()}


def code(name: str) -> str | None:
    """JIS code of a prefecture's full name (東京都 → "13"); None for anything else."""
    return _CODE_BY_NAME.get(name)


def name(code: str) -> str | None:
    """Full name of a JIS code ("13" → 東京都); None for anything else."""
    return _NAME_BY_CODE.get(code)


def of_address(address: str) -> str | None:
    """JIS code of the prefecture with which `address` begins; None when it does not begin with one."""
    start = address.lstrip()
    # A name is three characters long, or four (神奈川県, 和歌山県, 鹿児島県).
    return _CODE_BY_NAME.get(start[:3]) or _CODE_BY_NAME.get(start[:4])
