"""What a letter that encloses the questionnaire on paper costs more than one that does not."""

from decimal import Decimal

from django.conf import settings

from keizoku.delivery.letters import previewing
from keizoku.delivery.letters.errors import LetterRefused
from keizoku.forms import queries as forms


def price_yen() -> Decimal:
    """At most: the pages of the longest questionnaire in use, and the reply envelope with its postage.

    Nothing where this installation prints no letters.
    """
    pages = most_pages()
    if not pages:
        return Decimal(0)
    prices = settings.MESSAGE_PRICE_YEN
    price: Decimal = prices["letter_page"] * pages + prices["letter_reply"]
    return price


def most_pages() -> int:
    """Of all questionnaires in use, any of which a campaign may choose; 0 where this installation prints none."""
    try:
        return max((previewing.form_pages(form.row_id) for form in forms.all_in_use()), default=0)
    except LetterRefused:
        return 0
