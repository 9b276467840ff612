"""The caller's check: which questions are drawn from a record, how a typed answer is read and compared, when it is enough.

Whoever found our letter knows what stands on its envelope. So a caller is verified when enough answers are right,
two of which are of what the bank alone was told; one who names our reference code has shown one thing more already.
A question that was answered wrong is not asked again in the same call, and nobody is told which value would have
been right. Pure.
"""

import hmac
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from keizoku.customers.search import rules as names
from keizoku.kernel.text import era
from keizoku.kernel.text.digits import is_digits
from keizoku.kernel.text.postal import read_postal_code
from keizoku.reviews.phone.rules.states import FoundBy


class Asked(StrEnum):
    """One question of the script."""

    NAME = "name"
    BIRTH_DATE = "birth_date"
    ACCOUNT = "account"
    OPENED = "opened"
    BRANCH = "branch"
    POSTAL_CODE = "postal_code"
    PHONE = "phone"


# How much is enough is our own choice: no law says how a caller is recognised (ADR 0041).
# What the bank alone was told; the rest stands on an envelope or in a telephone book.
INNER: Final = frozenset({Asked.BIRTH_DATE, Asked.ACCOUNT, Asked.OPENED, Asked.BRANCH})
INNER_NEEDED: Final = 2
# Names are misheard, so that one is asked twice; whoever names somebody else twice is not the customer, whatever he knows.
TRIES: Final = {Asked.NAME: 2}
RIGHT_NEEDED: Final = 4
# A reference code is on a letter or in a message that reached somebody: one answer less.
RIGHT_NEEDED_WITH_CODE: Final = 3

# Our choice: a customer who errs twice in a call may ring again, and whoever guesses has 120 guesses a day at most, each of
# them in the audit.
FAILURES_BEFORE_LOCK: Final = 5
LOCKED_FOR: Final = timedelta(hours=1)
_LAST_DIGITS: Final = 4
_BRANCH_DIGITS: Final = 3
_LONGEST_ANSWER: Final = 100

# Question → (what the staff reads out, the same of a corporation, what is typed).
WORDS: Final[dict[Asked, tuple[str, str, str]]] = {
    Asked.NAME: (
        "お名前を、フルネームでお聞かせください。",
        "会社のお名前をお聞かせください。",
        "カタカナで",
    ),
    Asked.BIRTH_DATE: (
        "生年月日をお聞かせください。",
        "会社の設立の年月日をお聞かせください。",
        "例: 昭和35年4月8日、1960/4/8",
    ),
    Asked.ACCOUNT: (
        "ご登録の口座の、口座番号の最後の4桁をお聞かせください。",
        "ご登録の口座の、口座番号の最後の4桁をお聞かせください。",
        "数字4桁",
    ),
    Asked.OPENED: (
        "口座を開いた年を、西暦か和暦でお聞かせください。",
        "口座を開いた年を、西暦か和暦でお聞かせください。",
        "例: 2001、平成13年",
    ),
    Asked.BRANCH: (
        "お取引店の、3桁の店番号をお聞かせください。通帳やカードに書いてあります。",
        "お取引店の、3桁の店番号をお聞かせください。通帳やカードに書いてあります。",
        "数字3桁",
    ),
    Asked.POSTAL_CODE: (
        "ご登録の住所の郵便番号をお聞かせください。",
        "ご登録の所在地の郵便番号をお聞かせください。",
        "数字7桁",
    ),
    Asked.PHONE: (
        "ご登録の電話番号の、最後の4桁をお聞かせください。",
        "ご登録の電話番号の、最後の4桁をお聞かせください。",
        "数字4桁",
    ),
}
LABELS: Final = {
    Asked.NAME: "お名前",
    Asked.BIRTH_DATE: "生年月日",
    Asked.ACCOUNT: "口座番号の最後の4桁",
    Asked.OPENED: "口座を開いた年",
    Asked.BRANCH: "店番号",
    Asked.POSTAL_CODE: "郵便番号",
    Asked.PHONE: "電話番号の最後の4桁",
}
# Which fields of the record a question is compared with; the other two stand among its facts.
READ_FOR: Final[dict[Asked, tuple[str, ...]]] = {
    Asked.NAME: ("name", "kana"),
    Asked.BIRTH_DATE: ("birth_date",),
    Asked.ACCOUNT: ("account",),
    Asked.OPENED: (),
    Asked.BRANCH: (),
    Asked.POSTAL_CODE: ("postal_code",),
    Asked.PHONE: ("phone",),
}
# By these a customer was found, so the caller has said them already; an account is typed behind its branch.
_SAID_ALREADY: Final = {
    FoundBy.PHONE: frozenset({Asked.PHONE}),
    FoundBy.ACCOUNT: frozenset({Asked.ACCOUNT, Asked.BRANCH}),
}


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the check of one call is; ``following`` is the next question, None when there is none to ask."""

    following: Asked | None
    right: int
    needed: int
    is_enough: bool


@dataclass(frozen=True, slots=True)
class Failures:
    """Wrong answers of one customer's callers since the last right check or the last lock."""

    count: int = 0
    locked_until: datetime | None = None

    def is_locked(self, now: datetime) -> bool:
        return self.locked_until is not None and now < self.locked_until

    @property
    def left(self) -> int:
        return FAILURES_BEFORE_LOCK - self.count


def deck(found_by: FoundBy, held: Collection[Asked], shuffled: Sequence[Asked]) -> tuple[Asked, ...]:
    """The questions of one call: the name and the birth date, then what is held of the others in the drawn order."""
    first = (Asked.NAME, Asked.BIRTH_DATE)
    rest = [one for one in shuffled if one not in first]
    said = _SAID_ALREADY.get(found_by, frozenset())
    return tuple(one for one in (*first, *rest) if one in held and one not in said)


def progress(
    deck: Sequence[Asked], right: Collection[Asked], wrong: Sequence[Asked], found_by: FoundBy
) -> Progress:
    """What to ask next; once the name or two answers of the inner kind are no longer to be had, nothing is."""
    needed = RIGHT_NEEDED_WITH_CODE if found_by is FoundBy.CODE else RIGHT_NEEDED
    inner = sum(1 for one in right if one in INNER)
    if len(right) >= needed and inner >= INNER_NEEDED and Asked.NAME in right:
        return Progress(None, len(right), needed, is_enough=True)
    open_ones = [one for one in deck if one not in right and wrong.count(one) < TRIES.get(one, 1)]
    to_come = sum(1 for one in open_ones if one in INNER)
    has_name = Asked.NAME in right or Asked.NAME in open_ones
    is_possible = has_name and inner + to_come >= INNER_NEEDED and len(right) + len(open_ones) >= needed
    # Near the end only an inner answer still helps.
    left = max(needed - len(right), 1)
    only_inner = INNER_NEEDED - inner >= left
    useful = [one for one in open_ones if one in INNER] if only_inner else open_ones
    following = useful[0] if is_possible and useful else None
    return Progress(following, len(right), needed, is_enough=False)


def after_failure(failures: Failures, now: datetime) -> Failures:
    """The fifth wrong answer locks for an hour, whichever calls they came in; counting begins anew after it."""
    count = failures.count + 1
    return Failures(0, now + LOCKED_FOR) if count >= FAILURES_BEFORE_LOCK else Failures(count)


def read(asked: Asked, typed: str) -> str | None:
    """A typed answer in the notation of the record; None for a slip of the pen, which is no failed answer."""
    plain = unicodedata.normalize("NFKC", typed[:_LONGEST_ANSWER]).strip()
    match asked:
        case Asked.NAME:
            return names.key(plain) or None
        case Asked.BIRTH_DATE:
            found = era.read_date(plain)
            return found.isoformat() if isinstance(found, date) else None
        case Asked.OPENED:
            return _year(plain)
        case Asked.POSTAL_CODE:
            return read_postal_code(plain)
        case Asked.BRANCH:
            return plain if is_digits(plain, _BRANCH_DIGITS) else None
        case _:
            return plain if is_digits(plain, _LAST_DIGITS) else None


def right_answers(
    asked: Asked, values: Mapping[str, str | None], branch: str, opened_on: date
) -> frozenset[str]:
    """What is right, in the same notation; nothing is where the record lacks the value. ``values``: its ``READ_FOR``."""
    held = [values[name] or "" for name in READ_FOR[asked]]
    match asked:
        case Asked.NAME:
            found = {names.key(name) for name in held}
        case Asked.ACCOUNT | Asked.PHONE:
            found = {number[-_LAST_DIGITS:] for number in held}
        case Asked.OPENED:
            found = {str(opened_on.year)}
        case Asked.BRANCH:
            found = {branch}
        case _:
            found = set(held)
    return frozenset(found - {""})


def is_right(answer: str, right: Collection[str]) -> bool:
    """Compared in equal time, whatever stands there."""
    matches = [hmac.compare_digest(answer.encode(), one.encode()) for one in right]
    return any(matches)


def _year(plain: str) -> str | None:
    if is_digits(plain.removesuffix("年"), _LAST_DIGITS):
        return plain.removesuffix("年")
    # An era begins and ends within a year: one of the two days lies in it.
    year = plain.removesuffix("年")
    days = (era.read_date(year + day) for day in ("年12月31日", "年1月1日"))
    return next((str(day.year) for day in days if isinstance(day, date)), None)
