"""The list of who received it: fixed once, when nothing of the campaign can go out any more; exported under a grant."""

from collections.abc import Iterator

from django.db import connection, transaction
from django.utils import timezone

from keizoku.accounts.access import authorise
from keizoku.accounts.exports import actions as exports
from keizoku.accounts.exports.rules import Kind
from keizoku.accounts.models import Staff
from keizoku.audit import actions as audit
from keizoku.campaigns.incidents import logbook
from keizoku.campaigns.incidents.errors import IncidentRefused
from keizoku.campaigns.incidents.models import Incident, IncidentRecipient
from keizoku.campaigns.incidents.rules import RECEIVED, State
from keizoku.campaigns.rules import UNDER_WAY
from keizoku.customers import queries as customers
from keizoku.customers.written_csv import lines
from keizoku.delivery import queries as deliveries
from keizoku.delivery.letters import calling_off as letters
from keizoku.delivery.letters.rules import CALLED_OFF_EVENT
from keizoku.delivery.rules import CHANNEL_WORDS, RESULT_WORDS
from keizoku.kernel.actor import Actor
from keizoku.kernel.tasks import task

ACTOR = Actor.system("incidents")
AT_ONCE = 2_000
COLUMNS = ("申請", "お客さま番号", "手順", "手段", "結果")

_FIX = """
INSERT INTO campaigns_incidentrecipient (incident_id, campaign_id, customer_id, step, channel, result)
SELECT %(incident)s, d.campaign_id, d.customer_id, d.step, w.channel, best.result
FROM delivery_delivery d
JOIN delivery_wave w ON w.id = d.wave_id
JOIN LATERAL (
    SELECT told.result FROM (
        SELECT o.result FROM delivery_outcome o
        WHERE o.campaign_id = d.campaign_id AND o.wave_id = d.wave_id AND o.position = d.position
        UNION ALL
        SELECT r.kind FROM delivery_receipt r
        WHERE r.campaign_id = d.campaign_id AND r.wave_id = d.wave_id AND r.position = d.position
    ) told (result) ORDER BY delivery_rank(told.result) DESC NULLS LAST LIMIT 1
) best ON true
WHERE d.campaign_id = %(campaign)s AND best.result = ANY(%(received)s)
  AND (w.channel <> 'letter' OR NOT EXISTS (
        SELECT FROM delivery_receipt n
        WHERE n.campaign_id = d.campaign_id AND n.wave_id = d.wave_id AND n.position = d.position
          AND starts_with(n.event_id, %(called_off)s)))
"""
_DIGEST = """
SELECT count(*), count(DISTINCT customer_id), encode(sha256(convert_to(COALESCE(
    string_agg(customer_id || ':' || step || ':' || result, E'\\n' ORDER BY customer_id, step), ''), 'UTF8')), 'hex')
FROM campaigns_incidentrecipient WHERE incident_id = %s
"""


@task("campaigns.fix_recipients")
def work(incident: int) -> None:
    """Fix one incident's list, unless messages may still go out or it is fixed already."""
    fix(incident)


@transaction.atomic
def fix(incident_id: int) -> bool:
    """Once nothing goes out any more: keep who received which step, the number of people and a digest."""
    incident = Incident.objects.select_for_update(of=("self",)).select_related("campaign").get(id=incident_id)
    if incident.recipients_fixed_at or incident.state != State.OPEN or may_grow(incident):
        return False
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '15min'")
        cursor.execute(
            _FIX,
            {
                "incident": incident.id,
                "campaign": incident.campaign_id,
                "received": list(RECEIVED),
                "called_off": CALLED_OFF_EVENT,
            },
        )
        cursor.execute(_DIGEST, [incident.id])
        rows, people, digest = cursor.fetchone()
    Incident.objects.filter(id=incident.id).update(
        recipients_count=people, recipients_digest=digest, recipients_fixed_at=timezone.now()
    )
    logbook.write(incident.id, "recipients_fixed", ACTOR)
    audit.record(
        actor=ACTOR,
        action="campaigns.incident.recipients_fixed",
        subject=("campaign", incident.campaign_id),
        details={"incident": incident.id, "people": people, "messages": rows, "digest": digest},
    )
    return True


def may_grow(incident: Incident) -> bool:
    """Whether messages of its campaign may still go out, are on their way, or are letters that may yet not be printed."""
    campaign_id = incident.campaign_id
    return (
        incident.campaign.state in UNDER_WAY
        or deliveries.has_leased_chunks(campaign_id)
        or letters.may_call_off_more(campaign_id)
    )


def people_in(incident_id: int) -> int:
    """Of how many people the list is; none before it is fixed."""
    return Incident.objects.get(id=incident_id).recipients_count or 0


def export(incident_id: int, staff: Staff, *, request: int | None = None) -> Iterator[bytes]:
    """The list as lines of a CSV file with customer numbers; each batch is read under a grant, the whole leaves one entry.

    Raises:
        NotPermitted: without the right.
        IncidentRefused: the list is not fixed yet.
        ExportNeedsRequest: nobody else approved it (or not ``request``, where one is named).
    """
    authorise(staff.actor, "incidents.export")
    incident = Incident.objects.get(id=incident_id)
    if incident.recipients_fixed_at is None:
        raise IncidentRefused(
            "受け取った方の一覧がまだ確定していません。", remedy="送信を止めると、一覧が確定します。"
        )
    actor = Actor.staff(staff.id)
    with transaction.atomic():
        people = incident.recipients_count or 0
        watermark = exports.take(Kind.RECIPIENTS, incident.id, people, actor=actor, number=request)
        logbook.write(incident.id, "exported", actor)
        audit.record(
            actor=actor,
            action="campaigns.incident.exported",
            subject=("campaign", incident.campaign_id),
            details={"incident": incident.id, "people": incident.recipients_count},
        )
    return lines(COLUMNS, _rows(incident.id, actor, watermark.text if watermark else ""), "utf-8")


def _rows(incident_id: int, actor: Actor, watermark: str) -> Iterator[tuple[str, ...]]:
    rows = IncidentRecipient.objects.filter(incident_id=incident_id).order_by("id")
    after = 0
    while batch := list(rows.filter(id__gt=after)[:AT_ONCE]):
        people = sorted({row.customer_id for row in batch})
        grant = audit.grant_read(actor=actor, purpose="incident.export", subjects=people)
        numbers = customers.numbers(grant)
        for row in batch:
            number = numbers.get(row.customer_id, f"No. {row.customer_id}")
            yield (watermark, number, str(row.step), CHANNEL_WORDS[row.channel], RESULT_WORDS[row.result])
        after = batch[-1].id
