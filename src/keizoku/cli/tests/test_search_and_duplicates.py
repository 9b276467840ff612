"""Search and merges by the command line, in the name of people who may."""

import pytest
from click.testing import CliRunner

from keizoku.accounts.models import Staff
from keizoku.cli import main
from keizoku.customers.duplicates.tests.pairs import staff, two_rows_of_one_person
from keizoku.customers.models import Customer, Duplicate


@pytest.fixture
def run(committed_db, monkeypatch):
    """Commands run in this process, on the test's database."""
    monkeypatch.setattr("keizoku.cli.process.start_django", lambda: None)

    def invoke(*arguments, typed=""):
        return CliRunner().invoke(main, list(arguments), input=typed)

    return invoke


def test_words_are_asked_for_and_ids_are_printed(run, make_customers):
    staff()
    (customer,) = make_customers(1)
    answer = run("search", "find", "--by", "proposer", typed="ヤマダ\n")
    assert answer.exit_code == 0, answer.output
    assert f"{customer}\t個人\t東京都\t取引中" in answer.output


def test_who_may_not_search_is_refused(run):
    staff()
    assert run("search", "find", "--by", "approver", typed="ヤマダ\n").exit_code == 1
    assert run("search", "find", "--by", "nobody", typed="ヤマダ\n").exit_code == 1


def test_pair_is_found_proposed_and_merged(run, make_customers):
    staff()
    first, second = two_rows_of_one_person(make_customers)
    assert "新しく1組" in run("duplicates", "find").output
    pair = str(Duplicate.objects.get().id)
    assert f"{first}, {second}" in run("duplicates", "list").output
    proposed = run(
        "duplicates", "propose", pair, "--survivor", str(first), "--from-other", "address", "--by", "proposer"
    )
    assert proposed.exit_code == 0, proposed.output
    assert Duplicate.objects.get().choices["address"] == "other"
    assert run("duplicates", "approve", pair, "--by", "approver", typed="1\n").exit_code == 1
    assert Customer.objects.filter(state="merged").count() == 0
    assert run("duplicates", "approve", pair, "--by", "approver", typed="2\n").exit_code == 0
    assert Customer.objects.get(id=second).merged_into_id == first
    assert Staff.objects.count() == 4


def test_missing_tokens_are_made_anew(run, make_customers):
    make_customers(2)
    assert "0人" in run("search", "rebuild", "--missing").output
    assert "2人" in run("search", "rebuild").output
