"""Verbs of incidents: open, dismiss, note, report, correct, withdraw what waits for an answer, and the end by two people."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from keizoku.accounts.access import authorise
from keizoku.accounts.models import Staff
from keizoku.audit import actions as audit
from keizoku.campaigns import actions as campaigns
from keizoku.campaigns.errors import CountMismatch, NotAllowed
from keizoku.campaigns.incidents import correcting, logbook, recipients, tasks
from keizoku.campaigns.incidents.errors import IncidentRefused
from keizoku.campaigns.incidents.models import Incident
from keizoku.campaigns.incidents.queries import waiting_for_answer
from keizoku.campaigns.incidents.rules import STATE_WORDS, TRANSITIONS, Kind, State
from keizoku.campaigns.models import Campaign
from keizoku.campaigns.rules import UNDER_WAY
from keizoku.kernel.actor import Actor
from keizoku.kernel.clock import business_today
from keizoku.reviews import actions as reviews

REOPEN_PAGE = "画面を開き直して、今の状態を確かめてください。"


@dataclass(frozen=True, slots=True)
class Opening:
    """What is known when an incident is opened; ``known_on`` is a day in Tokyo, ``is_wrongful`` a suspected ill purpose."""

    kind: Kind
    words: str
    known_on: date
    is_wrongful: bool = False
    stops: bool = True


def open_incident(campaign_id: int, opening: Opening, staff: Staff) -> int:
    """Open an incident about a campaign and, if asked, stop its sending for good in the same transaction.

    Raises:
        NotPermitted: without the right.
        IncidentRefused: no words, a day that has not come, or a campaign that was never launched.
    """
    with transaction.atomic():
        campaign = Campaign.objects.select_for_update().get(id=campaign_id)
        _check(opening, campaign, staff)
        incident = Incident.objects.create(
            campaign=campaign,
            kind=opening.kind.value,
            state=State.PROPOSED.value,
            known_on=opening.known_on,
        )
        _open(incident, opening, staff)
    return incident.id


def accept(incident_id: int, opening: Opening, staff: Staff) -> None:
    """Open what the system proposed. Raises as ``open_incident``."""
    with transaction.atomic():
        incident = _locked(incident_id, State.PROPOSED)
        _check(opening, incident.campaign, staff)
        _open(incident, opening, staff)


def dismiss(incident_id: int, *, reason: str, staff: Staff) -> None:
    """What the system proposed is none, for a written reason."""
    authorise(staff.actor, "incidents.use")
    with transaction.atomic():
        incident = _locked(incident_id, State.PROPOSED)
        _move(incident, State.DISMISSED)
        _write(incident, "dismissed", staff, logbook.needed(reason))


def note(incident_id: int, *, words: str, staff: Staff) -> None:
    """One more line in the log."""
    authorise(staff.actor, "incidents.use")
    with transaction.atomic():
        incident = _locked(incident_id, State.PROPOSED, State.OPEN, State.CLOSING)
        _write(incident, "noted", staff, logbook.needed(words))


def reported(incident_id: int, *, is_final: bool, words: str, staff: Staff) -> None:
    """The preliminary or the final report was made; ``words`` say to whom and under which number."""
    authorise(staff.actor, "incidents.use")
    column = "final_at" if is_final else "preliminary_at"
    with transaction.atomic():
        incident = _locked(incident_id, State.OPEN)
        done = Incident.objects.filter(id=incident.id, **{f"{column}__isnull": True}).update(
            **{column: timezone.now()}
        )
        if not done:
            raise IncidentRefused("この報告は、もう記録されています。", remedy=REOPEN_PAGE)
        _write(
            incident, "final_reported" if is_final else "preliminary_reported", staff, logbook.needed(words)
        )
        tasks.end(incident.id, is_final=is_final, actor=Actor.system("incidents"))


def draft_correction(incident_id: int, staff: Staff) -> int:
    """A draft campaign to exactly the recipients, with words of apology to be edited; returns the campaign's id.

    Raises:
        NotPermitted: without the right to make campaigns.
        IncidentRefused: the list is not fixed, nobody is on it, or there is a draft already.
    """
    authorise(staff.actor, "incidents.use")
    authorise(staff.actor, "campaigns.edit")
    with transaction.atomic():
        incident = _locked(incident_id, State.OPEN)
        if not incident.recipients_count:
            raise IncidentRefused(
                "受け取った方の一覧がまだないか、だれも受け取っていません。",
                remedy="送信を止めて、一覧が確定するのを待ってください。",
            )
        if incident.correction_id is not None:
            raise IncidentRefused("訂正のキャンペーンは、もうあります。", remedy=REOPEN_PAGE)
        campaign_id = correcting.draft(incident, staff)
        Incident.objects.filter(id=incident.id).update(correction_id=campaign_id)
        _write(incident, "correction_drafted", staff)
    return campaign_id


def withdraw_reviews(incident_id: int, *, typed_count: int, staff: Staff) -> int:
    """Take no more answers to the wrong campaign; from then on another campaign reaches these people. Returns how many.

    Raises:
        CountMismatch: the typed number is not the number of those who are waited for.
    """
    authorise(staff.actor, "incidents.use")
    with transaction.atomic():
        incident = _locked(incident_id, State.OPEN)
        if incident.campaign.state in UNDER_WAY:
            raise IncidentRefused(
                "このキャンペーンはまだ終わっていません。", remedy="先に送信を中止してください。"
            )
        count = waiting_for_answer(incident.campaign_id)
        if typed_count != count:
            raise CountMismatch(
                f"入力された人数({typed_count:,}人)が回答待ちの人数と一致しません。",
                remedy="画面の人数を確かめて、同じ数字を入力してください。",
            )
        _write(incident, "reviews_withdrawn", staff)
        total = 0
        while some := reviews.withdraw_some(
            incident.campaign_id,
            members="true",
            because="incident",
            actor=Actor.staff(staff.id),
        ):
            total += some
    return total


def ask_to_close(incident_id: int, *, words: str, staff: Staff) -> None:
    """Everything was done; a second person confirms it. ``words`` say what was found and what is done against it."""
    authorise(staff.actor, "incidents.use")
    with transaction.atomic():
        incident = _locked(incident_id, State.OPEN)
        if incident.kind == Kind.LEAK and not (incident.preliminary_at and incident.final_at):
            raise IncidentRefused(
                "漏えいの報告（速報・確報）がまだ記録されていません。",
                remedy="報告を済ませて記録してください。報告がいらないと判断したときも、その理由を報告の欄に書いてください。",
            )
        _move(incident, State.CLOSING, close_asked_by=staff.id)
        _write(incident, "close_asked", staff, logbook.needed(words))


def close(incident_id: int, *, staff: Staff) -> None:
    """The second person's confirmation. Raises ``NotAllowed`` for whoever asked for it."""
    authorise(staff.actor, "incidents.close")
    with transaction.atomic():
        incident = _locked(incident_id, State.CLOSING)
        if staff.id == incident.close_asked_by:
            raise NotAllowed(
                "終了を申し出た人は確認できません。",
                remedy="ほかの方に確認を依頼してください。",
                code="incidents.four_eyes",
            )
        _move(incident, State.CLOSED, closed_by=staff.id, closed_at=timezone.now())
        _write(incident, "closed", staff)


def keep_open(incident_id: int, *, reason: str, staff: Staff) -> None:
    """The second person finds it is not over."""
    authorise(staff.actor, "incidents.use")
    with transaction.atomic():
        incident = _locked(incident_id, State.CLOSING)
        _move(incident, State.OPEN, close_asked_by=None)
        _write(incident, "kept_open", staff, logbook.needed(reason))


def _check(opening: Opening, campaign: Campaign, staff: Staff) -> None:
    authorise(staff.actor, "incidents.use")
    logbook.needed(opening.words)
    if opening.known_on > business_today():
        raise IncidentRefused("分かった日が、今日より後です。", remedy="事態を知った日を入力してください。")
    if campaign.launched_at is None:
        raise IncidentRefused(
            "まだ送信を始めていないキャンペーンです。", remedy="申請の差し戻しか、中止を使ってください。"
        )


def _open(incident: Incident, opening: Opening, staff: Staff) -> None:
    _move(
        incident,
        State.OPEN,
        kind=opening.kind.value,
        known_on=opening.known_on,
        is_wrongful=opening.is_wrongful,
        opened_by=staff.id,
        opened_at=timezone.now(),
    )
    _write(incident, "opened", staff, opening.words)
    if opening.stops and incident.campaign.state in UNDER_WAY:
        campaigns.stop(incident.campaign_id, staff)
    if opening.kind is Kind.LEAK:
        tasks.open_for(incident.id, opening.known_on, is_wrongful=opening.is_wrongful)
    recipients.work.wake(incident=incident.id)


def _locked(incident_id: int, *states: State) -> Incident:
    incident = Incident.objects.select_for_update(of=("self",)).select_related("campaign").get(id=incident_id)
    if incident.state not in states:
        raise IncidentRefused(
            f"この事案は「{STATE_WORDS[State(incident.state)]}」のため、この操作はできません。",
            remedy=REOPEN_PAGE,
            code="incidents.wrong_state",
        )
    return incident


def _move(incident: Incident, new: State, **changes: object) -> None:
    assert new in TRANSITIONS[State(incident.state)]
    moved = Incident.objects.filter(id=incident.id, state=incident.state).update(
        state=new, state_since=timezone.now(), **changes
    )
    assert moved == 1


def _write(incident: Incident, code: str, staff: Staff, words: str = "") -> None:
    actor = Actor.staff(staff.id)
    logbook.write(incident.id, code, actor, words)
    audit.record(
        actor=actor,
        action=f"campaigns.incident.{code}",
        subject=("campaign", incident.campaign_id),
        details={"incident": incident.id},
    )
