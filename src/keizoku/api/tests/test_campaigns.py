"""Campaigns by the API: drafted, changed, requested, approved by somebody else only."""

from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from keizoku.accounts.models import Staff
from keizoku.campaigns.journeys.tests.making import saved
from keizoku.campaigns.models import Campaign
from keizoku.delivery.models import MessageVersion

TREE: dict[str, list[object]] = {"all": []}


@pytest.fixture
def people(staff, make_customers):
    saved("line", "email", name="いつでも")
    return make_customers(3) + make_customers(1, 電話番号="", メールアドレス="")


def body(**more):
    return {
        "name": "期日到来",
        "audience": TREE,
        "courses": [{"journey": "いつでも"}],
        "answer_days": 30,
    } | more


@pytest.fixture
def maker(call_as):
    return call_as("operator", "campaigns:read", "campaigns:write", "campaigns:stop")


@pytest.fixture
def approver(call_as):
    return call_as("approver", "campaigns:approve", "campaigns:read", "campaigns:stop")


def test_campaign_is_drafted_changed_requested_and_approved_by_another(people, maker, approver):
    made = maker.post("/campaigns", body())
    assert (made.status_code, made.json()["state"]) == (201, "draft")
    campaign = made.json()["id"]
    assert made.headers["Location"] == f"/api/v1/campaigns/{campaign}"

    seen = maker.get(f"/campaigns/{campaign}")
    assert (seen.json()["matching"], seen.json()["included"]) == (4, 3)
    assert seen.json()["excluded"] == {"no_channel": 1}
    assert Decimal(seen.json()["cost_yen"]) > 0
    assert [step["channel"] for step in seen.json()["steps"]] == ["line", "email"]
    changed = maker._send(
        "put", f"/campaigns/{campaign}", body(name="改名"), {"If_Match": seen.headers["ETag"]}
    )
    assert changed.status_code == 200

    assert maker.post(f"/campaigns/{campaign}/request").json()["state"] == "requested"
    wrong = approver.post(f"/campaigns/{campaign}/approve", {"count": 4})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "campaigns.count_mismatch")
    right = approver.post(f"/campaigns/{campaign}/approve", {"count": 3})
    assert (right.status_code, right.json()["state"]) == (200, "launching")
    assert approver.get("/campaigns").json()["items"][0] == {
        "id": campaign,
        "name": "改名",
        "state": "launching",
        "count": 3,
        "launched_at": None,
        "closes_on": None,
    }


def test_change_that_would_undo_anothers_is_refused(people, maker):
    campaign = maker.post("/campaigns", body()).json()["id"]
    tag = maker.get(f"/campaigns/{campaign}").headers["ETag"]

    def put(name, tag):
        return maker._send("put", f"/campaigns/{campaign}", body(name=name), {"If_Match": tag})

    assert put("一人目", tag).status_code == 200
    late = put("二人目", tag)
    assert (late.status_code, late.json()["code"]) == (412, "campaigns.version_differs")
    bare = put("三人目", None)
    assert (bare.status_code, bare.json()["code"]) == (428, "api.if_match_missing")
    assert Campaign.objects.get(id=campaign).name == "一人目"


def test_repeated_draft_is_one_draft(people, maker):
    first = maker.post("/campaigns", body(), Idempotency_Key="one")
    again = maker.post("/campaigns", body(), Idempotency_Key="one")
    assert first.json() == again.json()
    assert again.status_code == 201
    assert again.headers["Location"] == first.headers["Location"]
    assert Campaign.objects.count() == 1


def test_person_who_drafted_cannot_approve_by_any_key_nor_after_a_change_of_role(
    people, maker, taken_by, staff
):
    from keizoku.accounts.models import ApiKey
    from keizoku.api.tests.conftest import Caller

    campaign = maker.post("/campaigns", body()).json()["id"]
    maker.post(f"/campaigns/{campaign}/request")
    Staff.objects.filter(pk=staff["operator"].pk).update(role="approver")
    again = taken_by_second_key(staff, ApiKey)
    answer = Caller(again).post(f"/campaigns/{campaign}/approve", {"count": 3})
    assert (answer.status_code, answer.json()["code"]) == (403, "campaigns.four_eyes")
    assert Campaign.objects.get(id=campaign).state == "requested"


def taken_by_second_key(staff, keys):
    from keizoku.accounts.api_keys import actions

    wanted = actions.Grant("operator", "二本目", ("campaigns:approve",), 30)
    key_id = actions.grant(wanted, actor=staff["administrator"].actor)
    staff["operator"].refresh_from_db()
    return actions.take(key_id, staff["operator"]).secret


def test_database_itself_refuses_an_approval_by_the_maker(people, maker, staff):
    campaign = maker.post("/campaigns", body()).json()["id"]
    maker.post(f"/campaigns/{campaign}/request")
    with (
        pytest.raises(DatabaseError, match="needs an approver"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "UPDATE campaigns_campaign SET state = 'launching', approved_by = %s, approval_digest = request_digest,"
            " approved_at = now() WHERE id = %s",
            [staff["operator"].pk, campaign],
        )
    assert Campaign.objects.get(id=campaign).state == "requested"


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"courses": [{"journey": "ない"}]}, 409, "campaigns.journey_unknown"),
        ({"audience": "ない"}, 409, "campaigns.audience_unknown"),
        ({"audience": {"all": [{"field": "nothing", "is": "x"}]}}, 422, "kernel.condition_invalid"),
        ({"courses": []}, 422, "api.invalid"),
        ({"answer_days": 0}, 422, "api.invalid"),
    ],
)
def test_draft_that_makes_no_sense_is_refused_and_leaves_nothing(people, maker, change, status, code):
    answer = maker.post("/campaigns", body(**change))
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["remedy"]
    assert not Campaign.objects.exists()


def test_stop_is_open_to_both_and_only_from_a_state_that_sends(people, maker, approver):
    campaign = maker.post("/campaigns", body()).json()["id"]
    answer = maker.post(f"/campaigns/{campaign}/stop")
    assert (answer.status_code, answer.json()["code"]) == (409, "campaigns.wrong_state")
    maker.post(f"/campaigns/{campaign}/request")
    approver.post(f"/campaigns/{campaign}/approve", {"count": 3})
    assert maker.post(f"/campaigns/{campaign}/stop").json()["state"] == "stopped"


def test_tree_is_counted_exactly(people, call_as):
    caller = call_as("operator", "audiences:count")
    answer = caller.post("/audiences/count", {"condition": TREE, "channels": ["line"]})
    assert answer.json() == {
        "matching": 4,
        "included": 3,
        "excluded": {"no_channel": 1},
        "reachable": {"line": 3},
    }
    wrong = caller.post("/audiences/count", {"condition": {"all": [{"field": "x"}]}, "channels": ["line"]})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "kernel.condition_invalid")
    assert wrong.json()["errors"][0]["pointer"].startswith("all[0]")


def test_journeys_and_audiences_to_choose_from_are_listed(people, maker):
    assert "いつでも" in [row["name"] for row in maker.get("/journeys").json()["items"]]
    assert maker.get("/audiences").status_code == 200
    assert MessageVersion.objects.exists()
