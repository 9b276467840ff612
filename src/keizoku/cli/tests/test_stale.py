"""``keizoku stale``: counts for all values, a list for one, no personal data."""

import json

import pytest
from click.testing import CliRunner

from keizoku.cli import process
from keizoku.cli.stale import command


@pytest.fixture
def run(db, monkeypatch):
    monkeypatch.setattr(process, "start_django", lambda: None)
    return lambda *arguments: CliRunner().invoke(command, [str(each) for each in arguments])


def test_every_value_is_counted_by_age(run, make_customers):
    make_customers(2, 最終確認日="")
    told = json.loads(run().output)
    assert told["address"] == {
        "year": 0,
        "two_years": 0,
        "three_years": 0,
        "older": 0,
        "never": 2,
        "missing": 0,
    }


def test_one_value_is_listed_for_an_audience_from_a_file(run, make_customers, tmp_path):
    make_customers(1)
    (retired,) = make_customers(1, 職業="年金受給", 最終確認日="2020-05-01")
    audience = tmp_path / "audience.json"
    audience.write_text('{"field": "occupation", "operator": "equals", "value": "pensioner"}', "utf-8")
    told = json.loads(run("--field", "phone", "--older-than", "365", "--audience", audience).output)
    assert told == {
        "field": "phone",
        "older_than_days": 365,
        "count": 1,
        "customers": [{"id": retired, "confirmed_on": "2020-05-01"}],
    }


def test_an_unknown_field_or_condition_is_named(run, tmp_path):
    unknown = run("--field", "shoe_size")
    assert (unknown.exit_code, "no such value: shoe_size; one of" in unknown.output) == (2, True)
    audience = tmp_path / "audience.json"
    audience.write_text('{"field": "shoe_size", "operator": "is_missing"}', "utf-8")
    refused = run("--audience", audience)
    assert (refused.exit_code, "shoe_size" in refused.output) == (1, True)
    audience.write_text("{", "utf-8")
    assert "is not JSON" in run("--audience", audience).output
