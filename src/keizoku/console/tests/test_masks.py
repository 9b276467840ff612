"""One list says what is masked: whoever looks at a screen sees no value of a record but where a page is for reading it.

All routes are walked with a customer whose every value is a canary, by every role. The pages that open values are written
down here with their reason; each of them grants the reading first, which is an entry of the audit.
"""

from typing import Any

import pytest
from django.urls import reverse

from keizoku.accounts.rules import ROLES, may
from keizoku.audit.models import Entry
from keizoku.console.tests.pages import do, words
from keizoku.console.tests.test_permissions import ARGUMENTS, PATTERNS
from keizoku.console.views.customers import IDENTITY
from keizoku.customers.casework.actions import Owner, open_task, write_note
from keizoku.customers.casework.rules import TaskKind
from keizoku.customers.duplicates import finding
from keizoku.customers.fields import ENCRYPTED_FIELDS
from keizoku.customers.models import Duplicate, Relation, Task
from keizoku.kernel.actor import Actor
from keizoku.kernel.clock import business_today
from keizoku.reviews.actions import submit_answer
from keizoku.reviews.phone.models import PhoneCall
from keizoku.reviews.tests import people
from keizoku.ui.components.display import REASONS

# Each value as any page might write it; no other text of ours holds one of these.
CANARIES = {
    "number": ("7391846205",),
    "name": ("金糸雀", "啼子"),
    "kana": ("カナリア", "ｶﾅﾘｱ"),
    "birth_date": ("1931-03-07", "1931年3月7日", "昭和6年3月7日", "19310307"),
    "postal_code": ("600-8216", "6008216"),
    "address": ("鳥籠町", "中立売"),
    "phone": ("090-7391-6482", "09073916482", "+819073916482"),
    "email": ("nakiko@canary.example.jp",),
    "account": ("7391846",),
    # What else is known of people: a related person, a note, a task.
    "relation": ("鶯谷",),
    "note": ("夜鳴き",),
    "task": ("止まり木",),
    # What she answered.
    "answer": ("巣箱坂",),
}
ROW = (
    "7391846205,個人,金糸雀 啼子,ｶﾅﾘｱ ﾅｷｺ,昭和6年3月7日,600-8216,京都府京都市下京区中立売鳥籠町1-2,090-7391-6482,"
    "nakiko@canary.example.jp,JPN,,会社員,給与受取,普通預金,001,7391846,2001/4/2,2023-05-01,"
)
# Her second row: another number, account and address.
AGAIN = (
    ROW.replace("7391846205", "7391846213")
    .replace("001,7391846", "001,7391847")
    .replace("鳥籠町1-2", "鳥籠町9-9")
)
# Route → whose values it opens, and why there.
OPENED = {
    # A decision compares the answer with the record: what was asked about stands there, old beside new.
    "console-case": {"address", "phone", "postal_code", "answer"},
    # What colleagues wrote for whoever works with her; opened for who may use notes and tasks.
    "console-customer-notes": {"note"},
    "console-task": {"task"},
}
PURPOSES = {
    "console-case": "review.desk",
    "console-customer-notes": "customer.notes",
    "console-task": "customer.task",
}


@pytest.fixture
def her(staff, browser, tmp_path) -> dict[str, int]:
    """Her numbers in addresses: a case on the desk, a note, a task, a related person, a call, and a second row."""
    people.use_standard_scorecard()
    customer, _ = people.import_customers(tmp_path, ROW, AGAIN)
    (review,) = people.open_for(customer)
    moved = {"known": ["changed"], "postal_code": ["150-0002"], "answer": ["東京都渋谷区巣箱坂4-5-6"]}
    people.answer_all(review.id, (moved, *people.ANSWERS[1:]))
    submit_answer(review.id, entry="code")
    write_note(customer, "夜鳴きについての電話", actor=staff["reviewer"].actor)
    today = business_today()
    open_task(
        TaskKind.HELP,
        "止まり木の件",
        owner=Owner(role="reviewer"),
        due_on=today,
        actor=Actor.system("test"),
        today=today,
        customer_id=customer,
        origin="test",
    )
    guardian = {"kind": "guardian", "other_name": "鶯谷 一郎", "other_kana": "ウグイスダニ イチロウ"}
    do(browser("reviewer"), "console-relation-add", customer, **guardian, source="document", as_of=today)
    do(browser("phone_desk"), "console-phone", sought="7391846205")
    finding.find_everywhere()
    return {
        "customer_id": customer,
        "review_id": review.id,
        "task_id": Task.objects.get().pk,
        "relation_id": Relation.objects.get().pk,
        "call_id": PhoneCall.objects.get().pk,
        "duplicate_id": Duplicate.objects.get().pk,
    }


def shown_to(client: Any, role: str, her: dict[str, int]) -> dict[str, set[str]]:
    """Route → which of her values somebody of this role sees there by looking alone."""
    found: dict[str, set[str]] = {}
    for pattern in PATTERNS:
        permission = pattern.callback.keizoku_permission
        if permission and may(role, permission):
            named = {key: her.get(key, ARGUMENTS[key]) for key in pattern.pattern.converters}
            answer = client.get(reverse(pattern.name, kwargs=named))
            text = (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode(
                errors="replace"
            )
            if seen := {name for name, written in CANARIES.items() if any(word in text for word in written)}:
                found[pattern.name] = seen
    return found


def test_no_page_opens_a_value_but_those_that_are_for_it_and_each_leaves_an_entry(browser, her):
    opened: dict[str, set[str]] = {}
    for role in ROLES:
        before = set(Entry.objects.values_list("pk", flat=True))
        shown = shown_to(browser(role), role, her)
        entries = Entry.objects.exclude(pk__in=before).filter(action="customers.record.read")
        purposes = set(entries.values_list("purpose", flat=True))
        assert {PURPOSES[route] for route in shown} <= purposes, role
        for route, values in shown.items():
            opened.setdefault(route, set()).update(values)
    assert opened == OPENED


def test_what_is_masked_and_what_is_unmasked_is_one_list_and_each_value_is_opened_alone(browser, staff, her):
    assert IDENTITY == ENCRYPTED_FIELDS
    client = browser("reviewer")
    reads = Entry.objects.filter(action="customers.record.read", purpose=REASONS[0])
    for number, field in enumerate(ENCRYPTED_FIELDS, start=1):
        told = do(client, "console-reveal", her["customer_id"], field, purpose=REASONS[0])
        text = words(told)
        opened = {name for name, written in CANARIES.items() if any(word in text for word in written)}
        # The account's digits begin the number: whoever opens the number has not opened the account.
        assert opened - ({"account"} if field == "number" else set()) == {field}
        assert reads.count() == number
    assert {(one.actor_id, one.subject_id) for one in reads} == {
        (str(staff["reviewer"].pk), her["customer_id"])
    }
