"""Single values of a questionnaire's text, each read strictly. Pure."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from keizoku.forms.rules.faults import refuse
from keizoku.forms.rules.secrets import refuse_secret

LONGEST_WORDS: Final = 1000
_ID = re.compile(r"[a-z][a-z0-9_]{0,29}")


def tables(table: Mapping[str, Any], key: str, place: str) -> list[Mapping[str, Any]]:
    given = table.get(key, [])
    if not isinstance(given, list) or not all(isinstance(each, dict) for each in given):
        refuse(place, key, f"[[{key}]] の形で書いてください。")
    return given


def only_keys(table: Mapping[str, Any], allowed: frozenset[str], place: str) -> None:
    unknown = sorted(set(table) - allowed)
    if unknown:
        refuse(place, unknown[0], "このような項目はありません。")


def words(table: Mapping[str, Any], key: str, place: str) -> str:
    """Words for people; never any that ask for a secret."""
    given = table.get(key)
    if not isinstance(given, str) or not given.strip() or len(given) > LONGEST_WORDS:
        refuse(place, key, f"1文字から{LONGEST_WORDS}文字までの言葉が必要です。")
    refuse_secret(given, place, key)
    return given.strip()


def identifier(table: Mapping[str, Any], key: str, place: str) -> str:
    given = table.get(key)
    if not isinstance(given, str) or not _ID.fullmatch(given):
        refuse(place, key, "英小文字で始まる、英小文字・数字・_ の30文字までの名前が必要です。")
    refuse_secret(given, place, key)
    return given


def flag(table: Mapping[str, Any], key: str, place: str, *, default: bool) -> bool:
    given = table.get(key, default)
    if not isinstance(given, bool):
        refuse(place, key, "true か false です。")
    return given


def positive(table: Mapping[str, Any], key: str) -> int:
    given = table.get(key)
    if not isinstance(given, int) or isinstance(given, bool) or given < 1:
        refuse("", key, "1以上の整数です。")
    return given


def whole(table: Mapping[str, Any], key: str) -> int | None:
    given = table.get(key)
    return given if type(given) is int else None


def one_of(table: Mapping[str, Any], key: str, place: str, offered: Sequence[str]) -> str:
    given = table.get(key)
    if not isinstance(given, str) or given not in offered:
        refuse(place, key, f"次のどれかです：{'、'.join(offered)}")
    return given
