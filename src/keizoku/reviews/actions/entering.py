"""How a customer comes in: by a code or a link, then by what he knows.

Wrong codes are counted for each source and in all; wrong identifications for each review. Counting is committed before the
refusal is raised, so that a refusal cannot be had for nothing.
"""

import hmac
from datetime import date

from django.db import transaction
from django.db.models import F, Q, Sum
from django.utils import timezone

from keizoku.audit import actions as audit
from keizoku.customers import queries as customers
from keizoku.kernel.actor import Actor
from keizoku.kernel.clock import business_today
from keizoku.kernel.crypto import blind_index
from keizoku.kernel.text.numbers import parse_reference_code
from keizoku.reviews import tokens
from keizoku.reviews.errors import (
    CodeMalformed,
    CodeReplaced,
    CodeUnknown,
    IdentificationLocked,
    IdentityMismatch,
    LinkUnknown,
    ReviewClosed,
    ReviewExpired,
    TooManyGuesses,
)
from keizoku.reviews.models import CodeGuess, Identification, Review
from keizoku.reviews.queries import rows
from keizoku.reviews.queries.rows import ReviewRow
from keizoku.reviews.rules import limits
from keizoku.reviews.rules.limits import Attempts
from keizoku.reviews.rules.states import State, is_past

_PORTAL = Actor.system("portal")


def find_by_reference(code: str, source: str) -> ReviewRow:
    """The review behind a typed code, when it awaits its customer.

    Args:
        code: as typed: any width, any dashes or none.
        source: the client's address; only its blind index is kept.

    Raises:
        CodeMalformed, TooManyGuesses, CodeUnknown, ReviewExpired, ReviewClosed: see there.
    """
    return still_awaiting(looked_up(code, source))


def find_genuine(code: str, source: str) -> ReviewRow | None:
    """The review behind a code in whatever state, for "is this message yours?"; None when we never gave it out.

    Raises:
        CodeMalformed, TooManyGuesses: see there.
    """
    try:
        return looked_up(code, source)
    except CodeUnknown:
        return None


def find_by_token(token: str) -> ReviewRow:
    """The review that a one-time link opens, when it awaits its customer.

    Raises:
        LinkUnknown, ReviewExpired, ReviewClosed: see there.
    """
    parsed = tokens.parse(token)
    review = rows.by_id(parsed.review_id) if parsed else None
    # A seal is reckoned for a review that there is not, too: the time does not tell which numbers there are.
    if parsed is None or not tokens.is_sealed(parsed, review.reference if review else 0) or review is None:
        raise LinkUnknown
    return still_awaiting(review)


def identify(review_id: int, birth_date: date, account_last4: str) -> ReviewRow:
    """Check what only the customer knows.

    Raises:
        IdentificationLocked: too often wrong; says until when.
        IdentityMismatch: wrong; never says which of the two.
        ReviewExpired, ReviewClosed: it no longer awaits its customer.
    """
    review = awaiting(review_id)
    prove(review, birth_date, account_last4)
    return review


def prove(review: ReviewRow, birth_date: date, account_last4: str) -> None:
    """One attempt at what only this review's customer knows.

    Raises:
        IdentificationLocked, IdentityMismatch: see ``identify``.
    """
    is_right, attempts = _attempt(review, birth_date, account_last4)
    if attempts.locked_until is not None:
        raise IdentificationLocked(attempts.locked_until)
    if not is_right:
        raise IdentityMismatch(attempts.left)


@transaction.atomic
def choose_language(review_id: int, language: str) -> None:
    """Remember what the customer reads, for this review on whatever device. Repeating it changes nothing."""
    if not Review.objects.filter(id=review_id).exclude(language=language).update(language=language):
        return
    audit.record(
        actor=_PORTAL,
        action="reviews.language.chosen",
        subject=("review", review_id),
        details={"language": language},
    )


def awaiting(review_id: int) -> ReviewRow:
    """The review, when it awaits its customer.

    Raises:
        LinkUnknown, ReviewExpired, ReviewClosed: see there.
    """
    review = rows.by_id(review_id)
    if review is None:
        raise LinkUnknown
    return still_awaiting(review)


def mark_of(review: ReviewRow) -> str:
    """What a visit of this review keeps, for ``hold_to_code``."""
    return tokens.mark_of(review.id, review.reference)


def hold_to_code(review_id: int, mark: str) -> ReviewRow:
    """A visit goes on only under the code that it was begun with: another one ends it, as it ends the links.

    Returns the review as it stands, so that nobody has to read it again for the same page.

    Raises:
        LinkUnknown: there is no such review.
        CodeReplaced: the review has another code by now.
    """
    review = rows.by_id(review_id)
    if review is None:
        raise LinkUnknown
    if not hmac.compare_digest(mark_of(review), mark):
        raise CodeReplaced
    return review


@transaction.atomic
def _attempt(review: ReviewRow, birth_date: date, account_last4: str) -> tuple[bool, Attempts]:
    """One counted attempt; the review's row of attempts is locked, so that parallel guesses are counted one by one."""
    now = timezone.now()
    Identification.objects.bulk_create([Identification(review_id=review.id)], ignore_conflicts=True)
    row = Identification.objects.select_for_update().get(review_id=review.id)
    before = Attempts(row.failures, row.locked_until)
    if before.is_locked(now):
        return False, before
    is_right = customers.identity_matches(review.customer_id, birth_date, account_last4)
    after = Attempts() if is_right else limits.after_failure(before, now)
    row.failures, row.locked_until = after.failures, after.locked_until
    row.save(update_fields=["failures", "locked_until"])
    audit.record(
        actor=Actor.customer(review.customer_id) if is_right else _PORTAL,
        action=_attempt_name(is_right=is_right, is_locked=after.locked_until is not None),
        subject=("review", review.id),
        details={"failures": after.failures},
    )
    return is_right, after


def _attempt_name(*, is_right: bool, is_locked: bool) -> str:
    if is_right:
        return "reviews.review.identified"
    return "reviews.identification.locked" if is_locked else "reviews.identification.failed"


def still_awaiting(review: ReviewRow) -> ReviewRow:
    """The review itself as it was just read, or the refusal that says why nothing can be answered any more.

    Raises:
        ReviewExpired, ReviewClosed: see there.
    """
    if review.state is State.UNANSWERED or (
        review.awaits_customer and is_past(review.closes_on, review.read_on or business_today())
    ):
        raise ReviewExpired
    if not review.awaits_customer:
        raise ReviewClosed(review.answered_at)
    return review


def looked_up(code: str, source: str) -> ReviewRow:
    """The review behind a typed code in whatever state; wrong codes are counted."""
    typed = parse_reference_code(code)
    if typed is None:
        raise CodeMalformed
    source_token = blind_index.token("client-address", source)
    since = timezone.now() - limits.GUESS_WINDOW
    wrong = CodeGuess.objects.filter(minute__gt=since).aggregate(
        of_all=Sum("count"), of_source=Sum("count", filter=Q(source=source_token))
    )
    if not limits.may_guess(wrong["of_source"] or 0, wrong["of_all"] or 0):
        raise TooManyGuesses
    review = rows.by_reference(int(typed))
    if review is None:
        _count_guess(source_token)
        raise CodeUnknown
    return review


@transaction.atomic
def _count_guess(source_token: bytes) -> None:
    """The same statements for the first guess of a minute and for each further one."""
    minute = timezone.now().replace(second=0, microsecond=0)
    CodeGuess.objects.bulk_create(
        [CodeGuess(source=source_token, minute=minute, count=0)], ignore_conflicts=True
    )
    CodeGuess.objects.filter(source=source_token, minute=minute).update(count=F("count") + 1)
    audit.record(actor=_PORTAL, action="reviews.code.guessed_wrong")
