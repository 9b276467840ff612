"""What to look for in the audit, from an address; nothing in it is personal data."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.http import QueryDict

from keizoku.audit.queries import Criteria
from keizoku.console.forms.numbers import whole_number
from keizoku.kernel.clock import TOKYO


@dataclass(frozen=True, slots=True)
class AuditForm:
    """As typed; what cannot be read narrows nothing, and is shown as wrong."""

    kind: str = "customer"
    number: str = ""
    staff: str = ""
    action: str = ""
    since: str = ""
    until: str = ""

    def criteria(self) -> Criteria:
        number = whole_number(self.number)
        until = day(self.until)
        return Criteria(
            subject=(self.kind, number) if number is not None else None,
            actor=self._actor(),
            action=self.action,
            since=midnight(day(self.since)),
            until=midnight(until + timedelta(days=1)) if until else None,
        )

    def _actor(self) -> tuple[str, str] | None:
        """A member of staff by number, or a part of the system as "system:delivery"."""
        kind, _, part = self.staff.partition(":")
        if kind == "system" and part:
            return kind, part
        staff = whole_number(self.staff)
        return ("staff", str(staff)) if staff is not None else None

    def problems(self) -> dict[str, str]:
        """One message for the whole sentence of filters; empty when all of it can be read."""
        found = []
        if self.number and whole_number(self.number) is None:
            found.append("番号は数字で入力してください（例：1024）。")
        if any(typed and day(typed) is None for typed in (self.since, self.until)):
            found.append("日付は 2026-11-21 の形で入力してください。")
        return {"__all__": "".join(found)} if found else {}


def read(asked: QueryDict) -> AuditForm:
    start = AuditForm()
    names = ("kind", "number", "staff", "action", "since", "until")
    return AuditForm(**{name: asked.get(name, getattr(start, name)).strip() for name in names})


def day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None


def midnight(day: date | None) -> datetime | None:
    """The beginning of a day in Japan."""
    return datetime.combine(day, time(), TOKYO) if day else None
