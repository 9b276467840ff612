"""A customer of each kind is asked the questionnaire of that kind, and a simulated person can answer it without JavaScript."""

import dataclasses

import pytest
from django.test import Client

from keizoku.cli.demo.first_data import QUESTIONNAIRE
from keizoku.forms import actions as forms
from keizoku.kernel.actor import Actor
from keizoku.reviews.models import Answer, ProposedChange
from keizoku.reviews.tests import people
from keizoku.reviews.tokens import token_for
from keizoku.sandbox.chance import Chance
from keizoku.sandbox.population.pages import read_page
from keizoku.sandbox.population.persona import Persona
from keizoku.sandbox.world.reading import read_people

PERSON = people.TARO
FOREIGNER = people.TARO.replace("JPN,", "VNM,2027-04-01").replace("2027-04-01会社員", "2027-04-01,会社員")
SHOP = people.TARO.replace("個人", "個人事業主", 1)
COMPANY = (
    "0000000009,法人,株式会社 青空,ｶ)ｱｵｿﾞﾗ,平成8年4月1日,150-0002,東京都渋谷区渋谷1-2-3,03-1234-5678,"
    "info@example.jp,JPN,,,事業費決済,普通預金,001,1234567,2001/4/2,2023-05-01,"
)
LONGEST_WALK = 60


@pytest.fixture(autouse=True)
def newest(db):
    text = QUESTIONNAIRE.read_text(encoding="utf-8")
    forms.install(text, Actor.system("setup"), Actor.system("setup-approval"))


def walked(tmp_path, row, seed):
    """The answers' questionnaire and the fields, after a simulated person went the whole way."""
    (customer,) = people.import_customers(tmp_path, row)
    (review,) = people.open_for(customer)
    (person,) = read_people(tmp_path / "customers.csv")
    persona = Persona(dataclasses.replace(person), Chance(seed), "walk", None)
    client = Client()
    answer = client.get(f"/r/{token_for(review.id, review.reference)}", follow=True)
    for _ in range(LONGEST_WALK):
        shown = read_page(answer.content.decode())
        if shown.state == "done":
            break
        assert shown.form is not None, shown.state
        path = answer.redirect_chain[-1][0] if answer.redirect_chain else answer.request["PATH_INFO"]
        posted: dict[str, list[str]] = {}
        for name, value in persona.fill(shown.form):
            posted.setdefault(name, []).append(value)
        answer = client.post(path, posted, follow=True)
    assert shown.state == "done", shown.text
    given = Answer.objects.get(review=review).questionnaire
    fields = ProposedChange.objects.filter(review=review).order_by("position").values_list("field", flat=True)
    return given.questionnaire, list(fields)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_person_is_asked_what_persons_are_asked(tmp_path, seed):
    asked, fields = walked(tmp_path, PERSON, seed)
    assert asked == "person"
    assert "residence_expires_on" not in fields


def test_foreigner_is_also_asked_for_the_residence_period(tmp_path):
    asked, fields = walked(tmp_path, FOREIGNER, 1)
    assert asked == "person"
    assert "residence_expires_on" in fields


@pytest.mark.parametrize("seed", [1, 2])
def test_sole_proprietor_is_asked_about_the_business(tmp_path, seed):
    asked, fields = walked(tmp_path, SHOP, seed)
    assert asked == "sole_proprietor"
    assert "business" in fields


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_corporation_names_its_owners_or_who_represents_it(tmp_path, seed):
    asked, fields = walked(tmp_path, COMPANY, seed)
    assert asked == "corporation"
    assert "corporate_form" in fields
