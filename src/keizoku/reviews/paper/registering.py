"""A form arrives: registered by its code with its day and state, a picture attached; or set aside with a reason.

From the registration on nobody writes to the customer for this campaign, and the review does not end while the form waits.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db import transaction

from keizoku.accounts.access import authorise
from keizoku.accounts.models import Staff
from keizoku.audit import actions as audit
from keizoku.customers import actions as customers
from keizoku.customers.models import ContactStop, Fact
from keizoku.forms import queries as forms
from keizoku.forms.queries import Printable
from keizoku.forms.rules.paper_code import read_form_code
from keizoku.forms.rules.states import ASKED_OF, asked_name
from keizoku.forms.rules.states import State as Edition
from keizoku.kernel import files
from keizoku.kernel.clock import TOKYO, business_now
from keizoku.reviews.models import Review
from keizoku.reviews.paper import queries
from keizoku.reviews.paper.ending import SYSTEM, set_aside, tell_somebody
from keizoku.reviews.paper.errors import FormMoved, PaperRefused
from keizoku.reviews.paper.handing_in import overtaken
from keizoku.reviews.paper.models import PaperForm
from keizoku.reviews.paper.readers import meant_by
from keizoku.reviews.paper.rules import (
    CONDITIONS,
    ENDINGS,
    STATE_WORDS,
    WAITING,
    FormState,
    Why,
    received_problem,
)
from keizoku.reviews.rules.states import AWAITING_CUSTOMER, NOT_FINAL, State

PERMISSION: Final = "paper.key"
LARGEST_SCAN: Final = 20 * 1024 * 1024  # our choice: twenty pages in colour at 300 dpi, as JPEG
# A file's first bytes → its type; nothing else is kept.
SCANS: Final = {b"%PDF-": "application/pdf", b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}


@dataclass(frozen=True, slots=True)
class Arrival:
    """What whoever opened the envelope says. ``published_id``: of the printed version, where the code did not tell it."""

    code: str
    received_on: date | None
    condition: str = "complete"
    published_id: int | None = None


@transaction.atomic
def register(arrival: Arrival, staff: Staff) -> int:
    """Keep that a form arrived and return its id; its state says whether it can become an answer.

    Raises:
        NotPermitted: the actor may not.
        PaperRefused: the code, the version or the day is not right; nothing is kept.
    """
    authorise(staff.actor, PERMISSION)
    now = business_now()
    today = now.astimezone(TOKYO).date()
    reference, published_id = _read(arrival)
    review = meant_by(reference).select_for_update().first()
    if review is None:
        raise PaperRefused(
            "この受付番号は見つかりません。",
            remedy="用紙の下の11桁の数字を確かめてください。",
            field="code",
        )
    if wrong := received_problem(arrival.received_on, review.opened_at.astimezone(TOKYO).date(), today):
        raise PaperRefused(wrong, remedy="", field="received_on")
    assert arrival.received_on is not None
    if arrival.condition not in CONDITIONS:
        raise PaperRefused("用紙のようすを選んでください。", remedy="", field="condition")
    _end_earlier_rounds(review)
    # Nobody is rung up about a smudged form of which nothing is awaited any more.
    why = (
        _is_over(review)
        or CONDITIONS[arrival.condition]
        or _unusable(review, published_id, arrival.received_on)
    )
    form = PaperForm.objects.create(
        review=review,
        round=review.round,
        questionnaire_id=published_id,
        state=FormState.SET_ASIDE if why else FormState.REGISTERED,
        why=why.value if why else "",
        state_since=now,
        received_on=arrival.received_on,
        registered_at=now,
        registered_by=staff,
        ended_by=str(staff.actor) if why else "",
    )
    audit.record(
        actor=staff.actor,
        action="reviews.paper.registered",
        subject=("review", review.id),
        details={
            "form": form.id,
            "received_on": arrival.received_on.isoformat(),
            "why": why.value if why else "",
        },
    )
    if why is not None:
        tell_somebody(form, why, today)
        return form.id
    if review.state == State.UNANSWERED:
        _open_again(review, staff)
    if review.campaign_id is not None:
        customers.stop_contact(
            customer_id=review.customer_id,
            campaign_id=review.campaign_id,
            reason=ContactStop.Reason.PAPER.value,
            actor=staff.actor,
        )
    return form.id


def attach(form_id: int, pieces: Iterable[bytes], staff: Staff) -> None:
    """Keep a picture of the form, encrypted; while the form waits, another takes the place of the first.

    Raises:
        NotPermitted: the actor may not.
        PaperRefused: no PDF, JPEG or PNG, or too large.
        FormMoved: it is an answer, or set aside with its picture: what was read stays what was seen.
    """
    authorise(staff.actor, PERMISSION)
    kind, stored = _stored(pieces)
    try:
        with transaction.atomic():
            form = PaperForm.objects.select_for_update().get(id=form_id)
            earlier = form.scan
            _check_picture(form)
            PaperForm.objects.filter(id=form_id).update(scan=stored.id, scan_type=kind)
            audit.record(
                actor=staff.actor,
                action="reviews.paper.attached",
                subject=("review", form.review_id),
                details={"form": form_id, "sha256": stored.sha256},
            )
    except BaseException:  # nobody would find it again
        files.delete(stored.id)
        raise
    if earlier:
        transaction.on_commit(lambda: files.delete(earlier))


@transaction.atomic
def end(form_id: int, why: Why, staff: Staff) -> None:
    """Set a waiting form aside by hand: it cannot become an answer.

    Raises:
        NotPermitted: the actor may not.
        PaperRefused: not one of ``ENDINGS``, or it does not wait any more.
    """
    authorise(staff.actor, PERMISSION)
    if why not in ENDINGS:
        raise PaperRefused("回答にしない理由を選んでください。", remedy="", field="why")
    form = PaperForm.objects.select_for_update().get(id=form_id)
    set_aside(form, why, staff.actor)


def versions() -> list[tuple[int, str]]:
    """(id, words) of the printed versions that a form may have: of the kinds' own questionnaires first, the newest first."""
    printed = forms.printable()
    names = list(dict.fromkeys([*ASKED_OF.values(), *(each.questionnaire for each in printed)]))
    printed.sort(key=lambda each: names.index(each.questionnaire))  # stable: each keeps its order of versions
    return [(each.published.row_id, _version_words(each)) for each in printed]


def _version_words(printed: Printable) -> str:
    asked = printed.published.questionnaire
    return f"{asked.title}　第{asked.version}版（{printed.state_words}）"


def _read(arrival: Arrival) -> tuple[int, int]:
    code = read_form_code(arrival.code)
    if code is None:
        raise PaperRefused(
            "受付番号の数字がどこか違うようです。",
            remedy="用紙の下の11桁の数字を入力するか、二次元コードを読み取ってください（例：12345-67890-6）。",
            field="code",
        )
    published_id = code.published_id or arrival.published_id
    if published_id not in {each.published.row_id for each in forms.printable()}:
        raise PaperRefused(
            "質問票の版がわかりません。", remedy="用紙の下に書いてある版を選んでください。", field="version"
        )
    return code.reference, published_id


def _end_earlier_rounds(review: Review) -> None:
    """A form of an earlier round that the sweep has not found yet makes room."""
    earlier = PaperForm.objects.select_for_update().filter(review_id=review.id, state__in=WAITING)
    for form in earlier.filter(round__lt=review.round):  # one at most: a review has one form that waits
        set_aside(form, overtaken(review.id), SYSTEM)


def _is_over(review: Review) -> Why | None:
    """Why nothing on paper is awaited for this round, whatever the form looks like."""
    earlier = PaperForm.objects.filter(review_id=review.id, round=review.round)
    if earlier.filter(state__in=[*WAITING, FormState.HANDED_IN]).exists():
        return Why.TWICE
    by_state = {
        State.ANSWERED: Why.ANSWERED,
        State.APPROVED: Why.ANSWERED,
        State.REJECTED: Why.ANSWERED,
        State.NEEDS_PERSON: Why.WITH_PERSON,
        State.WITHDRAWN: Why.WITHDRAWN,
    }
    return by_state.get(State(review.state))


def _unusable(review: Review, published_id: int, received_on: date) -> Why | None:
    """Why a form that can be read cannot become this review's answer."""
    if received_on > review.closes_on or _is_asked_elsewhere(review):
        return Why.LATE
    return _wrong_version(review, published_id)


def _wrong_version(review: Review, published_id: int) -> Why | None:
    """What we would print now counts, and a version that was replaced while the form was under way; one that was over before
    the review does not.
    """
    printed = queries.forms_for([review.id]).get(review.id)
    if published_id == printed:
        return None
    versions = {each.published.row_id: each for each in forms.printable()}
    kind = Fact.objects.values_list("kind", flat=True).get(customer_id=review.customer_id)
    asked = {asked_name(kind, review.questionnaire)} | (
        {versions[printed].questionnaire} if printed else set()
    )
    row = versions[published_id]
    if row.questionnaire not in asked:
        return Why.OTHER_FORM
    is_over = row.state is Edition.RETIRED and row.state_since < review.opened_at
    return Why.OLD_VERSION if is_over else None


def _is_asked_elsewhere(review: Review) -> bool:
    """A silent customer may have another open review by now, which this answer is not for."""
    others = Review.objects.filter(customer_id=review.customer_id, state__in=NOT_FINAL)
    return review.state == State.UNANSWERED and others.exclude(id=review.id).exists()


def _open_again(review: Review, staff: Staff) -> None:
    """The form arrived in time and was registered after the review had ended: it counts."""
    state = State.OPEN if review.round == 1 else State.ASKED_AGAIN
    assert state in AWAITING_CUSTOMER
    moved = Review.objects.filter(id=review.id, state=State.UNANSWERED).update(
        state=state, state_since=business_now()
    )
    assert moved == 1  # its row is locked
    audit.record(
        actor=staff.actor,
        action="reviews.paper.reopened",
        subject=("review", review.id),
        details={"closes_on": review.closes_on.isoformat()},
    )


def _check_picture(form: PaperForm) -> None:
    state = FormState(form.state)
    if state is FormState.HANDED_IN or (state is FormState.SET_ASIDE and form.scan):
        raise FormMoved(STATE_WORDS[state])


def _stored(pieces: Iterable[bytes]) -> tuple[str, files.Stored]:
    kinds: list[str] = []
    stored = files.store(_looked_at(pieces, kinds))
    if not kinds:
        files.delete(stored.id)
        raise PaperRefused("ファイルが空です。", remedy="もう一度選んでください。", field="scan")
    return kinds[0], stored


def _looked_at(pieces: Iterable[bytes], kinds: list[str]) -> Iterator[bytes]:
    """The pieces as they come; the first says what it is."""
    size = 0
    for piece in pieces:
        if not kinds:
            kinds.append(_kind(piece))
        size += len(piece)
        if size > LARGEST_SCAN:
            raise PaperRefused(
                "ファイルが大きすぎます。", remedy="20MBまでのファイルを選んでください。", field="scan"
            )
        yield piece


def _kind(beginning: bytes) -> str:
    for mark, kind in SCANS.items():
        if beginning.startswith(mark):
            return kind
    raise PaperRefused(
        "読み取り画像として使えないファイルです。",
        remedy="PDF・JPEG・PNGのファイルを選んでください。",
        field="scan",
    )
