"""Files that a worker writes: asked for, written block by block, lying encrypted for a week, fetched under an entry.

A file of many people is made under a request that another person approved (``accounts.exports``), for its asker alone; each
row or page carries the request's watermark beside the file's own mark. A job that died begins the file anew.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any, Final

from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from keizoku.accounts.access import authorise
from keizoku.accounts.exports import actions as exports
from keizoku.accounts.exports.rules import Kind
from keizoku.audit import actions as audit
from keizoku.campaigns.errors import CampaignRefused
from keizoku.campaigns.models import Campaign
from keizoku.campaigns.rules import State
from keizoku.campaigns.silent.models import SilentCase
from keizoku.campaigns.why import finding, lines, rules
from keizoku.campaigns.why.finding import Place
from keizoku.campaigns.why.models import Export
from keizoku.campaigns.why.rules import (
    EXPORT_AGES,
    EXPORT_TRANSITIONS,
    ExportKind,
    ExportState,
    mark,
)
from keizoku.customers import queries as customers
from keizoku.customers.written_csv import lines as csv_lines
from keizoku.kernel import files
from keizoku.kernel.actor import Actor
from keizoku.kernel.clock import TOKYO, business_now
from keizoku.kernel.files import Stored
from keizoku.kernel.tasks import task

SWEEPER: Final = Actor.system("campaigns")
HEADER: Final = (
    "書き出し番号",
    "申請",
    "顧客番号",
    "コース",
    "手順",
    "手段",
    "結果",
    "理由",
    "コード",
    "業務日時",
    "試行回数",
)
# Customers whose numbers are opened under one grant.
A_BLOCK: Final = 20_000
# Wall time without a sign of life after which another worker begins the file anew.
TAKEN_OVER_AFTER: Final = timedelta(minutes=5)
# Who writes which kind, found by dotted path: proofs are made by a room above this one.
WRITERS: Final = {
    ExportKind.WHY: "keizoku.campaigns.why.exporting.write_reasons",
    ExportKind.PROOFS: "keizoku.campaigns.silent.proving.write_proofs",
}
PERMISSIONS: Final = {ExportKind.WHY: "campaigns.export", ExportKind.PROOFS: "silent.prove"}
EXPORT_KINDS: Final = {ExportKind.WHY: Kind.WHY, ExportKind.PROOFS: Kind.PROOFS}

Report = Callable[[int, dict[str, int]], None]


def people_in(campaign_id: int, kind: ExportKind) -> int:
    """Of how many people such a file is, at most."""
    if kind is ExportKind.PROOFS:
        cases = SilentCase.objects.filter(campaign_id=campaign_id).count()
        return min(cases, rules.MOST_PROOFS_IN_A_FILE)
    campaign = Campaign.objects.get(id=campaign_id)
    return (campaign.audience_count or 0) + (campaign.excluded_count or 0)


def ask(
    campaign_id: int, kind: ExportKind, *, actor: Actor, after_case: int = 0, request: int | None = None
) -> int:
    """Ask for a file; return its id.

    Raises:
        NotPermitted: the actor may not.
        CampaignRefused: nobody was selected yet, or the same file is being written already.
        ExportNeedsRequest: nobody else approved it (or not ``request``, where one is named).
    """
    authorise(actor, PERMISSIONS[kind])
    if Campaign.objects.get(id=campaign_id).state == State.DRAFT:
        raise CampaignRefused("まだ対象が確定していません。", remedy="送信を申請すると、対象が確定します。")
    try:
        with transaction.atomic():
            watermark = exports.take(
                EXPORT_KINDS[kind],
                campaign_id,
                people_in(campaign_id, kind),
                actor=actor,
                number=request,
            )
            export = Export.objects.create(
                kind=kind,
                campaign_id=campaign_id,
                asked_by=str(actor),
                moved_at=timezone.now(),
                after_case=after_case,
                watermark=watermark.text if watermark else "",
            )
            audit.record(
                actor=actor,
                action="campaigns.export.asked",
                subject=("campaign", campaign_id),
                details={"export": export.id, "kind": kind.value},
            )
    except IntegrityError:
        raise CampaignRefused(
            "同じファイルを、いま書き出しています。",
            remedy="終わるまでお待ちください。ページを閉じても続きます。",
        ) from None
    write.wake(export=export.id)
    return export.id


@task("campaigns.write_export")
def write(export: int) -> None:
    """Write one file to its end."""
    work(export)


def work(export_id: int) -> None:
    """Write the file, unless it is over or somebody writes it now."""
    export = _taken(export_id)
    if export is None:
        return
    writer: Callable[[Export, Report], Stored] = import_string(WRITERS[ExportKind(export.kind)])

    def report(done: int, tally: dict[str, int]) -> None:
        Export.objects.filter(id=export_id, state=ExportState.WORKING).update(
            customers_done=done, tally=tally, moved_at=timezone.now()
        )

    try:
        stored = writer(export, report)
    except Exception as fault:
        _end(export, ExportState.WORKING, ExportState.FAILED, failure=type(fault).__name__)
        raise
    now = timezone.now()
    done = {"file": stored.id, "sha256": stored.sha256, "size": stored.size}
    with transaction.atomic():
        is_first = _move(
            export_id,
            ExportState.WORKING,
            ExportState.DONE,
            expires_at=now + EXPORT_AGES[ExportState.DONE],
            **done,
        )
        if is_first:
            audit.record(
                actor=_actor(export.asked_by),
                action="campaigns.export.written",
                subject=("campaign", export.campaign_id),
                details={"export": export.id, "kind": export.kind, "sha256": stored.sha256},
            )
    if not is_first:
        files.delete(stored.id)


def download(export_id: int, *, actor: Actor) -> Iterator[bytes]:
    """The file's content, piece by piece; each time leaves an entry.

    Raises:
        NotPermitted: the actor may not.
        CampaignRefused: it is not written yet, its time is over, or somebody else asked for it.
    """
    export = Export.objects.get(id=export_id)
    authorise(actor, PERMISSIONS[ExportKind(export.kind)])
    if export.watermark and export.asked_by != str(actor):
        raise CampaignRefused(
            "このファイルは、申請した人だけが受け取れます。", remedy="自分の名前で申請してください。"
        )
    if export.state != ExportState.DONE:
        raise CampaignRefused(
            "このファイルは受け取れません。",
            remedy="書き出しが終わるのを待つか、もう一度書き出してください。",
        )
    stream = files.open_stored(export.file)
    audit.record(
        actor=actor,
        action="campaigns.export.downloaded",
        subject=("campaign", export.campaign_id),
        details={"export": export.id, "kind": export.kind, "sha256": export.sha256},
    )
    return iter(lambda: stream.read(files.CHUNK), b"")


def sweep() -> int:
    """Begin anew what stands still, give up what stood too long, forget what lay long enough. Returns how many ended."""
    now, ended = timezone.now(), 0
    still = Export.objects.filter(state=ExportState.WORKING, moved_at__lt=now - TAKEN_OVER_AFTER)
    for export_id in still.values_list("id", flat=True):  # few: one a campaign at most
        write.wake(export=export_id)
    for state in (ExportState.ASKED, ExportState.WORKING):
        for export in Export.objects.filter(state=state, moved_at__lt=now - EXPORT_AGES[state]):
            ended += _end(export, state, ExportState.FAILED, failure="stood_still")
    for export in Export.objects.filter(state=ExportState.DONE, expires_at__lt=now):
        files.delete(export.file)
        ended += _end(export, ExportState.DONE, ExportState.EXPIRED, file="")
    return ended


def _taken(export_id: int) -> Export | None:
    """The export, moved to WORKING by this worker; None where it is over or another one is at it."""
    now = timezone.now()
    fresh = Export.objects.filter(id=export_id, state=ExportState.ASKED)
    stale = Export.objects.filter(
        id=export_id, state=ExportState.WORKING, moved_at__lt=now - TAKEN_OVER_AFTER
    )
    changes: dict[str, Any] = {
        "state": ExportState.WORKING,
        "moved_at": now,
        "customers_done": 0,
        "tally": {},
    }
    if not (fresh.update(**changes) or stale.update(**changes)):
        return None
    return Export.objects.get(id=export_id)


def _move(export_id: int, before: ExportState, after: ExportState, **changes: Any) -> int:
    assert after in EXPORT_TRANSITIONS[before]
    return Export.objects.filter(id=export_id, state=before).update(
        state=after, moved_at=timezone.now(), **changes
    )


@transaction.atomic
def _end(export: Export, before: ExportState, after: ExportState, **changes: Any) -> int:
    """Without anybody's doing: it failed, or lay long enough."""
    if ended := _move(export.id, before, after, **changes):
        audit.record(
            actor=SWEEPER,
            action=f"campaigns.export.{after.value}",
            subject=("campaign", export.campaign_id),
            details={"export": export.id, "kind": export.kind, "failure": changes.get("failure", "")},
        )
    return ended


def write_reasons(export: Export, report: Report) -> Stored:
    """The CSV of everybody whom the campaign selected."""
    campaign = Campaign.objects.get(id=export.campaign_id)
    selected = (campaign.audience_count or 0) + (campaign.excluded_count or 0)
    Export.objects.filter(id=export.id).update(customers=selected)
    return files.store(csv_lines(HEADER, _reason_rows(export, report), "utf-8"))


def _reason_rows(export: Export, report: Report) -> Iterator[tuple[object, ...]]:
    """A block of customers at a time: their numbers under one grant, their lines by COPY."""
    actor, name = _actor(export.asked_by), mark(export.id)
    tally: Counter[str] = Counter()
    done, after = 0, 0
    while block := finding.places(export.campaign_id, "", Place(after), A_BLOCK):
        people = [place.customer_id for place in block]
        grant = audit.grant_read(actor=actor, purpose="campaigns.why", subjects=people)
        numbers = customers.numbers(grant)
        for line in _copied(export.campaign_id, after, people[-1]):
            tally[f"{line.step}.{line.told.code}"] += 1
            yield (
                name,
                export.watermark,
                numbers.get(line.customer_id, ""),
                line.course or "",
                line.step or "",
                line.told.channel,
                line.words,
                line.told.reason,
                line.told.detail or line.told.code,
                line.at.astimezone(TOKYO).isoformat(timespec="seconds") if line.at else "",
                line.tries,
            )
        done, after = done + len(people), people[-1]
        report(done, dict(tally))


def _copied(campaign_id: int, after: int, last: int) -> Iterator[lines.Line]:
    named: dict[str, Any] = {"campaign": campaign_id, "after": after, "last": last, "now": business_now()}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '15min'")
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = '15min'")
        with cursor.copy(f"COPY ({lines.OF_BLOCK} ORDER BY 2, 4) TO STDOUT", named) as copy:
            copy.set_types(["int8", "int8", "int2", "int2", "text", "text", "text", "timestamptz", "int4"])
            for row in copy.rows():
                yield lines.line(row)


def _actor(name: str) -> Actor:
    kind, _, number = name.partition(":")
    return Actor.staff(int(number)) if kind == "staff" else Actor.system(number)
