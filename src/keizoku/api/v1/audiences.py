"""Audiences and journeys to choose from, and the exact count of a tree of conditions."""

from typing import Any, Final, Literal

from ninja import Field, Router, Schema

from keizoku.api.access import ApiRequest, allowed
from keizoku.api.v1.customers import Strict
from keizoku.campaigns.audiences import counting
from keizoku.campaigns.audiences import queries as audiences
from keizoku.campaigns.journeys import queries as journeys
from keizoku.kernel.clock import business_today

router: Final = Router(tags=["audiences"])


class Audience(Schema):
    id: int
    version_id: int
    number: int
    name: str
    condition: dict[str, Any]
    words: str


class Audiences(Schema):
    items: list[Audience]


class Journey(Schema):
    id: int
    name: str


class Journeys(Schema):
    items: list[Journey]


class Counted(Strict):
    condition: dict[str, Any] = Field(description="A tree of conditions, as saved audiences show one.")
    channels: list[Literal["line", "email", "sms", "letter"]] = Field(min_length=1, max_length=4)


class Count(Schema):
    matching: int
    included: int
    excluded: dict[str, int] = Field(description="By the first reason against contacting.")
    reachable: dict[str, int]


@router.get("/audiences", response=Audiences, **allowed("campaigns:read", "audience-list"))
def listing(request: ApiRequest) -> Audiences:
    """保存された対象の、最新の版。 Saved audiences by their latest version."""
    rows = [row.latest for row in audiences.listing()]
    return Audiences(
        items=[
            Audience(
                id=row.audience_id,
                version_id=row.id,
                number=row.number,
                name=row.name,
                condition=row.condition,
                words=row.words,
            )
            for row in rows
        ]
    )


@router.get("/journeys", response=Journeys, **allowed("campaigns:read", "journey-list"))
def journey_list(request: ApiRequest) -> Journeys:
    """保存された連絡手順。 Saved journeys."""
    return Journeys(items=[Journey(id=row.id, name=row.name) for row in journeys.journeys()])


@router.post("/audiences/count", response=Count, **allowed("audiences:count", "audience-count"))
def count(request: ApiRequest, asked: Counted) -> Count:
    """条件に合う人数を、今の記録で正確に数える。 The exact count now; nothing is written."""
    found = counting.preview(asked.condition, asked.channels, business_today())
    return Count(
        matching=found.matching, included=found.included, excluded=found.excluded, reachable=found.reachable
    )
