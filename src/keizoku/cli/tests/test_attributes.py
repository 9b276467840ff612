"""An attribute's whole way, defined by another process while this one goes on: nothing is restarted, nothing is stale."""

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from keizoku import forms as questionnaires
from keizoku.accounts.models import Staff
from keizoku.campaigns.audiences.counting import preview
from keizoku.customers.attributes import queries as attributes
from keizoku.customers.imports import mapping
from keizoku.customers.imports.rules.columns import COLUMNS
from keizoku.customers.models import Customer, Fact
from keizoku.forms import queries as forms
from keizoku.kernel.clock import business_today
from keizoku.reviews.actions import assign_next, decide, open_case, submit_answer
from keizoku.reviews.rules.reasons import Outcome
from keizoku.reviews.tests import people
from keizoku.risk import actions as risk
from keizoku.risk import queries as ratings

ATTRIBUTE = """
name = "pep_status"
type = "choice"
label = "外国の重要な公的地位"
about_suspicion = false
choice = [
  { value = "none", label = "該当しない" },
  { value = "self", label = "本人" },
  { value = "family", label = "家族" },
]
"""
FACTOR = """
[[factor]]
id = "pep"
label = "外国の重要な公的地位"
category = "customer"
[[factor.rule]]
label = "本人か家族が公的地位にある"
when = { pep_status = ["self", "family"] }
points = 0
floor = "high"
"""
QUESTION = """
[[question]]
id = "pep"
kind = "single_choice"
title = "外国で重要な公的地位にありますか"
why = "法律（犯罪収益移転防止法）により確認しています。"
attribute = "pep_status"
choices = [
  { value = "none", label = "いいえ" },
  { value = "self", label = "はい、わたしです" },
  { value = "family", label = "家族です" },
]
"""
STANDARD = (Path(questionnaires.__file__).parent / "questionnaires" / "person-1.toml").read_text(
    encoding="utf-8"
)
HEADER = f"{people.HEADER},PEPs"
ASKED = {"all": [{"field": "pep_status", "operator": "equals", "value": "self"}]}


@pytest.fixture
def keizoku(committed_db, tmp_path):
    """``keizoku("attribute", "list", typed="…")``: another process on the same database; returns what it printed."""

    def call(*arguments, typed="", fails=False):
        done = subprocess.run(
            [sys.executable, "-m", "keizoku", *map(str, arguments)],
            env={**os.environ, **committed_db.environment},
            input=typed,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert (done.returncode != 0) is fails, done.stderr
        return done.stdout + done.stderr

    return call


@pytest.fixture
def staff(committed_db):
    return {
        role: Staff.objects.create(login=role, display_name=f"{role}さん", role=role)
        for role in ("compliance", "approver", "reviewer", "operator")
    }


def write(folder, name, text):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_attribute_goes_its_whole_way_without_a_restart(keizoku, staff, tmp_path):
    people.use_standard_scorecard()
    # This process has read everything once before the attribute exists.
    assert (attributes.usable(), ratings.active_scorecard().definition.attributes) == ((), ())
    assert forms.active("person").questionnaire.version == 1

    _defined(keizoku, tmp_path)

    # Imported by a column of the bank's own.
    taro, hanako = people.TARO, people.HANAKO
    bank = write(tmp_path, "bank.csv", "\r\n".join([HEADER, f"{taro},本人", f"{hanako},該当しない", ""]))
    mapping.save_mapping(
        "本店",
        {str(column): str(column) for column in COLUMNS} | {"attribute:pep_status": "PEPs"},
        HEADER.split(","),
        actor=staff["operator"].actor,
    )
    keizoku("import", bank, "--as-of", "2026-11-01", "--mapping", "本店")
    customer, other = Customer.objects.order_by("id").values_list("id", flat=True)
    assert Fact.objects.get(customer_id=customer).attributes == {"pep_status": "self"}

    # Asked of an audience.
    counted = preview(ASKED, ["line", "email"], business_today())
    assert (counted.matching, counted.included) == (1, 1)

    # Rated by.
    text = ratings.next_draft(None) + FACTOR
    card = risk.draft_scorecard(text, staff["compliance"].actor)
    risk.activate_scorecard(card, staff["approver"].actor, digest=ratings.scorecard(card).digest)
    keizoku("rate")
    assert (ratings.standing(customer).level, ratings.standing(other).level) == ("high", "low")
    assert any("公的地位にある" in reason for reason in ratings.latest_rating(customer).reasons)

    # Asked of the customer, by a questionnaire published in another process.
    file = write(tmp_path, "person-2.toml", STANDARD.replace("version = 1", "version = 2", 1) + QUESTION)
    keizoku("questionnaire", "draft", file, "--by", "operator")
    (written,) = [one.id for one in forms.editions() if one.state == "draft"]
    keizoku("questionnaire", "request", written, "--by", "operator")
    keizoku("questionnaire", "approve", written, "--by", "approver", typed="お客さま情報の確認\n")
    (review,) = people.open_for(customer)
    people.answer_all(review.id, (*people.ANSWERS, {"answer": ["none"]}))
    submit_answer(review.id, entry="link")

    # Decided, and the decision writes it.
    reviewer = staff["reviewer"]
    assert assign_next(reviewer) == review.id
    shown = next(each for each in open_case(review.id, reviewer).fields if each.field == "pep_status")
    assert (shown.label, shown.old, shown.new, shown.is_change) == (
        "外国の重要な公的地位",
        "本人",
        "該当しない",
        True,
    )
    assert shown.source == "勘定系(2026-11-01時点)"
    decide(review.id, Outcome.APPROVE, "consistent", reviewer)
    assert Fact.objects.get(customer_id=customer).attributes == {"pep_status": "none"}

    # Provenance and history show it, in any process; the rating followed.
    told = json.loads(keizoku("attribute", "values", customer))
    assert told == {
        "name": "pep_status",
        "value": "none",
        "source": "declared",
        "by": f"staff:{reviewer.id}",
        "as_of": business_today().isoformat(),
    }
    history = attributes.history_of(customer, "pep_status")
    assert [(one.text, one.source) for one in history] == [("none", "declared"), ("self", "core_system")]
    assert preview(ASKED, ["line", "email"], business_today()).matching == 0
    assert not any("公的地位にある" in reason for reason in ratings.latest_rating(customer).reasons)

    _changed_and_ended(keizoku, customer, bank)


def _defined(keizoku, folder):
    """By one, approved by another, each in a process of its own."""
    file = write(folder, "pep.toml", ATTRIBUTE)
    assert "there is no" not in keizoku("attribute", "draft", file, "--by", "compliance")
    (draft,) = [one.id for one in attributes.rows()]
    assert "権限がありません" in keizoku(
        "attribute", "approve", draft, "--by", "compliance", typed="外国の重要な公的地位\n", fails=True
    )
    assert "名称が違います" in keizoku(
        "attribute", "approve", draft, "--by", "approver", typed="別の名称\n", fails=True
    )
    assert attributes.usable() == ()
    keizoku("attribute", "approve", draft, "--by", "approver", typed="外国の重要な公的地位\n")
    assert [one.name for one in attributes.usable()] == ["pep_status"]


def _changed_and_ended(keizoku, customer, bank):
    """Staff changes a value; after the end what names the attribute goes on reading, and new things may not."""
    keizoku("attribute", "change", customer, "pep_status", "家族", "--reason", "document", "--by", "reviewer")
    assert ratings.standing(customer).level == "high"
    keizoku("attribute", "end", "pep_status", "--by", "compliance")
    (ending,) = [one.id for one in attributes.rows() if one.is_draft]
    keizoku("attribute", "approve", ending, "--by", "approver", typed="外国の重要な公的地位\n")
    assert attributes.usable() == ()
    keizoku("rate")
    assert ratings.standing(customer).level == "high"
    assert "有効な追加の項目はありません" in keizoku(
        "import", bank, "--as-of", date(2026, 11, 2).isoformat(), "--mapping", "本店", fails=True
    )
