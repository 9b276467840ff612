"""A share with its sample size and the interval in which the true one lies."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from keizoku.campaigns.numbers.rules import wilson


@dataclass
class Share:
    """How many of how many."""

    hits: int = 0
    n: int = 0

    def count(self, *, is_hit: bool) -> None:
        """One more case."""
        self.n += 1
        self.hits += is_hit

    def as_json(self) -> dict[str, Any]:
        """{"rate", "hits", "n", "interval"}; the rate is null where there was no case."""
        low, high = interval(self.hits, self.n)
        return {
            "rate": round(self.hits / self.n, 4) if self.n else None,
            "hits": self.hits,
            "n": self.n,
            "interval": [round(low, 4), round(high, 4)],
        }


def interval(hits: int, n: int) -> tuple[float, float]:
    """Wilson's interval at 95 %; 0 to 1 where nothing was counted."""
    found = wilson(hits, n)
    return (found.low, found.high) if found else (0.0, 1.0)


class Shares:
    """Shares by name, in the order of the names when printed."""

    def __init__(self) -> None:
        self._by_name: defaultdict[str, Share] = defaultdict(Share)

    def count(self, name: str, *, is_hit: bool) -> None:
        """One more case of `name`."""
        self._by_name[name].count(is_hit=is_hit)

    def as_json(self) -> dict[str, Any]:
        """Each share under its name."""
        return {name: share.as_json() for name, share in sorted(self._by_name.items())}


class Groups:
    """One share for each value of each label: {"font": {"biz-ud-gothic": …}}."""

    def __init__(self) -> None:
        self._by_label: defaultdict[str, Shares] = defaultdict(Shares)

    def count(self, labels: Mapping[str, str], *, is_hit: bool) -> None:
        """One more case with its labels."""
        for label, value in labels.items():
            self._by_label[label].count(value, is_hit=is_hit)

    def as_json(self) -> dict[str, Any]:
        """Each label's shares."""
        return {label: shares.as_json() for label, shares in sorted(self._by_label.items())}
