"""A verification is asked for: for a customer, or for an applicant who is not one yet; or taken back."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from django.db import transaction

from keizoku.audit import actions as audit
from keizoku.identity.errors import VerificationOver, VerificationRefused
from keizoku.identity.methods import queries as methods
from keizoku.identity.methods.rules.choosing import Question
from keizoku.identity.methods.rules.codes import Who
from keizoku.identity.models import Verification
from keizoku.identity.moving import move
from keizoku.identity.rules.purposes import LegalUse, Purpose
from keizoku.identity.rules.states import NOT_FINAL, State
from keizoku.kernel.actor import Actor
from keizoku.kernel.clock import business_now, business_today
from keizoku.kernel.crypto import field as sealed
from keizoku.kernel.ids import uuid7

APPLICANT: Final = "identity_verification.applicant"
# What an applicant may have said of himself; compared with the document, never shown before a grant.
APPLICANT_FIELDS: Final = frozenset({"name", "kana", "birth_date", "address"})


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for.

    Attributes:
        customer_id: whom it is about, None for an applicant.
        applicant: what the applicant said: some of ``APPLICANT_FIELDS``; empty for a customer.
        review_id: the review that asks, if one does.
        statute, method: the statute's name and the method's stable id (``identity.methods``); both for ``STATUTORY`` alone.
    """

    purpose: Purpose
    legal_use: LegalUse
    customer_id: int | None = None
    applicant: Mapping[str, str] = field(default_factory=dict, repr=False)
    review_id: int | None = None
    statute: str = ""
    method: str = ""


@transaction.atomic
def ask(request: Request, by: Actor) -> int:
    """Open a verification and return its id; a review that asks a second time gets the one that is open.

    Raises:
        VerificationRefused: about nobody or about two, or its legal use and statute do not fit.
        MethodNotAllowed, NoSuchMethod: the law, or what two people put in force, does not allow the method today.
    """
    _refuse_unfit(request)
    if request.method:
        _refuse_unlawful(request)
    if request.review_id is not None:
        open_one = Verification.objects.filter(review_id=request.review_id, state__in=NOT_FINAL).first()
        if open_one is not None:
            return open_one.id
    key, now = uuid7(), business_now()
    row = Verification.objects.create(
        key=key,
        customer_id=request.customer_id,
        applicant=_sealed(request.applicant, str(key)) if request.applicant else None,
        review_id=request.review_id,
        purpose=request.purpose,
        legal_use=request.legal_use,
        statute=request.statute,
        method=request.method,
        state_since=now,
        asked_by=str(by),
        asked_at=now,
    )
    audit.record(
        actor=by,
        action="identity.verification.asked",
        subject=("verification", row.id),
        details={
            "customer": request.customer_id,
            "review": request.review_id,
            "purpose": request.purpose.value,
            "legal_use": request.legal_use.value,
            "statute": request.statute,
            "method": request.method,
        },
    )
    return row.id


@transaction.atomic
def attach(verification_id: int, customer_id: int, by: Actor) -> None:
    """An applicant has become a customer: his verification is kept as long as the customer's.

    Raises:
        VerificationRefused: it is a customer's already.
    """
    moved = Verification.objects.filter(id=verification_id, customer__isnull=True).update(
        customer_id=customer_id
    )
    if moved != 1:
        raise VerificationRefused(
            "この本人確認には、すでにお客さまが結び付いています。",
            remedy="お客さまのページを確かめてください。",
        )
    audit.record(
        actor=by,
        action="identity.verification.attached",
        subject=("verification", verification_id),
        details={"customer": customer_id},
    )


@transaction.atomic
def withdraw(verification_id: int, by: Actor) -> None:
    """Take a verification back that is not over; what was captured goes with the rows that proved nothing.

    Raises:
        VerificationOver: it is over.
    """
    row = Verification.objects.select_for_update().get(id=verification_id)
    if State(row.state) not in NOT_FINAL:
        raise VerificationOver
    before = row.state
    move(row, State.WITHDRAWN)
    row.sessions.filter(ended_at__isnull=True).update(ended_at=row.state_since)
    audit.record(
        actor=by,
        action="identity.verification.withdrawn",
        subject=("verification", row.id),
        details={"from": before},
    )


def _refuse_unfit(request: Request) -> None:
    if (request.customer_id is None) == (not request.applicant) or set(request.applicant) - APPLICANT_FIELDS:
        raise VerificationRefused(
            "本人確認の対象が正しくありません。",
            remedy="お客さまか、申込者（氏名・カナ・生年月日・住所）のどちらか一方を指定してください。",
        )
    is_statutory = request.legal_use is LegalUse.STATUTORY
    if bool(request.statute) != is_statutory or (is_statutory and not request.method):
        raise VerificationRefused(
            "法的な用途と、法令・方法が合いません。",
            remedy="法令に基づく本人確認には法令と方法を指定し、それ以外には法令を指定しないでください。",
        )


def _refuse_unlawful(request: Request) -> None:
    """The method must be allowed on the day on which it is asked for."""
    question = Question(request.legal_use, business_today(), Who.RESIDENT, statute=request.statute)
    methods.permitted(question, request.method)


def _sealed(applicant: Mapping[str, str], key: str) -> bytes:
    text = json.dumps(dict(applicant), ensure_ascii=False, sort_keys=True)
    return sealed.encrypt(text, where=APPLICANT, record=key)
