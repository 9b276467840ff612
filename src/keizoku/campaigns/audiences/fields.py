"""The fields that an audience may name: those of the record and the rating, and what became of contacting the customer.

The expressions stand over ``TABLES``. What is asked of all campaigns together lies in ``campaigns_outreach``, one row a
customer; what one campaign did is asked by its number.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from django.db.models import Value

from keizoku.campaigns.incidents.models import Incident
from keizoku.campaigns.models import Campaign
from keizoku.delivery.rules import CHANNEL_WORDS
from keizoku.kernel.conditions import Field, Fields, FieldType
from keizoku.kernel.conditions import registry as fields_by_name
from keizoku.kernel.moment import once
from keizoku.kernel.text.sentences import Composed, Given
from keizoku.reviews.rules.states import NOT_FINAL
from keizoku.risk import registry
from keizoku.risk.fields import ACTIVE as ACTIVE  # noqa: PLC0414 - with the tables it stands over
from keizoku.risk.fields import AUDIENCE_TABLES

TABLES: Final = f"{AUDIENCE_TABLES} LEFT JOIN campaigns_outreach o ON o.customer_id = f.customer_id"

_CHANNELS: Final = {"line": "LINE", "email": "メール", "sms": "SMS", "letter": "郵便"}
_OPEN: Final = ", ".join(f"'{state}'" for state in NOT_FINAL)
_REVIEWED: Final = "EXISTS (SELECT FROM reviews_review r WHERE r.customer_id = f.customer_id AND {member}"
_IN_REVIEW: Final = _REVIEWED.format(member=f"r.state IN ({_OPEN}))")

_OPTED_OUT: Final = (
    "EXISTS (SELECT FROM customers_contactstop k "
    "WHERE k.customer_id = f.customer_id AND k.campaign_id IS NULL AND k.reason = 'opted_out')"
)


# One row for each customer and campaign that reached out to him (``gathering``).
_CONTACTED_IN: Final = (
    "EXISTS (SELECT FROM campaigns_contact k WHERE k.customer_id = f.customer_id AND {member})"
)

FIXED: Final[Fields] = fields_by_name(
    Field("contacted_on", FieldType.DATE, "最後に連絡した日", "o.contacted_on"),
    *(
        Field(f"contacted_{channel}_on", FieldType.DATE, f"最後に{name}で連絡した日", f"o.{channel}_on")
        for channel, name in _CHANNELS.items()
    ),
    Field("answered_on", FieldType.DATE, "最後に回答した日", "o.answered_on"),
    Field("silences", FieldType.NUMBER, "続けて回答のなかった回数", "o.silences"),
    Field(
        "in_review",
        FieldType.FLAG,
        "確認の途中",
        f"({_IN_REVIEW})",
    ),
    # Cases of the silent that were gathered to be contacted once more (``campaigns.silent``).
    Field(
        "silent_follow_up",
        FieldType.NUMBER,
        "もう一度連絡する方の回",
        "(SELECT s.follow_up_id FROM campaigns_silentcase s "
        "WHERE s.customer_id = f.customer_id AND s.state = 'contacting' ORDER BY s.id DESC LIMIT 1)",
    ),
    Field(
        "opted_out",
        FieldType.FLAG,
        "連絡停止のお申し出",
        f"({_OPTED_OUT})",
    ),
)


@once
def usable_fields() -> Fields:
    """What a new audience may name."""
    return _with(registry.usable_fields())


@once
def readable_fields() -> Fields:
    """What an audience that exists may have named: the attributes that ended too."""
    return _with(registry.readable_fields())


def _with(fields: Fields) -> Fields:
    campaigns, incidents = _choices()
    return fields_by_name(
        *fields.values(), *FIXED.values(), *_of_campaigns(campaigns), _of_incidents(incidents), _stopped()
    )


def _of_campaigns(campaigns: Mapping[int, str]) -> list[Field]:
    def told(name: str, label: str, sql: str, element: str) -> Field:
        return Field(name, FieldType.SET, label, sql, campaigns, element)

    return [
        told("selected_in", "対象になったキャンペーン", f"{_REVIEWED})", "r.campaign_id"),
        told("contacted_in", "連絡したキャンペーン", _CONTACTED_IN, "k.campaign_id"),
        told(
            "answered_in",
            "回答したキャンペーン",
            f"{_REVIEWED} AND r.answered_at IS NOT NULL)",
            "r.campaign_id",
        ),
        told(
            "silent_in",
            "回答のなかったキャンペーン",
            f"{_REVIEWED} AND r.state = 'unanswered')",
            "r.campaign_id",
        ),
    ]


def _of_incidents(numbers: Sequence[int]) -> Field:
    """Exactly those on an incident's fixed list: a correction goes to them and to nobody else."""
    sql = (
        "EXISTS (SELECT FROM campaigns_incidentrecipient i WHERE i.customer_id = f.customer_id AND {member})"
    )
    choices = {number: Composed("事案{0}", number) for number in numbers}
    return Field("in_incident", FieldType.SET, "誤送信などを受け取った事案", sql, choices, "i.incident_id")


def _stopped() -> Field:
    sql = "EXISTS (SELECT FROM customers_channelstop u WHERE u.customer_id = f.customer_id AND {member})"
    return Field(
        "stopped_channels", FieldType.SET, "連絡を止めている手段", sql, dict(CHANNEL_WORDS), "u.channel"
    )


def _choices() -> tuple[dict[int, str], list[int]]:
    """The campaigns that were launched and the incidents whose list is fixed, the newest first, by one statement."""
    launched = Campaign.objects.exclude(launched_at=None).values_list("id", "name", Value("campaign"))
    fixed = Incident.objects.exclude(recipients_fixed_at=None).values_list("id", Value(""), Value("incident"))
    found = sorted(launched.union(fixed, all=True), reverse=True)
    campaigns: dict[int, str] = {number: Given(name) for number, name, what in found if what == "campaign"}
    return campaigns, [number for number, _, what in found if what == "incident"]
