"""The OpenAPI document: committed, equal to the code's, valid, and kept by real answers."""

import json
from pathlib import Path

import pytest
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import validate

from keizoku.api.once import HEADER
from keizoku.api.tests.test_campaigns import body
from keizoku.api.tests.test_records import told
from keizoku.api.v1.service import document
from keizoku.campaigns.journeys.tests.making import saved

COMMITTED = Path(__file__).resolve().parents[4] / "docs" / "openapi.json"


def plain():
    return json.loads(json.dumps(document()))


def test_document_is_the_committed_one():
    assert json.loads(COMMITTED.read_text("utf-8")) == plain(), (
        "the API changed: run .venv/bin/python -m keizoku api-key openapi > docs/openapi.json and look at the difference"
    )


def test_document_is_valid_openapi():
    validate(plain())


def test_every_change_asks_for_its_idempotency_key():
    for path, item in plain()["paths"].items():
        for method, route in item.items():
            named = [one["name"] for one in route["parameters"]]
            changes = method != "get" and not path.endswith(("/lookup", "/reveal", "/count"))
            assert (HEADER in named) == changes, (method, path)


def test_document_and_page_are_there_for_everybody_and_load_nothing_from_elsewhere(client):
    assert client.get("/api/v1/openapi.json").json() == plain()
    page = client.get("/api/v1/docs")
    assert page.status_code == 200
    text = page.content.decode()
    assert "<script" not in text
    assert "://" not in text.replace("/static/", "")
    assert "/api/v1/customers/rows" in text


@pytest.fixture
def answers(call_as, make_customers, staff):
    """(operation, status, body) of real calls, good and bad."""
    (customer,) = make_customers(1)
    saved("line", name="いつでも")
    reader = call_as(
        "operator",
        "customers:read",
        "due:read",
        "deliveries:read",
        "campaigns:read",
        "answers:read",
        "events:read",
        "audiences:count",
    )
    writer = call_as("operator", "customers:write", "campaigns:write")
    opener = call_as("reviewer", "customers:reveal")
    made = writer.post("/campaigns", body())
    campaign = made.json()["id"]
    asked = {"condition": {"all": []}, "channels": ["line"]}
    return [
        ("health", reader.get("/health")),
        ("customer-lookup", reader.post("/customers/lookup", {"number": "0000000001"})),
        ("customer-read", reader.get(f"/customers/{customer}")),
        ("customer-read", reader.get("/customers/999999")),
        (
            "customer-reveal",
            opener.post(f"/customers/{customer}/reveal", {"purpose": "review", "fields": ["name"]}),
        ),
        ("customer-rows", writer.post("/customers/rows", told({}, {"kind": "?"}))),
        ("customer-rows", writer.post("/customers/rows", {})),
        ("customer-rows", writer.post("/customers/rows", told({}), Idempotency_Key=None)),
        ("due-list", reader.get("/due")),
        ("due-list", reader.get("/due", {"limit": 0})),
        ("delivery-list", reader.get("/deliveries", {"campaign": campaign})),
        ("delivery-list", reader.get("/deliveries")),
        ("answer-list", reader.get("/answers")),
        ("answer-read", reader.get("/answers/1")),
        ("campaign-draft", made),
        ("campaign-list", reader.get("/campaigns")),
        ("campaign-read", reader.get(f"/campaigns/{campaign}")),
        ("campaign-edit", writer._send("put", f"/campaigns/{campaign}", body(), {})),
        ("campaign-request", writer.post(f"/campaigns/{campaign}/request")),
        ("campaign-approve", writer.post(f"/campaigns/{campaign}/approve", {"count": 1})),
        ("audience-list", reader.get("/audiences")),
        ("journey-list", reader.get("/journeys")),
        ("audience-count", reader.post("/audiences/count", asked)),
        ("event-list", reader.get("/events")),
    ]


def test_real_answers_are_as_the_document_says(answers):
    described = plain()
    routes = {route["operationId"]: route for item in described["paths"].values() for route in item.values()}
    for operation, answer in answers:
        told = routes[operation]["responses"][str(answer.status_code)]
        if "$ref" in told:
            told = described["components"]["responses"][told["$ref"].rpartition("/")[2]]
        (media,) = told["content"]
        assert answer.headers["Content-Type"].split(";")[0] == media, operation
        schema = told["content"][media]["schema"] | {"components": described["components"]}
        OAS31Validator(schema).validate(answer.json())


def test_answer_that_breaks_the_document_would_be_noticed(answers):
    described = plain()
    schema = {"$ref": "#/components/schemas/Health", "components": described["components"]}
    assert list(OAS31Validator(schema).iter_errors({"status": 1, "business_date": "x"}))
