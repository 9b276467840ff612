"""Verbs of requests: ask, decide, withdraw, take (the file is made now, once), lapse."""

from dataclasses import dataclass

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from keizoku.accounts.access import authorise
from keizoku.accounts.departments import refuse_same
from keizoku.accounts.errors import ExportNeedsRequest, ExportRefused
from keizoku.accounts.exports.models import ExportRequest
from keizoku.accounts.exports.rules import (
    AGES,
    KIND_WORDS,
    LONGEST_PURPOSE,
    PERMISSIONS,
    TRANSITIONS,
    Kind,
    State,
    Watermark,
)
from keizoku.audit.actions import record
from keizoku.kernel.actor import Actor
from keizoku.kernel.clock import TOKYO

SWEEPER = Actor.system("accounts")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which file: of which kind, about what (a campaign, an incident), of how many people, and why."""

    kind: Kind
    subject_id: int
    people: int
    purpose: str


def needs_request(people: int) -> bool:
    alone: int = settings.EXPORT_ALONE_PEOPLE
    return people > alone


def ask(wanted: Wanted, *, actor: Actor) -> int:
    """Ask for a file; returns the request's number.

    Raises:
        NotPermitted: the actor may not have such a file.
        ExportRefused: no purpose, nobody in it, or the same request waits already.
    """
    authorise(actor, PERMISSIONS[wanted.kind])
    purpose = wanted.purpose.strip()
    if not purpose:
        raise ExportRefused(
            "書き出す目的が入力されていません。",
            remedy="だれに渡し、何に使うかを入力してください。お客さまの氏名は書かないでください。",
        )
    if len(purpose) > LONGEST_PURPOSE:
        raise ExportRefused(f"目的が{LONGEST_PURPOSE}文字を超えています。", remedy="目的を短くしてください。")
    if wanted.people < 1:
        raise ExportRefused("書き出す方がいません。", remedy="対象が決まってから申請してください。")
    now = timezone.now()
    try:
        with transaction.atomic():
            row = ExportRequest.objects.create(
                kind=wanted.kind,
                subject_id=wanted.subject_id,
                people=wanted.people,
                purpose=purpose,
                asked_by_id=int(actor.id),
                asked_at=now,
                moved_at=now,
            )
            _note(actor, "asked", row)
    except IntegrityError:
        raise ExportRefused(
            "同じファイルの申請が、もうあります。", remedy="「書き出しの申請」で状態を確かめてください。"
        ) from None
    return row.pk


def decide(number: int, *, is_approved: bool, people: int | None, actor: Actor) -> None:
    """Another person's answer; who approves types the number of people.

    Raises:
        NotPermitted: the actor may not, or is of the asker's department where another is demanded.
        ExportRefused: the asker, another number, or no longer waiting.
    """
    authorise(actor, "exports.approve")
    with transaction.atomic():
        row = ExportRequest.objects.select_for_update().get(pk=number)
        if str(row.asked_by_id) == actor.id:
            raise ExportRefused(
                "自分の申請を、自分で承認することはできません。", remedy="ほかの承認者に依頼してください。"
            )
        refuse_same(actor, row.asked_by_id)
        if is_approved and people != row.people:
            raise ExportRefused(
                f"人数が違います。この申請は{row.people:,}人の分です。",
                remedy="申請の内容を確かめ、人数を入力してください。",
            )
        after = State.APPROVED if is_approved else State.REFUSED
        _move(row, State.ASKED, after, decided_by_id=int(actor.id))
        _note(actor, after.value, row)


def withdraw(number: int, *, actor: Actor) -> None:
    """The asker takes the request back, waiting or approved.

    Raises:
        ExportRefused: somebody else's, or over.
    """
    with transaction.atomic():
        row = ExportRequest.objects.select_for_update().get(pk=number)
        if actor.kind != "staff" or str(row.asked_by_id) != actor.id:
            raise ExportRefused("この申請は、申請した人だけが取り下げられます。", remedy="")
        _move(row, State(row.state), State.WITHDRAWN)
        _note(actor, "withdrawn", row)


def take(
    kind: Kind, subject_id: int, people: int, *, actor: Actor, number: int | None = None
) -> Watermark | None:
    """Called in the transaction that makes the file: uses the actor's approved request up; what to write into the file.

    ``number`` names the request, where the person said which. None where no request is needed: few people, or the system
    itself asks (no file of it reaches a person).

    Raises:
        ExportNeedsRequest: no approved request of this person for this, or for fewer people.
    """
    if actor.kind == "system" or not needs_request(people):
        return None
    now = timezone.now()
    with transaction.atomic():
        rows = ExportRequest.objects.select_for_update().select_related("asked_by")
        if number is not None:
            rows = rows.filter(pk=number)
        row = rows.filter(
            kind=kind,
            subject_id=subject_id,
            asked_by_id=int(actor.id),
            state=State.APPROVED,
            people__gte=people,
            moved_at__gt=now - AGES[State.APPROVED],
        ).first()
        if row is None:
            raise ExportNeedsRequest(
                f"{people:,}人の「{KIND_WORDS[kind]}」には、ほかの人の承認が要ります。",
                remedy="目的を書いて申請し、承認されてから3日以内に作ってください。",
            )
        _move(row, State.APPROVED, State.PRODUCED)
        _note(actor, "produced", row)
    return Watermark(row.pk, row.asked_by.login, now.astimezone(TOKYO))


def lapse() -> int:
    """Requests that waited too long, for an answer or for their file."""
    now, ended = timezone.now(), 0
    old = Q()
    for state, age in AGES.items():
        old |= Q(state=state, moved_at__lte=now - age)
    for row in ExportRequest.objects.filter(old):  # few: people asked for each by hand
        with transaction.atomic():
            ended += _moved(row, State(row.state), State.LAPSED)
            _note(SWEEPER, "lapsed", row)
    return ended


def _move(row: ExportRequest, before: State, after: State, **changes: int) -> None:
    if after not in TRANSITIONS[before] or not _moved(row, before, after, **changes):
        raise ExportRefused(
            "この申請は、もう終わっています。", remedy="「書き出しの申請」で状態を確かめてください。"
        )


def _moved(row: ExportRequest, before: State, after: State, **changes: int) -> int:
    unchanged = ExportRequest.objects.filter(pk=row.pk, state=before)
    return unchanged.update(state=after, moved_at=timezone.now(), **changes)


def _note(actor: Actor, verb: str, row: ExportRequest) -> None:
    details: dict[str, str | int | None] = {
        "kind": str(row.kind),
        "about": row.subject_id,
        "people": row.people,
    }
    record(
        actor=actor,
        action=f"accounts.export.{verb}",
        subject=("export_request", row.pk),
        purpose=row.purpose if verb == "asked" else "",
        details=details,
    )
