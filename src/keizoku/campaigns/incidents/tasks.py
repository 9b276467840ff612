"""The tasks of an incident: the reports of a leak by their days, and what nobody has moved for too long."""

from datetime import date

from keizoku.campaigns.incidents.rules import deadlines
from keizoku.campaigns.journeys.rules.calendar import BANK_DAYS, closed_day
from keizoku.customers.casework import actions as casework
from keizoku.customers.casework.actions import Owner
from keizoku.customers.casework.rules import TaskKind
from keizoku.kernel.actor import Actor
from keizoku.kernel.clock import business_today

ACTOR = Actor.system("incidents")


def is_closed(day: date) -> bool:
    """Saturdays, Sundays, holidays and from 29 December to 3 January: the authority's office takes nothing."""
    return bool(closed_day(BANK_DAYS, day)) or (day.month, day.day) in {(12, 29), (12, 30)}


def open_for(incident_id: int, known_on: date, *, is_wrongful: bool) -> None:
    """For compliance: the preliminary report by its earlier day, the final one by its last."""
    days = deadlines(known_on, is_wrongful=is_wrongful, is_closed=is_closed)
    for is_final, by, words in (
        (False, days.aim, f"事案{incident_id}：漏えい等の速報（遅くとも{days.preliminary.isoformat()}）"),
        (True, days.final, f"事案{incident_id}：漏えい等の確報"),
    ):
        _open(_origin(incident_id, is_final=is_final), words, by)


def end(incident_id: int, *, is_final: bool, actor: Actor) -> None:
    """The report was made."""
    casework.end_for(_origin(incident_id, is_final=is_final), actor=actor)


def remind(incident_id: int, state: str) -> None:
    """Nobody has moved it for longer than its state may last; one open task at most."""
    _open(f"incident:{incident_id}:{state}", f"事案{incident_id}が長く動いていません", business_today())


def _open(origin: str, words: str, by: date) -> None:
    today = business_today()
    casework.open_task(
        TaskKind.CHECK,
        words,
        owner=Owner(role="compliance"),
        due_on=max(by, today),
        actor=ACTOR,
        today=today,
        origin=origin,
    )


def _origin(incident_id: int, *, is_final: bool) -> str:
    return f"incident:{incident_id}:{'final' if is_final else 'preliminary'}"
