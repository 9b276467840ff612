"""The client of a witness: heads go there over HTTP, its countersignature comes back and is checked."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Any

import aiohttp

from keizoku.audit import verifier
from keizoku.audit.ports import Head, Kept, NotReached, Refused
from keizoku.kernel.http import Answer, NotSent, Unknown, post_json

TIMEOUT_S = 20.0


class Witness:
    """``key`` is the witness's public key as written down at its set-up; empty: whichever answers first is believed."""

    name = "witness"

    def __init__(self, url: str, token: str, key: str = "") -> None:
        self._url = url
        self._token = token
        self._key = key

    def keep(self, heads: Sequence[Head]) -> Kept | Refused | NotReached:
        return _judge(asyncio.run(self._post(heads)), heads[-1], self._key)

    async def _post(self, heads: Sequence[Head]) -> Answer | NotSent | Unknown:
        asked = [{"number": head.number, "previous": head.previous, "digest": head.digest} for head in heads]
        async with aiohttp.ClientSession() as session:
            return await post_json(
                session,
                f"{self._url}/heads",
                {"installation": heads[0].installation, "heads": asked},
                headers={"Authorization": f"Bearer {self._token}"},
                timeout_s=TIMEOUT_S,
            )


def _judge(answer: Answer | NotSent | Unknown, head: Head, key: str) -> Kept | Refused | NotReached:
    """Only a line for exactly this head, signed by the witness that is known, counts as kept."""
    if isinstance(answer, NotSent | Unknown):
        return NotReached("not_sent" if isinstance(answer, NotSent) else "no_answer")
    if answer.status == HTTPStatus.CONFLICT:
        return Refused(_code(answer.body))
    if answer.status != HTTPStatus.OK:
        is_token = answer.status == HTTPStatus.UNAUTHORIZED
        return NotReached("token_wrong" if is_token else f"status_{answer.status}")
    line = _line(answer.body)
    if any(
        line.get(name) != getattr(head, name) for name in ("installation", "number", "previous", "digest")
    ):
        return NotReached("answer_differs")
    if not verifier.is_witnessed_line(line, key):
        return NotReached("witness_key_differs" if key else "signature_wrong")
    return Kept(datetime.fromisoformat(line["anchored_at"]), line["witness_key"], line["signature"])


def _line(body: Any) -> dict[str, Any]:
    """The answer as a witness's line; empty when it is none."""
    try:
        return verifier.parse(verifier.canonical(body) + b"\n", ("witness",))
    except (verifier.Malformed, TypeError):
        return {}


def _code(body: Any) -> str:
    """The witness's own word, if it is one that we know how to say."""
    known = ("head_goes_back", "head_conflict", "heads_missing", "chain_broken")
    code = body.get("code") if isinstance(body, dict) else None
    return code if code in known else "refused"
