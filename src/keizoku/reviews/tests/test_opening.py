import random
from datetime import timedelta

from django.db import connection

from keizoku.audit.models import Entry
from keizoku.kernel.clock import business_now, business_today
from keizoku.kernel.text.numbers import damm_check_digit, parse_reference_code
from keizoku.reviews.actions import OpenedReviews, open_reviews
from keizoku.reviews.models import Review
from keizoku.reviews.queries import code_of
from keizoku.reviews.rules.states import State
from keizoku.reviews.tests.people import CAMPAIGN, HANAKO, TARO, import_customers, open_for

MEMBERS = "SELECT row_number() OVER (ORDER BY id)::int AS seq, id AS customer_id, '' AS questionnaire FROM customers_customer"


def open_everybody(campaign_id: int = CAMPAIGN) -> OpenedReviews:
    return open_reviews(
        campaign_id=campaign_id,
        members_sql=MEMBERS,
        params=[],
        closes_on=business_today() + timedelta(days=30),
        now=business_now(),
    )


def test_database_and_python_agree_on_the_check_digit(db):
    texts = [f"{random.Random(place).randrange(10**10):010d}" for place in range(300)]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT keizoku_damm_digit(t) FROM unnest(%s::text[]) WITH ORDINALITY AS u(t, n) ORDER BY n",
            [texts],
        )
        found = [digit for (digit,) in cursor.fetchall()]
    assert found == [damm_check_digit(text) for text in texts]


def test_reference_codes_check_and_do_not_repeat(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT keizoku_reference_code() FROM generate_series(1, 500)")
        codes = [code for (code,) in cursor.fetchall()]
    assert len(set(codes)) == 500
    assert all(parse_reference_code(code_of(code)) == f"{code:011d}" for code in codes)


def test_every_member_gets_an_open_review_with_a_code(db, tmp_path):
    taro, hanako = import_customers(tmp_path, TARO, HANAKO)

    assert open_everybody() == OpenedReviews(opened=2, already_open_elsewhere=0)

    reviews = list(Review.objects.order_by("seq"))
    assert [(review.seq, review.customer_id) for review in reviews] == [(1, taro), (2, hanako)]
    assert {review.state for review in reviews} == {State.OPEN}
    assert all(parse_reference_code(str(review.reference).zfill(11)) for review in reviews)
    entry = Entry.objects.get(action="reviews.review.opened")
    assert (entry.subject_kind, entry.subject_id, entry.details["count"]) == ("campaign", CAMPAIGN, 2)


def test_opening_twice_opens_nothing_twice(db, tmp_path):
    import_customers(tmp_path, TARO, HANAKO)
    open_everybody()

    assert open_everybody() == OpenedReviews(opened=0, already_open_elsewhere=0)

    assert Review.objects.count() == 2
    assert Entry.objects.filter(action="reviews.review.opened").count() == 1


def test_customer_with_an_open_review_is_left_to_the_first_campaign(db, tmp_path):
    taro, _ = import_customers(tmp_path, TARO, HANAKO)
    open_for(taro, campaign_id=1)

    assert open_everybody(campaign_id=2) == OpenedReviews(opened=1, already_open_elsewhere=1)

    assert Review.objects.get(customer_id=taro).campaign_id == 1


def test_customer_whose_review_has_ended_is_opened_by_the_next_campaign_only(db, tmp_path):
    (taro,) = import_customers(tmp_path)
    open_for(taro, campaign_id=1)
    Review.objects.update(state=State.UNANSWERED)

    assert open_everybody(campaign_id=1).opened == 0
    assert open_everybody(campaign_id=2).opened == 1


def test_colliding_codes_are_drawn_again(db, tmp_path, monkeypatch):
    """Two members get the same code in the first round: the second member gets another one in the next."""
    import_customers(tmp_path, TARO, HANAKO)
    from keizoku.reviews.actions import opening

    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY SEQUENCE draws")
    monkeypatch.setattr(
        opening,
        "_OPEN",
        opening._OPEN.replace("keizoku_reference_code()", "(ARRAY[7, 7, 8, 9])[nextval('draws')]"),
    )

    assert open_everybody() == OpenedReviews(opened=2, already_open_elsewhere=0)

    assert set(Review.objects.values_list("reference", flat=True)) == {7, 8}
