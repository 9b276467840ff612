"""What a provider signs, as a value: read strictly, and held against the clock. Pure.

Nothing is taken that was not asked for: a claim or an attribute that is not listed refuses the whole result, so that an
Individual Number, a sex or a 本籍 never comes in by the way.
"""

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from keizoku.identity.methods.errors import ResultRefused
from keizoku.identity.methods.ports import Authentication, ChipEvidence
from keizoku.identity.methods.rules.codes import Who
from keizoku.identity.rules.purposes import LegalUse
from keizoku.identity.rules.steps import Kind
from keizoku.kernel.text.numbers import has_individual_number

NEEDED: Final = frozenset(
    {
        *("iss", "aud", "iat", "jti"),
        *("verification", "legal_use", "statute", "method", "who", "result", "verified_at", "attributes"),
    }
)
KNOWN: Final = NEEDED | {"exp", "chip"}
ATTRIBUTES: Final = frozenset({"name", "kana", "birth_date", "address"})
CHIP: Final = frozenset({"document", "authentication", "portrait"})
# Clocks of two houses are never quite the same.
SLACK: Final = timedelta(seconds=60)
LARGEST_PORTRAIT: Final = 200 * 1024
LONGEST_ATTRIBUTE: Final = 300
_EVIDENCE_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,99}")
_ASK: Final = "事業者に、docs/identity.mdの形の結果を送ってもらってください。"


@dataclass(frozen=True, slots=True)
class Claims:
    """A provider's result. ``evidence_id`` is its own name for what it keeps; ``verification`` the key of what we asked."""

    issuer: str
    audience: str
    evidence_id: str
    verification: str
    legal_use: LegalUse
    statute: str
    method: str
    who: Who
    is_verified: bool
    issued_at: datetime
    verified_at: datetime
    expires_at: datetime | None
    attributes: Mapping[str, str] = field(repr=False)
    chip: ChipEvidence | None = None


def read_claims(said: Mapping[str, Any]) -> Claims:
    """The claims of a result whose signature holds.

    Raises:
        ResultRefused: "malformed", or "not_wanted" for what may not be sent here.
    """
    if lacking := sorted(NEEDED - set(said)):
        raise malformed("、".join(lacking))
    if extra := sorted({*(set(said) - KNOWN), *_extra(said)}):
        raise ResultRefused(
            "not_wanted",
            f"受け取らない項目が入っています（{'、'.join(extra)}）。",
            remedy="その項目を入れずに、結果を作り直してもらってください。何も保存していません。",
        )
    try:
        attributes = _attributes(said["attributes"])
        return Claims(
            issuer=_text(said["iss"]),
            audience=_text(said["aud"]),
            evidence_id=_evidence_id(said["jti"]),
            verification=str(UUID(said["verification"])),
            legal_use=LegalUse(said["legal_use"]),
            statute=_text(said["statute"]),
            method=_text(said["method"]),
            who=Who(said["who"]),
            is_verified={"verified": True, "not_verified": False}[said["result"]],
            issued_at=_instant(said["iat"]),
            verified_at=_instant(said["verified_at"]),
            expires_at=_instant(said["exp"]) if "exp" in said else None,
            attributes=attributes,
            chip=_chip(said["chip"], attributes) if "chip" in said else None,
        )
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError, OSError):
        raise malformed("値") from None


def refuse_untimely(claims: Claims, now: datetime, longest_age: timedelta) -> None:
    """Neither of tomorrow nor too old, neither in what was signed nor in what it says was done.

    Raises:
        ResultRefused: "from_future", "too_old" or "expired".
    """
    if claims.issued_at > now + SLACK or claims.verified_at > claims.issued_at + SLACK:
        raise ResultRefused(
            "from_future", "結果の時刻がこれからの時刻です。", remedy="事業者と、時計を確かめてください。"
        )
    if claims.expires_at is not None and claims.expires_at <= now:
        raise ResultRefused(
            "expired", "結果の期限が切れています。", remedy="もう一度、本人確認を行ってください。"
        )
    if now - min(claims.issued_at, claims.verified_at) > longest_age:
        raise ResultRefused("too_old", "結果が古すぎます。", remedy="もう一度、本人確認を行ってください。")


def malformed(what: str) -> ResultRefused:
    return ResultRefused("malformed", f"結果の形が正しくありません（{what}）。", remedy=_ASK)


def _extra(said: Mapping[str, Any]) -> set[str]:
    """Attributes that nobody asked for, and any text that holds an Individual Number."""
    attributes, chip = said["attributes"], said.get("chip", {})
    if not isinstance(attributes, Mapping) or not isinstance(chip, Mapping):
        raise malformed("attributes")
    numbers = {name for name, value in attributes.items() if has_individual_number(str(value))}
    return {str(name) for name in {*(set(attributes) - ATTRIBUTES), *(set(chip) - CHIP), *numbers}}


def _attributes(said: Mapping[str, Any]) -> dict[str, str]:
    found = {name: _text(value) for name, value in said.items()}
    if not {"name", "birth_date", "address"} <= set(found):
        raise ValueError
    datetime.strptime(found["birth_date"], "%Y-%m-%d")  # noqa: DTZ007 - a date of birth has no zone
    return found


def _chip(said: Mapping[str, Any], attributes: Mapping[str, str]) -> ChipEvidence:
    try:
        portrait = base64.b64decode(said["portrait"], validate=True)
    except binascii.Error:
        raise ValueError from None
    if not 0 < len(portrait) <= LARGEST_PORTRAIT:
        raise ValueError
    return ChipEvidence(
        Kind(said["document"]).value, Authentication(said["authentication"]), attributes, portrait
    )


def _text(value: object) -> str:
    if not isinstance(value, str) or len(value) > LONGEST_ATTRIBUTE:
        raise ValueError
    return value


def _evidence_id(value: object) -> str:
    if not isinstance(value, str) or not _EVIDENCE_ID.fullmatch(value):
        raise ValueError
    return value


def _instant(value: object) -> datetime:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError
    return datetime.fromtimestamp(value, UTC)
