"""Identity in a review: who is asked, what waits for it, and how a document's words reach the record."""

import pytest

from keizoku.audit.models import Entry
from keizoku.customers.models import RecordVersion
from keizoku.identity import deciding, judging, policies, ports
from keizoku.identity.deciding import Said
from keizoku.identity.models import PolicyVersion, Verification
from keizoku.identity.rules.deciding import Verdict
from keizoku.identity.tests.doubles import TARO, Sight
from keizoku.identity.tests.people import capture
from keizoku.kernel.actor import Actor
from keizoku.reviews import identifying
from keizoku.reviews.actions import decide, submit_answer
from keizoku.reviews.errors import IdentityPending
from keizoku.reviews.models import ProposedChange
from keizoku.reviews.rules.reasons import Outcome
from keizoku.reviews.tests import people
from keizoku.risk import actions as risk

MOVED = "大阪府大阪市北区梅田3-1-1"
MARRIED = "佐藤 太郎"
EVERYBODY = [{"kinds": ["individual"], "levels": ["low", "medium", "high"], "legal_use": "ongoing_check"}]


def put_in_force(**content):
    policy_id = policies.propose({"second": "never", **content}, Actor.system("maker"))
    row = PolicyVersion.objects.get(id=policy_id)
    policies.approve(policy_id, Actor.system("approver"), digest=row.digest)


@pytest.fixture
def rated(review):
    people.use_standard_scorecard()
    risk.rate_one(review.customer_id, Actor.system("test"), review.opened_at.date())
    return review


@pytest.fixture
def sight():
    before, double = list(ports._made), Sight()
    ports.use(lambda: double)
    yield double
    ports._made[:] = before


def hand_in(review, answers=people.UNCHANGED):
    people.answer_all(review.id, answers)
    submit_answer(review.id, entry="code")
    review.refresh_from_db()


def verify(review, sight, **said):
    sight.front = {**TARO, **said}
    row = Verification.objects.get(review_id=review.id)
    judging.judge(capture(row).id)
    deciding.decide(row.id, Said(Verdict.PASSED, "difference_explained"), people.make_staff("second"))
    return row


def test_customer_of_the_class_is_asked_after_the_answer_and_nothing_is_approved_before(rated, reviewer):
    put_in_force(classes=EVERYBODY)
    hand_in(rated)
    row = Verification.objects.get()
    assert (row.review_id, row.customer_id, row.legal_use) == (rated.id, rated.customer_id, "ongoing_check")
    with pytest.raises(IdentityPending):
        decide(rated.id, Outcome.APPROVE, "consistent", reviewer)
    rated.refresh_from_db()
    assert rated.state == "answered"


def test_without_a_policy_or_outside_its_classes_nobody_is_asked(rated):
    put_in_force(classes=[{**EVERYBODY[0], "kinds": ["sole_proprietor"]}])
    hand_in(rated)
    assert Verification.objects.count() == 0


def test_method_that_the_law_does_not_allow_stops_no_answer(rated):
    put_in_force(
        classes=[
            {
                **EVERYBODY[0],
                "legal_use": "statutory",
                "statute": "proceeds_of_crime",
                "method": "IMG_DOC_FACE",
            }
        ]
    )
    hand_in(rated)
    assert rated.state == "answered"
    assert Verification.objects.count() == 0
    assert Entry.objects.get(action="reviews.identity.not_asked").subject_id == rated.id


def test_documents_words_become_a_proposed_change_with_their_source(rated, reviewer, sight):
    put_in_force(classes=EVERYBODY)
    hand_in(rated)
    row = verify(rated, sight, name=MARRIED, address=MOVED)

    assert identifying.take_findings() == 1
    assert identifying.take_findings() == 0, "once"
    rows = list(
        ProposedChange.objects.filter(verification_id=row.id)
        .order_by("position")
        .values_list("field", "kind", "is_change")
    )
    # Taro confirmed his address in this round: the document's stands beside it and changes nothing.
    assert rows == [("name", "record", True), ("document_address", "note", False)]
    case = people_case(rated, reviewer)
    assert case["name"].new == MARRIED
    assert (case["document_address"].label, case["document_address"].new) == ("書類の住所", MOVED)
    assert case["document_address"].source == f"運転免許証（本人確認 {row.id}）"

    decide(rated.id, Outcome.APPROVE, "consistent", reviewer)
    last = RecordVersion.objects.filter(customer_id=rated.customer_id).latest("version")
    assert last.exceptions["name"]["source"] == "document"
    assert last.exceptions["address"]["source"] == "declared"


def people_case(review, reviewer):
    from keizoku.reviews.actions import open_case

    return {each.field: each for each in open_case(review.id, reviewer).fields}
