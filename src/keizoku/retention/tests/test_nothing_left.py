"""After destruction no ciphertext, token or digest of the person is anywhere in the database."""

from datetime import date

from django.db import connection

from keizoku.customers.casework.actions import write_note
from keizoku.retention.actions.destroying import destroy
from keizoku.retention.tests.house import LAST_DAY, SYSTEM, TODAY, approved, count
from keizoku.reviews.tests import people as reviews

# Nothing in common with Taro, so that no token of the one is a token of the other.
JIRO = (
    "0000000009,個人,鈴木 次郎,ｽｽﾞｷ ｼﾞﾛｳ,昭和40年5月9日,100-0001,東京都千代田区千代田1-1,090-8765-4321,"
    "jiro@example.jp,JPN,,会社員,給与受取,普通預金,002,7654321,2002/4/2,2023-05-01,"
)


def dump():
    """Every row of every table, as text: bytes stand in it as hexadecimal digits."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        )
        tables = [name for (name,) in cursor.fetchall()]
        texts = []
        for table in tables:
            cursor.execute("SELECT has_table_privilege(%s, 'SELECT')", [table])
            if cursor.fetchone() == (True,):
                cursor.execute(f'SELECT t::text FROM "{table}" t')
                texts += [f"{table}: {row}" for (row,) in cursor.fetchall()]
    return "\n".join(texts)


def traces(customer_id):
    """All that leads to the person: every ciphertext, search token and digest of every table that names the customer."""
    found = set()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT encode(number_token, 'hex') FROM customers_customer WHERE id = %s", [customer_id]
        )
        found |= {value for (value,) in cursor.fetchall()}
        cursor.execute(
            "SELECT encode(b, 'hex') FROM customers_recordversion v, "
            "LATERAL (VALUES (v.number), (v.name), (v.kana), (v.birth_date), (v.postal_code), (v.address), (v.phone), "
            "(v.email), (v.account)) AS blob (b) WHERE v.customer_id = %s AND b IS NOT NULL",
            [customer_id],
        )
        found |= {value for (value,) in cursor.fetchall()}
        cursor.execute(
            "SELECT d.value FROM customers_recordversion v, jsonb_each_text(v.digests) AS d WHERE v.customer_id = %s",
            [customer_id],
        )
        found |= {value for (value,) in cursor.fetchall()}
        cursor.execute(
            "SELECT encode(token, 'hex') FROM customers_lookup WHERE customer_id = %s", [customer_id]
        )
        found |= {value for (value,) in cursor.fetchall()}
        for query in (
            "SELECT encode(a.payload, 'hex') FROM reviews_answer a JOIN reviews_review r ON r.id = a.review_id WHERE r.customer_id = %s",
            (
                "SELECT encode(p.value, 'hex') FROM reviews_proposedchange p JOIN reviews_review r ON r.id = p.review_id "
                "WHERE r.customer_id = %s AND p.value IS NOT NULL"
            ),
            "SELECT encode(payload, 'hex') FROM customers_note WHERE customer_id = %s",
        ):
            cursor.execute(query, [customer_id])
            values = {value for (value,) in cursor.fetchall()}
            assert values, query
            found |= values
    return found


def test_no_trace_of_the_destroyed_is_in_a_dump_and_the_other_is_whole(db, people, in_force, tmp_path):
    from keizoku.customers.models import Customer
    from keizoku.reviews.actions import end_relation, submit_answer

    gone, kept = reviews.import_customers(tmp_path, reviews.TARO, JIRO)
    for review in reviews.open_for(gone, kept):
        reviews.answer_all(review.id)
        submit_answer(review.id, entry="code")
    for customer_id in (gone, kept):
        write_note(customer_id, "折り返しの約束", actor=people["planner"])
    end_relation(gone, on=LAST_DAY, reason="deceased", actor=SYSTEM, today=TODAY)
    canaries, others = traces(gone), traces(kept)
    before = dump()
    assert all(canary in before for canary in canaries)

    destroy(approved(people, date(2026, 11, 21)))

    after = dump()
    assert [canary for canary in canaries if canary in after] == []
    assert all(other in after for other in others)
    assert Customer.objects.get(id=gone).destroyed_on is not None
    assert count("reviews_review", f"customer_id = {gone}") == 0
    assert count("audit_entry", f"subject_kind = 'customer' AND subject_id = {gone}") > 0
