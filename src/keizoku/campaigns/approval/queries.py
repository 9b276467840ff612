"""Reads of the approval: who made what, what is unusual, how a launch comes along, how the first wave went, halts."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from keizoku.accounts import queries as accounts
from keizoku.campaigns.approval.models import Anomaly, Halt, Launch, TrialSend
from keizoku.campaigns.approval.rules import Code, Tally, first_wave_places
from keizoku.campaigns.counters import Counters, counters
from keizoku.campaigns.journeys.models import JourneyVersion
from keizoku.campaigns.models import Campaign
from keizoku.delivery.models import MessageVersion
from keizoku.delivery.rules import CHANNEL_WORDS, RECEIPT_WAIT
from keizoku.kernel.text.sentences import Composed


@dataclass(frozen=True, slots=True)
class LaunchView:
    """How many of the frozen people have their review already."""

    through: int
    total: int
    began_at: datetime | None


@dataclass(frozen=True, slots=True)
class ChannelSeen:
    """One channel's messages: accepted + refused + unknown + skipped + waiting = planned.

    ``delivered`` is None where the carrier never tells what arrived; ``refusals`` is (carrier's code, count), most first.
    """

    channel: str
    planned: int
    accepted: int
    delivered: int | None
    undelivered: int
    refused: int
    unknown: int
    skipped: int
    refusals: tuple[tuple[str, int], ...]

    @property
    def waiting(self) -> int:
        return max(self.planned - self.accepted - self.refused - self.unknown - self.skipped, 0)


@dataclass(frozen=True, slots=True)
class FirstWaveSeen:
    """What a person looks at before everybody else is written to; ``rest`` is how many those are."""

    size: int
    rest: int
    channels: tuple[ChannelSeen, ...]
    opted_out: int
    withdrew_consent: int
    called_for_help: int
    answered: int


_PEOPLE = """
SELECT
    count(*) FILTER (WHERE EXISTS (
        SELECT FROM customers_contactstop s WHERE s.customer_id = a.customer_id AND s.reason = 'opted_out'
          AND s.created_at >= c.approved_at)),
    count(*) FILTER (WHERE EXISTS (
        SELECT FROM customers_channelstop s WHERE s.customer_id = a.customer_id AND s.since >= c.approved_at)),
    count(*) FILTER (WHERE r.state = 'needs_person' OR r.help_kind <> ''),
    count(*) FILTER (WHERE r.answered_at IS NOT NULL)
FROM campaigns_audience a
JOIN campaigns_campaign c ON c.id = a.campaign_id
LEFT JOIN reviews_review r ON r.campaign_id = a.campaign_id AND r.customer_id = a.customer_id
WHERE a.campaign_id = %s AND a.seq = ANY(%s)
"""


def makers(campaign: Campaign) -> frozenset[int]:
    """Who made or edited any part: the campaign, its saved audience's version, its journeys' versions, its messages.

    None of them may approve; the database knows the same (migration 0005).
    """
    words = MessageVersion.objects.filter(id__in=campaign.steps.values("message_id"))
    versions = JourneyVersion.objects.filter(id__in=campaign.courses.values("journey_version_id"))
    written = [*words.values_list("made_by", flat=True), *versions.values_list("made_by", flat=True)]
    people = {
        campaign.made_by,
        campaign.requested_by,
        campaign.audience_version.made_by if campaign.audience_version else None,
        *campaign.edits.values_list("staff_id", flat=True),
        *(int(name) for name in written if name.isdigit()),
    }
    return frozenset(person for person in people if person is not None)


def launch_of(campaign_id: int) -> LaunchView:
    """How far the launch is; a launch that has not begun stands at 0."""
    total = Campaign.objects.values_list("audience_count", flat=True).get(id=campaign_id)
    launch = Launch.objects.filter(campaign_id=campaign_id).first()
    if launch is None:
        return LaunchView(0, total or 0, None)
    return LaunchView(launch.through, total or 0, launch.began_at)


def first_wave_seen(campaign_id: int) -> FirstWaveSeen:
    """The first wave's numbers so far. Meaningful until the rest is written to: counters know no waves of their own then."""
    campaign = Campaign.objects.get(id=campaign_id)
    count, size = campaign.audience_count or 0, campaign.first_wave_size or 0
    return first_wave(campaign_id, count, size, counters(campaign_id))


def first_wave(campaign_id: int, count: int, size: int, told: Counters) -> FirstWaveSeen:
    """The same of a campaign whose people, first wave and counters are known."""
    with connection.cursor() as cursor:
        cursor.execute(_PEOPLE, [campaign_id, first_wave_places(count, size)])
        opted_out, withdrew, helped, answered = cursor.fetchone()
    return FirstWaveSeen(
        size=size,
        rest=count - size,
        channels=tuple(channels_seen(told)),
        opted_out=opted_out,
        withdrew_consent=withdrew,
        called_for_help=helped,
        answered=answered,
    )


def channels_seen(told: Counters) -> list[ChannelSeen]:
    """A campaign's messages by channel, in the order of its steps; all from counters."""
    planned: dict[str, int] = {}
    for (_, _, channel), size in told.planned.items():
        planned[channel] = planned.get(channel, 0) + size
    return [_channel_seen(channel, size, told) for channel, size in planned.items()]


def _channel_seen(channel: str, planned: int, told: Counters) -> ChannelSeen:
    refusals = [(code, count) for (on, code), count in told.refusals.items() if on == channel]
    return ChannelSeen(
        channel=channel,
        planned=planned,
        accepted=told.of_channel(channel, "accepted"),
        delivered=told.of_channel(channel, "delivered") if channel in RECEIPT_WAIT else None,
        undelivered=told.of_channel(channel, "undelivered"),
        refused=told.of_channel(channel, "rejected"),
        unknown=told.of_channel(channel, "unknown"),
        skipped=told.of_channel(channel, "skipped"),
        refusals=tuple(sorted(refusals, key=lambda item: (-item[1], item[0]))),
    )


@dataclass(frozen=True, slots=True)
class AnomalyView:
    """One anomaly of the present request; ``reason`` is empty until an approver has answered for it."""

    id: int
    code: Code
    figures: dict[str, int | str]
    confirmed_by: int | None
    confirmed_by_name: str
    confirmed_at: datetime | None
    reason: str


def anomalies(campaign_id: int) -> list[AnomalyView]:
    """Those of the present request, as they were found."""
    digest = Campaign.objects.values_list("request_digest", flat=True).get(id=campaign_id)
    found = Anomaly.objects.filter(campaign_id=campaign_id, request_digest=digest).order_by("id")
    rows = list(found) if digest else []
    names = accounts.display_names({row.confirmed_by for row in rows if row.confirmed_by is not None})
    return [
        AnomalyView(
            row.id,
            Code(row.code),
            row.figures,
            row.confirmed_by,
            names.get(row.confirmed_by or 0, ""),
            row.confirmed_at,
            row.reason,
        )
        for row in rows
    ]


def editors(campaign_id: int) -> list[str]:
    """The names of all who made or edited any part: none of them may approve."""
    names = accounts.display_names(makers(Campaign.objects.get(id=campaign_id)))
    return [name for _, name in sorted(names.items())]


@dataclass(frozen=True, slots=True)
class HaltView:
    """A fall in acceptance that the system halted for; shares are of all answers."""

    id: int
    channel: str
    before: Tally
    lately: Tally
    at: datetime


def halt_of(campaign_id: int) -> HaltView | None:
    """The halt that nobody has resumed from."""
    halt = Halt.objects.filter(campaign_id=campaign_id, resumed_at=None).order_by("-id").first()
    if halt is None:
        return None
    told = halt.figures
    return HaltView(
        halt.id,
        halt.channel,
        Tally(told["before_accepted"], told["before_total"] - told["before_accepted"]),
        Tally(told["lately_accepted"], told["lately_total"] - told["lately_accepted"]),
        halt.at,
    )


@dataclass(frozen=True, slots=True)
class Trial:
    """One step, and when its present words were last sent as a test of this campaign."""

    step_id: int
    words: str
    tried_at: datetime | None


def trials(campaign_id: int) -> list[Trial]:
    sent = TrialSend.objects.filter(campaign_id=campaign_id, result__in=["accepted", "unknown"])
    tried = dict(sent.order_by("id").values_list("message__digest", "sent_at"))
    steps = Campaign.objects.get(id=campaign_id).steps.select_related("message").order_by("course", "ordinal")
    return [
        Trial(
            step.id,
            Composed("コース{0} 手順{1} {2}", step.course, step.ordinal, CHANNEL_WORDS[step.channel]),
            tried.get(step.message.digest),
        )
        for step in steps
    ]
