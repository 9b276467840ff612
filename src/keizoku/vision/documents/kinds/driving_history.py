"""運転経歴証明書 (道路交通法施行規則 別記様式第十九の三の十).

It never ends; one issued from 2012-04-01 proves who somebody is (犯収法施行規則7条1号), an earlier one does not.
"""

from datetime import date
from typing import Final

from keizoku.vision.checks import Check, Outcome, passed
from keizoku.vision.documents import driver_cards, values
from keizoku.vision.documents.kind import Document, Found
from keizoku.vision.documents.page import Page
from keizoku.vision.documents.results import Kind, Side
from keizoku.vision.documents.straightening import ID_1
from keizoku.vision.documents.vehicles import kinds_of_vehicle

PROVES_SINCE: Final = date(2012, 4, 1)


def _front(page: Page) -> Found:
    born, birth = driver_cards.birth(page)
    issued, issue = driver_cards.issue(page)
    number = values.digits(page, "number", driver_cards.number(page), 12)
    got, first = driver_cards.first_got(page)
    address = values.address(page, "address", driver_cards.address_lines(page))
    fields = [driver_cards.name(page), born, address, issued, number, got, kinds_of_vehicle(page)]
    checks = [
        driver_cards.of_number(number), driver_cards.of_first_year(number, first), _of_issue(issue),
        _of_order(birth, issue), driver_cards.of_address(address),
    ]  # fmt: skip
    return Found(tuple(driver_cards.with_doubts(fields, checks)), tuple(checks))


def _of_issue(issue: date | None) -> Check:
    if issue is None:
        return Check("issued_since_2012", Outcome.UNSURE, "not_read")
    return (
        passed("issued_since_2012")
        if issue >= PROVES_SINCE
        else Check("issued_since_2012", Outcome.FAILED, "too_early")
    )


def _of_order(birth: date | None, issue: date | None) -> Check:
    """Who gives a licence back was old enough to have had one."""
    if birth is None or issue is None:
        return Check("order_of_dates", Outcome.UNSURE, "not_read")
    return (
        passed("order_of_dates")
        if (issue - birth).days > 16 * 365
        else Check("order_of_dates", Outcome.UNSURE, "order")
    )


DOCUMENT: Final = Document(
    kind=Kind.DRIVING_HISTORY,
    size=ID_1,
    words={
        r"運転経歴": 0.9, r"経歴証明": 0.5, r"用いることは|できません": 0.4, r"公安委員会": 0.2, r"交付": 0.1,
        r"第\d{12}": 0.2, r"まで有効": -0.6,
    },
    back_words={r"備考": 0.5, r"臓器": 0.4, r"新住所|新氏名": 0.5, r"公安委員会": 0.3},
    sides={Side.FRONT: _front, Side.BACK: driver_cards.back},
    portrait=driver_cards.PORTRAIT,
)  # fmt: skip
