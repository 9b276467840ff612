"""Time tells nobody what the answer does not: the same statements and the same hashing whether right or wrong, known or not."""

import re
from contextlib import contextmanager, suppress
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from keizoku.delivery.lane import actions as lane
from keizoku.delivery.lane.models import Code
from keizoku.kernel.actor import Actor
from keizoku.kernel.crypto import blind_index
from keizoku.kernel.errors import Refusal
from keizoku.kernel.text.numbers import reference_code
from keizoku.portal.tests.browser import Browser
from keizoku.reviews import tokens
from keizoku.reviews.actions import find_by_token, identify
from keizoku.reviews.actions.entering import looked_up
from keizoku.reviews.models import Identification
from keizoku.reviews.queries import code_of
from keizoku.ui.tests.page import Page

BORN, DIGITS = date(1960, 4, 8), "4567"


@pytest.fixture
def worked(monkeypatch):
    """``worked(act)``: what an act does to the database, statement by statement without values, and how often it hashes."""
    hashed = []
    for module, name in ((blind_index, "token"), (tokens, "_seal"), (lane, "digest_of")):
        real = getattr(module, name)

        def counting(*arguments, real=real, name=name):
            hashed.append(name)
            return real(*arguments)

        monkeypatch.setattr(module, name, counting)

    def run(act):
        hashed.clear()
        with CaptureQueriesContext(connection) as told, suppress(Refusal):
            act()
        return [_shape(query["sql"]) for query in told.captured_queries], list(hashed)

    return run


def _shape(sql):
    """The kind of statement and its table."""
    table = re.search(r'(?:FROM|INTO|UPDATE)\s+"?(\w+)', sql)
    return sql.split(maxsplit=1)[0], table[1] if table and "SAVEPOINT" not in sql else ""


def written(work):
    return [table for kind, table in work if kind in {"INSERT", "UPDATE"}]


@contextmanager
def as_it_was(model):
    """Whatever is counted is forgotten again."""
    before = list(model.objects.values())
    yield
    for row in before:
        model.objects.filter(pk=row[model._meta.pk.attname]).update(**row)


def test_right_and_wrong_identification_are_the_same_work_whichever_part_is_wrong(review, worked):
    Identification.objects.create(review_id=review.id)
    tried = []
    for born, digits in ((BORN, DIGITS), (date(1960, 4, 9), DIGITS), (BORN, "4568"), (date(1, 1, 1), "0000")):
        with as_it_was(Identification):
            tried.append(worked(lambda born=born, digits=digits: identify(review.id, born, digits)))
    assert tried == [tried[0]] * 4
    assert tried[0][1] == ["token"]
    for _ in range(5):
        with suppress(Refusal):
            identify(review.id, date(1, 1, 1), "0000")
    locked = [worked(lambda digits=digits: identify(review.id, BORN, digits)) for digits in (DIGITS, "0000")]
    assert locked[0] == locked[1]
    assert locked[0][1] == [], "while it is locked nothing is compared"


def test_known_and_unknown_code_cost_one_look_and_one_write(review, worked):
    unknown = reference_code("1234567890")

    def post(code):
        browser = Browser()
        browser.open("/")
        *_, token = Page(browser.html).all("input", name="csrfmiddlewaretoken")
        fields = {"code": code, "csrfmiddlewaretoken": token["value"]}
        return worked(lambda: browser.client.post("/", fields))

    (known, of_known), (first, of_first), (second, of_second) = (
        post(code_of(review.reference)),
        post(unknown),
        post(unknown),
    )
    assert first == second, "the first guess of a minute is like any other"
    # Which of the two it was, the page itself says. Neither waits for the disk twice.
    assert written(known) == ["django_session"]
    assert written(first) == ["reviews_codeguess", "reviews_codeguess", "audit_entry"]
    assert ("SAVEPOINT", "") not in known
    assert [kind for kind, _ in first].count("SAVEPOINT") == 1
    assert of_known[0] == of_first[0] == of_second[0] == "token"
    # Up to where it is known which of the two it is, there is no difference at all.
    looks = [
        worked(lambda code=code: looked_up(code, "192.0.2.9"))[0][:2]
        for code in (code_of(review.reference), unknown)
    ]
    assert looks[0] == looks[1]


def test_link_of_no_review_takes_the_work_of_a_forged_one(review, worked):
    forged = tokens.token_for(review.id, review.reference + 1)
    nobodys = tokens.token_for(review.id + 1_000_000, review.reference)
    assert worked(lambda: find_by_token(forged)) == worked(lambda: find_by_token(nobodys))


def test_wrong_right_late_and_spent_one_time_codes_are_the_same_work(review, worked, monkeypatch):
    monkeypatch.setattr("keizoku.delivery.lane.actions.secrets.randbelow", lambda _: 123_456)
    from keizoku.delivery.lane.words import message_for

    wanted = lane.Wanted(
        review.customer_id, "email", "contact_change", message_for("contact_change", "email", "ja")
    )
    actor = Actor.system("test")
    key = lane.ask(wanted, actor=actor)
    Code.objects.update(state="sent", sealed=None)
    tried = []
    for typed, changes in (
        ("123456", {}),
        ("654321", {}),
        ("123456", {"expires_at": timezone.now()}),
        ("123456", {"wrong": 5}),
    ):
        with as_it_was(Code):
            Code.objects.update(**changes or {"wrong": 0})
            tried.append(worked(lambda typed=typed: lane.redeem(key, typed, actor=actor)))
    assert tried == [tried[0]] * 4
    assert tried[0][1] == ["digest_of"]
    assert Code.objects.get().used_at is None
