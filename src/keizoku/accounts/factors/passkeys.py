"""Verbs of passkeys (WebAuthn level 2), checked by ``fido2``. The challenge is the caller's to keep, in the session.

A passkey belongs to this installation's domain name, and its browser speaks only from this installation's own address.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from fido2.server import Fido2Server
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from keizoku.accounts.errors import FactorRefused
from keizoku.accounts.factors import counting, rules
from keizoku.accounts.factors.actions import accept
from keizoku.accounts.factors.models import Passkey
from keizoku.accounts.models import Staff
from keizoku.audit.actions import record
from keizoku.kernel.installation import is_loopback

# What ``json`` and ``fido2`` raise over an answer that is cut off, empty or no answer at all.
_MALFORMED: Final = (ValueError, TypeError, LookupError, AttributeError)


@dataclass(frozen=True, slots=True)
class Question:
    """``options`` goes to the browser as it is; ``state`` (the challenge) stays in the session until the answer."""

    options: str
    state: dict[str, Any]


def are_possible() -> bool:
    """WebAuthn needs a domain name under TLS (or localhost); an address of digits has no passkeys."""
    parts = urlsplit(settings.PUBLIC_URL)
    host = parts.hostname or ""
    if host == "localhost":
        return True
    return parts.scheme == "https" and not is_loopback(host) and not _is_digits(host)


def ask_to_register(staff: Staff) -> Question:
    options, state = _server().register_begin(
        PublicKeyCredentialUserEntity(
            id=str(staff.pk).encode(), name=staff.login, display_name=staff.display_name
        ),
        credentials=_known(staff),
        resident_key_requirement=ResidentKeyRequirement.DISCOURAGED,
        user_verification=UserVerificationRequirement.PREFERRED,
    )
    return Question(json.dumps(dict(options)), dict(state))


def register(staff: Staff, state: Mapping[str, Any], answer: str, name: str) -> None:
    """Keep the passkey that the browser made for this question.

    Raises:
        FactorRefused: not the answer to it, known already, or too many.
    """
    if Passkey.objects.filter(staff=staff).count() >= rules.MOST_OF_EACH:
        raise FactorRefused(
            f"パスキーは{rules.MOST_OF_EACH}つまで登録できます。", remedy="使わないものを外してください。"
        )
    try:
        made = _server().register_complete(state, json.loads(answer))
    except _MALFORMED:
        raise _not_the_answer() from None
    credential = made.credential_data
    if credential is None:
        raise _not_the_answer()
    try:
        with transaction.atomic():
            Passkey.objects.create(
                staff=staff,
                name=name.strip()[:60] or "パスキー",
                credential_id=credential.credential_id,
                credential=bytes(credential),
                sign_count=made.counter,
                made_at=timezone.now(),
            )
            record(actor=staff.actor, action="accounts.passkey.registered", subject=("staff", staff.pk))
    except IntegrityError:
        raise FactorRefused(
            "このパスキーは、もう登録されています。", remedy="ほかの機器で作ってください。"
        ) from None


def ask_to_prove(staff: Staff) -> Question:
    options, state = _server().authenticate_begin(
        _known(staff), user_verification=UserVerificationRequirement.PREFERRED
    )
    return Question(json.dumps(dict(options)), dict(state))


def prove(staff: Staff, state: Mapping[str, Any], answer: str) -> None:
    """The second step by a passkey.

    Raises:
        FactorRefused: not the answer to this question, somebody else's key, a copy of a key, or locked.
    """
    counting.count(staff)
    try:
        told = AuthenticationResponse.from_dict(json.loads(answer))
        found = _server().authenticate_complete(state, _known(staff), told)
    except _MALFORMED:
        counting.refuse(staff, "passkey")
        return
    count = told.response.authenticator_data.counter
    # A device that counts and does not count on is a copy (WebAuthn §6.1.1); one that never counts says 0.
    grown = Q(sign_count__lt=count) if count else Q(sign_count=0)
    row = Passkey.objects.filter(grown, staff=staff, credential_id=found.credential_id)
    if row.update(sign_count=count, last_used_at=timezone.now()) != 1:
        counting.refuse(staff, "passkey_copied")
    accept(staff, "passkey")


def _server() -> Fido2Server:
    parts = urlsplit(settings.PUBLIC_URL)
    origin = f"{parts.scheme}://{parts.netloc}"
    entity = PublicKeyCredentialRpEntity(id=parts.hostname or "", name=settings.INSTITUTION)
    return Fido2Server(entity, verify_origin=lambda told: told == origin)


def _known(staff: Staff) -> list[AttestedCredentialData]:
    rows = Passkey.objects.filter(staff=staff).order_by("pk").values_list("credential", flat=True)
    return [AttestedCredentialData(bytes(row)) for row in rows]


def _is_digits(host: str) -> bool:
    return ":" in host or host.replace(".", "").isdigit()


def _not_the_answer() -> FactorRefused:
    return FactorRefused(
        "パスキーを登録できませんでした。", remedy="画面を読み込み直して、もう一度登録してください。"
    )
