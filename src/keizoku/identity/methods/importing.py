"""A provider's signed result comes in: checked, kept as it came, and put before a person with what it says.

Checked in this order: who signed (an accredited provider, by its registered key and the one algorithm of that key), for
whom (audience), what it says, when, whether it was taken before, whether we asked for just this, and whether the method is
allowed for the statute on the day of the verification. A refusal keeps nothing of the result but its reason.
"""

import hashlib
from datetime import datetime
from typing import Final

from django.db import IntegrityError, transaction
from django.utils import timezone
from joserfc import jws
from joserfc.errors import JoseError

from keizoku.accounts.access import authorise
from keizoku.audit import actions as audit
from keizoku.identity import reading
from keizoku.identity.evidence import subject_of
from keizoku.identity.methods import provided, queries
from keizoku.identity.methods.errors import MethodNotAllowed, NoSuchMethod, ResultRefused
from keizoku.identity.methods.models import ProviderResult
from keizoku.identity.methods.providers import Provider
from keizoku.identity.methods.rules.choosing import Question
from keizoku.identity.methods.rules.codes import Evidence
from keizoku.identity.methods.rules.results import Claims, malformed, read_claims, refuse_untimely
from keizoku.identity.models import Check, Verification
from keizoku.identity.moving import move
from keizoku.identity.rules.comparing import Read, compare
from keizoku.identity.rules.outcomes import Outcome, Stage
from keizoku.identity.rules.states import State
from keizoku.identity.rules.steps import Kind
from keizoku.kernel.actor import Actor
from keizoku.kernel.clock import TOKYO

IMPORT: Final = "identity.ask"
LARGEST: Final = 1024 * 1024
SIGNATURE, RESULT = "provider_signature", "provider_result"
# The card whose certificate or record these rest on.
_ON_MY_NUMBER_CARD: Final = frozenset({"JPKI_SIGN", "WALLET_MNC"})


def take(text: str, by: Actor) -> int:
    """Take a signed result (compact JWS) for a verification that was asked for; returns that verification's id.

    The verification waits for a person's decision then, with the result's checks written down.

    Raises:
        NotPermitted: may not.
        ResultRefused: says why; ``reason`` is its code. Nothing was kept.
    """
    authorise(by, IMPORT)
    try:
        with transaction.atomic():
            return _taken(text.strip(), by, timezone.now())
    except ResultRefused as refused:
        audit.record(actor=by, action="identity.result.refused", details={"reason": refused.reason})
        raise


def _taken(text: str, by: Actor, now: datetime) -> int:
    provider, claims = _signed(text)
    refuse_untimely(claims, now, provider.longest_age)
    if ProviderResult.objects.filter(issuer=claims.issuer, evidence_id=claims.evidence_id).exists():
        raise _replayed()
    row = _awaited(claims)
    _refuse_not_allowed(claims, provider)
    try:
        with transaction.atomic():
            kept = ProviderResult.objects.create(
                verification=row,
                issuer=claims.issuer,
                evidence_id=claims.evidence_id,
                method=claims.method,
                is_verified=claims.is_verified,
                issued_at=claims.issued_at,
                verified_at=claims.verified_at,
                payload=provided.seal(row, text),
                sha256=hashlib.sha256(text.encode()).hexdigest(),
                received_by=str(by),
                received_at=now,
            )
    except IntegrityError:
        raise _replayed() from None
    _put_before_a_person(row, claims, by, now)
    audit.record(
        actor=by,
        action="identity.result.taken",
        subject=("verification", row.id),
        details={"method": claims.method, "evidence": claims.evidence_id, "sha256": kept.sha256},
    )
    return row.id


def _signed(text: str) -> tuple[Provider, Claims]:
    """Who signed it, and what it says. Until the signature holds nothing of it is believed but the name of a key."""
    if len(text) > LARGEST:
        raise malformed("大きさ")
    try:
        issuer = str(provided.payload_of(text).get("iss", ""))
    except (ValueError, TypeError):
        raise malformed("JWS") from None
    provider = queries.provider(issuer)
    if provider is None:
        raise ResultRefused(
            "unknown_provider",
            "登録していない事業者の結果です。",
            remedy="設定の「本人確認の方法」で、2人で事業者を登録してから取り込んでください。",
        )
    try:
        jws.deserialize_compact(text, provider.public_key, algorithms=provider.algorithms)
    except (JoseError, ValueError):
        raise ResultRefused(
            "bad_signature",
            "署名が、登録した公開鍵のものではありません。",
            remedy="結果を取り込まず、事業者に確かめてください。",
        ) from None
    claims = read_claims(provided.payload_of(text))
    if claims.audience != provider.audience:
        raise ResultRefused(
            "wrong_audience",
            "当行にあてた結果ではありません。",
            remedy="結果を取り込まず、事業者に確かめてください。",
        )
    return provider, claims


def _awaited(claims: Claims) -> Verification:
    """The verification that was asked for with just this method, not begun yet, locked."""
    row = Verification.objects.select_for_update().filter(key=claims.verification).first()
    if row is None:
        raise ResultRefused(
            "unknown_verification",
            "依頼していない本人確認の結果です。",
            remedy="本人確認を依頼し、その番号を事業者に渡してください。",
        )
    if (row.legal_use, row.statute, row.method) != (claims.legal_use, claims.statute, claims.method):
        raise ResultRefused(
            "other_method",
            "依頼した用途・法令・方法と違う結果です。",
            remedy="依頼した方法で行ってもらうか、依頼し直してください。",
        )
    if row.state != State.ASKED:
        raise ResultRefused(
            "not_awaited",
            "この本人確認は、もう結果を待っていません。",
            remedy="本人確認の一覧で、いまの状態をご確認ください。",
        )
    return row


def _refuse_not_allowed(claims: Claims, provider: Provider) -> None:
    """By the provider's accreditation, by the law of the day of the verification, and by our own decisions."""
    if claims.method not in provider.methods:
        raise ResultRefused(
            "not_accredited",
            "この事業者に認めていない方法の結果です。",
            remedy="事業者の登録の方法を確かめてください。",
        )
    day = claims.verified_at.astimezone(TOKYO).date()
    question = Question(claims.legal_use, day, claims.who, claims.statute)
    try:
        allowed = queries.permitted(question, claims.method)
    except (MethodNotAllowed, NoSuchMethod) as refusal:
        raise ResultRefused("not_allowed", refusal.message, remedy=refusal.remedy) from None
    needs_chip = allowed.row is not None and (Evidence.CHIP_RECORD,) in allowed.row.evidence
    if needs_chip and claims.chip is None:
        raise malformed("chip")


def _put_before_a_person(row: Verification, claims: Claims, by: Actor, now: datetime) -> None:
    """What was signed beside what is held, each comparison a check; then it waits for a decision."""
    grant = audit.grant_read(actor=by, purpose="identity.result", subjects=[subject_of(row)])
    said = {name: Read(value) for name, value in claims.attributes.items()}
    lines = [
        (SIGNATURE, Outcome.PASSED, ""),
        (RESULT, Outcome.PASSED, "")
        if claims.is_verified
        else (RESULT, Outcome.FAILED, "provider_did_not_verify"),
        *(
            (f"record_{line.field}", line.outcome, line.reason)
            for line in compare(said, reading.held_of(row, grant))
        ),
    ]
    Check.objects.bulk_create(
        Check(
            verification=row,
            round=row.round,
            stage=Stage.RECORD.value,
            place=place,
            name=name,
            outcome=outcome.value,
            reason=reason,
            made_at=now,
        )
        for place, (name, outcome, reason) in enumerate(lines)
    )
    # The provider captured and judged: a person decides on what it says, as on any other judgement.
    move(row, State.CAPTURING, kind=_document(claims))
    move(row, State.JUDGING)
    move(row, State.WAITING)


def _document(claims: Claims) -> str:
    if claims.chip is not None:
        return claims.chip.document
    return Kind.MY_NUMBER_CARD.value if claims.method in _ON_MY_NUMBER_CARD else ""


def _replayed() -> ResultRefused:
    return ResultRefused(
        "replayed", "この結果は、もう取り込んであります。", remedy="同じ結果は、一度だけ使えます。"
    )
