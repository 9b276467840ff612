"""Whom a verification is asked for, and under which law."""

from typing import Any

import pytest

from keizoku.audit.models import Entry
from keizoku.identity.asking import Request, ask
from keizoku.identity.errors import VerificationRefused
from keizoku.identity.methods.errors import MethodNotAllowed
from keizoku.identity.models import Verification
from keizoku.identity.rules.purposes import LegalUse, Purpose
from keizoku.identity.tests.people import ASKER, ask_for


def opening(**more: Any) -> Request:
    return Request(Purpose.ACCOUNT_OPENING, LegalUse.STATUTORY, **more)


def test_applicant_is_kept_encrypted_and_out_of_the_audit(db):
    said = {"name": "山田 太郎", "birth_date": "1960-04-08"}
    row = Verification.objects.get(
        id=ask(Request(Purpose.ACCOUNT_OPENING, LegalUse.PROCEDURE, applicant=said), ASKER)
    )
    assert row.customer_id is None
    assert "山田".encode() not in bytes(row.applicant)
    entry = Entry.objects.get(action="identity.verification.asked")
    assert entry.subject_id == row.id
    assert "山田" not in str(entry.details)


@pytest.mark.parametrize(
    "wrong",
    [
        Request(Purpose.ONGOING_CHECK, LegalUse.ONGOING_CHECK),
        Request(Purpose.ONGOING_CHECK, LegalUse.ONGOING_CHECK, customer_id=1, applicant={"name": "x"}),
        Request(Purpose.ONGOING_CHECK, LegalUse.ONGOING_CHECK, applicant={"individual_number": "1"}),
        opening(customer_id=1),
        opening(customer_id=1, statute="proceeds_of_crime"),
        Request(Purpose.ONGOING_CHECK, LegalUse.ONGOING_CHECK, customer_id=1, statute="proceeds_of_crime"),
    ],
)
def test_request_about_nobody_or_under_no_law_is_refused(db, wrong):
    with pytest.raises(VerificationRefused):
        ask(wrong, ASKER)
    assert Verification.objects.count() == 0


def test_review_that_asks_twice_gets_the_same_verification(taro):
    assert ask_for(taro, review_id=7).id == ask_for(taro, review_id=7).id
    assert Entry.objects.filter(action="identity.verification.asked").count() == 1


def test_method_that_nobody_has_confirmed_cannot_be_asked_for(db):
    with pytest.raises(MethodNotAllowed):
        ask(opening(applicant={"name": "山田"}, statute="proceeds_of_crime", method="IMG_DOC_FACE"), ASKER)
    assert Verification.objects.count() == 0
