"""What LINE does with an accepted message: deliver it, ask for consent first, or silently nothing.

Notification messages go by phone hash and end in a `delivery` event; a message behind a consent or SMS prompt lives
24 business hours. Messages to user ids reach friends and people who wrote in the last 7 days, and give no receipt.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from keizoku.sandbox.clock import Agenda, Clock
from keizoku.sandbox.inbox import Inbox, Kind
from keizoku.sandbox.line.refusals import NOT_SENT, LineRefusal
from keizoku.sandbox.line.webhooks import Webhooks
from keizoku.sandbox.world.assumptions import Reception
from keizoku.sandbox.world.people import PROMPT_LIFE, World

TOKYO = ZoneInfo("Asia/Tokyo")
_TALKED_LATELY = timedelta(days=7)
_PROMPTED = {Reception.UNSET, Reception.SMS_STALE}
Messages = Sequence[Mapping[str, Any]]


@dataclass(eq=False, slots=True)
class Notification:
    """One accepted notification message on its way. `key` is what its delivery event will carry."""

    phone: str
    messages: Messages
    key: str
    counted_as: str
    accepted_at: datetime
    is_prompted: bool = False


class Deliveries:
    """`quickest` and `slowest` are the seconds between acceptance and arrival (assumed)."""

    def __init__(
        self,
        world: World,
        clock: Clock,
        agenda: Agenda,
        inbox: Inbox,
        webhooks: Webhooks,
        *,
        quickest: float = 1.0,
        slowest: float = 5.0,
    ) -> None:
        self.counts: Counter[str] = Counter()
        self._world = world
        self._clock = clock
        self._agenda = agenda
        self._inbox = inbox
        self._webhooks = webhooks
        self._quickest = quickest
        self._slowest = slowest
        self._prompted: dict[str, list[Notification]] = defaultdict(list)
        self._per_day: Counter[tuple[str, str]] = Counter()

    def notify(self, digest: str, messages: Messages, tag: str | None, counted_as: str) -> None:
        """Takes a notification message, or refuses with 422 without saying which of the four causes it is."""
        phone = self._world.phone_of_hash(digest)
        reception = self._world.reception(phone) if phone else Reception.NONE
        if phone is None or reception in {Reception.OFF, Reception.NONE}:
            self.counts["refused"] += 1
            raise LineRefusal(422, NOT_SENT)
        self.counts["accepted"] += 1
        if reception is Reception.BLOCKED:
            self.counts["blocked"] += 1
            return
        now = self._clock.business()
        notification = Notification(phone, messages, tag or digest, counted_as, now)
        if reception in _PROMPTED:
            self._wait_for_prompt(notification)
        else:
            self._deliver_soon(notification, now)

    def send(self, user_ids: Sequence[str], messages: Messages, counted_as: str) -> None:
        """Messages to user ids that exist; whoever is no friend or has blocked the account gets nothing."""
        now = self._clock.business()
        for user_id in user_ids:
            phone = self._world.phone_of_user(user_id)
            self._count(counted_as, now)
            if phone is not None and self.is_reachable(phone):
                arrival = now + self._delay(phone)
                self._agenda.at(arrival, self._arrive(phone, messages, arrival))

    def is_reachable(self, phone: str) -> bool:
        if self._world.reception(phone) is Reception.BLOCKED:
            return False
        said = self._inbox.of(phone, {Kind.SAID})
        talks = bool(said) and self._clock.business() - said[-1].at < _TALKED_LATELY
        return talks or self._world.is_friend(phone)

    def prompted(self, phone: str) -> int:
        """How many messages wait behind this person's prompt."""
        return sum(waiting.is_prompted for waiting in self._prompted.get(phone, ()))

    def all_prompted(self) -> int:
        return sum(self.prompted(phone) for phone in self._prompted)

    def answer_prompt(self, phone: str, *, accepts: bool) -> None:
        """The person decides on the phone: what waits is delivered, or deleted."""
        self._decide(phone, self._clock.business(), accepts=accepts)

    def sent_on(self, counted_as: str, day: str) -> int:
        """Messages of a kind on a day (yyyyMMdd, Tokyo)."""
        return self._per_day[counted_as, day]

    def sent_in_month(self, month: str) -> int:
        """What counts against the monthly quota (yyyyMM, Tokyo): pushes and multicasts, by recipient."""
        return sum(
            number
            for (kind, day), number in self._per_day.items()
            if kind in {"push", "multicast"} and day.startswith(month)
        )

    def _wait_for_prompt(self, notification: Notification) -> None:
        notification.is_prompted = True
        self._prompted[notification.phone].append(notification)
        self._agenda.at(notification.accepted_at + PROMPT_LIFE, lambda: self._expire(notification))
        patience = self._world.answers_prompt_after(notification.phone)
        if patience is not None:
            moment = notification.accepted_at + patience
            self._agenda.at(moment, lambda: self._accept(notification, moment))

    def _expire(self, notification: Notification) -> None:
        if notification.is_prompted:
            notification.is_prompted = False
            self.counts["expired"] += 1

    def _accept(self, notification: Notification, moment: datetime) -> None:
        if notification.is_prompted:
            self._decide(notification.phone, moment, accepts=True)

    def _decide(self, phone: str, moment: datetime, *, accepts: bool) -> None:
        """`moment` may lie in the past when the clock has jumped over it."""
        self._world.decide_consent(phone, Reception.ON if accepts else Reception.OFF)
        waiting = [each for each in self._prompted.pop(phone, []) if each.is_prompted]
        for notification in waiting:
            notification.is_prompted = False
            if accepts:
                self._deliver_soon(notification, max(moment, notification.accepted_at))
            else:
                self.counts["declined"] += 1

    def _deliver_soon(self, notification: Notification, since: datetime) -> None:
        arrival = since + self._delay(notification.key)
        self._agenda.at(arrival, lambda: self._deliver(notification, arrival))

    def _deliver(self, notification: Notification, arrival: datetime) -> None:
        self.counts["delivered"] += 1
        self._count(notification.counted_as, arrival)
        self._inbox.put(Kind.LINE, notification.phone, arrival, list(notification.messages))
        milliseconds = int(arrival.timestamp() * 1000)
        self._webhooks.emit("delivery", {"delivery": {"data": notification.key}}, milliseconds)

    def _arrive(self, phone: str, messages: Messages, arrival: datetime) -> Any:
        return lambda: self._inbox.put(Kind.LINE, phone, arrival, list(messages))

    def _delay(self, key: str) -> timedelta:
        seconds = self._world.chance.between(self._quickest, self._slowest, "arrives after", key)
        return timedelta(seconds=seconds)

    def _count(self, counted_as: str, moment: datetime) -> None:
        self._per_day[counted_as, moment.astimezone(TOKYO).strftime("%Y%m%d")] += 1
