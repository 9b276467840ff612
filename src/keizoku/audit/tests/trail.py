"""What the tests of the trail share: how it is filled, exported and verified."""

from collections.abc import Iterable
from typing import Any

from keizoku.audit import actions, anchors, export
from keizoku.audit.verifier import Finding, Known, VerifyReport, verify
from keizoku.kernel.actor import Actor

REVIEWER = Actor.staff(7)


def write_three() -> None:
    for number in (1, 2, 3):
        actions.record(actor=REVIEWER, action="reviews.review.decided", subject=("review", number))


def three_blocks() -> None:
    """Entries 1 to 3, a bulk read and 5 to 7, 8 to 10: one block each."""
    write_three()
    assert actions.seal() == 1
    actions.grant_read(actor=REVIEWER, purpose="一覧", subjects=range(1, 31))
    write_three()
    assert actions.seal() == 1
    write_three()
    assert actions.seal() == 1


def exported() -> list[bytes]:
    return list(export.lines())


def check(lines: Iterable[bytes], **known: Any) -> VerifyReport:
    return verify(lines, Known(**known))


def findings(lines: Iterable[bytes], **known: Any) -> list[tuple[str, int | None, int | None]]:
    return [brief(finding) for finding in check(lines, **known).findings]


def findings_with_anchors(lines: Iterable[bytes]) -> list[tuple[str, int | None, int | None]]:
    return findings(lines, anchors=anchors.lines())


def brief(finding: Finding) -> tuple[str, int | None, int | None]:
    return (finding.code, finding.block, finding.entry)
