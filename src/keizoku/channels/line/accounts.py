"""What LINE tells of accounts, understood and answered: a follower, a leaver, "連携", "連携解除", an account that is linked.

Of a talk nothing is kept but that one of the two wishes was uttered. LINE is asked for a link token and told a reply;
neither says anything of a customer. The identification happens on our own pages (``portal``), ADR 0026.
"""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import quote

import aiohttp
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from keizoku.customers.linking import actions, queries
from keizoku.customers.linking.actions import Telling
from keizoku.customers.linking.queries import Told
from keizoku.customers.linking.rules import REPLY_LIFE, Ending, Heard, understood
from keizoku.kernel.http import Answer, post_json
from keizoku.kernel.logs import get_logger
from keizoku.kernel.personal import LineUser

log = get_logger(__name__)

TIMEOUT_S: Final = 10.0
A_ROUND: Final = 50
OK: Final = 200
UNLINK_HINT: Final = "解除するときは「連携解除」と送ってください。"
# The answers; LINE takes a button's text of at most 160 characters.
ALREADY: Final = f"すでに連携しています。{UNLINK_HINT}"
LINKED: Final = f"連携しました。これからの確認のお願いは、このトークに届きます。{UNLINK_HINT}"
NOT_LINKED: Final = "連携できませんでした。もう一度「連携」と送って、はじめからお試しください。"
UNLINKED: Final = "連携を解除しました。このトークへ個別のお願いは送りません。"
NONE_TO_END: Final = "いまは連携していません。"
Message = Mapping[str, Any]


def read(document: Mapping[str, Any]) -> list[Telling]:
    """The events of a callback that concern a link, in as few words as it takes to answer them."""
    found = (_telling(event) for event in document["events"] if isinstance(event, dict))
    return [telling for telling in found if telling is not None]


def _telling(event: Mapping[str, Any]) -> Telling | None:
    match event:
        case {
            "type": str(kind),
            "webhookEventId": str(event_id),
            "timestamp": int(at),
            "source": {"type": "user", "userId": str(user_id)},
        }:
            heard, nonce = _heard(kind, event)
            if heard is None:
                return None
            # In standby another system answers, and LINE gives no reply token.
            token = event.get("replyToken", "") if event.get("mode") == "active" else ""
            told_at = datetime.fromtimestamp(at / 1000, UTC)
            return Telling(event_id, heard, LineUser(user_id), str(token), nonce, told_at)
    return None  # a group's, or a link that LINE itself refused: it names nobody


def _heard(kind: str, event: Mapping[str, Any]) -> tuple[Heard | None, str]:
    """What it means, and the nonce of a link."""
    match kind, event:
        case "follow", _:
            return Heard.FOLLOWED, ""
        case "unfollow", _:
            return Heard.LEFT, ""
        case "message", {"message": {"type": "text", "text": str(text)}}:
            return understood(text), ""
        case "postback", {"postback": {"data": str(wish)}}:
            return understood(wish), ""
        case "accountLink", {"link": {"result": "ok", "nonce": str(nonce)}}:
            return Heard.LINKED, nonce
    return None, ""


def converse() -> int:
    """Deal with what accounts have told, in LINE's order; returns how many. Each is dealt with and answered once."""
    told = actions.waiting(A_ROUND)
    answers = [(each, answer) for each in told if (answer := _deal_with(each)) is not None]
    if answers:
        asyncio.run(_answer_all(answers))
    return len(told)


def _deal_with(told: Told) -> str | None:
    """Act and settle in one transaction; returns the words of the answer ("" for the offer), None for none."""
    with transaction.atomic():
        if not actions.settle(told.id):
            return None
        answer = _act(told)
    is_fresh = timezone.now() - told.told_at < REPLY_LIFE
    return answer if told.reply_token and is_fresh else None


def _act(told: Told) -> str | None:
    match told.kind:
        case Heard.LEFT:
            actions.leave(told.user, Ending.BLOCKED)
            return None
        case Heard.UNLINK_ASKED:
            return NONE_TO_END if actions.leave(told.user, Ending.ASKED) is None else UNLINKED
        case Heard.LINKED:
            return NOT_LINKED if actions.link(told.nonce, told.user) is None else LINKED
        case _:
            return "" if queries.customer_of(told.user) is None else ALREADY


async def _answer_all(answers: list[tuple[Told, str]]) -> None:
    headers = {"Authorization": f"Bearer {settings.LINE_CHANNEL_TOKEN}"}
    async with aiohttp.ClientSession(headers=headers) as session:
        await asyncio.gather(*(_answer(session, told, words) for told, words in answers))


async def _answer(session: aiohttp.ClientSession, told: Told, words: str) -> None:
    """One reply. What is lost here the customer simply asks for again, so nothing is tried twice."""
    message: Message | None = {"type": "text", "text": words} if words else await _offer(session, told.user)
    if message is None:
        return
    answer = await post_json(
        session,
        f"{settings.LINE_API_URL}/v2/bot/message/reply",
        {"replyToken": told.reply_token, "messages": [message]},
        headers={},
        timeout_s=TIMEOUT_S,
    )
    if not (isinstance(answer, Answer) and answer.status == OK):
        log.warning("line.reply_failed", status=getattr(answer, "status", None))


async def _offer(session: aiohttp.ClientSession, user: LineUser) -> Message | None:
    """A button to our page with LINE's link token, which is good for ten minutes and once."""
    issued = await post_json(
        session,
        f"{settings.LINE_API_URL}/v2/bot/user/{user.reveal()}/linkToken",
        {},
        headers={},
        timeout_s=TIMEOUT_S,
    )
    match issued:
        case Answer(status=200, body={"linkToken": str(token)}):
            return offer_message(f"{settings.PUBLIC_URL}/line/link?linkToken={quote(token, safe='')}")
    log.warning("line.link_token_failed", status=getattr(issued, "status", None))
    return None


def offer_message(url: str) -> Message:
    return {
        "type": "template",
        "altText": "LINEとの連携",
        "template": {
            "type": "buttons",
            "title": "LINEとの連携",
            "text": "受付番号・生年月日などでご本人を確認します。連携はいつでも解除できます。",
            "actions": [{"type": "uri", "label": "連携をはじめる", "uri": url}],
        },
    }
