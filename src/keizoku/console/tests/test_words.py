"""How typed numbers are read and values are written; and that a form from elsewhere is refused in words."""

import pytest
from django.test import Client

from keizoku.console.forms.numbers import whole_number
from keizoku.console.names import actor_names
from keizoku.console.values import written


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("12438", 12438),
        ("12,438", 12438),
        ("１２，４３８人", 12438),
        (" 7 日", 7),
        ("0", 0),
        ("", None),
        ("-1", None),
        ("1.5", None),
        ("一", None),
        ("①", None),
        ("9" * 19, None),
    ],
)
def test_typed_number_is_read_in_any_width_and_nothing_else_is_a_number(typed, number):
    assert whole_number(typed) == number


@pytest.mark.parametrize(
    ("field", "value", "shown"),
    [
        ("phone", "+819012345678", "090-1234-5678"),
        ("phone", "+81334567890", "0334567890"),
        ("phone", "", ""),
        ("postal_code", "1500002", "150-0002"),
        ("postal_code", "", ""),
        ("name", "山田 太郎", "山田 太郎"),
    ],
)
def test_value_of_the_record_is_written_as_people_write_it(field, value, shown):
    assert written(field, value) == shown


def test_actors_are_named_by_what_they_are(staff):
    own = f"staff:{staff['operator'].pk}"
    assert actor_names([own, "staff:999999", "system:planner", "system:new", "customer:7", "import:3"]) == {
        own: "operatorさん",
        "staff:999999": "職員 999999",
        "system:planner": "システム（連絡の手順）",
        "system:new": "システム（new）",
        "customer:7": "お客さま 7",
        "import:3": "取り込み 3",
    }


def test_form_without_our_own_mark_is_refused_and_leads_staff_back_to_their_page(staff):
    client = Client(enforce_csrf_checks=True)
    client.force_login(staff["administrator"])
    answer = client.post("/console/settings/clock", {"days": "7"})
    assert answer.status_code == 403
    assert 'href="/console/"' in answer.content.decode()
