"""A return file that was lost after its one download is issued again: one person asks, another confirms.

Same content and same hash, since the file itself was kept (``returning.download`` compares it). Whoever confirms types
the number of values that leave the house a second time.
"""

from django.db import IntegrityError, transaction
from django.utils import timezone

from keizoku.audit import actions as audit
from keizoku.customers.errors import ReturnRefused
from keizoku.customers.models import ReturnFile, ReturnReissue
from keizoku.customers.returns.rules import LONGEST_REISSUE, REISSUE_OPEN, Cause, ReissueState
from keizoku.kernel.actor import Actor


def ask(file_id: int, cause: Cause, *, actor: Actor) -> int:
    """Ask for a file again; returns the request's id.

    Raises:
        ReturnRefused: nobody has received it yet, all of it is answered for, or it has been asked for already.
    """
    file = ReturnFile.objects.get(id=file_id)
    if file.downloaded_at is None:
        raise ReturnRefused(
            "この返却ファイルは、まだ受け取られていません。", remedy="そのまま受け取ってください。"
        )
    if file.acknowledged_at is not None:
        raise ReturnRefused("この返却は、すべての値の受領結果が届いています。", remedy="再発行は要りません。")
    try:
        with transaction.atomic():
            reissue = ReturnReissue.objects.create(
                file=file, cause=cause, asked_by=str(actor), asked_at=timezone.now()
            )
            audit.record(
                actor=actor,
                action="customers.return.reissue_requested",
                subject=("return", file_id),
                details={"cause": cause.value, "rows": file.rows},
            )
    except IntegrityError:
        raise ReturnRefused(
            "この返却ファイルの再発行は、もう頼まれています。", remedy="その依頼の確認を待ってください。"
        ) from None
    return reissue.id


def confirm(reissue_id: int, *, rows: int, actor: Actor) -> None:
    """A second person's yes; ``rows`` is the number of values, as typed.

    Raises:
        ReturnRefused: another number, the very person who asked, or a request that no longer waits.
    """
    with transaction.atomic():
        reissue = ReturnReissue.objects.select_related("file").get(id=reissue_id)
        if reissue.asked_by == str(actor):
            raise ReturnRefused("頼んだ人は、自分では確認できません。", remedy="ほかの人に頼んでください。")
        if rows != reissue.file.rows:
            raise ReturnRefused(
                "入力した件数が、返却ファイルの件数と違います。",
                remedy="件数を確かめて、もう一度入力してください。",
            )
        _move(
            reissue_id,
            (ReissueState.ASKED,),
            ReissueState.CONFIRMED,
            confirmed_by=str(actor),
            confirmed_at=timezone.now(),
        )
        audit.record(
            actor=actor,
            action="customers.return.reissue_confirmed",
            subject=("return", reissue.file_id),
            details={"rows": reissue.file.rows, "sha256": reissue.file.sha256},
        )


def withdraw(reissue_id: int, *, actor: Actor) -> None:
    """The file was found, or should not leave the house again."""
    with transaction.atomic():
        _move(reissue_id, REISSUE_OPEN, ReissueState.WITHDRAWN)
        audit.record(
            actor=actor,
            action="customers.return.reissue_withdrawn",
            subject=("return", ReturnReissue.objects.get(id=reissue_id).file_id),
        )


def sweep() -> int:
    """Withdraw what nobody confirmed or fetched in time. Returns how many."""
    now, ended = timezone.now(), 0
    for state, longest in LONGEST_REISSUE.items():
        ended += ReturnReissue.objects.filter(state=state, asked_at__lt=now - longest).update(
            state=ReissueState.WITHDRAWN
        )
    return ended


def _move(reissue_id: int, before: tuple[ReissueState, ...], after: ReissueState, **changes: object) -> None:
    if not ReturnReissue.objects.filter(id=reissue_id, state__in=before).update(state=after, **changes):
        raise ReturnRefused("この再発行は、もう待っていません。", remedy="画面を開き直してください。")
