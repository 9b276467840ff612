"""Every route of the API against every kind of key: the registry is walked, so that a new route cannot be forgotten."""

from datetime import timedelta

import pytest
from django.utils import timezone

from keizoku.accounts.api_keys import actions
from keizoku.accounts.api_keys.rules import SCOPES
from keizoku.accounts.models import ApiKey, Staff
from keizoku.accounts.rules import ROLES, may
from keizoku.api.access import Key
from keizoku.api.tests.conftest import Caller
from keizoku.api.v1.service import api, document

WITHOUT_KEY = {"health"}


def operations():
    for _, router in api._routers:
        for view in router.path_operations.values():
            yield from view.operations


def routes():
    """(method, path with numbers, scope) of every route that needs a key."""
    for path, item in document()["paths"].items():
        for method, route in item.items():
            if route["operationId"] not in WITHOUT_KEY:
                filled = path.removeprefix("/api/v1")
                for parameter in route["parameters"]:
                    filled = filled.replace(f"{{{parameter['name']}}}", "1")
                yield method, filled, route["x-keizoku-scope"]


ROUTES = list(routes())


def send(caller, method, path):
    return caller.get(path) if method == "get" else caller._send(method, path, {}, {})


def holder_of(scope):
    return next(role for role in ROLES if all(may(role, one) for one in SCOPES[scope].permissions))


def test_every_route_but_the_named_has_one_gate_with_one_scope():
    for operation in operations():
        gates = [gate for gate in operation.auth_callbacks if isinstance(gate, Key)]
        if operation.operation_id in WITHOUT_KEY:
            assert operation.auth_callbacks == []
            continue
        assert len(gates) == len(operation.auth_callbacks) == 1, operation.operation_id
        assert operation.openapi_extra["x-keizoku-scope"] == gates[0].scope


def test_every_scope_opens_something():
    assert {scope for _, _, scope in ROUTES} == set(SCOPES)


def refused(answer, status, code):
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == code
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_nobody_gets_through_without_a_valid_key(db, taken_by):
    revoked = taken_by("operator", "due:read")
    actions.revoke(revoked.key_id, actor=Staff.objects.get(login="operator").actor)
    expired = taken_by("operator", "due:read")
    ApiKey.objects.filter(pk=expired.key_id).update(
        granted_at=timezone.now() - timedelta(days=2), expires_at=timezone.now()
    )
    keys = [None, "kz_", revoked.secret, expired.secret, revoked.secret[:-1] + "!", "Basic"]
    bodies = set()
    for method, path, _ in ROUTES:
        for key in keys:
            answer = send(Caller(key), method, path)
            refused(answer, 401, "api.key_refused")
            bodies.add(tuple(sorted((k, v) for k, v in answer.json().items() if k != "instance")))
    assert len(bodies) == 1, "why a key is refused is told to nobody"


def test_signed_in_browser_is_nobody_here(staff):
    caller = Caller(None)
    caller.client.force_login(staff["administrator"])
    for method, path, _ in ROUTES:
        refused(send(caller, method, path), 401, "api.key_refused")


@pytest.mark.parametrize("scope", sorted(SCOPES))
def test_key_with_every_other_scope_is_refused(scope, taken_by, staff):
    """Scopes are given straight into the row, so that a role that holds all of them is not needed."""
    role = holder_of(scope)
    taken = taken_by(role, scope)
    ApiKey.objects.filter(pk=taken.key_id).update(scopes=sorted(set(SCOPES) - {scope}))
    for method, path, needed in ROUTES:
        if needed == scope:
            refused(send(Caller(taken.secret), method, path), 403, "api.scope_missing")


@pytest.mark.parametrize("scope", sorted(SCOPES))
def test_key_whose_holder_lost_the_right_is_refused(scope, taken_by, staff):
    taken = taken_by(holder_of(scope), scope)
    without = next(
        (role for role in ROLES if not all(may(role, one) for one in SCOPES[scope].permissions)), ""
    )
    if not without:
        return  # a right that every role has cannot be lost
    Staff.objects.filter(pk=staff[holder_of(scope)].pk).update(role=without)
    for method, path, needed in ROUTES:
        if needed == scope:
            refused(send(Caller(taken.secret), method, path), 403, "api.scope_missing")


def test_right_key_gets_beyond_the_gate(taken_by):
    for method, path, scope in ROUTES:
        answer = send(Caller(taken_by(holder_of(scope), scope).secret), method, path)
        assert answer.status_code not in {401, 403}, (method, path)
        assert answer.headers["Cache-Control"] == "no-store"


def test_what_is_not_there_looks_as_what_may_not_be_seen(call_as):
    one, other = call_as("operator", "customers:read"), call_as("reviewer", "answers:read")
    bodies = [
        {**answer.json(), "instance": ""}
        for answer in (one.get("/customers/999999999"), other.get("/answers/999999999"), one.get("/nowhere"))
    ]
    assert bodies[0] == bodies[1] == bodies[2]
    assert bodies[0]["status"] == 404


def test_address_that_is_too_long_a_number_is_a_problem_and_no_crash(call_as):
    answer = call_as("operator", "customers:read").get(f"/customers/{10**30}")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "path:customer_id"


def test_wrong_method_is_a_problem_too(call_as):
    answer = call_as("operator", "due:read").post("/due")
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "GET"
    assert answer.json()["code"] == "api.http_405"


def test_rate_is_limited_by_key(taken_by):
    slow, quick = taken_by("operator", "due:read", calls_a_minute=2), taken_by("operator", "due:read")
    assert [Caller(slow.secret).get("/due").status_code for _ in range(3)] == [200, 200, 429]
    answer = Caller(slow.secret).get("/due")
    assert int(answer.headers["Retry-After"]) in range(1, 31)
    assert answer.json()["code"] == "api.too_many_calls"
    assert Caller(quick.secret).get("/due").status_code == 200


def test_log_names_the_key_by_its_prefix_and_no_secret(taken_by, capsys):
    from structlog.testing import capture_logs

    taken = taken_by("operator", "due:read")
    with capture_logs() as logs:
        Caller(taken.secret).get("/due", {"cursor": "垣根"})
    (line,) = [one for one in logs if one["event"] == "api.answered"]
    assert (line["key"], line["status"], line["route"]) == (taken.prefix, 422, "api/v1/due")
    assert taken.secret not in repr(logs)
    assert "垣根" not in repr(logs)
