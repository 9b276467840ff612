"""Reads of retention: policies, holds, plans and certificates, as typed rows."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from keizoku.kernel.errors import Refusal
from keizoku.retention.models import Batch, Certificate, Hold, Item, Plan, Policy
from keizoku.retention.registry import kinds
from keizoku.retention.rules.policy import Rule, parse_policy
from keizoku.retention.rules.states import OPEN, STATE_WORDS, Outcome, State


class NoActivePolicy(Refusal):
    code = "retention.no_active_policy"


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """One version of the periods."""

    id: int
    version: int
    title: str
    text: str
    digest: str
    state: str
    state_name: str
    made_by: str
    made_at: datetime
    approved_by: str
    activated_at: datetime | None
    rules: tuple[Rule, ...]

    def rule(self, kind: str) -> Rule | None:
        return next((rule for rule in self.rules if rule.kind == kind), None)


@dataclass(frozen=True, slots=True)
class HoldRow:
    """A hold without its why; ``is_active`` as of the day asked for."""

    id: int
    customer_id: int | None
    campaign_id: int | None
    until_on: date | None
    placed_by: str
    placed_at: datetime
    lifted_by: str
    lifted_at: datetime | None
    is_active: bool


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A plan and how far its destruction is."""

    id: int
    policy_id: int
    policy_version: int
    on: date
    state: State
    digest: str
    count: int
    summary: list[dict[str, Any]]
    made_by: str
    made_at: datetime
    approved_by: str
    approved_at: datetime | None
    ended_at: datetime | None
    ended_because: str
    is_stale: bool

    @property
    def state_name(self) -> str:
        return STATE_WORDS[self.state]


@dataclass(frozen=True, slots=True)
class CertificateRow:
    plan_id: int
    text: str
    signature: str
    public_key: str
    issued_at: datetime


def active_policy() -> PolicyRow:
    """The policy in force. Raises ``NoActivePolicy``."""
    active = Policy.objects.filter(state=Policy.State.ACTIVE).first()
    if active is None:
        raise NoActivePolicy(
            "保存期間の決まりがまだありません。",
            remedy="コンプライアンス担当が案を作り、別の承認者が承認してください。",
        )
    return _policy(active)


def policies() -> list[PolicyRow]:
    """All versions, newest first."""
    return [_policy(row) for row in Policy.objects.order_by("-version")]


def policy(policy_id: int) -> PolicyRow:
    return _policy(Policy.objects.get(id=policy_id))


def holds(today: date) -> list[HoldRow]:
    """All holds, those in force first."""
    rows = [_hold(row, today) for row in Hold.objects.order_by("-id")]
    return sorted(rows, key=lambda row: not row.is_active)


def holds_of_customer(customer_id: int, today: date) -> list[HoldRow]:
    """Those in force that name the customer himself."""
    found = [_hold(row, today) for row in Hold.objects.filter(customer_id=customer_id).order_by("id")]
    return [row for row in found if row.is_active]


def plans() -> list[PlanRow]:
    """All plans, newest first."""
    return [_plan(row) for row in Plan.objects.select_related("policy").order_by("-id")]


def plan(plan_id: int) -> PlanRow:
    return _plan(Plan.objects.select_related("policy").get(id=plan_id))


def open_plan() -> PlanRow | None:
    found = Plan.objects.select_related("policy").filter(state__in=OPEN).first()
    return _plan(found) if found else None


def outcomes(plan_id: int) -> dict[str, dict[Outcome, int]]:
    """Kind → outcome → how many items."""
    found: dict[str, dict[Outcome, int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT kind, outcome, count(*) FROM retention_item WHERE plan_id = %s GROUP BY kind, outcome",
            [plan_id],
        )
        for kind, outcome, count in cursor.fetchall():
            found.setdefault(kind, {})[Outcome(outcome)] = count
    return found


def rows_gone(plan_id: int) -> dict[str, dict[str, int]]:
    """Kind → table → how many rows went."""
    found: dict[str, dict[str, int]] = {}
    for kind, rows in Batch.objects.filter(plan_id=plan_id).values_list("kind", "rows"):
        tables = found.setdefault(kind, {})
        for table, count in rows.items():
            tables[table] = tables.get(table, 0) + count
    return found


def certificate(plan_id: int) -> CertificateRow | None:
    row = Certificate.objects.filter(plan_id=plan_id).first()
    return (
        CertificateRow(row.plan_id, row.text, row.signature, row.public_key, row.issued_at) if row else None
    )


def destroyed_by(customer_id: int) -> int | None:
    """The plan by which a customer's record went."""
    found = Item.objects.filter(customer_id=customer_id, kind="record", outcome=Outcome.DESTROYED)
    return found.values_list("plan_id", flat=True).first()


def has_campaign(campaign_id: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM campaigns_campaign WHERE id = %s)", [campaign_id])
        return bool(cursor.fetchone()[0])


def kept_until(closed_on: date) -> date | None:
    """The day after which the record of a relation that ended then may go; None while nothing says so."""
    active = Policy.objects.filter(state=Policy.State.ACTIVE).first()
    period = active.periods.get("record") if active else None
    if not period:
        return None
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (%s::date + make_interval(months => %s, days => %s))::date",
            [closed_on, period.get("months", 0), period.get("days", 0)],
        )
        (until,) = cursor.fetchone()
    assert isinstance(until, date)
    return until


def _policy(row: Policy) -> PolicyRow:
    parsed = parse_policy(row.text, _kinds_of(row))
    return PolicyRow(
        row.id,
        row.version,
        parsed.title,
        row.text,
        row.digest,
        row.state,
        Policy.State(row.state).label,
        row.made_by,
        row.made_at,
        row.approved_by,
        row.activated_at,
        parsed.rules,
    )


def _kinds_of(row: Policy) -> dict[str, Any]:
    """A version of before names the kinds of its day: those that came later are not asked of it."""
    known = kinds()
    named = {name for name in known if f'name = "{name}"' in row.text}
    return {name: kind for name, kind in known.items() if name in named}


def _hold(row: Hold, today: date) -> HoldRow:
    return HoldRow(
        row.id,
        row.customer_id,
        row.campaign_id,
        row.until_on,
        row.placed_by,
        row.placed_at,
        row.lifted_by,
        row.lifted_at,
        row.lifted_at is None and (row.until_on is None or row.until_on >= today),
    )


def _plan(row: Plan) -> PlanRow:
    return PlanRow(
        row.id,
        row.policy_id,
        row.policy.version,
        row.on,
        State(row.state),
        row.digest,
        row.count,
        row.summary,
        row.made_by,
        row.made_at,
        row.approved_by,
        row.approved_at,
        row.ended_at,
        row.ended_because,
        State(row.state) in OPEN and row.policy.state != Policy.State.ACTIVE,
    )
