"""What a person decides about silent customers. Each one transaction: allowed? locked, checked, changed, audited.

Deciding is a conditional update: whoever answers in the same moment is released, and the decision changes nothing of his.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import transaction

from keizoku.accounts.access import authorise
from keizoku.accounts.models import Staff
from keizoku.campaigns import actions as campaigns
from keizoku.campaigns.errors import CountMismatch
from keizoku.campaigns.journeys import courses
from keizoku.campaigns.silent import events, rules
from keizoku.campaigns.silent.errors import CaseRefused
from keizoku.campaigns.silent.events import Move
from keizoku.campaigns.silent.finding import Criteria, matching
from keizoku.campaigns.silent.models import SilentCase, SilentFollowUp
from keizoku.campaigns.silent.rules import DECIDABLE, MEASURES, Decision, Reach, State
from keizoku.customers.casework import actions as casework
from keizoku.customers.casework.actions import Owner
from keizoku.customers.casework.rules import TaskKind
from keizoku.kernel.actor import Actor
from keizoku.kernel.clock import TOKYO, business_now
from keizoku.kernel.text.numbers import has_individual_number
from keizoku.reviews import actions as reviews
from keizoku.reviews import queries as reviews_read

REOPEN_PAGE: Final = "画面を開き直してください。"
_OTHER_CHANNEL_TASKS: Final = {
    "telephone": (
        TaskKind.CALL_BACK,
        "電話で、お客さま情報の確認をお願いしてください。これまでの連絡に回答がありません。",
    ),
    "letter": (
        TaskKind.OTHER,
        "手紙で、お客さま情報の確認をお願いしてください。これまでの連絡に回答がありません。",
    ),
    "visit": (
        TaskKind.OTHER,
        "訪問か窓口で、お客さま情報の確認をお願いしてください。これまでの連絡に回答がありません。",
    ),
}
_RESTRICTION_TASK: Final = (
    "取引制限の提案が確定しました。制限をするかどうかの最終の判断と手続きは、銀行の定めに従って勘定系で行ってください。"
    "Keizokuは口座を制限しません。"
)


@dataclass(frozen=True, slots=True)
class Done:
    """What a decision on several cases did: how many it changed, and how many it left as they were."""

    decided: int
    left: int
    follow_up_id: int | None = None


@transaction.atomic
def extend(case_ids: Sequence[int], *, until: date, reason: str, actor: Actor, note: str = "") -> Done:
    """Give the customers a later deadline; reviews that had ended are open again until then.

    Raises:
        NotPermitted: the actor may not.
        CaseRefused: a day that cannot be, no such reason, or a note that cannot be kept.
    """
    now = _begin(actor, Decision.EXTEND, reason, note)
    if problem := rules.extension_problem(until, now.astimezone(TOKYO).date()):
        raise CaseRefused(problem)
    cases = _locked(case_ids, State.EXTENDED)
    extended = set(reviews.extend([case.review_id for case in cases], until, now, actor=actor))
    chosen = [case for case in cases if case.review_id in extended]
    move = Move(State.EXTENDED, now, actor, reason=reason, until=until)
    _decide(chosen, move, note, until=until)
    return Done(len(chosen), len(case_ids) - len(chosen))


@transaction.atomic
def contact_again(case_ids: Sequence[int], *, reason: str, actor: Actor, note: str = "") -> Done:
    """Gather cases of one campaign whose reviews are over for a further campaign; its draft is made from ``follow_up``.

    Raises:
        NotPermitted: the actor may not.
        CaseRefused: nobody's review is over yet, or the cases are of several campaigns.
    """
    now = _begin(actor, Decision.CONTACT_AGAIN, reason, note)
    today = now.astimezone(TOKYO).date()
    locked = _locked(case_ids, State.CONTACTING)
    over = reviews_read.over_on([case.review_id for case in locked], today)
    cases = [case for case in locked if case.review_id in over]
    campaign_ids = {case.campaign_id for case in cases}
    if not cases:
        raise CaseRefused(
            "回答の期限がまだ来ていないか、ほかの状態になっています。",
            remedy="期限が過ぎるのを待つか、ほかの対応を選んでください。",
        )
    if len(campaign_ids) > 1:
        raise CaseRefused("1つのキャンペーンの方だけを選んでください。", remedy="条件をしぼってください。")
    follow_up = SilentFollowUp.objects.create(
        campaign_id=campaign_ids.pop(), count=len(cases), made_by=_staff_id(actor)
    )
    move = Move(State.CONTACTING, now, actor, reason=reason, follow_up_id=follow_up.id)
    _decide(cases, move, note, follow_up=follow_up)
    return Done(len(cases), len(case_ids) - len(cases), follow_up.id)


@transaction.atomic
def draft_follow_up(follow_up_id: int, *, staff: Staff, today: date) -> int:
    """Make the draft of a further campaign for those gathered, with the journey of the first; returns its id.

    It is a campaign like any other: its maker changes words and steps, another person approves it.
    """
    follow_up = SilentFollowUp.objects.select_for_update().select_related("campaign").get(id=follow_up_id)
    if follow_up.draft_id is not None:
        raise CaseRefused("この回の下書きは、もうあります。", remedy=REOPEN_PAGE)
    source = follow_up.campaign
    draft = campaigns.draft(
        name=f"{source.name[:60]}（もう一度 {today.isoformat()}）",
        audience={"field": "silent_follow_up", "operator": "equals", "value": follow_up.id},
        steps=courses.of_campaign(source),
        answer_days=source.answer_days,
        staff=staff,
    )
    SilentFollowUp.objects.filter(id=follow_up.id).update(draft_id=draft)
    return draft


@transaction.atomic
def other_channel(case_id: int, *, reason: str, role: str, actor: Actor, note: str = "") -> None:
    """Ask for a call, a letter or a visit: a task for the role, due in two weeks."""
    now = _begin(actor, Decision.OTHER_CHANNEL, reason, note)
    case = _one(case_id, State.OTHER_CHANNEL)
    today = now.astimezone(TOKYO).date()
    task_id = _open_task(case, _OTHER_CHANNEL_TASKS[reason], role=role, actor=actor, today=today)
    move = Move(State.OTHER_CHANNEL, now, actor, reason=reason, task_id=task_id)
    _decide([case], move, note, task_id=task_id)


@transaction.atomic
def exempt(case_id: int, *, reason: str, actor: Actor, note: str = "") -> None:
    """Leave the customer alone this time, with the reason."""
    now = _begin(actor, Decision.EXEMPT, reason, note)
    _decide([_one(case_id, State.EXEMPT)], Move(State.EXEMPT, now, actor, reason=reason), note)


@transaction.atomic
def propose_restriction(case_id: int, *, reason: str, measure: str, actor: Actor, note: str = "") -> None:
    """Propose a restriction for one customer; another person confirms it.

    Raises:
        NotPermitted: the actor may not.
        CaseRefused: nothing shows that the customer was reached, or no such measure.
    """
    authorise(actor, "silent.restrict")
    now = _begin(actor, Decision.PROPOSE_RESTRICTION, reason, note)
    if measure not in MEASURES:
        raise CaseRefused("提案する制限を選んでください。")
    case = _one(case_id, State.PROPOSED)
    if problem := rules.restriction_problem(Reach(case.reach)):
        raise CaseRefused(problem, remedy="ほかの手段で連絡するか、期限を延ばしてください。")
    move = Move(State.PROPOSED, now, actor, reason=reason, measure=measure)
    _decide([case], move, note, measure=measure, proposed_by=_staff_id(actor))


@transaction.atomic
def confirm(case_id: int, *, actor: Actor) -> int:
    """Confirm what somebody else proposed: recorded, and a task for compliance. Keizoku restricts no account.

    Raises:
        NotPermitted: the actor may not.
        CaseRefused: one's own proposal, or it is not proposed any more. Returns the task's id.
    """
    authorise(actor, "silent.approve")
    case = SilentCase.objects.select_for_update().get(id=case_id)
    _expect(case, State.PROPOSED)
    if case.proposed_by == _staff_id(actor):
        raise CaseRefused(
            "ご自身の提案は確定できません。", remedy="別の承認者に依頼してください。", code="silent.four_eyes"
        )
    now = business_now()
    told = (TaskKind.OTHER, f"{MEASURES[case.measure]}。{_RESTRICTION_TASK}")
    today = now.astimezone(TOKYO).date()
    task_id = _open_task(case, told, role="compliance", actor=actor, today=today)
    _move(case, State.RESTRICTED, now, confirmed_by=_staff_id(actor), task_id=task_id)
    move = Move(State.RESTRICTED, now, actor, reason=case.reason, measure=case.measure, task_id=task_id)
    events.append_one(case.id, case.state, move, action="campaigns.silent.restriction_confirmed")
    return task_id


@transaction.atomic
def take_back(case_id: int, *, actor: Actor, note: str = "") -> None:
    """A proposal is declined or withdrawn, a restriction or an exemption no longer holds: the case is open again."""
    case = SilentCase.objects.select_for_update().get(id=case_id)
    if case.state == State.PROPOSED and case.proposed_by != _staff_id(actor):
        authorise(actor, "silent.approve")
    else:
        authorise(actor, "silent.edit")
    _check_note(note)
    _expect(case, State.PROPOSED, State.RESTRICTED, State.EXEMPT)
    now = business_now()
    if case.state == State.RESTRICTED:
        casework.end_for(f"silent:{case.id}", actor=actor)
    cleared: dict[str, Any] = {
        "reason": "",
        "measure": "",
        "proposed_by": None,
        "confirmed_by": None,
        "task_id": None,
    }
    _move(case, State.OPEN, now, **cleared)
    events.append_one(
        case.id,
        case.state,
        Move(State.OPEN, now, actor, reason="taken_back"),
        action="campaigns.silent.taken_back",
        note=note,
    )


def decide_many(
    criteria: Criteria,
    decision: Decision,
    *,
    expected: int,
    reason: str,
    actor: Actor,
    until: date | None = None,
) -> Done:
    """Decide for all who meet the criteria: never anything that takes something from somebody.

    Raises:
        CaseRefused: the decision is for one customer at a time, or nobody meets the criteria.
        CountMismatch: the typed number is not how many they are now.
    """
    if decision not in rules.IN_BULK:
        raise CaseRefused(
            f"「{rules.DECISION_WORDS[decision]}」は、1人ずつ決めてください。", code="silent.one_by_one"
        )
    authorise(actor, "silent.edit")
    with transaction.atomic():
        ids = matching(criteria)
        if not ids:
            raise CaseRefused(
                "この条件に当てはまる、決められる記録がありません。", remedy="条件を変えてください。"
            )
        if len(ids) != expected:
            raise CountMismatch(
                f"入力された人数（{expected:,}人）が、いまの対象（{len(ids):,}人）と一致しません。",
                remedy="画面の人数を確かめて、同じ数字を入力してください。",
            )
        if decision is Decision.CONTACT_AGAIN:
            return contact_again(ids, reason=reason, actor=actor)
        if until is None:
            raise CaseRefused(rules.extension_problem(None, business_now().astimezone(TOKYO).date()))
        return extend(ids, until=until, reason=reason, actor=actor)


def _begin(actor: Actor, decision: Decision, reason: str, note: str) -> datetime:
    authorise(actor, "silent.edit")
    if not rules.is_reason_of(decision, reason):
        raise CaseRefused("理由を選んでください。", remedy="一覧から選び直してください。")
    _check_note(note)
    return business_now()


def _check_note(note: str) -> None:
    if len(note) > rules.LONGEST_NOTE or has_individual_number(note):
        raise CaseRefused(
            f"メモは{rules.LONGEST_NOTE}文字までで、個人番号は書けません。保存していません。",
            remedy="直して、もう一度入力してください。",
        )


def _before(following: State) -> list[State]:
    """The states from which a person may decide for this one."""
    return sorted(state for state in DECIDABLE if rules.may_follow(state, following))


def _locked(case_ids: Sequence[int], following: State) -> list[SilentCase]:
    """Those of the cases for which this can be decided, locked in order."""
    found = SilentCase.objects.filter(id__in=case_ids, state__in=_before(following))
    return list(found.order_by("id").select_for_update())


def _one(case_id: int, following: State) -> SilentCase:
    case = SilentCase.objects.select_for_update().get(id=case_id)
    _expect(case, *_before(following))
    return case


def _expect(case: SilentCase, *states: State) -> None:
    if case.state not in states:
        raise CaseRefused(
            f"この方は「{rules.STATE_WORDS[State(case.state)]}」のため、この操作はできません。",
            remedy=REOPEN_PAGE,
            code="silent.wrong_state",
        )


def _decide(cases: Sequence[SilentCase], move: Move, note: str, **changes: Any) -> None:
    """Move locked cases together; one event each, with the note where it is about one."""
    if not cases:
        return
    action = f"campaigns.silent.{move.to.value}"
    moved = SilentCase.objects.filter(id__in=[case.id for case in cases], state__in=_before(move.to)).update(
        state=move.to,
        state_since=move.at,
        reason=move.reason,
        decided_by=_staff_id(move.actor),
        escalated_at=None,
        **{"until": None, "measure": "", **changes},
    )
    assert moved == len(cases)
    if len(cases) == 1:
        events.append_one(cases[0].id, cases[0].state, move, action=action, note=note)
    else:
        events.append_many(
            [(case.id, case.state) for case in cases], move, action=action, campaign_id=cases[0].campaign_id
        )


def _move(case: SilentCase, after: State, now: datetime, **changes: Any) -> None:
    assert rules.may_follow(State(case.state), after)
    moved = SilentCase.objects.filter(id=case.id, state=case.state).update(
        state=after, state_since=now, escalated_at=None, **changes
    )
    assert moved == 1


def _open_task(case: SilentCase, told: tuple[TaskKind, str], *, role: str, actor: Actor, today: date) -> int:
    kind, words = told
    return casework.open_task(
        kind,
        words,
        owner=Owner(role=role),
        due_on=today + timedelta(days=rules.TASK_DUE_DAYS),
        actor=actor,
        today=today,
        customer_id=case.customer_id,
        origin=f"silent:{case.id}",
    )


def _staff_id(actor: Actor) -> int:
    if actor.kind != "staff":
        raise CaseRefused("職員の名前で決めてください。", code="silent.nobody")
    return int(actor.id)
