"""The institution's policy: whom to ask for identity, when two decide, and whether clean cases need a person at all.

A policy is one JSON object, proposed by one person and put in force by another; its digest is what the second one read.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any, Final, TypeVar

from keizoku.customers.codes import KIND_LABELS, Kind
from keizoku.identity.rules.deciding import Second
from keizoku.identity.rules.purposes import LegalUse
from keizoku.risk.rules.scale import Level

Code = TypeVar("Code", bound=StrEnum)


class PolicyState(StrEnum):
    REQUESTED = "requested"
    ACTIVE = "active"
    RETIRED = "retired"
    WITHDRAWN = "withdrawn"


POLICY_WORDS: Final = {
    PolicyState.REQUESTED: "承認待ち",
    PolicyState.ACTIVE: "使用中",
    PolicyState.RETIRED: "使用終了",
    PolicyState.WITHDRAWN: "取り下げ",
}
POLICY_TRANSITIONS: Final[dict[PolicyState, frozenset[PolicyState]]] = {
    PolicyState.REQUESTED: frozenset({PolicyState.ACTIVE, PolicyState.WITHDRAWN}),
    PolicyState.ACTIVE: frozenset({PolicyState.RETIRED}),
    PolicyState.RETIRED: frozenset(),
    PolicyState.WITHDRAWN: frozenset(),
}
POLICY_AGES: Final = {PolicyState.REQUESTED: timedelta(days=14)}


class PolicyFault(ValueError):
    """The object is no policy; the message says what is wrong, in Japanese."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A class of customers who are asked for identity: of these kinds and levels, for this legal use."""

    kinds: frozenset[Kind]
    levels: frozenset[Level]
    legal_use: LegalUse
    statute: str = ""
    method: str = ""

    def includes(self, kind: Kind, level: Level | None) -> bool:
        """A customer without a rating belongs to no level, and so to no class that names one."""
        return kind in self.kinds and level in self.levels


@dataclass(frozen=True, slots=True)
class Policy:
    """What holds; without any policy in force: nobody is asked, whatever is not clean takes two to pass, persons decide.

    ``expiry_attribute`` names the attribute that keeps a document's last day; "" keeps it nowhere. A scorecard whose
    ``document_dates`` name it brings the due date forward.
    """

    second: Second = Second.NOT_CLEAN
    is_automatic: bool = False
    classes: tuple[Asked, ...] = ()
    expiry_attribute: str = ""

    def asked_of(self, kind: Kind, level: Level | None) -> Asked | None:
        """The first class that includes the customer."""
        return next((each for each in self.classes if each.includes(kind, level)), None)


def canonical(content: Mapping[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(canonical(content).encode()).hexdigest()


def read_policy(content: object) -> Policy:
    """The policy that the object says.

    Raises:
        PolicyFault: what is wrong.
    """
    known = _only(content, {"second", "automatic", "classes", "expiry_attribute"}, "決まり")
    automatic, classes = known.get("automatic", False), known.get("classes", [])
    expiry = known.get("expiry_attribute", "")
    if not isinstance(automatic, bool) or not isinstance(classes, list) or not isinstance(expiry, str):
        raise PolicyFault("automatic は真偽、classes は並び、expiry_attribute は文字で書いてください。")
    return Policy(
        _code(Second, known.get("second", Second.NOT_CLEAN.value), "second"),
        automatic,
        tuple(_class(each) for each in classes),
        expiry,
    )


def _class(content: object) -> Asked:
    known = _only(content, {"kinds", "levels", "legal_use", "statute", "method"}, "classes")
    legal_use = _code(LegalUse, known.get("legal_use"), "legal_use")
    statute, method = known.get("statute", ""), known.get("method", "")
    if not isinstance(statute, str) or not isinstance(method, str):
        raise PolicyFault("statute と method は文字で書いてください。")
    if (legal_use is LegalUse.STATUTORY) != bool(statute) or (statute and not method):
        raise PolicyFault(
            "法令に基づく本人確認には statute と method を、それ以外には statute を書かないでください。"
        )
    kinds = frozenset(_code(Kind, one, "kinds") for one in _listed(known, "kinds"))
    if Kind.CORPORATION in kinds:
        raise PolicyFault(
            f"{KIND_LABELS[Kind.CORPORATION]}には撮影を頼めません。代表者の本人確認を別に依頼してください。"
        )
    levels = frozenset(_code(Level, one, "levels") for one in _listed(known, "levels"))
    return Asked(kinds, levels, legal_use, statute, method)


def _listed(known: Mapping[str, Any], name: str) -> list[object]:
    found = known.get(name)
    if not isinstance(found, list) or not found:
        raise PolicyFault(f"{name} を1つ以上書いてください。")
    return found


def _only(content: object, names: set[str], place: str) -> Mapping[str, Any]:
    if not isinstance(content, dict) or set(content) - names:
        raise PolicyFault(f"{place}に書けるのは {'・'.join(sorted(names))} です。")
    return content


def _code(codes: type[Code], value: object, place: str) -> Code:
    try:
        return codes(str(value))
    except ValueError:
        raise PolicyFault(f"{place} は {'・'.join(codes)} のどれかです。") from None
