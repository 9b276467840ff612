"""Twenty customers of an audience to check by eye: masked names, nothing else that identifies anybody.

Chosen at random but the same for a version and a day, so that two people who talk about the sample see the same people and
nobody draws until the sample pleases. Reading the names is a read of personal data: granted for these twenty, and audited.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

from keizoku.audit import actions as audit
from keizoku.campaigns.audiences.counting import candidates, counting
from keizoku.campaigns.audiences.models import AudienceVersion
from keizoku.campaigns.rules import CHANNEL_FACT
from keizoku.customers import queries as customers
from keizoku.kernel.actor import Actor
from keizoku.kernel.text import prefectures
from keizoku.risk.rules.scale import Level

SIZE: Final = 20
PURPOSE: Final = "送信対象の見本の確認"
_HIDDEN: Final = "●●"


@dataclass(frozen=True, slots=True)
class Sampled:
    """One customer of a sample. ``kana`` is the first letter of each part of the reading, the rest hidden."""

    id: int
    kana: str
    prefecture: str
    level: str
    due_on: date | None
    channels: tuple[str, ...]


def sample(version_id: int, *, actor: Actor, today: date) -> list[Sampled]:
    """The sample of a saved version on a day: at most twenty of those who would be contacted.

    Raises:
        AudienceVersion.DoesNotExist: there is no such version.
    """
    version = AudienceVersion.objects.get(id=version_id)
    people, parameters = candidates(version.condition, list(CHANNEL_FACT), today)
    reached = ", ".join(f"reach_{channel}" for channel in CHANNEL_FACT)
    seed = int(version.digest[:8], 16) + today.toordinal()
    with counting() as cursor:
        cursor.execute(
            f"""
            SELECT chosen.id, f.prefecture, s.level, s.due_on, {reached}
            FROM (SELECT id, {reached} FROM ({people}) AS candidate WHERE reason IS NULL
                  ORDER BY hashint8extended(id, %s), id LIMIT {SIZE}) chosen
            JOIN customers_fact f ON f.customer_id = chosen.id
            LEFT JOIN risk_standing s ON s.customer_id = chosen.id
            ORDER BY hashint8extended(chosen.id, %s), chosen.id
            """,  # noqa: S608 - names of this module
            [*parameters, seed, seed],
        )
        rows = cursor.fetchall()
    if not rows:
        return []
    grant = audit.grant_read(actor=actor, purpose=PURPOSE, subjects=[row[0] for row in rows])
    return [  # a record each, twenty at most
        Sampled(
            id=customer_id,
            kana=initials(customers.record(customer_id, grant, ("kana",)).values["kana"] or ""),
            prefecture=prefectures.name(f"{prefecture:02d}") or "",
            level=Level(level).label if level else "",
            due_on=due_on,
            channels=tuple(channel for channel, can in zip(CHANNEL_FACT, reach, strict=True) if can),
        )
        for customer_id, prefecture, level, due_on, *reach in rows
    ]


def initials(kana: str) -> str:
    """ｽｽﾞｷ ﾊﾅｺ → ｽ●● ﾊ●●: enough to see that these are people, not enough to know whom."""
    return " ".join(f"{part[0]}{_HIDDEN}" for part in kana.split()) or _HIDDEN
