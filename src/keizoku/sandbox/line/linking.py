"""Account link: link tokens for friends, the dialog where LINE asks its user, and the event that tells the bank.

Source: LINE's "user account linking" page and webhook.yml (AccountLinkEvent). A token is good for ten minutes and once. The
real dialog knows its user from LINE's own sign-in; here the browser remembers whose phone it opened last (a cookie).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from aiohttp import web

from keizoku.sandbox.clock import Clock
from keizoku.sandbox.line.deliveries import Deliveries
from keizoku.sandbox.line.gate import accepted
from keizoku.sandbox.line.idempotency import ReplyTokens
from keizoku.sandbox.line.ids import opaque
from keizoku.sandbox.line.refusals import NOT_FOUND, LineRefusal
from keizoku.sandbox.line.webhooks import Webhooks
from keizoku.sandbox.phone.layout import page
from keizoku.sandbox.phone.markup import element
from keizoku.sandbox.world.people import World

WHOSE_PHONE = "sandbox_phone"
_TOKEN_LIFE = timedelta(minutes=10)
_NONCE_LENGTHS = range(10, 256)
_TOKEN_LENGTH = 32
_FAILED = "連携できませんでした。トークで、はじめからやり直してください。"


@dataclass(frozen=True, slots=True)
class _Issued:
    user_id: str
    at: datetime


class Linking:
    def __init__(
        self,
        world: World,
        clock: Clock,
        deliveries: Deliveries,
        webhooks: Webhooks,
        reply_tokens: ReplyTokens,
    ) -> None:
        self._world = world
        self._clock = clock
        self._deliveries = deliveries
        self._webhooks = webhooks
        self._reply_tokens = reply_tokens
        self._issued: dict[str, _Issued] = {}

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/v2/bot/user/{user_id}/linkToken", self.issue),
            web.get("/dialog/bot/accountLink", self.show),
            web.post("/dialog/bot/accountLink", self.decide),
        ]

    async def issue(self, request: web.Request) -> web.Response:
        """A token for a friend; 404 for whoever is none."""
        user_id = request.match_info["user_id"]
        phone = self._world.phone_of_user(user_id)
        if phone is None or not self._deliveries.is_reachable(phone):
            raise LineRefusal(404, NOT_FOUND)
        token = opaque(_TOKEN_LENGTH)
        self._issued[token] = _Issued(user_id, self._clock.wall())
        accepted(request)
        return web.json_response({"linkToken": token})

    async def show(self, request: web.Request) -> web.Response:
        """LINE's question to its user. A token that is not good shows an error, and no event follows."""
        token, nonce = request.query.get("linkToken", ""), request.query.get("nonce", "")
        if self._good(token) is None or len(nonce) not in _NONCE_LENGTHS:
            return _told(_FAILED, status=400)
        return page(
            "LINEアカウント連携",
            element(
                "main",
                element("h1", "アカウントの連携"),
                element("p", "このLINEアカウントを、公式アカウントのサービスと連携しますか。"),
                element(
                    "form",
                    element("input", type="hidden", name="linkToken", value=token),
                    element("input", type="hidden", name="nonce", value=nonce),
                    element("button", "連携する", class_="card-button accept"),
                    method="post",
                    class_="card-bubble",
                ),
                class_="front",
            ),
        )

    async def decide(self, request: web.Request) -> web.Response:
        """Ok when the phone's own user holds the token; else the bank hears that it failed, without whose it was."""
        form = await request.post()
        token, nonce = str(form.get("linkToken", "")), str(form.get("nonce", ""))
        issued = self._good(token)
        if issued is None or len(nonce) not in _NONCE_LENGTHS:
            return _told(_FAILED, status=400)
        del self._issued[token]
        person = self._world.people.get(request.cookies.get(WHOSE_PHONE, ""))
        is_own = person is not None and person.phone and self._world.user_id(person.phone) == issued.user_id
        self._tell(issued.user_id if is_own else "", nonce)
        if not is_own or person is None:
            return _told(_FAILED, status=403)
        return _told("連携しました。トークにもどってください。", back=f"/phone/{person.number}")

    def _tell(self, user_id: str, nonce: str) -> None:
        link = {"result": "ok" if user_id else "failed", "nonce": nonce}
        content: dict[str, object] = {"link": link}
        if user_id:
            content["source"] = {"type": "user", "userId": user_id}
            content["replyToken"] = self._reply_tokens.issue(user_id)
        self._webhooks.emit("accountLink", content, int(self._clock.business().timestamp() * 1000))

    def _good(self, token: str) -> _Issued | None:
        issued = self._issued.get(token)
        if issued is None or self._clock.wall() - issued.at > _TOKEN_LIFE:
            return None
        return issued


def _told(words: str, *, status: int = 200, back: str = "/phone") -> web.Response:
    body = element(
        "main",
        element("h1", "アカウントの連携"),
        element("p", words),
        element("p", element("a", "トークへもどる", href=back), class_="back"),
        class_="front",
    )
    return page("LINEアカウント連携", body, status=status)
