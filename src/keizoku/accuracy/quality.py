"""The gates: how many good photographs pass, how many spoilt ones do, and what turned each away.

What a gate cannot tell from one quick look (a card of another kind, a print) may still be stopped by reading it; both are
counted, apart.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from typing import Any, Final

from keizoku.accuracy.folders import Labelled
from keizoku.accuracy.reading import Read, Reader, shown
from keizoku.accuracy.shares import Groups, Share, Shares

# Our words for a fault, where a gate's reason has another name.
_REASONS: Final = {
    "copy": {"black_and_white"},
    "screen": {"screen_suspected"},
    "print": {"screen_suspected", "black_and_white"},
    "foreign_card": {"unknown_kind", "no_document"},
    "no_document": {"no_document", "unknown_kind"},
    "too_small": {"too_small", "no_document"},
}


def measure(
    pictures: Iterable[Labelled], reader: Reader, report: Callable[[Read], None] = lambda _: None
) -> dict[str, Any]:
    """Show every picture; `report` is given those on which the gates were wrong."""
    good, ruined, groups = Share(), Share(), Groups()
    passed, stopped, named = Shares(), Shares(), Shares()
    reasons: defaultdict[str, Counter[str]] = defaultdict(Counter)
    seconds = 0.0
    for one in pictures:
        read = shown(one, reader)
        seconds += read.seconds
        codes = {reason.value for reason in read.look.reasons}
        reasons[one.why or "good"].update(codes or {"accepted"})
        if one.is_good:
            good.count(is_hit=read.look.will_do)
            groups.count(one.groups, is_hit=read.look.will_do)
        else:
            late = {reason.value for reason in read.reading.reasons} if read.reading else set()
            _count_fault(one, codes, late, passed=passed, stopped=stopped, named=named)
            if one.is_ruined:
                ruined.count(is_hit=read.look.will_do)
        if one.is_good is not read.look.will_do:
            report(read)
    return {
        "measure": "quality",
        "n": good.n + _total(passed),
        "good_accepted": good.as_json(),
        "ruined_accepted": ruined.as_json(),
        "faulty_accepted_by_fault": passed.as_json(),
        "faulty_stopped_at_last_by_fault": stopped.as_json(),
        "fault_named_by_fault": named.as_json(),
        "reasons": {why: dict(sorted(found.items())) for why, found in sorted(reasons.items())},
        "good_accepted_by_group": groups.as_json(),
        "cpu_seconds_a_picture": round(seconds / max(1, good.n + _total(passed)), 3),
    }


def _count_fault(
    one: Labelled, codes: set[str], late: set[str], *, passed: Shares, stopped: Shares, named: Shares
) -> None:
    why = one.why or "unnamed"
    passed.count(why, is_hit=not codes)
    stopped.count(why, is_hit=bool(codes or late))
    named.count(why, is_hit=bool(_REASONS.get(why, {why}) & (codes | late)))


def _total(shares: Shares) -> int:
    return sum(share["n"] for share in shares.as_json().values())
