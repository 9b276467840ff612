"""Every page of the console that lists, and the first page, in a large base, against the bare SELECT of a page's rows.

Real: the pages, as a browser of a signed-in member of staff asks for them (Django's test client: URL, gate, session,
queries, templates; no network), and the jobs that count. Generated in SQL: the base of ``choosing``, and for its
three campaigns deliveries (three a customer of the base), attempts, outcomes, counters and cases of the silent.
Which pages: all routes of the console that need no number and answer a GET with a whole page, and those of one campaign.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final

from keizoku.bench.choosing import make_base, timed, told
from keizoku.bench.ground import main, stopwatch
from keizoku.bench.processes import most_resident_mb

GOAL_MS: Final = 200
GOAL_QUERIES: Final = 15
SHOWN: Final = 50
HOST: Final = "localhost"
CAMPAIGNS: Final = (1, 2, 3)
# Forms and signing in are no lists; a test of the suite walks them.
_NO_LISTS: Final = ("-new", "-sign-in", "-sign-out", "-edit", "-draft", "-nowhere")
_OF_CAMPAIGN: Final = (
    "console-campaign",
    "console-campaign-progress",
    "console-campaign-numbers",
    "console-campaign-why",
    "console-campaign-unknown",
)

_CAMPAIGN: Final = (
    "SELECT delivery_open_campaign({campaign})",
    "SELECT campaigns_open_audience({campaign})",
    """
    INSERT INTO campaigns_audience_{campaign} (campaign_id, seq, customer_id, course)
    SELECT {campaign}, row_number() OVER (ORDER BY customer_id), customer_id, 1
    FROM reviews_review WHERE campaign_id = {campaign}
    """,
    "SELECT campaigns_close_audience({campaign})",
    """
    INSERT INTO campaigns_exclusion (campaign_id, customer_id, reason)
    SELECT {campaign}, customer_id, 'opted_out' FROM customers_contactstop s
    WHERE NOT EXISTS (SELECT FROM reviews_review r WHERE r.campaign_id = {campaign} AND r.customer_id = s.customer_id)
    """,
)
# A wave a step; the second step goes to every other one, as mail to those who did not answer at once.
_STEP: Final = (
    """
    INSERT INTO delivery_delivery (campaign_id, wave_id, position, step, customer_id, review_id, reference)
    SELECT {campaign}, {wave}, row_number() OVER (ORDER BY customer_id), {step}, customer_id, id, reference
    FROM reviews_review WHERE campaign_id = {campaign} AND customer_id % {step} = 0
    """,
    """
    INSERT INTO delivery_attempt (campaign_id, wave_id, position, number)
    SELECT campaign_id, wave_id, position, 1 FROM delivery_delivery WHERE campaign_id = {campaign} AND wave_id = {wave}
    """,
    """
    INSERT INTO delivery_outcome (campaign_id, wave_id, position, number, result, code, business_at)
    SELECT d.campaign_id, d.wave_id, d.position, 1,
           CASE WHEN d.position % 5000 = 1 THEN 'unknown' WHEN d.position % 50 = 2 THEN 'rejected' ELSE 'accepted' END, '',
           r.opened_at + ({step} - 1) * interval '7 days'
    FROM delivery_delivery d JOIN reviews_review r ON r.id = d.review_id
    WHERE d.campaign_id = {campaign} AND d.wave_id = {wave}
    """,
    """
    INSERT INTO delivery_counter (campaign_id, wave_id, step, channel, result, code, count, day)
    SELECT {campaign}, {wave}, {step}, '{channel}', result, '', count(*), business_at::date
    FROM delivery_outcome WHERE campaign_id = {campaign} AND wave_id = {wave}
    GROUP BY result, business_at::date, position / 500
    """,
)
_AFTER: Final = (
    """
    INSERT INTO campaigns_uncountedanswer (review_id, campaign_id, answered_at)
    SELECT id, campaign_id, answered_at FROM reviews_review WHERE answered_at IS NOT NULL
    """,
    """
    INSERT INTO campaigns_silentcase (campaign_id, customer_id, review_id, state, state_since, opened_at, opened_on,
        opened_because, reach, reason, measure)
    SELECT campaign_id, customer_id, id, 'open', now(), now(), current_date, 'deadline', 'accepted', '', ''
    FROM reviews_review WHERE state = 'unanswered' AND campaign_id = 3
    """,
    """
    UPDATE reviews_review SET state = 'answered', answered_at = now(), state_since = now()
    WHERE campaign_id = 3 AND state = 'open' AND customer_id % 5 = 0
    """,
)


def measure(rows: int) -> dict[str, Any]:
    seconds: dict[str, float] = {}
    with stopwatch(seconds, "made"):
        make_base(rows)
        deliveries = _make_campaigns()
    with stopwatch(seconds, "answers_counted"):
        answers = _count()
    pages = {route: _page(path, ask) for route, path, ask in _pages()}
    bare = told(timed(_bare))
    slowest = max(pages, key=lambda route: pages[route]["p95_ms"])
    return {
        "name": "lists",
        "value": pages[slowest]["p95_ms"],
        "unit": "ms, p95 of the slowest page",
        "goal": GOAL_MS,
        "goal_queries": GOAL_QUERIES,
        "rows": rows,
        "deliveries": deliveries,
        "answers_counted": answers,
        "seconds": seconds,
        "slowest": slowest,
        "most_queries": max(page["queries"] for page in pages.values()),
        "over_goal": sorted(route for route, page in pages.items() if page["p95_ms"] >= GOAL_MS),
        "over_goal_queries": sorted(route for route, page in pages.items() if page["queries"] > GOAL_QUERIES),
        "pages": pages,
        "baseline": f"SELECT of {SHOWN} reviews by their key",
        "baseline_ms": bare["p95_ms"],
        "ratio": round(pages[slowest]["p95_ms"] / bare["p95_ms"], 1),
        "peak_mb": most_resident_mb(),
    }


def _make_campaigns() -> int:
    """Three campaigns that were approved and sent; returns how many deliveries they have."""
    from django.db import connection, connections

    for campaign in CAMPAIGNS:
        _make_campaign(campaign)
    with connection.cursor() as cursor:
        for statement in _AFTER:
            cursor.execute(statement)
    with connections[
        "owner"
    ].cursor() as cursor:  # as a running house's autovacuum would; only a table's owner may
        cursor.execute("ANALYZE")
        cursor.execute("SELECT count(*) FROM delivery_delivery")
        (deliveries,) = cursor.fetchone()
    assert isinstance(deliveries, int)
    return deliveries


def _make_campaign(number: int) -> None:
    from django.db import connection

    from keizoku.campaigns.journeys import courses, reach
    from keizoku.campaigns.models import Campaign, Step
    from keizoku.delivery import actions as delivery
    from keizoku.delivery.models import Wave
    from keizoku.kernel.actor import Actor
    from keizoku.kernel.clock import business_today

    campaign = Campaign.objects.get(id=number)
    campaign.courses.create(ordinal=1, name="すべてのお客さま")
    waves = []
    for step, (channel, label) in enumerate((("line", "確認する"), ("email", "")), start=1):
        message = delivery.write_message(
            channel=channel,
            name="bench",
            subject="" if label else "お願い",
            body="受付番号 {reference}",
            button_label=label,
            actor=Actor.system("bench"),
        )
        Step.objects.create(campaign=campaign, ordinal=step, channel=channel, wait_days=7, message_id=message)
        wave = Wave.objects.create(
            campaign_id=number,
            step=step,
            channel=channel,
            message_id=message,
            deadline=business_today(),
            size=0,
        )
        waves.append((step, channel, wave.id))
    with connection.cursor() as cursor:
        for statement in _CAMPAIGN:
            cursor.execute(statement.format(campaign=number))
        for step, channel, wave_id in waves:
            for statement in _STEP:
                cursor.execute(statement.format(campaign=number, step=step, channel=channel, wave=wave_id))
            Wave.objects.filter(id=wave_id).update(size=_size(number, wave_id))
        reach.keep(number, courses.of_campaign(campaign), business_today())  # as the request does
        cursor.execute("SELECT count(*) FROM campaigns_audience WHERE campaign_id = %s", [number])
        (people,) = cursor.fetchone()
    _approve(number, people)


def _size(campaign: int, wave: int) -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM delivery_delivery WHERE campaign_id = %s AND wave_id = %s", [campaign, wave]
        )
        (size,) = cursor.fetchone()
    assert isinstance(size, int)
    return size


def _approve(campaign: int, people: int) -> None:
    """The way through the states that the database asks for."""
    from keizoku.campaigns.models import Campaign
    from keizoku.kernel.clock import business_now, business_today

    row, now = Campaign.objects.filter(id=campaign), business_now()
    row.update(
        state="requested",
        requested_by=1,
        requested_at=now,
        audience_count=people,
        first_wave_size=0,
        request_digest="bench",
    )
    row.update(state="launching", approved_by=2, approved_at=now, approval_digest="bench")
    row.update(state="running", closes_on=business_today())
    if campaign != CAMPAIGNS[-1]:
        row.update(state="finished", ended_at=now)


def _count() -> int:
    """The jobs that count, as they run every minute; returns how many answers."""
    from keizoku.campaigns.numbers import counting
    from keizoku.delivery.numbers import WAYS
    from keizoku.kernel.database.folding import fold
    from keizoku.risk import due_counts

    due_counts.fold_counts()
    fold("reviews_tally", ("campaign_id", "kind"))
    return counting.count(WAYS)


def _pages() -> Iterator[tuple[str, str, Callable[[], Any]]]:
    """(route, path, how it is asked for by somebody who may)."""
    from django.urls import reverse

    from keizoku.console.urls import urlpatterns

    clients = _clients()
    for pattern in urlpatterns:
        route, permission = pattern.name or "", getattr(pattern.callback, "keizoku_permission", "")
        plain = not pattern.pattern.converters and not route.endswith(_NO_LISTS)
        if not permission or not (plain or route in _OF_CAMPAIGN):
            continue
        path = reverse(route, args=[] if plain else [CAMPAIGNS[-1]])
        client = next(client for staff, client in clients if staff.may(permission))
        ask = partial(client.get, path)
        answer = ask()
        is_page = answer.status_code == 200 and answer["Content-Type"].startswith("text/html")  # noqa: PLR2004
        if is_page and (b"<html" in answer.content or route in _OF_CAMPAIGN):
            yield route, path, ask


def _clients() -> list[tuple[Any, Any]]:
    """One member of staff for each role, signed in; whoever may most stands first."""
    from django.conf import settings
    from django.test import Client

    from keizoku.accounts.models import Staff
    from keizoku.accounts.rules import ROLES

    settings.ALLOWED_HOSTS = [HOST]
    found = []
    for role in ROLES:
        staff = Staff.objects.create(login=f"bench-{role}", display_name=role, role=role)
        client = Client(SERVER_NAME=HOST)
        client.force_login(staff)
        found.append((staff, client))
    return found


def _page(path: str, ask: Callable[[], Any]) -> dict[str, Any]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    took = told(timed(ask, rounds=40))
    with CaptureQueriesContext(connection) as asked:
        ask()
    return {"path": path, **took, "queries": len(asked)}


def _bare() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM reviews_review ORDER BY id DESC LIMIT %s", [SHOWN])
        cursor.fetchall()


if __name__ == "__main__":
    main(measure)
