"""Destruction: batches of an approved plan, each a transaction of its own, and the certificate at its end.

Invariants: only one worker is at a plan (an advisory lock of the transaction); a kill at any point leaves whole batches;
what a batch may touch is judged by ``retention_destroy`` alone. Stored files go before their rows' commit: after a kill the
rows are still there, and deleting a file twice changes nothing.
"""

from collections.abc import Callable
from typing import Any, Final

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from keizoku.accounts.access import authorise
from keizoku.audit import actions as audit
from keizoku.audit import key_chain, signing
from keizoku.audit.rules import ids_digest
from keizoku.kernel import files
from keizoku.kernel.actor import Actor
from keizoku.kernel.models import Installation
from keizoku.retention import queries
from keizoku.retention.actions.plans import end
from keizoku.retention.errors import PlanRefused, PlanStale
from keizoku.retention.models import Batch, Certificate, Plan, Policy
from keizoku.retention.registry import kinds
from keizoku.retention.rules import certificate
from keizoku.retention.rules.states import Outcome, State

ACTOR: Final = Actor.system("retention")
BATCH: Final = 500
_LOCK: Final = 0x72_65_74_6E
Step = Callable[[str, int], None]


def destroy(plan_id: int, *, batch: int = BATCH, between: Step = lambda _kind, _count: None) -> int:
    """Go on with an approved plan to its end and certify it; returns how many subjects went in this call.

    Safe to repeat, to kill and to start twice. ``between`` is told of each committed batch.

    Raises:
        PlanRefused: the plan is not approved.
        PlanStale: the policy changed since; the plan was stopped, and what had gone was certified.
    """
    total = 0
    for kind in _order(plan_id):
        while (count := _batch(plan_id, kind, batch)) is not None:
            total += count
            between(kind, count)
    _finish(plan_id, State.DONE, "finished")
    return total


def stop(plan_id: int, actor: Actor, *, because: str = "stopped") -> None:
    """End an approved plan before its end; what has gone is certified, the rest stays.

    Raises:
        NotPermitted: the actor may not.
        PlanRefused: it is not approved, or has ended.
    """
    authorise(actor, "retention.edit")
    with transaction.atomic():
        _lock()
        if not Plan.objects.filter(id=plan_id, state=State.APPROVED).exists():
            raise PlanRefused("この計画は廃棄中ではありません。", remedy="画面を開き直してください。")
        audit.record(
            actor=actor,
            action="retention.plan.stopped",
            subject=("plan", plan_id),
            details={"because": because},
        )
        _finish(plan_id, State.STOPPED, because)


def _order(plan_id: int) -> list[str]:
    plan = Plan.objects.get(id=plan_id)
    if plan.state == State.DONE:
        return []
    if plan.state != State.APPROVED:
        raise PlanRefused("この計画は承認されていません。", remedy="別の承認者の承認が要ります。")
    return [str(kind["kind"]) for kind in plan.summary]


def _batch(plan_id: int, kind: str, size: int) -> int | None:
    """One transaction: how many went; None when nothing of the kind is waiting any more."""
    if _is_stale(plan_id):
        stop(plan_id, ACTOR, because="stale")
        raise PlanStale(
            "計画のあとに保存期間の決まりが変わったので、廃棄を止めました。",
            remedy="新しい決まりで計画を作り直してください。",
        )
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '5min'; SET LOCAL lock_timeout = '1min'")
        _lock()
        cursor.execute(
            "SELECT subject FROM retention_item WHERE plan_id = %s AND kind = %s AND outcome = '' "
            "ORDER BY subject LIMIT %s",
            [plan_id, kind, size],
        )
        chosen = [subject for (subject,) in cursor.fetchall()]
        if not chosen:
            return None
        stored = _files(kind, chosen)
        cursor.execute("SELECT gone FROM retention_destroy(%s, %s, %s)", [plan_id, kind, chosen])
        gone = sorted(subject for (subject,) in cursor.fetchall())
        for subject in gone:
            for file_id in stored.get(subject, ()):
                files.delete(file_id)
        if gone:
            audit.record_many(
                actor=ACTOR,
                action="retention.batch.destroyed",
                subject=("plan", plan_id),
                count=len(gone),
                ids_digest=ids_digest(gone),
                details={"kind": kind},
            )
    return len(gone)


def _files(kind: str, subjects: list[int]) -> dict[int, list[str]]:
    known = kinds()[kind]
    if not known.files:
        return {}
    found: dict[int, list[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(known.files, [subjects])
        for subject, file_id in cursor.fetchall():
            found.setdefault(subject, []).append(file_id)
    return found


def _is_stale(plan_id: int) -> bool:
    plan = Plan.objects.select_related("policy").get(id=plan_id)
    return plan.state == State.APPROVED and plan.policy.state != Policy.State.ACTIVE


def _lock() -> None:
    """One transaction at a time works on plans."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _finish(plan_id: int, state: State, because: str) -> None:
    """End the plan and sign what became of it; nothing when another worker was first."""
    with transaction.atomic():
        _lock()
        plan = Plan.objects.select_related("policy").select_for_update(of=("self",)).get(id=plan_id)
        if plan.state != State.APPROVED:
            return
        end(plan_id, State.APPROVED, state, because)
        plan.refresh_from_db()
        content = _content(plan)
        text = certificate.canonical(content)
        key = key_chain.current()
        Certificate.objects.create(
            plan_id=plan_id,
            text=text,
            signature=signing.sign(certificate.digest(text), key).hex(),
            public_key=key,
            issued_at=timezone.now(),
        )
        audit.record(
            actor=ACTOR,
            action="retention.certificate.issued",
            subject=("plan", plan_id),
            details={
                "destroyed": content["destroyed"],
                "digest": certificate.digest(text).hex(),
                "state": state.value,
            },
        )


def _content(plan: Plan) -> dict[str, Any]:
    """Ids of staff, counts, days and digests; nothing of a person."""
    outcomes, gone = queries.outcomes(plan.id), queries.rows_gone(plan.id)
    policy = queries.policy(plan.policy_id)
    known = kinds()
    lines = []
    for kind in plan.summary:
        name = str(kind["kind"])
        rule, found = policy.rule(name), outcomes.get(name, {})
        lines.append(
            {
                "kind": name,
                "label": known[name].label,
                "period": rule.words if rule else "",
                "law": (rule.law or rule.reason) if rule else "",
                "planned": kind["count"],
                "ids_digest": kind["ids_digest"],
                "oldest": kind["oldest"],
                "newest": kind["newest"],
                "destroyed": found.get(Outcome.DESTROYED, 0),
                "held": found.get(Outcome.HELD, 0),
                "not_due": found.get(Outcome.NOT_DUE, 0),
                "left": found.get(Outcome.WAITING, 0),
                "rows": gone.get(name, {}),
            }
        )
    batches = Batch.objects.filter(plan_id=plan.id).order_by("id")
    first, last = batches.first(), batches.last()
    installation = Installation.objects.get()
    return {
        "institution": settings.INSTITUTION,
        "installation": f"{installation.kind} {installation.created_at.isoformat()}",
        "plan": {
            "number": plan.id,
            "on": plan.on.isoformat(),
            "digest": plan.digest,
            "made_by": plan.made_by,
            "made_at": plan.made_at.isoformat(),
            "approved_by": plan.approved_by,
            "approved_at": plan.approved_at.isoformat() if plan.approved_at else "",
            "state": plan.state,
            "ended_because": plan.ended_because,
        },
        "policy": {"version": policy.version, "title": policy.title, "digest": policy.digest},
        "destroyed": sum(line["destroyed"] for line in lines),
        "kinds": lines,
        "first_batch_at": first.at.isoformat() if first else "",
        "last_batch_at": last.at.isoformat() if last else "",
        "batches": batches.count(),
        "ended_at": plan.ended_at.isoformat() if plan.ended_at else "",
    }
