"""What became of contacting somebody, as audiences ask it: gathered from chunks and answers, by Python and SQL alike."""

from datetime import date, timedelta

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from keizoku.accounts.models import Staff
from keizoku.campaigns.audiences.breakdown import breakdown
from keizoku.campaigns.audiences.counting import candidates, matching, preview
from keizoku.campaigns.audiences.fields import ACTIVE, FIXED, TABLES, readable_fields
from keizoku.campaigns.audiences.gathering import gather
from keizoku.campaigns.audiences.groups import HELP, grouped
from keizoku.campaigns.audiences.models import GatheredChunk, Outreach
from keizoku.campaigns.models import Campaign
from keizoku.campaigns.rules import CHANNEL_FACT
from keizoku.customers.attributes.rules.reading import read as read_attribute
from keizoku.customers.errors import AttributeInvalid
from keizoku.delivery.models import Chunk, MessageVersion, Wave
from keizoku.kernel.clock import business_today
from keizoku.kernel.conditions import All, Any, Compare, Not, Operator, holds, parse, to_json, to_sql
from keizoku.reviews.models import Review
from keizoku.reviews.tests import people as walkers

TODAY = date(2026, 11, 22)


def one(field, operator, *value):
    return {"field": field, "operator": operator, **({"value": value[0]} if value else {})}


def chosen(condition):
    fields = readable_fields()
    sql, parameters = to_sql(parse(condition, fields), fields, business_today())
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT f.customer_id FROM {TABLES} WHERE {ACTIVE} AND ({sql}) ORDER BY 1", parameters
        )
        return [number for (number,) in cursor.fetchall()]


@pytest.fixture
def sent(db, make_customers):
    """Three customers in one campaign: accepted by LINE and later by mail, rejected, unknown; and one never asked."""
    accepted, rejected, unknown, never = make_customers(4)
    maker = Staff.objects.create(login="planner", display_name="企画", role="operator")
    campaign = Campaign.objects.create(name="春", audience={"all": []}, answer_days=30, made_by=maker.id)
    Campaign.objects.filter(id=campaign.id).update(launched_at="2026-04-01T00:00:00Z")
    message = MessageVersion.objects.create(
        channel="line", name="x", body="{reference}", digest="", made_by="t"
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT delivery_open_campaign(%s)", [campaign.id])
    for step, channel, day, results in (
        (1, "line", "2026-04-02", {accepted: "accepted", rejected: "rejected", unknown: "unknown"}),
        (2, "email", "2026-04-09", {accepted: "accepted"}),
    ):
        wave = Wave.objects.create(
            campaign_id=campaign.id,
            step=step,
            channel=channel,
            message=message,
            deadline=TODAY,
            size=len(results),
        )
        for position, (customer, result) in enumerate(results.items(), start=1):
            with connection.cursor() as cursor:
                cursor.execute(
                    "INSERT INTO delivery_delivery (campaign_id, wave_id, position, step, customer_id, review_id, reference) "
                    "VALUES (%s, %s, %s, %s, %s, 0, 0)",
                    [campaign.id, wave.id, position, step, customer],
                )
                cursor.execute(
                    "INSERT INTO delivery_outcome (campaign_id, wave_id, position, number, result, business_at) "
                    "VALUES (%s, %s, %s, 1, %s, %s)",
                    [campaign.id, wave.id, position, result, f"{day}T01:00:00Z"],
                )
        Chunk.objects.create(wave=wave, campaign_id=campaign.id, low=1, high=len(results), state="closed")
    return campaign.id, accepted, rejected, unknown, never


def test_closed_chunks_become_the_last_day_by_channel_once(sent):
    campaign, accepted, _, unknown, _ = sent
    waiting = Chunk.objects.create(
        wave=Wave.objects.first(), campaign_id=campaign, low=9, high=9, state="open"
    )

    assert (gather(), gather()) == (2, 0)

    rows = {row.customer_id: row for row in Outreach.objects.all()}
    assert set(rows) == {accepted, unknown}
    assert (rows[accepted].contacted_on, rows[accepted].line_on, rows[accepted].email_on) == (
        date(2026, 4, 9),
        date(2026, 4, 2),
        date(2026, 4, 9),
    )
    assert (rows[unknown].contacted_on, rows[unknown].sms_on) == (date(2026, 4, 2), None)
    assert not GatheredChunk.objects.filter(chunk_id=waiting.id).exists()


def test_past_contacts_choose(sent):
    campaign, accepted, rejected, unknown, never = sent
    gather()
    assert chosen(one("contacted_in", "any_of", [campaign])) == [accepted, unknown]
    assert chosen({"not": one("contacted_in", "any_of", [campaign])}) == [rejected, never]
    assert chosen(one("contacted_email_on", "on_or_after", "2026-04-09")) == [accepted]
    assert chosen(one("contacted_on", "is_missing")) == [rejected, never]
    assert chosen({"not": {"any": [one("contacted_on", "in_last_days", 36000)]}}) == [rejected, never]


def test_answers_and_silences_choose_in_the_moment_they_come(db, tmp_path):
    from keizoku.reviews.actions import submit_answer

    ids = walkers.import_customers(tmp_path, walkers.TARO, walkers.HANAKO)
    answered, silent = walkers.open_for(*ids)
    campaign = Campaign.objects.create(name="春", audience={"all": []}, answer_days=30, made_by=1)
    Campaign.objects.filter(id=campaign.id).update(launched_at="2026-04-01T00:00:00Z")
    Review.objects.update(campaign_id=campaign.id)
    assert chosen(one("in_review", "equals", True)) == list(ids)

    walkers.answer_all(answered.id)
    submit_answer(answered.id, entry="code")
    Review.objects.filter(id=silent.id).update(state="unanswered")

    assert chosen(one("answered_on", "in_last_days", 1)) == [answered.customer_id]
    assert chosen(one("silences", "at_least", 1)) == [silent.customer_id]
    assert chosen(one("silences", "at_most", 0)) == [answered.customer_id]
    assert chosen(one("answered_in", "any_of", [campaign.id])) == [answered.customer_id]
    assert chosen(one("silent_in", "any_of", [campaign.id])) == [silent.customer_id]
    assert chosen(one("selected_in", "any_of", [campaign.id])) == list(ids)
    assert chosen(one("in_review", "equals", True)) == [answered.customer_id]


def test_answer_after_a_silence_begins_to_count_anew(db, tmp_path):
    ids = walkers.import_customers(tmp_path, walkers.TARO)
    review = walkers.open_for(*ids)[0]
    Review.objects.filter(id=review.id).update(state="unanswered")
    Review.objects.filter(id=review.id).update(state="answered", answered_at="2026-11-01T00:00:00Z")
    row = Outreach.objects.get(customer_id=ids[0])
    assert (row.silences, row.answered_on) == (0, date(2026, 11, 1))


def test_customers_own_wishes_choose(db, make_customers):
    stopped, _ = make_customers(2)
    (opted_out,) = make_customers(1, 連絡停止="1")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO customers_channelstop (customer_id, channel, since) VALUES (%s, 'sms', now())",
            [stopped],
        )
    assert chosen(one("stopped_channels", "any_of", ["sms", "line"])) == [stopped]
    assert chosen(one("stopped_channels", "any_of", ["line"])) == []
    assert chosen(one("opted_out", "equals", True)) == [opted_out]


# -- the law: Python and SQL agree on the new fields, and every count is the same count

DAYS = [None, TODAY - timedelta(days=30), TODAY]
FIELDS = [name for name in FIXED if name.endswith("_on")]
LEAVES = st.one_of(
    st.builds(Compare, st.sampled_from([*FIELDS, "silences"]), st.just(Operator.IS_MISSING)),
    st.builds(
        Compare,
        st.sampled_from(FIELDS),
        st.sampled_from([Operator.WITHIN_DAYS, Operator.OLDER_THAN_DAYS, Operator.IN_LAST_DAYS]),
        st.integers(0, 31),
    ),
    st.builds(
        Compare,
        st.just("silences"),
        st.sampled_from([Operator.AT_LEAST, Operator.AT_MOST]),
        st.integers(0, 2),
    ),
    st.builds(Compare, st.sampled_from(["in_review", "opted_out"]), st.just(Operator.EQUALS), st.booleans()),
    st.builds(Compare, st.just("stopped_channels"), st.just(Operator.ANY_OF), st.just(("sms",))),
    st.builds(Compare, st.just("stopped_channels"), st.just(Operator.IS_MISSING)),
)
CONDITIONS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(tuple).map(All),
        st.lists(inner, min_size=1, max_size=3).map(tuple).map(Any),
        inner.map(Not),
    ),
    max_leaves=6,
)


@pytest.fixture
def base(db, make_customers):
    """Customers of every kind that the new fields tell apart, as the rows that Python reads."""
    ids = [
        *make_customers(9),
        *make_customers(1, 連絡停止="1"),
        *make_customers(1, 電話番号="", メールアドレス=""),
    ]
    rows = {}
    for place, number in enumerate(ids):
        asked = place % 3
        row = {name: DAYS[(place + shift) % 3] for shift, name in enumerate(FIELDS)} if asked else {}
        rows[number] = {
            **dict.fromkeys(FIELDS),
            **row,
            "silences": place % 4 if asked else None,
            "in_review": False,
            "opted_out": place == 9,
            "stopped_channels": ("sms",) if place % 4 == 1 else (),
        }
        columns = {
            name.removeprefix("contacted_") if name.count("_") == 2 else name: row[name] for name in row
        }
        if asked:
            Outreach.objects.create(customer_id=number, silences=place % 4, **columns)
        if place % 4 == 1:
            with connection.cursor() as cursor:
                cursor.execute(
                    "INSERT INTO customers_channelstop (customer_id, channel, since) VALUES (%s, 'sms', now())",
                    [number],
                )
    return rows


@settings(max_examples=40)
@given(condition=CONDITIONS)
def test_python_and_sql_agree_and_all_counts_are_one(base, condition):
    today, document = TODAY, to_json(condition)
    expected = [number for number, row in sorted(base.items()) if holds(condition, row, today)]
    fields = readable_fields()
    sql, parameters = to_sql(condition, fields, today)
    people, values = candidates(document, list(CHANNEL_FACT), today)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT f.customer_id FROM {TABLES} WHERE {ACTIVE} AND ({sql}) ORDER BY 1", parameters
        )
        assert [number for (number,) in cursor.fetchall()] == expected
        cursor.execute(
            f"SELECT COALESCE(reason, ''), count(*), count(*) FILTER (WHERE reach_sms) FROM ({people}) x GROUP BY 1",
            values,
        )
        frozen = {reason: (total, by_sms) for reason, total, by_sms in cursor.fetchall()}

    shown = preview(document, list(CHANNEL_FACT), today)

    assert matching(document, today) == shown.matching == len(expected)
    assert shown.excluded == {reason: total for reason, (total, _) in frozen.items() if reason}
    assert (shown.included, shown.reachable["sms"]) == frozen.get("", (0, 0))
    broken = breakdown(document, today)
    assert (broken.everybody, broken.matching) == (len(base), len(expected))
    parts = condition.parts if isinstance(condition, All | Any) else (condition,)
    for place, stage in enumerate(broken.stages):
        met = [[holds(part, row, today) for part in parts] for row in base.values()]
        join = any if isinstance(condition, Any) else all
        assert stage.remaining == sum(join(one[: place + 1]) for one in met)
        assert stage.alone == sum(one[place] for one in met)
        others = sum(join(one[:place] + one[place + 1 :]) for one in met)
        assert stage.returning == abs(others - len(expected))


def test_more_conditions_than_bits_are_told_together(db, make_customers):
    make_customers(1)
    many = {"any": [one("silences", "at_least", number) for number in range(40)]}
    assert len(breakdown(many, TODAY).stages) == 30


def test_no_attribute_takes_the_name_of_a_field_and_help_names_only_what_is_there(db):
    fields = readable_fields()
    for name in [*FIXED, "selected_in", "contacted_in", "answered_in", "silent_in", "stopped_channels"]:
        assert name in fields
        with pytest.raises(AttributeInvalid, match="名前"):
            read_attribute({"name": name, "type": "flag", "label": "項目", "about_suspicion": False})
    listed = [field.name for group in grouped(fields) for field in group.fields]
    assert sorted(listed) == sorted(fields)
    assert set(HELP) <= set(fields)
