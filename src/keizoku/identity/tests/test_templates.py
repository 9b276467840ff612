"""Face templates: not kept; where a setting keeps them, provably gone."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from keizoku.audit import actions as audit
from keizoku.audit.models import Entry
from keizoku.identity import deciding, judging, sweeping, templates
from keizoku.identity.deciding import Said
from keizoku.identity.models import FaceTemplate, TemplateDeletion
from keizoku.identity.rules.deciding import Verdict
from keizoku.identity.rules.templates import Deletion
from keizoku.identity.tests.people import ASKER, capture
from keizoku.identity.tests.test_deciding import staff
from keizoku.kernel.clock import business_now
from keizoku.kernel.crypto import own_key
from keizoku.kernel.crypto.errors import Undecryptable

TEMPLATE = b"\0" * 512


@pytest.fixture
def kept(asked, sight, clock, settings):
    settings.IDENTITY_TEMPLATE_DAYS = 30
    row = capture(asked)
    judging.judge(row.id)
    row.refresh_from_db()
    return row


def test_by_default_none_is_kept(asked, sight, clock):
    judging.judge(capture(asked).id)
    assert FaceTemplate.objects.count() == 0
    assert not Entry.objects.filter(action="identity.template.kept").exists()


def test_kept_one_lies_under_a_key_of_its_own_and_goes_on_its_day_with_a_proof(kept):
    row = FaceTemplate.objects.get()
    assert TEMPLATE not in bytes(row.sealed)
    grant = audit.grant_read(actor=ASKER, purpose="test", subjects=[kept.customer_id])
    assert templates.opened(kept, grant) == TEMPLATE
    key, sealed = own_key.seal(TEMPLATE, where="a")
    with pytest.raises(Undecryptable):
        own_key.open_sealed(sealed, key, where="b")

    sweeping.sweep(business_now() + timedelta(days=29))
    assert FaceTemplate.objects.count() == 1
    sweeping.sweep(business_now() + timedelta(days=30))
    assert (FaceTemplate.objects.count(), templates.opened(kept, grant)) == (0, None)
    proof = TemplateDeletion.objects.get()
    assert (proof.verification_id, proof.digest, proof.why) == (kept.id, row.digest, "due")
    assert Entry.objects.get(action="identity.template.deleted").details == {
        "sha256": row.digest,
        "why": "due",
    }


def test_one_goes_when_the_person_asks_and_when_nothing_was_verified(kept):
    with pytest.raises(IntegrityError, match="proof"), transaction.atomic():
        FaceTemplate.objects.all().delete()
    deciding.decide(kept.id, Said(Verdict.REFUSED, "other_person"), staff("reviewer"))
    assert TemplateDeletion.objects.get().why == "not_passed"
    assert not templates.delete(kept.id, Deletion.ASKED, ASKER), "once"
