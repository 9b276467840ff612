"""Customers who answer: the whole walk from the code to the receipt, through HTTP, on a running web server.

Everything is real: granian with a process a core, Django, sessions, throttles, decryption, drafts kept at each step, the
answer with its proposals, the audit. A customer is a connection and cookies of his own without JavaScript: he opens the
first page, types his code, says who he is, answers what the pages ask (nothing has changed where that can be said), and
follows each redirect, so that a step is two requests as in a browser. First as fast as the server can; then at half the
goal's load, arriving at random, for the time of a page. Against a bare WSGI application on the same server that reads one
row and writes one for each request, asked as often by the same clients.
"""

import asyncio
import csv
import json
import os
import random
import re
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Coroutine, Iterable
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any, Final, TypeAlias

from keizoku.bench.ground import SEED, main, write_sample
from keizoku.bench.serving import served

GOAL_REQUESTS, GOAL_CUSTOMERS, GOAL_PAGE_MS = 250, 15, 80
CAMPAIGN: Final = 1
AT_ONCE: Final = 16
WORKERS: Final = 2
MOST_PAGES: Final = 40  # of one walk: more is a circle
PERCENTILE: Final = 95
One: TypeAlias = Callable[[dict[str, str]], Coroutine[Any, Any, None]]


def measure(rows: int) -> dict[str, Any]:
    people = _people(rows)
    half = len(people) // 2
    with served("keizoku.bench.answering:bare_application", interface="wsgi", workers=WORKERS) as url:
        bare = _ask(url, people[:half], kind="bare")
    with served("keizoku.wsgi:application", interface="wsgi", workers=WORKERS) as url:
        fast = _ask(url, people[:half], kind="walk")
        calm = _ask(url, people[half:], kind="walk", a_second=GOAL_CUSTOMERS / 2)
    stored = _stored()
    assert stored == len(people), f"{stored} answers of {len(people)} are stored"
    return {
        "name": "answers",
        "value": fast["requests_per_second"],
        "unit": "requests/s",
        "goal": GOAL_REQUESTS,
        "customers": len(people),
        "requests_a_customer": fast["requests_a_customer"],
        "server_processes": WORKERS,
        "customers_at_once": AT_ONCE,
        "customers_per_second": {"value": fast["customers_per_second"], "goal": GOAL_CUSTOMERS},
        "page_ms": {"median": fast["median_ms"], "p95": fast["p95_ms"]},
        "at_half_the_goal": {
            "customers_per_second": calm["customers_per_second"],
            "requests_per_second": calm["requests_per_second"],
            "median_ms": calm["median_ms"],
            "p95_ms": calm["p95_ms"],
            "goal_p95_ms": GOAL_PAGE_MS,
        },
        "baseline": "a bare WSGI application that reads a row and writes a row, on the same server, by the same clients",
        "baseline_value": bare["requests_per_second"],
        "ratio": round(fast["requests_per_second"] / bare["requests_per_second"], 3),
    }


def _people(rows: int) -> list[dict[str, str]]:
    """Persons with an open review: their code and what they say of themselves."""
    from keizoku.audit.actions import grant_read
    from keizoku.customers.codes import Kind
    from keizoku.customers.imports.importing import import_file
    from keizoku.customers.models import Fact
    from keizoku.customers.queries import numbers
    from keizoku.kernel.actor import Actor
    from keizoku.kernel.clock import business_now, business_today
    from keizoku.kernel.text.numbers import format_reference_code
    from keizoku.reviews.actions import open_reviews
    from keizoku.reviews.models import Review

    bench, sample = Actor.system("bench"), write_sample(rows)
    import_file(sample, as_of=business_today(), actor=bench)
    open_reviews(
        campaign_id=CAMPAIGN,
        members_sql="SELECT customer_id::int AS seq, customer_id, '' AS questionnaire FROM customers_fact WHERE kind = %s",
        params=[Kind.INDIVIDUAL],
        closes_on=business_today() + timedelta(days=30),
        now=business_now(),
    )
    with sample.open(encoding="utf-8-sig", newline="") as lines:
        told = {line["顧客番号"]: line for line in csv.DictReader(lines)}
    ids = list(Fact.objects.filter(kind=Kind.INDIVIDUAL).values_list("customer_id", flat=True))
    of_id = numbers(grant_read(actor=bench, purpose="bench", subjects=ids))
    return [
        {
            "code": format_reference_code(f"{reference:011d}"),
            "born": _iso(told[of_id[customer_id]]["生年月日"]),
            "account": told[of_id[customer_id]]["口座番号"],
        }
        for reference, customer_id in Review.objects.order_by("id").values_list("reference", "customer_id")
    ]


def _iso(written: str) -> str:
    """A day as the bank's file writes it: western or by era."""
    from keizoku.kernel.text import era

    read = era.read_date(written)
    assert not isinstance(read, era.DateProblem), written
    return read.isoformat()


def _stored() -> int:
    from keizoku.reviews.models import Answer

    return Answer.objects.count()


def _ask(url: str, people: list[dict[str, str]], *, kind: str, a_second: float = 0) -> dict[str, Any]:
    """What a process of customers saw; ``a_second`` arrive by chance, or as many at once as the server can bear."""
    done = subprocess.run(
        [sys.executable, "-m", "keizoku.bench.answering", "visit", kind, url, str(a_second)],
        input=json.dumps(people).encode(),
        stdout=subprocess.PIPE,
        check=True,
    )
    told: dict[str, Any] = json.loads(done.stdout)
    return told


# --- the customers' process


class _Form(HTMLParser):
    """The page's state and the fields of its main form, as a person without JavaScript would have them."""

    def __init__(self) -> None:
        super().__init__()
        self.state, self.fields, self.choices = "", dict[str, str](), dict[str, list[str]]()
        self._select, self._is_main = "", False

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attributes}
        name, kind = told.get("name", ""), told.get("type", "")
        if tag == "main":
            self.state, self._is_main = told.get("data-state", ""), True
        elif not self._is_main or ("disabled" in told):
            return
        elif tag == "input" and kind in ("radio", "checkbox"):
            self.choices.setdefault(name, []).append(told["value"])
        elif (tag == "input" and kind != "submit") or tag in ("textarea", "button"):
            self.fields.setdefault(name, told.get("value", ""))  # of several buttons the first, which goes on
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select:
            self.choices.setdefault(self._select, []).append(told.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""
        elif tag == "main":
            self._is_main = False


def filled(html: str, person: dict[str, str]) -> tuple[str, dict[str, str]]:
    """The page's state, and its form as this person fills it in."""
    form = _Form()
    form.feed(html)
    year, month, day = person["born"].split("-")
    known = {
        "code": person["code"],
        "birth_year": year,
        "birth_month": str(int(month)),
        "birth_day": str(int(day)),
        "account_last4": person["account"][-4:],
    }
    posted = {name: known.get(name, value) for name, value in form.fields.items()}
    for name, values in form.choices.items():
        wanted = [value for value in ("same", "unchanged", "no") if value in values]
        posted[name] = wanted[0] if wanted else next((value for value in values if value), "")
    return form.state, {**posted, **({"birth_era": ""} if "birth_era" in form.choices else {})}


def _visit(kind: str, url: str, a_second: str) -> None:
    people = json.load(sys.stdin)
    took: list[float] = []
    one = {"walk": _walk, "bare": _bare_walk}[kind]
    began = time.perf_counter()
    asyncio.run(_all(people, lambda person: one(url, person, took), float(a_second)))
    seconds = time.perf_counter() - began
    quantiles = statistics.quantiles(took, n=100)
    sys.stdout.write(
        json.dumps(
            {
                "requests_per_second": round(len(took) / seconds, 1),
                "customers_per_second": round(len(people) / seconds, 2),
                "requests_a_customer": round(len(took) / len(people), 1),
                "median_ms": round(statistics.median(took) * 1000, 1),
                "p95_ms": round(quantiles[PERCENTILE - 1] * 1000, 1),
            }
        )
    )


async def _all(people: Iterable[dict[str, str]], one: One, a_second: float) -> None:
    if not a_second:
        waiting = iter(people)

        async def next_ones() -> None:
            for person in waiting:
                await one(person)

        await asyncio.gather(*(next_ones() for _ in range(AT_ONCE)))
        return
    chance = random.Random(SEED)  # noqa: S311 - when customers come, in every run alike
    async with asyncio.TaskGroup() as coming:
        for person in people:
            coming.create_task(one(person))
            await asyncio.sleep(chance.expovariate(a_second))


async def _walk(url: str, person: dict[str, str], took: list[float]) -> None:
    import aiohttp

    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:

        async def ask(path: str, posted: dict[str, str] | None) -> tuple[str, str]:
            """The path and the text of the page that stands at the end of the redirects."""
            while True:
                began = time.perf_counter()
                method = "GET" if posted is None else "POST"
                async with session.request(method, url + path, data=posted, allow_redirects=False) as answer:
                    text = await answer.text()
                took.append(time.perf_counter() - began)
                if answer.status != 302:  # noqa: PLR2004 - HTTP's own number
                    assert answer.status == 200, (answer.status, path)  # noqa: PLR2004
                    return path, text
                path, posted = answer.headers["Location"], None

        path, text = await ask("/", None)
        for _ in range(MOST_PAGES):
            state, posted = filled(text, person)
            if state == "done":
                return
            path, text = await ask(path, posted)
        raise RuntimeError(f"the walk stands still at {path}: {state}")


async def _bare_walk(url: str, person: dict[str, str], took: list[float]) -> None:
    """As many requests as a walk has, half of them posts."""
    import aiohttp

    number = int(re.sub(r"\D", "", person["code"])[:9])
    async with aiohttp.ClientSession() as session:
        for turn in range(20):
            began = time.perf_counter()
            posted = {"answer": "same"} if turn % 2 else None
            async with session.request("POST" if posted else "GET", f"{url}/{number}", data=posted) as answer:
                await answer.text()
            took.append(time.perf_counter() - began)


_own = threading.local()


def bare_application(environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
    """The least that a page with a session can do: one row read, one row written, a page of HTML."""
    if not hasattr(_own, "connection"):
        import psycopg

        _own.connection = psycopg.connect(os.environ["BARE_DATABASE"], autocommit=True)
    key = environ["PATH_INFO"].strip("/").ljust(1, "0")
    _own.connection.execute(
        "SELECT session_data FROM django_session WHERE session_key = %s", [key]
    ).fetchone()
    _own.connection.execute(
        "INSERT INTO django_session (session_key, session_data, expire_date) VALUES (%s, 'x', now()) "
        "ON CONFLICT (session_key) DO UPDATE SET expire_date = excluded.expire_date",
        [key],
    )
    environ["wsgi.input"].read()
    start("200 OK", [("Content-Type", "text/html; charset=utf-8")])
    return [b"<!DOCTYPE html><title>bare</title>" + b"<p>page</p>" * 500]


if __name__ == "__main__":
    if sys.argv[1] == "visit":
        _visit(*sys.argv[2:])
    else:
        main(measure)
