"""The core system's answer to a file, and what becomes of the values that it refused.

An answer comes whole or in parts, and may be repeated; one that does not fit the file is refused whole. Everything is
done by statements over the answer's lines, which lie in a table of the transaction's own.
"""

import csv
import io
from collections.abc import Collection, Iterator
from typing import Final

from django.db import connection, transaction
from django.utils import timezone

from keizoku.audit import actions as audit
from keizoku.customers.errors import ReturnRefused
from keizoku.customers.models import ReturnFile, ReturnReissue, ReturnRow
from keizoku.customers.returns.rules import REISSUE_OPEN, ReissueState, Remedy, RowState
from keizoku.kernel import files
from keizoku.kernel.actor import Actor

ANSWER_HEADER: Final = ("通番", "結果", "理由")
ACCEPTED: Final = "受理"
REFUSED: Final = "拒否"
REASON_LIMIT: Final = 100
LONGEST_LINE_NUMBER: Final = 9
_STATES: Final = {ACCEPTED: RowState.ACKNOWLEDGED, REFUSED: RowState.REFUSED}
_CONTRADICTING: Final = """
    SELECT min(a.line) FROM return_answer a JOIN customers_returnrow r ON r.file_id = %s AND r.line = a.line
    WHERE r.state <> 'returned' AND NOT (
        a.state = 'acknowledged' AND r.state = 'acknowledged'
        OR a.state = 'refused' AND r.state IN ('refused', 'again', 'moved', 'replaced'))
"""
# What was decided or imported since stands above a refused value: it is that which the core system has or gets.
_SETTLE: Final = """
    UPDATE customers_returnrow r SET remedy = %s, handled_by = %s, handled_at = %s, state = CASE
        WHEN c.exceptions -> r.field IS DISTINCT FROM v.exceptions -> r.field
          OR c.digests -> r.field IS DISTINCT FROM v.digests -> r.field THEN 'replaced' ELSE 'again' END
    FROM customers_customer p, customers_recordversion c, customers_recordversion v
    WHERE r.id = ANY(%s) AND r.state = 'refused' AND p.id = r.customer_id
      AND c.customer_id = p.id AND c.version = p.version
      AND v.customer_id = p.id AND v.version = r.version
    RETURNING r.state
"""


def acknowledge(file_id: int, content: bytes, *, actor: Actor) -> tuple[int, int]:
    """Take in the core system's answer to a file: CSV of 通番, 結果 (受理 or 拒否), 理由. The whole answer or nothing.

    Returns:
        How many values it accepts and how many it refuses.

    Raises:
        ReturnRefused: a line that is no answer to this file, or one that contradicts an earlier answer.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        file = ReturnFile.objects.select_for_update().get(id=file_id)
        # A second answer within one transaction (a test's) begins with an empty table.
        cursor.execute("DROP TABLE IF EXISTS pg_temp.return_answer")
        cursor.execute(
            "CREATE TEMP TABLE return_answer (line integer PRIMARY KEY, state text, reason text) ON COMMIT DROP"
        )
        counts = dict.fromkeys(_STATES.values(), 0)
        with cursor.copy("COPY return_answer (line, state, reason) FROM STDIN") as copy:
            for line, state, reason in _answers(content):
                copy.write_row((line, state, reason))
                counts[state] += 1
        _refuse_what_does_not_fit(file_id)
        cursor.execute(
            "UPDATE customers_returnrow r SET state = a.state, refusal = a.reason FROM return_answer a"
            " WHERE r.file_id = %s AND r.line = a.line AND r.state = 'returned'",
            [file_id],
        )
        if not ReturnRow.objects.filter(file_id=file_id, state=RowState.RETURNED).exists():
            _end(file)
        accepted, refused = counts[RowState.ACKNOWLEDGED], counts[RowState.REFUSED]
        audit.record(
            actor=actor,
            action="customers.return.acknowledged",
            subject=("return", file_id),
            details={"accepted": accepted, "refused": refused},
        )
    return accepted, refused


def settle(row_ids: Collection[int], remedy: Remedy, *, actor: Actor) -> tuple[int, int]:
    """Have refused values go again, the reason of the refusal being handled.

    Returns:
        How many go again, and how many need not, since a newer value of the field stands in the record.

    Raises:
        ReturnRefused: one of them is not refused (any more); nothing was changed.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_SETTLE, [remedy.value, str(actor), timezone.now(), list(row_ids)])
        states = [state for (state,) in cursor.fetchall()]
        if not states or len(states) != len(set(row_ids)):
            raise ReturnRefused(
                "拒否された値ではないものが含まれています。",
                remedy="一覧を開き直して、もう一度選んでください。",
            )
        again = states.count(RowState.AGAIN)
        audit.record(
            actor=actor,
            action="customers.return.settled",
            details={"again": again, "replaced": len(states) - again, "remedy": remedy.value},
        )
    return again, len(states) - again


def _refuse_what_does_not_fit(file_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), min(line) FROM return_answer a WHERE NOT EXISTS"
            " (SELECT FROM customers_returnrow r WHERE r.file_id = %s AND r.line = a.line)",
            [file_id],
        )
        unknown, first = cursor.fetchone()
        if unknown:
            raise ReturnRefused(
                f"この返却にない通番があります: {first} など{unknown}件",
                remedy="どの返却ファイルへの回答かを確かめてください。",
            )
        cursor.execute(_CONTRADICTING, [file_id])
        if (line := cursor.fetchone()[0]) is not None:
            raise ReturnRefused(
                f"通番 {line} には、もう別の回答があります。", remedy="勘定系に確かめてください。"
            )


def _end(file: ReturnFile) -> None:
    """Every value is answered for: the stored file goes, and nobody needs it again."""
    ReturnFile.objects.filter(id=file.id).update(acknowledged_at=timezone.now())
    ReturnReissue.objects.filter(file=file, state__in=REISSUE_OPEN).update(state=ReissueState.WITHDRAWN)
    stored = file.file
    transaction.on_commit(lambda: files.delete(stored))


def _answers(content: bytes) -> Iterator[tuple[int, RowState, str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp932", errors="replace")
    rows = csv.DictReader(io.StringIO(text.replace("\0", "\ufffd")))
    if not set(ANSWER_HEADER[:2]) <= set(rows.fieldnames or ()):
        raise ReturnRefused(
            "受領結果のファイルではありません。", remedy="見出しを「通番,結果,理由」にしてください。"
        )
    met: set[int] = set()
    for place, row in enumerate(rows, start=2):
        line, outcome = (row.get("通番") or "").strip(), (row.get("結果") or "").strip()
        is_number = line.isascii() and line.isdigit() and len(line) <= LONGEST_LINE_NUMBER
        if not is_number or outcome not in _STATES or int(line) in met:
            raise ReturnRefused(
                f"{place}行目が読めません。",
                remedy="通番は1つずつの数字、結果は「受理」か「拒否」にしてください。",
            )
        met.add(int(line))
        yield int(line), _STATES[outcome], (row.get("理由") or "").strip()[:REASON_LIMIT]
