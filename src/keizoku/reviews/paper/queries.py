"""Which published questionnaire goes out on paper."""

from collections.abc import Sequence

from keizoku.customers.codes import Kind
from keizoku.customers.models import Fact
from keizoku.forms import queries as forms
from keizoku.forms.models import Draft
from keizoku.forms.rules.states import ASKED_OF
from keizoku.reviews.models import Review


def forms_for(review_ids: Sequence[int]) -> dict[int, int]:
    """Review → the published version that its paper form prints: that of the draft begun, else the one in use.

    Reviews whose questionnaire is not in use are left out.
    """
    customers = dict(Review.objects.filter(id__in=review_ids).values_list("id", "customer_id"))
    kinds = dict(Fact.objects.filter(customer_id__in=customers.values()).values_list("customer_id", "kind"))
    in_use = {kind: found.row_id for kind, name in ASKED_OF.items() if (found := forms.in_use(name))}
    begun = dict(Draft.objects.filter(review_id__in=review_ids).values_list("review_id", "questionnaire_id"))
    asked = {
        review: in_use[kinds[customer]]
        for review, customer in customers.items()
        if kinds.get(customer) in in_use
    }
    return asked | begun


def form_of_persons() -> int | None:
    """What most customers get, for a preview."""
    found = forms.in_use(ASKED_OF[Kind.INDIVIDUAL])
    return found.row_id if found else None
