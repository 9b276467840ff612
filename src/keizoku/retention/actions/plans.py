"""Plans: one person has drawn up what is to go, another approves exactly that.

Invariants: one plan is open at a time; its items are fixed with its digest; the approver is not the planner; a plan whose
policy is no longer in force is refused and never gone on with. The database holds all four (migration 0002).
"""

from datetime import date
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from keizoku.accounts.access import authorise
from keizoku.audit.actions import record
from keizoku.kernel.actor import Actor
from keizoku.retention import due
from keizoku.retention.errors import PlanRefused, PlanStale, SamePerson
from keizoku.retention.models import Plan, Policy
from keizoku.retention.queries import active_policy
from keizoku.retention.rules.certificate import plan_digest
from keizoku.retention.rules.states import State

_SUMMARY = """
SELECT kind, count(*), min(since), max(since),
       encode(sha256(convert_to(string_agg(subject::text, ',' ORDER BY subject), 'UTF8')), 'hex'),
       (array_agg(subject ORDER BY since, subject))[1:5]
FROM retention_item WHERE plan_id = %s GROUP BY kind
"""


def make_plan(actor: Actor, today: date) -> int:
    """Draw up all that is due today and not held; nothing goes by this. Returns the plan's id.

    Raises:
        NotPermitted: the actor may not.
        NoActivePolicy: there are no periods to go by.
        PlanRefused: nothing is due, or another plan is open.
    """
    authorise(actor, "retention.edit")
    policy = active_policy()
    try:
        with transaction.atomic():
            plan = Plan.objects.create(policy_id=policy.id, on=today, made_by=str(actor))
            held = due.fill(plan.id, policy, today)
            summary = _summary(plan.id, held, [rule.kind for rule in policy.rules])
            count = sum(kind["count"] for kind in summary)
            if not count:
                raise PlanRefused(
                    "いま廃棄の時期になっているものはありません。",
                    remedy="「種類ごとの状況」で、次の時期を確かめてください。",
                )
            digest = plan_digest(policy.digest, today.isoformat(), summary)
            Plan.objects.filter(id=plan.id).update(digest=digest, count=count, summary=summary)
            record(
                actor=actor,
                action="retention.plan.made",
                subject=("plan", plan.id),
                details={"count": count, "digest": digest, "policy": policy.version},
            )
    except IntegrityError:
        raise PlanRefused(
            "まだ終わっていない廃棄の計画があります。",
            remedy="その計画が承認されて終わるか、取り下げてから作ってください。",
        ) from None
    return plan.id


def approve_plan(plan_id: int, actor: Actor, *, digest: str, number: int | None) -> None:
    """Approve exactly the plan with this digest; a worker then destroys it, batch by batch.

    Raises:
        NotPermitted: the actor may not.
        SamePerson: the planner cannot approve.
        PlanStale: the policy changed after the plan was made.
        PlanRefused: the number typed is not the plan's, it is not waiting for approval, or its items are not what was read.
    """
    authorise(actor, "retention.approve")
    name = str(actor)
    with transaction.atomic():
        plan = Plan.objects.select_for_update().get(id=plan_id)
        if plan.state != State.PLANNED:
            raise PlanRefused(
                "この計画は承認待ちではありません。",
                remedy="だれかが先に答えています。画面を開き直してください。",
            )
        if plan.made_by == name:
            raise SamePerson("ご自身が作った計画は承認できません。", remedy="別の承認者に依頼してください。")
        if not Policy.objects.filter(id=plan.policy_id, state=Policy.State.ACTIVE).exists():
            raise PlanStale(
                "計画のあとに保存期間の決まりが変わりました。",
                remedy="この計画を取り下げて、新しい決まりで作り直してください。",
            )
        if number != plan.count:
            raise PlanRefused("数が違います。", remedy="画面の件数を確かめて、数字だけを入力してください。")
        if not digest or digest != plan.digest or digest != _digest_anew(plan):
            raise PlanRefused(
                "計画の内容が、画面で見たものと違います。", remedy="画面を開き直して確かめてください。"
            )
        Plan.objects.filter(id=plan_id, state=State.PLANNED).update(
            state=State.APPROVED, approved_by=name, approved_at=timezone.now(), approval_digest=digest
        )
        record(
            actor=actor,
            action="retention.plan.approved",
            subject=("plan", plan_id),
            details={"count": plan.count, "digest": digest},
        )


def withdraw_plan(plan_id: int, actor: Actor, *, because: str = "withdrawn") -> None:
    """Drop a plan that nobody has approved. Nothing was destroyed.

    Raises:
        NotPermitted: the actor may not.
        PlanRefused: it is not waiting for approval.
    """
    authorise(actor, "retention.edit")
    with transaction.atomic():
        end(plan_id, State.PLANNED, State.WITHDRAWN, because)
        record(
            actor=actor,
            action="retention.plan.withdrawn",
            subject=("plan", plan_id),
            details={"because": because},
        )


def end(plan_id: int, before: State, after: State, because: str) -> None:
    """Move a plan to its end; refused when somebody else was first. The caller records it."""
    moved = Plan.objects.filter(id=plan_id, state=before).update(
        state=after, ended_at=timezone.now(), ended_because=because
    )
    if not moved:
        raise PlanRefused("この計画は、いまその操作ができません。", remedy="画面を開き直してください。")


def _digest_anew(plan: Plan) -> str:
    """From the items as they stand, not from what was written about them."""
    policy = Policy.objects.get(id=plan.policy_id)
    order = [str(kind["kind"]) for kind in plan.summary]
    return plan_digest(policy.digest, plan.on.isoformat(), _summary(plan.id, {}, order))


def _summary(plan_id: int, held: dict[str, int], order: list[str]) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(_SUMMARY, [plan_id])
        found = {
            kind: {
                "kind": kind,
                "count": count,
                "held": held.get(kind, 0),
                "oldest": oldest.isoformat(),
                "newest": newest.isoformat(),
                "ids_digest": digest,
                "sample": sample,
            }
            for kind, count, oldest, newest, digest, sample in cursor.fetchall()
        }
    return [found[kind] for kind in order if kind in found]
