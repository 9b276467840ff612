"""Verifications of identity: asked for, their hosted address, their state and result, taken back.

The result holds codes, ids and digests; what a document says is told for a recorded purpose only, and pictures never.
The hosted address lets whoever has it show a document in the customer's name: it is made anew each time, ends the one
before, and is kept nowhere.
"""

from datetime import date, datetime
from typing import Annotated, Final, Literal

from django.db import transaction
from ninja import Field, Path, Query, Router, Schema

from keizoku.api import paging
from keizoku.api.access import ApiRequest, allowed
from keizoku.api.once import Done, anew, once
from keizoku.api.problems import NOT_FOUND, Place, Stopped, Words, invalid
from keizoku.api.v1.customers import PURPOSES, Purpose, Strict
from keizoku.audit import actions as audit
from keizoku.customers import facts as customer_facts
from keizoku.identity import asking, capturing, hosting, results
from keizoku.identity.hosting import Return
from keizoku.identity.rules.purposes import LegalUse
from keizoku.identity.rules.purposes import Purpose as Occasion
from keizoku.identity.rules.states import State

router: Final = Router(tags=["identity"])
OF: Final = "verifications"
LONGEST: Final = 200
# The names themselves: an enumeration would share its schema's name with another room's.
_OCCASIONS: Final = tuple(one.value for one in Occasion)
_LEGAL_USES: Final = tuple(one.value for one in LegalUse)
_STATES: Final = tuple(one.value for one in State)
VerificationId = Path[Annotated[int, Field(ge=1, le=2**63 - 1)]]


class Applicant(Strict):
    """Who is no customer yet, as he says of himself; compared with the document."""

    name: str = Field("", max_length=LONGEST)
    kana: str = Field("", max_length=LONGEST)
    birth_date: date
    address: str = Field("", max_length=LONGEST)

    @property
    def said(self) -> dict[str, str]:
        told = {"name": self.name, "kana": self.kana, "address": self.address}
        return {
            "birth_date": self.birth_date.isoformat(),
            **{name: text for name, text in told.items() if text},
        }


class VerificationIn(Strict):
    """About ``customer_id`` or about ``applicant``, one of them. ``statutory`` names statute and method, others none."""

    customer_id: int | None = Field(None, ge=1, le=2**63 - 1)
    applicant: Applicant | None = None
    purpose: Literal[_OCCASIONS]  # type: ignore[valid-type]  # a tuple of names
    legal_use: Literal[_LEGAL_USES]  # type: ignore[valid-type]
    statute: str = Field("", max_length=30, description="Of the table of methods (docs/identity.md).")
    method: str = Field("", max_length=30, description="The method's stable id in that table.")


class Verification(Schema):
    id: int
    customer_id: int | None
    purpose: str
    legal_use: str
    statute: str
    method: str
    kind: str = Field(description="The document's kind; empty before the customer has chosen one.")
    state: str = Field(
        description="asked, capturing, judging, waiting, asked_again; final: passed, refused, expired, withdrawn."
    )
    state_since: datetime
    round: int
    asked_at: datetime


class VerificationPage(Schema):
    items: list[Verification]
    next: str | None


class CheckOut(Schema):
    stage: str
    name: str
    outcome: Literal["passed", "failed", "unsure"]
    reason: str
    score: float | None
    threshold: float | None
    model: str
    model_version: str
    model_sha256: str
    made_at: datetime


class EvidenceOut(Schema):
    """A picture that is kept, encrypted, as it arrived."""

    id: int
    step: str
    pose: str
    round: int
    sha256: str
    size: int
    content_type: str
    received_at: datetime
    counts: bool = Field(description="Whether it was judged; false where a later shot took its place.")


class SkipOut(Schema):
    step: str
    reason: str


class VerificationResult(Verification):
    checks: list[CheckOut]
    evidence: list[EvidenceOut]
    skips: list[SkipOut]


class Way(Strict):
    """Where the customer is led back to; the address has to be on the installation's list."""

    redirect: str = Field("", max_length=500)
    state: str = Field("", max_length=hosting.LONGEST_STATE, description="Handed back unread, as ?state=.")


class Hosted(Schema):
    address: str = Field(description="For this customer alone; worth one start, until expires_at.")
    expires_at: datetime


class VerificationState(Schema):
    id: int
    state: str


class RevealAsked(Strict):
    purpose: Purpose


class ValueOut(Schema):
    side: str
    field: str
    value: str
    confidence: float
    doubts: list[str] = Field(description="Codes; a value with doubts was to be looked at by a person.")


class VerificationValues(Schema):
    id: int
    kind: str
    values: list[ValueOut]


class VerificationsNarrowed(Schema):
    customer: int | None = None
    state: list[Literal[_STATES]] = []  # type: ignore[valid-type]
    cursor: str | None = None
    limit: paging.Limit = paging.USUAL


_ONE_OF: Final = Words(
    "customer_id か applicant の、どちらか1つを付けてください。",
    "Send customer_id or applicant, one of them.",
)


@router.get("/verifications", response=VerificationPage, **allowed("identity:read", "verification-list"))
def listing(request: ApiRequest, narrowed: Query[VerificationsNarrowed]) -> VerificationPage:
    """新しい順の本人確認。 Verifications, the newest first."""
    filters = (narrowed.customer, tuple(narrowed.state))
    key = paging.read(narrowed.cursor, OF, filters)
    rows = results.before(
        int(key[0]) if key else None,
        narrowed.limit + 1,
        customer_id=narrowed.customer,
        states=[State(one) for one in narrowed.state],
    )
    shown, following = paging.page(rows, narrowed.limit, lambda row: (row.id,), OF, filters)
    return VerificationPage(items=[_told(row) for row in shown], next=following)


@router.post(
    "/verifications",
    response={201: Verification},
    **allowed("identity:write", "verification-ask", 400, 404, 409),
)
@once
def ask(request: ApiRequest, asked: VerificationIn) -> Done:
    """お客さままたは申込者の本人確認を依頼する。 Ask for a customer's or an applicant's verification."""
    if (asked.customer_id is None) == (asked.applicant is None):
        raise Stopped(invalid([Place("/customer_id", "api.one_of", _ONE_OF)]))
    if asked.customer_id is not None:
        customer_facts.facts(asked.customer_id)
    wanted = asking.Request(
        purpose=Occasion(asked.purpose),
        legal_use=LegalUse(asked.legal_use),
        customer_id=asked.customer_id,
        applicant=asked.applicant.said if asked.applicant else {},
        statute=asked.statute,
        method=asked.method,
    )
    made = asking.ask(wanted, request.auth.actor)
    return Done(_told(results.result(made).row), 201)


@router.get(
    "/verifications/{int:verification_id}",
    response=VerificationResult,
    **allowed("identity:read", "verification-read", 404),
)
def read(request: ApiRequest, verification_id: VerificationId) -> VerificationResult:
    """状態と結果。証拠は番号とハッシュだけです。 State and result; the evidence as ids and digests."""
    found = results.result(verification_id)
    return VerificationResult(
        **_told(found.row).model_dump(),
        checks=[
            CheckOut(**{name: getattr(one, name) for name in CheckOut.model_fields}) for one in found.checks
        ],
        evidence=[
            EvidenceOut(**{name: getattr(one, name) for name in EvidenceOut.model_fields})
            for one in found.evidence
        ],
        skips=[SkipOut(step=one.step, reason=one.reason) for one in found.skips],
    )


@router.post(
    "/verifications/{int:verification_id}/address",
    response=Hosted,
    **allowed("identity:write", "verification-address", 400, 404, 409),
)
@anew
def address(request: ApiRequest, way: Way, verification_id: VerificationId) -> Done:
    """撮影のページのアドレスを作る。前のアドレスは使えなくなります。 Make the hosted page's address; the one before ends."""
    back = Return(way.redirect, way.state) if way.redirect else None
    with transaction.atomic():
        session = capturing.begin(verification_id, request.auth.actor)
        made = hosting.address(session.token, back)
    return Done(Hosted(address=made, expires_at=session.ends_at))


@router.post(
    "/verifications/{int:verification_id}/withdraw",
    response=VerificationState,
    **allowed("identity:write", "verification-withdraw", 400, 404, 409),
)
@once
def withdraw(request: ApiRequest, verification_id: VerificationId) -> Done:
    """終わっていない本人確認を取り下げる。 Take back a verification that is not over."""
    asking.withdraw(verification_id, request.auth.actor)
    return Done(VerificationState(id=verification_id, state=State.WITHDRAWN.value))


@router.post(
    "/verifications/{int:verification_id}/reveal",
    response=VerificationValues,
    **allowed("identity:reveal", "verification-reveal", 404),
)
def reveal(request: ApiRequest, asked: RevealAsked, verification_id: VerificationId) -> VerificationValues:
    """目的を証跡に残して、書類の値を読む。 What the document says; the reading is written down before."""
    row = results.result(verification_id).row
    if not row.kind:
        raise Stopped(NOT_FOUND)
    grant = audit.grant_read(
        actor=request.auth.actor,
        purpose=PURPOSES[asked.purpose],
        subjects=[results.subject_of(verification_id)],
    )
    sides = results.revealed(verification_id, grant)
    values = [
        ValueOut(
            side=side.value,
            field=name,
            value=one.value,
            confidence=one.confidence,
            doubts=[doubt.partition(":")[0] for doubt in one.doubts],
        )
        for side, fields in sides.items()
        for name, one in fields.items()
    ]
    return VerificationValues(id=row.id, kind=row.kind, values=values)


def _told(row: results.Row) -> Verification:
    return Verification(**{name: getattr(row, name) for name in Verification.model_fields})
