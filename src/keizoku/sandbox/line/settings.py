"""The endpoints about the account itself: identity, profiles, webhook settings, access tokens."""

from datetime import timedelta

from aiohttp import web

from keizoku.sandbox.clock import Clock, iso
from keizoku.sandbox.line.actions import check_uri
from keizoku.sandbox.line.channel import SHORT_LIVED, STATELESS, AccessTokens, Channel
from keizoku.sandbox.line.deliveries import Deliveries
from keizoku.sandbox.line.gate import json_body
from keizoku.sandbox.line.objections import Objections
from keizoku.sandbox.line.refusals import NOT_FOUND, LineRefusal
from keizoku.sandbox.line.webhooks import Webhooks
from keizoku.sandbox.world.people import World


class Settings:
    def __init__(
        self,
        *,
        channel: Channel,
        tokens: AccessTokens,
        world: World,
        deliveries: Deliveries,
        webhooks: Webhooks,
        clock: Clock,
    ) -> None:
        self._channel = channel
        self._tokens = tokens
        self._world = world
        self._deliveries = deliveries
        self._webhooks = webhooks
        self._clock = clock

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/v2/bot/info", self.tell_identity),
            web.get("/v2/bot/profile/{user_id}", self.tell_profile),
            web.get("/v2/bot/channel/webhook/endpoint", self.tell_endpoint),
            web.put("/v2/bot/channel/webhook/endpoint", self.set_endpoint),
            web.post("/v2/bot/channel/webhook/test", self.test_endpoint),
            web.post("/v2/oauth/accessToken", self.issue_short_lived),
            web.post("/oauth2/v3/token", self.issue_stateless),
            web.post("/v2/oauth/verify", self.verify_token),
            web.post("/v2/oauth/revoke", self.revoke_token),
        ]

    async def tell_identity(self, _request: web.Request) -> web.Response:
        return web.json_response(
            {
                "userId": self._channel.user_id,
                "basicId": self._channel.basic_id,
                "displayName": self._channel.name,
                "chatMode": "bot",
                "markAsReadMode": "auto",
            }
        )

    async def tell_profile(self, request: web.Request) -> web.Response:
        """Friends and people who talk; 404 for everybody else."""
        user_id = request.match_info["user_id"]
        phone = self._world.phone_of_user(user_id)
        if phone is None or not self._deliveries.is_reachable(phone):
            raise LineRefusal(404, NOT_FOUND)
        # A display name is the user's own invention; the customer's real name is never told by LINE.
        return web.json_response(
            {"userId": user_id, "displayName": f"LINEユーザー{user_id[-4:]}", "language": "ja"}
        )

    async def tell_endpoint(self, _request: web.Request) -> web.Response:
        if not self._webhooks.endpoint:
            raise LineRefusal(404, NOT_FOUND)
        return web.json_response({"endpoint": self._webhooks.endpoint, "active": self._webhooks.active})

    async def set_endpoint(self, request: web.Request) -> web.Response:
        body = await json_body(request)
        objections = Objections()
        endpoint = objections.text(body, "endpoint", "", longest=500)
        check_uri(endpoint, "endpoint", objections)
        objections.raise_if_any()
        self._webhooks.endpoint = endpoint
        self._webhooks.active = True  # the console's switch, which has no API
        return web.json_response({})

    async def test_endpoint(self, request: web.Request) -> web.Response:
        body = await json_body(request) if request.can_read_body else {}
        endpoint = str(body.get("endpoint") or self._webhooks.endpoint)
        moment = iso(self._clock.wall())
        answer = await self._webhooks.try_endpoint(endpoint)
        return web.json_response(
            {
                "success": answer.is_good,
                "timestamp": moment,
                "statusCode": answer.status,
                "reason": answer.reason if answer.status else "COULD_NOT_CONNECT",
                "detail": str(answer.status) if answer.status else answer.reason,
            }
        )

    async def issue_short_lived(self, request: web.Request) -> web.Response:
        return await self._issue(request, SHORT_LIVED)

    async def issue_stateless(self, request: web.Request) -> web.Response:
        return await self._issue(request, STATELESS)

    async def verify_token(self, request: web.Request) -> web.Response:
        form = await request.post()
        left = self._tokens.seconds_left(str(form.get("access_token", "")))
        if left is None:
            return _oauth_error("invalid_request", "access token expired")
        return web.json_response({"client_id": self._channel.id, "expires_in": left, "scope": "P CM"})

    async def revoke_token(self, request: web.Request) -> web.Response:
        form = await request.post()
        self._tokens.revoke(str(form.get("access_token", "")))
        return web.Response()

    async def _issue(self, request: web.Request, life: timedelta) -> web.Response:
        """client_credentials with the channel's id and secret; JWT assertions need keys that I don't keep."""
        form = await request.post()
        if form.get("grant_type") != "client_credentials":
            return _oauth_error("invalid_request", "some parameters missed or invalid")
        if form.get("client_id") != self._channel.id or form.get("client_secret") != self._channel.secret:
            return _oauth_error("invalid_client", "invalid client_id or client_secret")
        token = self._tokens.issue(life)
        return web.json_response(
            {"token_type": "Bearer", "access_token": token, "expires_in": int(life.total_seconds())}
        )


def _oauth_error(error: str, description: str) -> web.Response:
    return web.json_response({"error": error, "error_description": description}, status=400)
