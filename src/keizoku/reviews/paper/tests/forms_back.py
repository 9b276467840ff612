"""Forms that came back, and people who key them, for the tests of paper."""

from keizoku.forms import queries as questionnaires
from keizoku.forms.rules.paper_code import write_form_code
from keizoku.kernel.clock import business_today
from keizoku.reviews.paper import keying, queries, registering
from keizoku.reviews.paper.reading import typed
from keizoku.reviews.paper.registering import Arrival
from keizoku.reviews.tests import people

# As the fields of the page are posted: nothing changed but the occupation.
TICKED = {
    "answer_address_known": ["same"],
    "answer_phone_known": ["same"],
    "answer_occupation": ["pensioner"],
    "answer_purpose": ["salary"],
    "answer_remittance": ["no"],
}


def staff(login, role="operator"):
    return people.make_staff(login, role)


def version(name="person"):
    return questionnaires.active(name).row_id


def arrive(review, who, *, condition="complete", on=None, published_id=None, code=None):
    """A form's id, registered as it would be by a barcode reader."""
    scanned = code or write_form_code(review.reference, published_id or version())
    return registering.register(Arrival(scanned, on or business_today(), condition), who)


def entries(post=TICKED, name="person"):
    found = typed(post, questionnaires.active(name).questionnaire.questions)
    assert found.errors == {}
    return found.entries


def key(form_id, who, post=TICKED):
    return keying.key(form_id, queries.form(form_id).state, entries(post), who)
