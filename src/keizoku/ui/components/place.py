"""Where one is: the console's navigation by the walk, breadcrumbs, steps, the business clock."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple, TypedDict

from keizoku.kernel.text.sentences import Meant

WALK = (
    ("due", Meant("期日", "期日の一覧")),
    ("campaigns", "キャンペーン"),
    ("silent", "回答のない方"),
    ("desk", "審査"),
    ("identity", "本人確認"),
    ("phone", "電話窓口"),
    ("paper", "紙の回答"),
    ("tasks", "タスク"),
    ("customers", "お客さま"),
    ("audit", "証跡"),
    ("settings", "設定"),
)
CLOCKS_AGREE_WITHIN = timedelta(minutes=1)


class Progress(NamedTuple):
    """Which step of how many, from 1: 「4のうち2」 is ``Progress(2, 4)``."""

    step: int
    total: int


@dataclass(frozen=True)
class NavigationItem:
    key: str
    label: str
    url: str
    is_current: bool = False
    waiting: int = 0


def navigation(
    urls: Mapping[str, str], *, current: str = "", waiting: Mapping[str, int] | None = None
) -> list[NavigationItem]:
    """The walk's places in its order; only those in ``urls``, so that the console leaves out what may not be seen."""
    return [
        NavigationItem(key, label, urls[key], key == current, (waiting or {}).get(key, 0))
        for key, label in WALK
        if key in urls
    ]


def clock_to_show(business: datetime, wall: datetime) -> datetime | None:
    """The business clock when it differs from wall time, otherwise nothing."""
    return business if abs(business - wall) > CLOCKS_AGREE_WITHIN else None


class StepsContext(TypedDict):
    index: int
    total: int
    noun: str


def steps(index: int, total: int, noun: str = "") -> StepsContext:
    return {"index": index, "total": total, "noun": noun}


class BreadcrumbContext(TypedDict):
    trail: Sequence[tuple[str, str]]
    here: str


def breadcrumb(trail: Sequence[tuple[str, str]], here: str) -> BreadcrumbContext:
    """``trail`` of (label, url) above the page, then ``here`` without a link."""
    return {"trail": trail, "here": here}


class EmptyContext(TypedDict):
    title: str
    what_next: str
    label: str
    url: str


def empty_state(title: str, what_next: str, *, label: str = "", url: str = "") -> EmptyContext:
    """Nothing here yet: what that means, and what to do next."""
    return {"title": title, "what_next": what_next, "label": label, "url": url}
