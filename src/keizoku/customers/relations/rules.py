"""What a relation may be: kinds, who may stand on which side, shares, and what keeps one from being written. Pure.

A relation is read from its subject: 代表者 of a corporation is the other side. 世帯 has no direction; its subject is the
customer with the smaller id, so that a pair exists once.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

from keizoku.customers.codes import Kind as CustomerKind


class Kind(StrEnum):
    REPRESENTATIVE = "representative"
    BENEFICIAL_OWNER = "beneficial_owner"
    AGENT = "agent"
    HOUSEHOLD = "household"
    GUARDIAN = "guardian"


class Source(StrEnum):
    """Where a fact of a relation came from."""

    DECLARED = "declared"
    DOCUMENT = "document"
    REGISTRY = "registry"
    STAFF = "staff"
    CORE_SYSTEM = "core_system"


class Basis(StrEnum):
    """What makes somebody a beneficial owner (犯収法施行規則 11条2項)."""

    VOTING_RIGHTS = "voting_rights"
    PROFIT = "profit"
    INFLUENCE = "influence"
    REPRESENTATION = "representation"


class Change(StrEnum):
    """What one fact did to its relation."""

    STATED = "stated"
    CHANGED = "changed"
    CONFIRMED = "confirmed"
    ENDED = "ended"


KIND_LABELS: Final = {
    Kind.REPRESENTATIVE: "代表者",
    Kind.BENEFICIAL_OWNER: "実質的支配者",
    Kind.AGENT: "代理人・取引担当者",
    Kind.HOUSEHOLD: "世帯",
    Kind.GUARDIAN: "成年後見人",
}
# The same relation as seen from the other side's own page.
REVERSE_LABELS: Final = {
    Kind.REPRESENTATIVE: "この人が代表者の法人",
    Kind.BENEFICIAL_OWNER: "この人が実質的支配者の法人",
    Kind.AGENT: "この人が代理人・取引担当者の相手",
    Kind.HOUSEHOLD: "世帯",
    Kind.GUARDIAN: "この人が成年後見人の相手",
}
SOURCE_LABELS: Final = {
    Source.DECLARED: "お客さまの申告",
    Source.DOCUMENT: "書類",
    Source.REGISTRY: "登記・公的な名簿",
    Source.STAFF: "担当者",
    Source.CORE_SYSTEM: "勘定系",
}
BASIS_LABELS: Final = {
    Basis.VOTING_RIGHTS: "議決権",
    Basis.PROFIT: "収益の配当・財産の分配",
    Basis.INFLUENCE: "出資・融資・取引などを通じた支配",
    Basis.REPRESENTATION: "法人を代表し、業務を執行",
}
CHANGE_LABELS: Final = {
    Change.STATED: "関係者を記録しました",
    Change.CHANGED: "関係者の内容を改めました",
    Change.CONFIRMED: "関係者を確認しました",
    Change.ENDED: "関係が終わりました",
}
WHOLE: Final = 10_000  # a share of everything, in 1/100 %
MOST_CYCLES: Final = 10
MOST_STEPS: Final = 5_000
_CORPORATION: Final = frozenset({CustomerKind.CORPORATION})
_PEOPLE: Final = frozenset({CustomerKind.INDIVIDUAL, CustomerKind.SOLE_PROPRIETOR})
_ANYBODY: Final = _CORPORATION | _PEOPLE
# Who may be the subject, and who the other side.
SIDES: Final[Mapping[Kind, tuple[frozenset[CustomerKind], frozenset[CustomerKind]]]] = {
    Kind.REPRESENTATIVE: (_CORPORATION, _ANYBODY),
    Kind.BENEFICIAL_OWNER: (_CORPORATION, _ANYBODY),
    Kind.AGENT: (_ANYBODY, _ANYBODY),
    Kind.HOUSEHOLD: (_PEOPLE, _PEOPLE),
    Kind.GUARDIAN: (_PEOPLE, _ANYBODY),
}


@dataclass(frozen=True, slots=True)
class Terms:
    """What is said of a relation: share in 1/100 %, days, and where it came from."""

    source: Source
    as_of: date
    valid_from: date | None = None
    valid_until: date | None = None
    share: int | None = None
    is_direct: bool = True
    basis: Basis | None = None


def side_problem(kind: Kind, subject: CustomerKind, other: CustomerKind | None) -> str:
    """What keeps these two from having this relation, in Japanese; empty when nothing does. None: no customer."""
    subjects, others = SIDES[kind]
    label = KIND_LABELS[kind]
    if subject not in subjects:
        return f"{label}を記録できるのは、{_words(subjects)}のお客さまだけです。"
    if other is not None and other not in others:
        return f"{label}になれるのは、{_words(others)}だけです。"
    return ""


def terms_problem(kind: Kind, terms: Terms, today: date) -> str:
    """What is wrong with what is said, in Japanese; empty when nothing is."""
    if terms.as_of > today:
        return "いつ時点の情報かは、今日までの日付にしてください。"
    if terms.valid_from and terms.valid_until and terms.valid_until < terms.valid_from:
        return "終わりの日が、始まりの日より前です。"
    if kind is not Kind.BENEFICIAL_OWNER and (terms.share is not None or terms.basis is not None):
        return "持分割合と根拠は、実質的支配者だけに記録します。"
    if terms.share is not None and not 0 < terms.share <= WHOLE:
        return "持分割合は、0より大きく100%以下で入力してください（例：33.34）。"
    return ""


def read_share(text: str) -> int | None:
    """A percentage with at most two decimals as 1/100 %; None when it is none."""
    whole, _, part = text.strip().rstrip("%％").strip().partition(".")
    if not whole.isascii() or not whole.isdigit() or len(whole) > len(str(WHOLE)):
        return None
    if part and not (part.isascii() and part.isdigit() and len(part) <= len("00")):
        return None
    return int(whole) * 100 + int(part.ljust(2, "0") or "0")


def share_words(share: int) -> str:
    """33.34%"""
    return f"{share // 100}.{share % 100:02d}%"


def terms_words(share: int | None, basis: Basis | None, *, is_direct: bool) -> str:
    """直接 33.34%、議決権"""
    parts = [
        "" if share is None else f"{'直接' if is_direct else '間接'} {share_words(share)}",
        BASIS_LABELS[basis] if basis else "",
    ]
    return "、".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class DeclaredOwner:
    """One owner as declared; ``share`` in 1/100 %, None where none was told."""

    name: str = field(repr=False)
    born: date | None = field(repr=False)
    address: str = field(repr=False)
    basis: Basis
    share: int | None = None
    is_direct: bool = True

    @property
    def terms(self) -> str:
        return terms_words(self.share, self.basis, is_direct=self.is_direct)


def cycles(owned_by: Mapping[int, Sequence[int]], start: int) -> list[tuple[int, ...]]:
    """Ways on which ``start`` owns itself, as (start, …, start); ``owned_by``: customer → its owners."""
    found: list[tuple[int, ...]] = []
    ways: list[tuple[int, ...]] = [(start,)]
    steps = 0
    # A net of many owners has more ways than anybody reads: the search ends after so many steps.
    while ways and len(found) < MOST_CYCLES and steps < MOST_STEPS:
        way = ways.pop(0)
        steps += 1
        for owner in owned_by.get(way[-1], ()):
            if owner == start:
                found.append((*way, start))
            elif owner not in way:
                ways.append((*way, owner))
    return sorted(found[:MOST_CYCLES])


def _words(kinds: Iterable[CustomerKind]) -> str:
    return "法人" if frozenset(kinds) == _CORPORATION else "個人・個人事業主"
