"""What is done for a caller: his answers, a stop of our messages, a call for a person, a new reference code, a note.

Answers, stops of a customer's own wish, and codes need a verified caller. That somebody died, has a guardian, or
that the number is somebody else's may be said by whoever rings: it only stops messages, and a person looks.
"""

from typing import Final

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from keizoku.accounts.models import Staff
from keizoku.audit import actions as audit
from keizoku.customers import actions as customers
from keizoku.customers.casework.actions import Owner, open_task, write_note
from keizoku.customers.casework.rules import TaskKind
from keizoku.customers.consents.actions import Told, record_consent
from keizoku.customers.consents.purposes import purposes
from keizoku.customers.consents.rules import Act, Source
from keizoku.customers.models import ContactStop
from keizoku.forms.rules.evaluation import Posted
from keizoku.kernel.actor import Actor
from keizoku.kernel.clock import business_today
from keizoku.reviews.actions import answering
from keizoku.reviews.actions.answering import Answered, Receipt
from keizoku.reviews.models import Answer, Review
from keizoku.reviews.paper.models import FormerReference
from keizoku.reviews.phone.errors import CallRefused
from keizoku.reviews.phone.models import PhoneCall
from keizoku.reviews.phone.rules.states import StepKind
from keizoku.reviews.phone.steps import PERMISSION, hold_found, hold_verified, record, step
from keizoku.reviews.queries import rows
from keizoku.reviews.queries.sittings import Sitting
from keizoku.reviews.rules.reasons import HELP_WORDS, STOPS_ALL_CONTACT, HelpKind
from keizoku.reviews.rules.states import AWAITING_CUSTOMER
from keizoku.reviews.tasks import ANSWER_WITHIN

ALL: Final = "all"
EVIDENCE: Final = "電話での申し出（本人確認済み）"
# Of ten thousand million codes two may fall on one number; hardly ever twice.
_MOST_DRAWS: Final = 5


@transaction.atomic
def open_questions(call_id: int, staff: Staff) -> Sitting:
    """The questionnaire of a verified caller. Raises ``ReviewExpired``, ``ReviewClosed`` and the call's refusals."""
    call, _ = hold_verified(call_id, staff)
    return answering.open_sitting(_review(call), staff.actor)


@transaction.atomic
def write_answer(call_id: int, number: int, posted: Posted, staff: Staff) -> Answered | None:
    """One answer as the caller gave it, kept in the draft. Raises as ``open_questions``."""
    call, _ = hold_verified(call_id, staff)
    answered = answering.answer_question(_review(call), number, posted, staff.actor)
    if answered is not None and answered.judged.given is not None:
        step(call, StepKind.ANSWERED, str(number))
    return answered


@transaction.atomic
def hand_in(call_id: int, staff: Staff) -> Receipt:
    """The draft becomes the answer, with this member of staff as its writer. Raises ``AnswerIncomplete`` and as above."""
    call, _ = hold_verified(call_id, staff)
    review_id = _review(call)
    receipt = answering.submit_answer(review_id, entry=Answer.Entry.PHONE.value, answered_by=staff.pk)
    step(call, StepKind.SUBMITTED)
    record(call, staff.actor, "reviews.call.answer_taken", review=review_id)
    return receipt


@transaction.atomic
def stop_contact(call_id: int, what: str, staff: Staff) -> None:
    """A verified caller wants no messages: by one channel (its consent is withdrawn), or none of any campaign (``ALL``)."""
    call, customer_id = hold_verified(call_id, staff)
    if what == ALL:
        customers.stop_contact(
            customer_id=customer_id,
            campaign_id=None,
            reason=ContactStop.Reason.OPTED_OUT.value,
            actor=staff.actor,
        )
    elif what in stoppable():
        today = business_today()
        told = Told(Source.DECLARED, today, EVIDENCE)
        record_consent(
            customer_id,
            stoppable()[what],
            Act.WITHDRAWN,
            told,
            actor=staff.actor,
            today=today,
            under=PERMISSION,
        )
    else:
        raise CallRefused("止める連絡を、一覧から選んでください。")
    step(call, StepKind.STOPPED, what)
    record(call, staff.actor, "reviews.call.contact_stopped", what=what)


@transaction.atomic
def resume_contact(call_id: int, staff: Staff) -> None:
    """A verified caller takes back that he wants no messages at all: campaigns reach him again. Consents stay as they are.

    Raises:
        CallRefused: nothing is stopped by his own wish; what stopped for another reason is not for a call to lift.
    """
    call, customer_id = hold_verified(call_id, staff)
    if not may_resume(customer_id):
        raise CallRefused(
            "お客さまの申し出で、すべての連絡を止めてはいません。",
            remedy="ほかの理由の停止は、お客さまのページの「連絡の停止」で確かめてください。",
        )
    customers.release_stop(
        customer_id=customer_id,
        campaign_id=None,
        reason=ContactStop.Reason.OPTED_OUT.value,
        actor=staff.actor,
    )
    step(call, StepKind.RESUMED)
    record(call, staff.actor, "reviews.call.contact_resumed")


def may_resume(customer_id: int) -> bool:
    """Whether all contact is stopped, and by the customer's own wish."""
    own = ContactStop.Reason.OPTED_OUT
    return ContactStop.objects.filter(customer_id=customer_id, campaign_id=None, reason=own).exists()


def stoppable() -> dict[str, str]:
    """Channel → the purpose of consent that closes it; a channel without one is stopped with all the others only."""
    return {purpose.channel: code for code, purpose in purposes().items() if purpose.channel}


@transaction.atomic
def ask_for_person(call_id: int, kind: HelpKind, staff: Staff) -> None:
    """Somebody died, has a guardian, needs help, or is not the customer: messages stop and a task is opened, nothing
    is shown.
    """
    call, customer_id = hold_found(call_id, staff)
    review = rows.by_id(call.review_id) if call.review_id else None
    if review is not None and review.awaits_customer:
        answering.ask_for_help(review.id, kind, actor=staff.actor)
    else:
        _ask_without_review(call, customer_id, kind, staff)
    step(call, StepKind.HELP, kind.value)
    record(call, staff.actor, "reviews.call.person_asked", kind=kind.value)


@transaction.atomic
def reissue_code(call_id: int, staff: Staff) -> str:
    """A new reference code for a verified caller, to be read out; from this commit on the old one and its links open
    nothing. The form on paper that carries the old one is still registered by it.

    Raises:
        CallRefused: no review of this customer awaits an answer.
    """
    call, customer_id = hold_verified(call_id, staff)
    reference = _new_reference(_review(call))
    if reference is None:
        raise CallRefused("いま回答をお待ちしている確認がありません。", remedy="再発行はできません。")
    step(call, StepKind.REISSUED)
    audit.record(
        actor=staff.actor,
        action="reviews.code.reissued",
        subject=("customer", customer_id),
        details={"call": call.id, "review": call.review_id},
    )
    return rows.code_of(reference)


@transaction.atomic
def note(call_id: int, text: str, staff: Staff) -> None:
    """Kept among the customer's notes. Raises ``NoteRefused``: empty, too long, or with an Individual Number."""
    call, customer_id = hold_found(call_id, staff)
    write_note(customer_id, text, actor=staff.actor, under=PERMISSION)
    step(call, StepKind.NOTED)


def _review(call: PhoneCall) -> int:
    if call.review_id is None:
        raise CallRefused("この方への確認は、まだ始まっていません。", remedy="回答や受付番号はありません。")
    return call.review_id


def _ask_without_review(call: PhoneCall, customer_id: int, kind: HelpKind, staff: Staff) -> None:
    """Nothing awaits an answer: the person is asked by a task alone."""
    if kind in STOPS_ALL_CONTACT:
        customers.stop_contact(
            customer_id=customer_id,
            campaign_id=None,
            reason=ContactStop.Reason.NEEDS_PERSON.value,
            actor=staff.actor,
        )
    today = business_today()
    open_task(
        TaskKind.HELP,
        f"電話での申し出：{HELP_WORDS[kind]}",
        owner=Owner(role="reviewer"),
        due_on=today + ANSWER_WITHIN,
        actor=Actor.system("phone_desk"),
        today=today,
        customer_id=customer_id,
        origin=f"call:{call.id}",
    )


def _new_reference(review_id: int) -> int | None:
    """Another code of the same review, while it awaits its customer; None otherwise. A form that is out keeps the former."""
    waiting = Review.objects.select_for_update().filter(id=review_id, state__in=AWAITING_CUSTOMER)
    review = waiting.first()
    if review is None:
        return None
    FormerReference.objects.create(
        reference=review.reference, review_id=review_id, replaced_at=timezone.now()
    )
    for _ in range(_MOST_DRAWS):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(
                    "UPDATE reviews_review SET reference = keizoku_reference_code() WHERE id = %s RETURNING reference",
                    [review_id],
                )
                return int(cursor.fetchone()[0])
        except IntegrityError:
            continue
    raise RuntimeError(f"review {review_id} got no reference code")
