"""Judging answers by the active policy, and approving those that fulfil all of it. One transaction an answer.

Locks, in this order: the policy (so that a stop waits for the answer in hand and holds for the next), the review, the
desk's row (a reviewer's decision, and the triggers that keep the desk, come from the review too: the other way round the
two would wait for each other), the customer's rating (so that nothing that raises the level slips in between reading it
and deciding).
"""

from datetime import date, datetime
from typing import Final

from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.utils import timezone

from keizoku.audit import actions as audit
from keizoku.customers import facts as facts_of
from keizoku.customers.attributes import queries as attributes
from keizoku.customers.casework.rules import State as TaskState
from keizoku.customers.facts import Facts
from keizoku.customers.models import Task
from keizoku.kernel.actor import Actor
from keizoku.kernel.clock import TOKYO, business_now
from keizoku.kernel.errors import Refusal
from keizoku.kernel.logs import get_logger
from keizoku.reviews import identifying
from keizoku.reviews.actions.applying import follow
from keizoku.reviews.desk.models import DeskCase
from keizoku.reviews.models import Answer, Decision, ProposedChange, Review
from keizoku.reviews.policies.models import Judgement, PolicyVersion
from keizoku.reviews.policies.rules.judging import Answered, Judged, judge
from keizoku.reviews.policies.rules.policy import Policy, read_policy
from keizoku.reviews.policies.rules.states import State as PolicyState
from keizoku.reviews.quality.drawing import HELD_BACK, falls
from keizoku.reviews.queries import cases
from keizoku.reviews.rules.proposing import ProposalKind
from keizoku.reviews.rules.proving import Strength
from keizoku.reviews.rules.reasons import BY_POLICY, Outcome
from keizoku.reviews.rules.states import State
from keizoku.reviews.signals import queries as signals
from keizoku.reviews.signals.rules import Around, contradicted
from keizoku.risk import locks
from keizoku.risk import queries as risk

log = get_logger(__name__)

ACTOR: Final = Actor.system("reviews.policy")
AT_ONCE: Final = 500
_JAPAN: Final = "JPN"


def judge_waiting(most: int = AT_ONCE) -> tuple[int, int]:
    """Judge answers that were handed in since the active policy came into force; (judged, approved).

    What cannot be judged waits for people, and the search goes on behind it: it takes nobody's place among the ``most``.
    """
    policy = PolicyVersion.objects.filter(state=PolicyState.ACTIVE).first()
    if policy is None:
        return 0, 0
    judged = Judgement.objects.filter(review_id=OuterRef("review_id"), round=OuterRef("round"))
    waiting = Answer.objects.filter(
        ~Exists(judged),
        review__state=State.ANSWERED,
        review__round=F("round"),
        submitted_at__gte=policy.activated_at,
    ).order_by("id")
    outcomes: list[bool] = []
    last = 0
    while page := list(waiting.filter(id__gt=last).values_list("id", "review_id")[: most - len(outcomes)]):
        found = [_judged(review_id) for _, review_id in page]
        outcomes += [one for one in found if one is not None]
        last = page[-1][0]
        if not PolicyVersion.objects.filter(id=policy.id, state=PolicyState.ACTIVE).exists():
            break  # stopped meanwhile: nothing more is judged
    return len(outcomes), sum(outcomes)


def _judged(review_id: int) -> bool | None:
    """One answer; what is refused, or fails, changes nothing, waits for people, and holds up no other answer."""
    try:
        return judge_one(review_id)
    except Refusal as refusal:
        log.warning("reviews.judging_refused", review_id=review_id, code=refusal.code)
    except Exception as fault:  # noqa: BLE001 - the job's edge: the fault of one answer is no other's
        # No traceback: what was read of the customer could stand in it.
        log.error("reviews.judging_failed", review_id=review_id, problem=type(fault).__name__)  # noqa: TRY400
    return None


@transaction.atomic
def judge_one(review_id: int) -> bool | None:
    """Judge one answer and approve it where everything holds; None where there is nothing to judge (any more)."""
    row = PolicyVersion.objects.select_for_update(no_key=True).filter(state=PolicyState.ACTIVE).first()
    review = Review.objects.select_for_update(of=("self",)).get(id=review_id)
    desk = DeskCase.objects.select_for_update(of=("self",)).filter(review_id=review_id).first()
    if row is None or desk is None or review.state != State.ANSWERED:
        return None
    answer = Answer.objects.select_related("questionnaire").get(review_id=review_id, round=review.round)
    known = Judgement.objects.filter(review_id=review_id, round=review.round).exists()
    if known or row.activated_at is None or answer.submitted_at < row.activated_at:
        return None
    if not locks.lock_customer(review.customer_id):
        return None
    now = business_now()
    policy = read_policy(row.text)
    found = judge(
        policy,
        _answered(policy, review, answer, is_in_hands=_is_in_hands(desk), now=now),
        is_held_back=falls(HELD_BACK, review_id, review.round, policy.held_back_percent),
    )
    _write(row, review, found, now)
    if found.is_approved:
        _approve(row, review, desk.due_at, now)
    return found.is_approved


def _write(row: PolicyVersion, review: Review, found: Judged, now: datetime) -> None:
    Judgement.objects.create(
        review_id=review.id,
        round=review.round,
        policy=row,
        is_approved=found.is_approved,
        conditions=[condition.as_row() for condition in found.conditions],
        judged_at=timezone.now(),
        business_at=now,
    )
    audit.record(
        actor=ACTOR,
        action="reviews.answer.judged",
        subject=("review", review.id),
        details={
            "round": review.round,
            "policy": row.version,
            "digest": row.digest,
            "outcome": "approve" if found.is_approved else "person",
        },
    )


def _approve(row: PolicyVersion, review: Review, due_at: datetime, now: datetime) -> None:
    decision = Decision.objects.create(
        review_id=review.id,
        round=review.round,
        outcome=Outcome.APPROVE.value,
        reason_code=BY_POLICY,
        policy=row,
        decided_at=now,
        due_at=due_at,
    )
    follow(decision, review, ACTOR, now)
    Review.objects.filter(id=review.id, state=State.ANSWERED).update(
        state=State.APPROVED, state_since=now, decided_at=now
    )
    audit.record(
        actor=ACTOR,
        action="reviews.review.decided",
        subject=("review", review.id),
        details={
            "round": review.round,
            "outcome": Outcome.APPROVE.value,
            "reason": BY_POLICY,
            "policy": row.version,
            "digest": row.digest,
        },
    )


def _is_in_hands(desk: DeskCase) -> bool:
    """A person has it open, was given it, or has laid it aside for a while."""
    is_held = desk.held_until is not None and desk.held_until > timezone.now()
    return is_held or desk.owner_id is not None or desk.snoozed_until is not None


def _answered(
    policy: Policy, review: Review, answer: Answer, *, is_in_hands: bool, now: datetime
) -> Answered:
    """All that the conditions ask, read under one grant."""
    customer_id, today = review.customer_id, now.astimezone(TOKYO).date()
    grant = audit.grant_read(actor=ACTOR, purpose="review.policy", subjects=[customer_id])
    case = cases.case(review.id, grant)
    around: Around = signals.around(case, grant, today)
    known = facts_of.facts(customer_id)
    standing = risk.standing(customer_id)
    proposals = ProposedChange.objects.filter(review_id=review.id, round=review.round)
    return Answered(
        today=today,
        questionnaire=answer.questionnaire.questionnaire,
        entry=answer.entry,
        strength=Strength(answer.proof),
        number=review.round,
        level=standing.level if standing else None,
        is_provisional=standing.is_provisional if standing else False,
        level_after=around.foreseen.level_after if around.foreseen else None,
        changed=tuple(one.label for one in case.fields if one.is_change),
        is_free_text=proposals.filter(kind=ProposalKind.NOTE).exists(),
        open_matters=Task.objects.filter(customer_id=customer_id, state=TaskState.OPEN).count()
        + bool(review.help_kind)
        + identifying.is_pending(review.id),
        is_record_changed=case.record_has_changed,
        last_confirmed_on=known.confirmed_on,
        is_stay_limited=known.nationality != _JAPAN,
        residence_expires_on=known.residence_expires_on,
        documents=_documents(policy, known),
        contradictions=len(contradicted(around).lines),
        likely_duplicates=around.likely_duplicates,
        is_in_hands=is_in_hands,
    )


def _documents(policy: Policy, known: Facts) -> tuple[tuple[str, date | None], ...]:
    """The last day of each document that the policy wants, as the record holds it."""
    if not policy.documents:
        return ()
    labels = {definition.name: definition.label for definition in attributes.readable()}
    return tuple((labels.get(name, name), _day(known.attributes.get(name))) for name in policy.documents)


def _day(stored: object) -> date | None:
    return date.fromisoformat(stored) if isinstance(stored, str) else None
