"""Verifications go whole when their period is over: rows, pictures as they came, pictures made from them, templates."""

import pytest

from keizoku.audit.models import Entry
from keizoku.identity import deciding, judging, ports
from keizoku.identity.asking import Request, ask, attach
from keizoku.identity.deciding import Said
from keizoku.identity.errors import VerificationRefused
from keizoku.identity.models import ConfirmationRecord, Derivative, FaceTemplate, Shot, Verification
from keizoku.identity.rules.deciding import Verdict
from keizoku.identity.rules.purposes import LegalUse, Purpose
from keizoku.identity.tests.doubles import Sight
from keizoku.identity.tests.people import ASKER, ask_for, capture
from keizoku.identity.tests.test_deciding import staff
from keizoku.kernel import files
from keizoku.retention.actions.destroying import destroy
from keizoku.retention.tests.house import approved


@pytest.fixture
def sight():
    before, double = list(ports._made), Sight()
    ports.use(lambda: double)
    yield double
    ports._made[:] = before


def passed(row):
    judging.judge(capture(row).id)
    deciding.decide(row.id, Said(Verdict.PASSED, "compared_by_eye"), staff(f"reviewer-{row.id}"))
    return row


def stored(row):
    shots = Shot.objects.filter(verification=row).values_list("file", flat=True)
    return [*shots, *Derivative.objects.filter(verification=row).values_list("file", flat=True)]


def is_there(file):
    try:
        files.open_stored(file).close()
    except FileNotFoundError:
        return False
    return True


@pytest.mark.usefixtures("in_force", "sight")
def test_what_was_verified_goes_seven_years_after_the_end_with_its_pictures(
    people, ended, make_customers, settings
):
    settings.IDENTITY_TEMPLATE_DAYS = 9999
    [gone] = ended(1)
    [kept] = make_customers(1)
    theirs, others = ask_for(gone), ask_for(kept)
    for row in (theirs, others):
        passed(row)
    went, stays = stored(theirs), stored(others)
    assert len(went) == len(stays) == 15

    destroy(approved(people))

    assert not Verification.objects.filter(id=theirs.id).exists()
    assert [is_there(file) for file in went] == [False] * 15
    assert [is_there(file) for file in stays] == [True] * 15
    for model in (ConfirmationRecord, FaceTemplate):
        assert list(model.objects.values_list("verification_id", flat=True)) == [others.id]


def test_applicant_who_becomes_a_customer_takes_his_verification_along(db, make_customers, sight):
    request = Request(Purpose.PROCEDURE, LegalUse.PROCEDURE, applicant={"name": "山田 太郎"})
    row = Verification.objects.get(id=ask(request, ASKER))
    passed(row)
    [customer] = make_customers(1)
    attach(row.id, customer, ASKER)
    row.refresh_from_db()
    assert row.customer_id == customer
    assert Entry.objects.get(action="identity.verification.attached").details == {"customer": customer}
    with pytest.raises(VerificationRefused):
        attach(row.id, make_customers(1)[0], ASKER)
