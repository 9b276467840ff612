"""What a customer sees of his own record after a weak check (a birth date and four digits): enough to recognise it."""

from keizoku.kernel.text import prefectures

_SHOWN_DIGITS = 4
_MASK = "●"


def masked_address(address: str) -> str:
    """東京都渋谷区… as 東京都●●; an address without a prefecture shows nothing of itself."""
    code = prefectures.of_address(address)
    return f"{prefectures.name(code) if code else ''}{_MASK * 2}"


def masked_phone(e164: str) -> str:
    """+819012345678 as ●●●-●●●●-5678, a landline (nine digits behind the 0) as ●●●-●●●-5678."""
    national = "0" + e164[3:] if e164.startswith("+81") else e164.removeprefix("+")
    middle = max(len(national) - 3 - _SHOWN_DIGITS, 0)
    return f"{_MASK * 3}-{_MASK * middle}-{national[-_SHOWN_DIGITS:]}"


def masked_email(address: str) -> str:
    """hanako@example.jp as h●●●@e●●●: enough to tell one's own."""
    local, _, domain = address.partition("@")
    return f"{local[:1]}{_MASK * 3}@{domain[:1]}{_MASK * 3}"


def masked_day(day: str) -> str:
    """2027-04-01 as 2027年●月●日."""
    return f"{day[:4]}年{_MASK}月{_MASK}日"


def masked_choice(label: str) -> str:
    """会社員 as 会●●: enough to tell one's own among a few."""
    return f"{label[:1]}{_MASK * 2}"
