"""Calls of the issuer: its description, its keys, the exchange of a code for an ID token. Each within ten seconds."""

import asyncio
from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote, urlsplit

import aiohttp

from keizoku.accounts.errors import SignInRefused
from keizoku.accounts.single_sign_on.rules import Issuer
from keizoku.kernel.http import Answer, get_json, post_form
from keizoku.kernel.installation import is_loopback

TIMEOUT_S: Final = 10.0
DESCRIPTION: Final = "/.well-known/openid-configuration"


def description(issuer: Issuer) -> Mapping[str, Any]:
    """Where the issuer has its pages and keys (OpenID Connect Discovery 1.0 §4).

    Raises:
        SignInRefused: it does not answer, calls itself otherwise, or names an address without TLS.
    """
    told = _ask(issuer.address.rstrip("/") + DESCRIPTION)
    places = [told.get(name) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")]
    if str(told.get("issuer", "")).rstrip("/") != issuer.address or not all(
        _is_safe(place) for place in places
    ):
        raise out_of_order()
    return told


def keys(told: Mapping[str, Any]) -> Mapping[str, Any]:
    return _ask(told["jwks_uri"])


def token(issuer: Issuer, told: Mapping[str, Any], form: Sequence[tuple[str, str]]) -> Mapping[str, Any]:
    """The token endpoint's answer (RFC 6749 §4.1.3), the client proved by Basic authentication (§2.3.1)."""
    pair = f"{quote(issuer.client_id, safe='')}:{quote(issuer.client_secret, safe='')}"
    return _ask(told["token_endpoint"], form, f"Basic {b64encode(pair.encode()).decode()}")


def out_of_order() -> SignInRefused:
    return SignInRefused(
        "シングルサインオンを使えませんでした。",
        remedy="もう一度試し、続くときはシステム管理者に連絡してください。パスワードでもサインインできます。",
    )


def _ask(url: str, form: Sequence[tuple[str, str]] = (), authorisation: str = "") -> Mapping[str, Any]:
    headers = {"Accept": "application/json"} | ({"Authorization": authorisation} if authorisation else {})

    async def call() -> object:
        async with aiohttp.ClientSession() as session:
            if form:
                return await post_form(session, url, form, headers=headers, timeout_s=TIMEOUT_S)
            return await get_json(session, url, headers=headers, timeout_s=TIMEOUT_S)

    answer = asyncio.run(call())
    if not isinstance(answer, Answer) or answer.status != 200 or not isinstance(answer.body, dict):  # noqa: PLR2004 - OK
        raise out_of_order()
    return answer.body


def _is_safe(place: object) -> bool:
    if not isinstance(place, str):
        return False
    parts = urlsplit(place)
    return parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))
