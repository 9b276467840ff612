"""Looks for what is unusual about a request and keeps it: found again it asks nobody twice, grown it asks anew."""

from datetime import timedelta

from django.db import connection, transaction
from django.db.models import Q

from keizoku.audit import actions as audit
from keizoku.campaigns.approval import rules
from keizoku.campaigns.approval.models import Anomaly, TrialSend
from keizoku.campaigns.approval.rules import Found, StepTested
from keizoku.campaigns.models import Campaign
from keizoku.campaigns.rules import State
from keizoku.delivery import queries as messages
from keizoku.kernel.actor import Actor
from keizoku.kernel.clock import business_now

ACTOR = Actor.system("approval")
LOOKED_AT = 50
# A campaign's end is wall time and a contact's is business time, which a demonstration advances by months: no campaign that
# counts is left out by this, and those of years ago cost nothing.
CLOCKS_APART = timedelta(days=400)

# Of the frozen people, those to whom another campaign's message went out lately: taken on, or perhaps taken on.
_LATELY = """
SELECT count(DISTINCT a.customer_id) FROM campaigns_audience a
JOIN delivery_delivery d ON d.customer_id = a.customer_id
JOIN delivery_outcome o
  ON o.campaign_id = d.campaign_id AND o.wave_id = d.wave_id AND o.position = d.position
WHERE a.campaign_id = %(campaign)s AND d.campaign_id = ANY(%(others)s)
  AND o.result IN ('accepted', 'unknown') AND o.business_at > %(since)s
"""
_RECENT = "SELECT DISTINCT campaign_id FROM delivery_wave WHERE campaign_id <> %s"


@transaction.atomic
def examine(campaign_id: int) -> list[Found]:
    """Look at one requested campaign and keep what is found; returns all of it."""
    campaign = Campaign.objects.select_for_update().get(id=campaign_id)
    if campaign.state != State.REQUESTED:
        return []
    found = _find(campaign)
    known = list(Anomaly.objects.filter(campaign=campaign, request_digest=campaign.request_digest))
    for each in found:
        same = [row for row in known if (row.code, row.about) == (each.code, each.about)]
        if any(row.weight >= each.weight for row in same):
            continue
        Anomaly.objects.filter(id__in=[row.id for row in same if row.confirmed_by is None]).delete()
        Anomaly.objects.create(
            campaign=campaign,
            request_digest=campaign.request_digest,
            code=each.code.value,
            about=each.about,
            weight=each.weight,
            figures=each.figures,
        )
        audit.record(
            actor=ACTOR,
            action="campaigns.anomaly.found",
            subject=("campaign", campaign.id),
            details={"code": each.code.value, "about": each.about, "weight": each.weight},
        )
    kept = {(each.code.value, each.about) for each in found}
    gone = [row.id for row in known if row.confirmed_by is None and (row.code, row.about) not in kept]
    Anomaly.objects.filter(id__in=gone).delete()
    return found


def last_comparable(campaign: Campaign) -> Campaign | None:
    """The last campaign that went out with the same saved audience, else with the same conditions, else the last at all."""
    earlier = list(
        Campaign.objects.filter(launched_at__isnull=False)
        .exclude(id=campaign.id)
        .select_related("audience_version")
        .order_by("-launched_at")[:LOOKED_AT]
    )
    own = campaign.audience_version.audience_id if campaign.audience_version else None
    for other in earlier:
        if own is not None and other.audience_version and other.audience_version.audience_id == own:
            return other
    for other in earlier:
        if other.audience == campaign.audience:
            return other
    return earlier[0] if earlier else None


def _find(campaign: Campaign) -> list[Found]:
    count, last = campaign.audience_count or 0, last_comparable(campaign)
    larger = rules.much_larger(count, last.audience_count, last.name) if last else None
    lately = rules.contacted_lately(_contacted_lately(campaign), count)
    return [each for each in (larger, *rules.words_after_test(_tested(campaign)), lately) if each]


def _tested(campaign: Campaign) -> list[StepTested]:
    tested: dict[str, set[str]] = {}
    sent = TrialSend.objects.filter(Q(result="accepted") | Q(result="unknown"), campaign=campaign)
    for channel, digest in sent.values_list("channel", "message__digest"):
        tested.setdefault(channel, set()).add(digest)
    return [
        StepTested(
            place=f"{step.course}-{step.ordinal}",
            channel=step.channel,
            message_id=step.message_id,
            digest=messages.words(step.message_id).digest,
            tested=frozenset(tested.get(step.channel, ())),
        )
        for step in campaign.steps.order_by("course", "ordinal")
    ]


def _contacted_lately(campaign: Campaign) -> int:
    since = business_now() - timedelta(days=rules.LATELY_DAYS)
    with connection.cursor() as cursor:
        cursor.execute(_RECENT, [campaign.id])
        others = [row[0] for row in cursor.fetchall()]
        running = Campaign.objects.filter(id__in=others).exclude(ended_at__lt=since - CLOCKS_APART)
        cursor.execute(
            _LATELY,
            {
                "campaign": campaign.id,
                "others": list(running.values_list("id", flat=True)),
                "since": since,
            },
        )
        (people,) = cursor.fetchone()
    assert isinstance(people, int)
    return people
