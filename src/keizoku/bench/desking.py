"""The review desk in a large base: the queue, the next case, a case opened, a decision, the board; and reviewers at once.

Real: the customers of the open cases, imported from a sample file and rated; their answers, encrypted as by a submission;
and each page as a reviewer's browser asks for it (Django's test client: URL, gate, session, actions, templates; no network).
Generated in SQL: the other customers with their facts, ratings and earlier reviews (``choosing``).
"""

import json
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final

from keizoku.bench.choosing import make_base, timed, told
from keizoku.bench.ground import prepare, settings_of_server, stopwatch, write_sample
from keizoku.bench.processes import most_resident_mb

GOAL_MS: Final = 150
ROUNDS: Final = 60
SETTLING: Final = (
    30  # pages before the first that counts: the fill of a million rows is still being written to the disk
)
REVIEWERS: Final = 3
HOST: Final = "localhost"
CAMPAIGN: Final = 9
AT_ONCE: Final = 5_000
DECISION: Final = {"outcome": "approve", "reason_approve": "consistent"}

# Answered over the last ten days, so that a part of them is late.
_ANSWERED: Final = """
    UPDATE reviews_review SET state = 'answered', answered_at = now() - (id %% 240) * interval '1 hour',
        state_since = now() - (id %% 240) * interval '1 hour'
    WHERE campaign_id = %s
"""


def measure(customers: int, cases: int) -> dict[str, Any]:
    seconds: dict[str, float] = {}
    with stopwatch(seconds, "made"):
        make_base(customers - cases)
        made = _make_cases(customers - cases, cases)
    clients = _reviewers()
    first = clients[0]
    for _ in range(SETTLING):
        _ask(first, "console-desk")
    pages = {
        "queue": told(timed(lambda: _ask(first, "console-desk"), ROUNDS)),
        "queue_filtered": told(
            timed(lambda: _ask(first, "console-desk", level="high", changed="occupation"), ROUNDS)
        ),
        "board": told(timed(lambda: _ask(clients[-1], "console-desk-board"), ROUNDS)),
        **_walked(first),
    }
    bare = told(timed(_bare, ROUNDS))
    with stopwatch(seconds, "at_once"):
        taken = _at_once(clients[:-1])
    slowest = max(pages, key=lambda page: pages[page]["p95_ms"])
    return {
        "name": "desk",
        "value": pages[slowest]["p95_ms"],
        "unit": "ms, p95 of the slowest page",
        "goal": GOAL_MS,
        "customers": customers,
        "cases": made,
        "seconds": seconds,
        "slowest": slowest,
        "pages": pages,
        "reviewers_at_once": REVIEWERS,
        "cases_taken_at_once": sum(taken.values()),
        "cases_that_two_got": sum(1 for count in taken.values() if count > 1),
        "baseline": "UPDATE of the soonest due case by its index, SKIP LOCKED",
        "baseline_ms": bare["p95_ms"],
        "ratio": round(pages[slowest]["p95_ms"] / bare["p95_ms"], 1),
        "peak_mb": most_resident_mb(),
    }


def _make_cases(before: int, cases: int) -> int:
    """Real people behind the generated ones, each with an answer that waits for a decision. Returns how many."""
    from django.db import connection, connections

    from keizoku.customers.imports.importing import import_file
    from keizoku.kernel.actor import Actor
    from keizoku.kernel.clock import business_now, business_today
    from keizoku.reviews.actions import open_reviews
    from keizoku.risk.actions import install_standard_scorecard, rate_everybody

    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT setval(pg_get_serial_sequence('customers_customer', 'id'), %s)", [max(before, 1)]
        )
    import_file(write_sample(cases), as_of=business_today(), actor=Actor.system("bench"))
    install_standard_scorecard(Actor.system("bench"), Actor.system("bench-approval"))
    rate_everybody(Actor.system("bench"), business_today())
    open_reviews(
        campaign_id=CAMPAIGN,
        members_sql="SELECT row_number() OVER (ORDER BY c.id) AS seq, c.id AS customer_id, 'person' AS questionnaire "
        "FROM customers_customer c "
        "JOIN customers_fact f ON f.customer_id = c.id WHERE c.id > %s AND c.state = 'active' AND f.kind = 'individual'",
        params=[before],
        closes_on=business_today(),
        now=business_now(),
    )
    _answer()
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = '15min'")
        cursor.execute(_ANSWERED, [CAMPAIGN])
        made = cursor.rowcount
    with connections["owner"].cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")
    return int(made)


def _answer() -> None:
    """One answer a review, as a submission writes it: the occupation changed, the rest as it was."""
    from keizoku.forms import queries as forms
    from keizoku.reviews.models import Review

    published = forms.active("person")
    ids = list(Review.objects.filter(campaign_id=CAMPAIGN).order_by("id").values_list("id", flat=True))
    for at in range(0, len(ids), AT_ONCE):  # pieces that fit into memory
        _answer_some(ids[at : at + AT_ONCE], published.row_id)


def _answer_some(ids: list[int], questionnaire_id: int) -> None:
    from keizoku.forms.rules.definition import Given
    from keizoku.forms.rules.notation import write_answers
    from keizoku.kernel.clock import business_now
    from keizoku.kernel.crypto import field
    from keizoku.reviews.models import Answer, ProposedChange
    from keizoku.reviews.queries.cases import PROPOSAL_VALUE
    from keizoku.reviews.queries.rounds import ANSWER_PAYLOAD

    changed = {"occupation": "pensioner", "purpose": "salary", "foreign_remittance": "no"}
    questions = {"occupation": "occupation", "purpose": "purpose", "foreign_remittance": "remittance"}
    text = write_answers(
        {
            "address": Given(is_unchanged=True),
            "phone": Given(is_unchanged=True),
            **{questions[name]: Given(values={name: value}) for name, value in changed.items()},
        }
    )
    now = business_now()
    Answer.objects.bulk_create(
        Answer(
            review_id=review,
            round=1,
            questionnaire_id=questionnaire_id,
            record_version=1,
            payload=field.encrypt(text, where=ANSWER_PAYLOAD, record=f"{review}.1"),
            digest="0" * 32,
            submitted_at=now,
            business_at=now,
            entry="link",
        )
        for review in ids
    )
    ProposedChange.objects.bulk_create(
        ProposedChange(
            review_id=review,
            round=1,
            position=position,
            field=name,
            value=None
            if value is None
            else field.encrypt(value, where=PROPOSAL_VALUE, record=f"{review}.1.{name}"),
            kind="record" if value is None else "fact",
            is_change=name == "occupation",
        )
        for review in ids
        for position, (name, value) in enumerate(
            {"postal_code": None, "address": None, "phone": None, **changed}.items()
        )
    )


def _reviewers() -> list[Any]:
    """Reviewers' browsers, and a supervisor's as the last."""
    from django.conf import settings
    from django.test import Client

    from keizoku.accounts.models import Staff

    settings.ALLOWED_HOSTS = [HOST]
    clients = []
    for number in range(REVIEWERS + 1):
        role = "reviewer" if number < REVIEWERS else "compliance"
        staff = Staff.objects.create(login=f"bench-{number}", display_name=f"bench {number}", role=role)
        client = Client(SERVER_NAME=HOST)
        client.force_login(staff)
        clients.append(client)
    return clients


def _ask(client: Any, route: str, /, *args: object, **asked: str) -> Any:
    from django.urls import reverse

    answer = client.get(reverse(route, args=args), asked)
    assert answer.status_code == 200, f"{route}: {answer.status_code}"  # noqa: PLR2004
    return answer


def _do(client: Any, route: str, /, *args: object, **posted: str) -> Any:
    from django.urls import reverse

    answer = client.post(reverse(route, args=args), posted)
    assert answer.status_code == 302, f"{route}: {answer.status_code}"  # noqa: PLR2004
    return answer


def _walked(client: Any) -> dict[str, dict[str, float]]:
    """Case after case as a reviewer works: take the next, open it, approve it; then once more by "decide and next"."""
    took: dict[str, list[float]] = {"next": [], "open": [], "decide": [], "decide_and_next": []}
    for _ in range(ROUNDS):
        case = _number(_timed(took["next"], partial(_do, client, "console-desk-next")))
        _timed(took["open"], partial(_ask, client, "console-case", case))
        decide = partial(_do, client, "console-case-decide")
        _timed(took["decide"], partial(decide, case, **DECISION))
        case = _number(_do(client, "console-desk-next"))
        _timed(took["decide_and_next"], partial(decide, case, then="next", **DECISION))
    return {page: told(each) for page, each in took.items()}


def _timed(into: list[float], ask: Callable[[], Any]) -> Any:
    import time

    began = time.perf_counter()
    answer = ask()
    into.append((time.perf_counter() - began) * 1000)
    return answer


def _number(answer: Any) -> int:
    return int(str(answer.url).rpartition("/")[2].partition("?")[0])


def _at_once(clients: list[Any]) -> Counter[int]:
    """All reviewers take and decide at the same time; how often each case was taken."""
    taken: Counter[int] = Counter()
    lock = threading.Lock()

    def work(client: Any) -> None:
        from django.db import connection

        for case in _cases_of(client):
            with lock:
                taken[case] += 1
            _do(client, "console-case-decide", case, **DECISION)
        connection.close()

    threads = [threading.Thread(target=work, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return taken


def _cases_of(client: Any) -> Iterator[int]:
    for _ in range(ROUNDS):
        yield _number(_do(client, "console-desk-next"))


def _bare() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE reviews_deskcase SET help_kind = help_kind WHERE review_id = (SELECT review_id FROM reviews_deskcase "
            "ORDER BY due_at, review_id FOR UPDATE SKIP LOCKED LIMIT 1)"
        )


def main() -> None:
    """The numbers of customers and of cases in the first two arguments."""
    prepare()
    report = measure(int(sys.argv[1]), int(sys.argv[2]))
    sys.stdout.write(json.dumps({**report, "database": settings_of_server()}))


if __name__ == "__main__":
    main()
