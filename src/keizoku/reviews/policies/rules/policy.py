"""A policy's TOML, read strictly: every part once, nothing wider than the code allows. Pure.

What no policy can change stands in ``judging``: low risk, nothing changed, no free text, no contradiction, nobody's help.
``policies/standard-1.toml`` shows and explains the whole format.
"""

import hashlib
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, NoReturn, TypeVar

from keizoku.reviews.policies.errors import PolicyInvalid
from keizoku.reviews.rules.proving import STRENGTH_WORDS, Strength

# Somebody always looks at some of them, and nobody can tell why he in particular waits for a person (ADR 0043).
LEAST_HELD_BACK: Final = 5
LEAST_CHECKED: Final = 1
ENTRIES: Final = {"link": "リンク", "code": "受付番号", "phone": "電話", "paper": "紙"}
LONGEST_TITLE: Final = 80
MOST_MONTHS: Final = 120
MOST_DAYS: Final = 730
MOST_DOCUMENTS: Final = 10
_PARTS: Final = {
    "answer": {"questionnaires", "entries", "least_proof"},
    "identity": {"confirmed_within_months", "residence_days_left", "documents", "document_days_left"},
    "people": {"held_back_percent", "checked_percent"},
}
Read = TypeVar("Read")


@dataclass(frozen=True, slots=True)
class Policy:
    """One version of the institution's policy.

    Attributes:
        questionnaires: whose answers may be approved automatically, by their names.
        entries: ways of answering; phone and paper only where named.
        least_proof: how strongly the customer must have been recognised, at least.
        confirmed_within_months: the last confirmation is known and at most so old.
        residence_days_left: whose stay is limited has so many days left at least.
        documents: attributes that hold the last day of a document; each must be known.
        document_days_left: and have so many days left at least.
        held_back_percent: of a hundred answers that fulfil all, people decide so many all the same.
        checked_percent: of a hundred automatic approvals, somebody looks at so many again.
    """

    version: int
    title: str
    digest: str
    questionnaires: tuple[str, ...]
    entries: tuple[str, ...]
    least_proof: Strength
    confirmed_within_months: int
    residence_days_left: int
    documents: tuple[str, ...]
    document_days_left: int
    held_back_percent: int
    checked_percent: int


def read_policy(text: str) -> Policy:
    """The policy that ``text`` defines.

    Raises:
        PolicyInvalid: at the first fault found.
    """
    table = _toml(text)
    _only(table, {"version", "title", *_PARTS}, "")
    parts = {name: _part(table, name) for name in _PARTS}
    answer, identity, people = parts["answer"], parts["identity"], parts["people"]
    return Policy(
        version=_whole(table, "version", "", 1, 1_000_000),
        title=_title(table),
        digest=hashlib.sha256(text.encode()).hexdigest(),
        questionnaires=_names(answer, "questionnaires", "answer", str),
        entries=_names(answer, "entries", "answer", _entry),
        least_proof=_proof(answer),
        confirmed_within_months=_whole(identity, "confirmed_within_months", "identity", 1, MOST_MONTHS),
        residence_days_left=_whole(identity, "residence_days_left", "identity", 0, MOST_DAYS),
        documents=_documents(identity),
        document_days_left=_whole(identity, "document_days_left", "identity", 0, MOST_DAYS),
        held_back_percent=_whole(people, "held_back_percent", "people", LEAST_HELD_BACK, 100),
        checked_percent=_whole(people, "checked_percent", "people", LEAST_CHECKED, 100),
    )


def in_words(policy: Policy) -> tuple[tuple[str, str], ...]:
    """What the policy sets, as (matter, words)."""
    documents = "、".join(policy.documents)
    return (
        ("対象の質問票", "、".join(policy.questionnaires)),
        ("答え方", "、".join(ENTRIES[entry] for entry in policy.entries)),
        ("本人確認の強さ", STRENGTH_WORDS[policy.least_proof]),
        ("前回の確認", f"{policy.confirmed_within_months}か月以内"),
        ("在留期限", f"日本以外の国籍の方は、残り{policy.residence_days_left}日以上"),
        ("書類の期限", f"{documents}が残り{policy.document_days_left}日以上" if documents else "見ない"),
        ("人が決める割合", f"条件を満たす回答の{policy.held_back_percent}%は、無作為に選んで人が決める"),
        ("品質確認の割合", f"自動承認の{policy.checked_percent}%を、人が後から確かめる"),
    )


def _toml(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise PolicyInvalid("", f"TOMLとして読めません（{fault}）。") from None


def _only(table: Mapping[str, Any], keys: set[str], part: str) -> None:
    if unknown := sorted(set(table) - keys):
        _refuse(part, unknown[0], "知らない項目です。つづりを確かめてください。")
    if missing := sorted(keys - set(table)):
        _refuse(part, missing[0], "この項目がありません。")


def _part(table: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = table[name]
    if not isinstance(part, Mapping):
        _refuse("", name, f"[{name}] の表に書いてください。")
    _only(part, _PARTS[name], name)
    return part


def _whole(table: Mapping[str, Any], key: str, part: str, least: int, most: int) -> int:
    value = table[key]
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        _refuse(part, key, f"{least}から{most}までの整数にしてください。")
    return value


def _title(table: Mapping[str, Any]) -> str:
    title = table["title"]
    if not isinstance(title, str) or not 0 < len(title.strip()) <= LONGEST_TITLE:
        _refuse("", "title", f"1文字から{LONGEST_TITLE}文字までの題名を書いてください。")
    return title.strip()


def _names(table: Mapping[str, Any], key: str, part: str, read: Callable[[str], Read]) -> tuple[Read, ...]:
    values = table[key]
    if not isinstance(values, list) or not values or not all(isinstance(one, str) and one for one in values):
        _refuse(part, key, "1つ以上の名前の並びにしてください。")
    if len(set(values)) != len(values):
        _refuse(part, key, "同じ名前が2度あります。")
    return tuple(read(one) for one in values)


def _entry(name: str) -> str:
    if name not in ENTRIES:
        _refuse(
            "answer", "entries", f"「{name}」という答え方はありません。{'・'.join(ENTRIES)} から選びます。"
        )
    return name


def _documents(table: Mapping[str, Any]) -> tuple[str, ...]:
    values = table["documents"]
    if values == []:
        return ()
    found = _names(table, "documents", "identity", str)
    if len(found) > MOST_DOCUMENTS:
        _refuse("identity", "documents", f"{MOST_DOCUMENTS}個までにしてください。")
    return found


def _proof(table: Mapping[str, Any]) -> Strength:
    value = table["least_proof"]
    if value not in set(Strength):
        _refuse("answer", "least_proof", f"{'・'.join(Strength)} から1つ選びます。")
    return Strength(value)


def _refuse(part: str, key: str, why: str) -> NoReturn:
    raise PolicyInvalid(".".join(filter(None, (part, key))), why)
