"""What a walk costs the database: no step may come to ask for more without somebody noticing."""

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from keizoku.portal.tests.browser import IDENTITY
from keizoku.reviews.actions import open_sitting
from keizoku.reviews.models import Answer
from keizoku.reviews.queries import code_of

# The most that each step may ask for; within a transaction of the test, so that BEGIN and COMMIT are a savepoint's two.
MOST = {
    "GET /": 0,
    "POST /": 3,
    "GET /identify": 2,
    "POST /identify": 11,
    "GET /unchanged": 7,
    "POST /unchanged": 13,
    "GET /question/3": 6,
    "POST /question/3": 12,
    "GET /confirm": 6,
    "POST /confirm": 23,  # four of them: whether the customer's class is asked for a document, too
    "GET /done": 1,
}


def test_no_step_of_a_walk_asks_the_database_for_more(review):
    client, asked, followed = Client(), {}, {}
    open_sitting(review.id)  # each process reads the questionnaire itself once

    def step(path, **posted):
        name = f"{'POST' if posted else 'GET'} {path}"
        with CaptureQueriesContext(connection) as told:
            answer = client.post(path, posted) if posted else client.get(path)
        asked[name], followed[name] = len(told), answer.headers.get("Location", "")

    step("/")
    step("/", code=code_of(review.reference))
    step("/identify")
    step("/identify", **IDENTITY)
    step("/unchanged")
    step("/unchanged", do="same", answer_remittance="no")
    step("/question/3")
    step("/question/3", answer_occupation="pensioner")
    step("/confirm")
    step("/confirm", do="send")
    step("/done")
    assert [where for where in followed.values() if where] == [
        "/identify",
        "/unchanged",
        "/confirm",
        "/confirm",
        "/done",
    ], "a step leads straight to the next page"
    assert Answer.objects.count() == 1
    assert {name: count for name, count in asked.items() if count > MOST[name]} == {}
