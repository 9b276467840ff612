"""What stands around a record: an added attribute, relations, a withdrawn consent, notes, tasks, a relation long ended."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from keizoku.cli.demo.cases.chosen import Chosen

if TYPE_CHECKING:
    from keizoku.kernel.actor import Actor

ATTRIBUTE: Final = {
    "name": "pep_status",
    "type": "choice",
    "label": "外国の重要な公的地位",
    "help": "外国政府などで重要な地位にある方かどうか。",
    "about_suspicion": False,
    "choice": [
        {"value": "none", "label": "該当しない"},
        {"value": "self", "label": "本人"},
        {"value": "family", "label": "家族"},
    ],
}
ENDED_YEARS_AGO: Final = 8


def add_attribute(chosen: list[Chosen], compliance: "Actor", approver: "Actor", today: date) -> None:
    """Drafted by one, approved by another; some customers have a value."""
    from keizoku.customers.attributes import actions
    from keizoku.customers.models import AttributeVersion
    from keizoku.risk import changing

    version = actions.draft(ATTRIBUTE, compliance)
    digest = AttributeVersion.objects.values_list("digest", flat=True).get(id=version)
    actions.approve(version, approver, digest=digest)
    for one, value in zip(chosen, ("self", "family", "none"), strict=True):
        changing.change_attribute(
            one.id, "pep_status", value, reason="document", actor=compliance, today=today
        )


def relate(companies: list[Chosen], people: list[Chosen], reviewer: "Actor", today: date) -> None:
    """A representative who is a customer, beneficial owners who are and are not, and a household."""
    from keizoku.customers.relations.actions import state_relation
    from keizoku.customers.relations.rules import Basis, Kind, Source, Terms
    from keizoku.customers.relations.sealing import Person

    first, second = companies
    head, owner, spouse = people
    registry = Terms(Source.REGISTRY, today)
    share = Terms(Source.DOCUMENT, today, share=6_000, basis=Basis.VOTING_RIGHTS, is_direct=True)
    rest = Terms(Source.DECLARED, today, share=2_600, basis=Basis.VOTING_RIGHTS, is_direct=True)
    stranger = Person.of("継続 花子", "ケイゾク ハナコ", date(1971, 5, 3), "東京都千代田区丸の内1-1-1")
    for subject, kind, other, terms in (
        (first.id, Kind.REPRESENTATIVE, head.id, registry),
        (first.id, Kind.BENEFICIAL_OWNER, owner.id, share),
        (first.id, Kind.BENEFICIAL_OWNER, stranger, rest),
        (second.id, Kind.REPRESENTATIVE, stranger, registry),
        (head.id, Kind.HOUSEHOLD, spouse.id, Terms(Source.DECLARED, today)),
    ):
        state_relation(subject, kind, other, terms, actor=reviewer, today=today)


def withdraw_consent(one: Chosen, reviewer: "Actor", today: date) -> None:
    from keizoku.customers.consents.actions import Told, record_consent
    from keizoku.customers.consents.rules import Act, Source

    told = Told(Source.DECLARED, today, "電話での申し出")
    record_consent(one.id, "line_contact", Act.WITHDRAWN, told, actor=reviewer, today=today)


def write_notes(chosen: list[Chosen], reviewer: "Actor", compliance: "Actor", today: date) -> None:
    """Notes of both kinds and tasks of several owners."""
    from keizoku.customers.casework.actions import Owner, open_task, write_note
    from keizoku.customers.casework.rules import TaskKind

    first, second = chosen
    write_note(first.id, "窓口で住所の変更届を受け取りました。原本は支店で保管しています。", actor=reviewer)
    write_note(second.id, "デモの例です。", actor=compliance, is_confidential=True)
    open_task(
        TaskKind.CALL_BACK,
        "平日の午後に折り返しのご希望です。",
        owner=Owner(role="reviewer"),
        due_on=today,
        actor=reviewer,
        today=today,
        customer_id=first.id,
    )
    open_task(
        TaskKind.DOCUMENT,
        "在留カードの写しが届いたら確かめます。",
        owner=Owner(role="operator"),
        due_on=today + timedelta(days=7),
        actor=reviewer,
        today=today,
        customer_id=second.id,
    )


def promise_a_call(one: Chosen, today: date) -> None:
    """Somebody rang the phone desk, was not verified, and is to be called back today, or on the next open day."""
    from keizoku.accounts.models import Staff
    from keizoku.kernel.bank_days import open_from
    from keizoku.kernel.clock import TOKYO, business_now
    from keizoku.reviews.phone import calling_back, calls
    from keizoku.reviews.phone.rules.states import WINDOWS, FoundBy, Matter, Result

    desk = Staff.objects.get(login="phone_desk")
    hour = business_now().astimezone(TOKYO).hour
    window = next((hours for hours in WINDOWS if hours[1] > hour), None)
    day = open_from(today if window else today + timedelta(days=1))
    window = window if day == today else None
    call = calls.begin(desk)
    calls.attach(call, desk, one.id, calls.Sought((one.id,), FoundBy.NUMBER))
    promise = calling_back.Promise(
        day, window or (9, 12), Matter.QUESTION.value, "届いた手紙のことで聞きたいそうです。"
    )
    calling_back.book(call.id, promise, desk)
    calling_back.end(call.id, Result.BOOKED.value, desk)


def end_long_ago(people: Iterator[Chosen], compliance: "Actor", today: date) -> None:
    """The next one who was a customer then: the standard policy's seven years after the end are over."""
    from keizoku.customers.models import Fact
    from keizoku.reviews.actions import end_relation

    day = today.replace(year=today.year - ENDED_YEARS_AGO, day=1)
    was_open = set(Fact.objects.filter(opened_on__lt=day).values_list("customer_id", flat=True))
    one = next(each for each in people if each.id in was_open)
    end_relation(one.id, on=day, reason="request", actor=compliance, today=today)
