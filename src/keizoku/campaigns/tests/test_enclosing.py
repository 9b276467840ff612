"""What the enclosed questionnaire adds to a letter's price: never too little, and nothing where nothing is printed."""

from decimal import Decimal

from keizoku.campaigns import enclosing
from keizoku.delivery.letters import previewing
from keizoku.delivery.letters.errors import LetterRefused
from keizoku.forms import queries as forms


def test_longest_questionnaire_that_a_campaign_may_choose_is_counted(db, monkeypatch, settings):
    settings.MESSAGE_PRICE_YEN = {"letter_page": Decimal(10), "letter_reply": Decimal(140)}
    chosen = forms.in_use("residence_period")
    monkeypatch.setattr(previewing, "form_pages", lambda row_id: 7 if row_id == chosen.row_id else 3)

    assert enclosing.price_yen() == 7 * 10 + 140


def test_installation_that_prints_no_letters_charges_no_reply_envelope(db, monkeypatch):
    def refuse(row_id):
        raise LetterRefused("no letters here", remedy="")

    monkeypatch.setattr(previewing, "form_pages", refuse)

    assert enclosing.price_yen() == 0
