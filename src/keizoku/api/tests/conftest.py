"""Keys of each role, and a client that calls with one."""

import json
import uuid

import pytest


class Caller:
    """Calls the API with one key; a change gets a new Idempotency-Key unless one is given."""

    def __init__(self, key):
        from django.test import Client

        self.key = key
        self.client = Client()

    def get(self, path, query=None, **headers):
        return self.client.get(f"/api/v1{path}", query or {}, headers=self._headers(headers))

    def post(self, path, body=None, **headers):
        return self._send("post", path, body, headers)

    def patch(self, path, body=None, **headers):
        return self._send("patch", path, body, headers)

    def _send(self, method, path, body, headers):
        text = body if isinstance(body, str) else json.dumps({} if body is None else body)
        told = {"Idempotency-Key": str(uuid.uuid4()), **self._headers(headers)}
        told = {name: value for name, value in told.items() if value is not None}
        send = getattr(self.client, method)
        return send(f"/api/v1{path}", text, content_type="application/json", headers=told)

    def _headers(self, headers):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return {"Authorization": f"Bearer {self.key}", **named} if self.key else named


@pytest.fixture(autouse=True)
def fresh_rates():
    from keizoku.api.rates import RATES

    RATES.forget()


@pytest.fixture
def staff(db):
    from keizoku.accounts.models import Staff
    from keizoku.accounts.rules import ROLES

    return {role: Staff.objects.create(login=role, display_name=f"{role}さん", role=role) for role in ROLES}


@pytest.fixture
def taken_by(staff):
    from keizoku.accounts.api_keys import actions

    def take(role, *scopes, **more):
        wanted = actions.Grant(role, "試験", scopes, 30, **more)
        return actions.take(actions.grant(wanted, actor=staff["administrator"].actor), staff[role])

    return take


@pytest.fixture
def call_as(taken_by):
    """``call_as("operator", "due:read")`` calls with such a key."""

    def make(role, *scopes, **more):
        return Caller(taken_by(role, *scopes, **more).secret)

    return make
