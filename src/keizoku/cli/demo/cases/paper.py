"""Questionnaires that came back on paper: one that nobody has keyed, one that waits for the second person."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from keizoku.cli.demo.cases.chosen import Chosen

if TYPE_CHECKING:
    from keizoku.kernel.actor import Actor

ANSWER_WITHIN: Final = timedelta(days=30)
# What the first person read, as the page's fields are posted: retired since, nothing else has changed.
READ: Final = {
    "answer_address_known": ["same"],
    "answer_phone_known": ["same"],
    "answer_occupation": ["pensioner"],
    "answer_purpose": ["salary"],
    "answer_remittance": ["no"],
}


def send_back(chosen: list[Chosen], operator: "Actor", today: date) -> None:
    """The desk keys what it is rung up about, so that the operator is the second person."""
    from keizoku.accounts.models import Staff
    from keizoku.forms import queries as forms
    from keizoku.reviews.paper import keying, queries
    from keizoku.reviews.paper.reading import typed

    _, second = [_arrive(one, operator, today) for one in chosen]
    read = typed(READ, forms.active("person").questionnaire.questions)
    keying.key(second, queries.form(second).state, read.entries, Staff.objects.get(login="phone_desk"))


def _arrive(one: Chosen, operator: "Actor", today: date) -> int:
    from keizoku.accounts.models import Staff
    from keizoku.forms import queries as forms
    from keizoku.forms.rules.paper_code import write_form_code
    from keizoku.kernel.clock import business_now
    from keizoku.reviews.actions.opening import open_one
    from keizoku.reviews.paper.registering import Arrival, register
    from keizoku.reviews.queries import rows

    review = rows.by_id(open_one(one.id, closes_on=today + ANSWER_WITHIN, now=business_now(), actor=operator))
    assert review is not None
    code = write_form_code(review.reference, forms.active("person").row_id)
    return register(Arrival(code, today), Staff.objects.get(login="operator"))
