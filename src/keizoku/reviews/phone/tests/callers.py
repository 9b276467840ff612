"""A caller who knows what Taro knows."""

from keizoku.accounts.models import Staff
from keizoku.reviews.phone import queries, verifying
from keizoku.reviews.phone.rules.script import Asked

TAROS = {
    Asked.NAME: "ﾔﾏﾀﾞ ﾀﾛｳ",
    Asked.BIRTH_DATE: "昭和35年4月8日",
    Asked.ACCOUNT: "4567",
    Asked.OPENED: "2001年",
    Asked.BRANCH: "001",
    Asked.POSTAL_CODE: "150-0002",
    Asked.PHONE: "５６７８",
}
WRONG = {
    Asked.NAME: "スズキ イチロウ",
    Asked.BIRTH_DATE: "1960/4/9",
    Asked.ACCOUNT: "4568",
    Asked.OPENED: "2002",
    Asked.BRANCH: "002",
    Asked.POSTAL_CODE: "1500001",
    Asked.PHONE: "5679",
}


def say(call_id: int, staff: Staff, answers: dict[Asked, str]) -> verifying.Checked:
    """The answer to what is asked now."""
    asked = queries.progress(call_id).following
    assert asked is not None
    return verifying.check_answer(call_id, asked.value, answers[asked], staff)


def verify(call_id: int, staff: Staff) -> None:
    """Right answers until it is enough."""
    for _ in Asked:
        if say(call_id, staff, TAROS).is_verified:
            return
    raise AssertionError("seven right answers were not enough")
