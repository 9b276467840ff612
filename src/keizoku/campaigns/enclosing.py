"""What a letter that encloses the questionnaire on paper costs more than one that does not."""

from decimal import Decimal

from django.conf import settings

from keizoku.delivery.letters import previewing
from keizoku.delivery.letters.errors import LetterRefused
from keizoku.forms import queries as forms
from keizoku.forms.rules.states import ASKED_OF


def price_yen() -> Decimal:
    """At most: the pages of the longest questionnaire in use, and the reply envelope with its postage."""
    prices = settings.MESSAGE_PRICE_YEN
    price: Decimal = prices["letter_page"] * most_pages() + prices["letter_reply"]
    return price


def most_pages() -> int:
    """Of the questionnaires that a campaign's letters may enclose; 0 where this installation prints none."""
    found = [forms.in_use(questionnaire) for questionnaire in ASKED_OF.values()]
    try:
        return max((previewing.form_pages(form.row_id) for form in found if form), default=0)
    except LetterRefused:
        return 0
