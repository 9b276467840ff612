"""What goes wrong, as RFC 9457 (application/problem+json): a code, one sentence, what to do, and the places at fault.

Japanese first; English where the caller prefers it (Accept-Language). The rooms' own refusals speak Japanese: their English
stands in ``english``, by code.
"""

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.utils.translation.trans_real import parse_accept_lang_header

MEDIA_TYPE: Final = "application/problem+json"
TYPE: Final = "urn:keizoku:problem:"


class Words(NamedTuple):
    """One sentence in both languages."""

    ja: str
    en: str


@dataclass(frozen=True, slots=True)
class Place:
    """One thing wrong with one part of the request: ``pointer`` is a JSON pointer (RFC 6901), ``code`` is stable."""

    pointer: str
    code: str
    detail: Words


@dataclass(frozen=True, slots=True)
class Problem:
    """An answer that is no success. Never quotes what was sent: it may be personal data."""

    status: int
    code: str
    title: Words
    detail: Words
    remedy: Words
    places: Sequence[Place] = ()
    headers: Mapping[str, str] = field(default_factory=dict)


class Stopped(Exception):
    """Ends a request with a problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


def prefers_english(request: HttpRequest) -> bool:
    """Whether English stands before Japanese among the languages that the caller reads."""
    told = [
        name.split("-")[0] for name, _ in parse_accept_lang_header(request.headers.get("Accept-Language", ""))
    ]
    return "en" in told and ("ja" not in told or told.index("en") < told.index("ja"))


def answer(request: HttpRequest, problem: Problem) -> HttpResponse:
    """The problem as a response in the caller's language."""
    at = 1 if prefers_english(request) else 0
    body: dict[str, object] = {
        "type": TYPE + problem.code,
        "title": problem.title[at],
        "status": problem.status,
        "detail": problem.detail[at],
        "code": problem.code,
        "remedy": problem.remedy[at],
        "instance": f"urn:uuid:{request_id(request)}",
    }
    if problem.places:
        body["errors"] = [
            {"pointer": place.pointer, "code": place.code, "detail": place.detail[at]}
            for place in problem.places
        ]
    response = HttpResponse(
        json.dumps(body, ensure_ascii=False), status=problem.status, content_type=MEDIA_TYPE
    )
    response["Content-Language"] = "en" if at else "ja"
    for name, value in problem.headers.items():
        response[name] = value
    return response


def request_id(request: HttpRequest) -> str:
    """One id for this request, in its problem and in our log."""
    known: str | None = getattr(request, "keizoku_request_id", None)
    if known is None:
        known = str(uuid.uuid4())
        request.keizoku_request_id = known  # type: ignore[attr-defined]  # as long as the request lives
    return known


NOT_FOUND: Final = Problem(
    404,
    "api.not_found",
    Words("見つかりません", "Not found"),
    Words("その番号のものはないか、この鍵では見られません。", "There is nothing here that this key may see."),
    Words("番号を確かめてください。", "Check the number."),
)
UNAUTHENTICATED: Final = Problem(
    401,
    "api.key_refused",
    Words("鍵が受け付けられません", "Key refused"),
    Words(
        "APIの鍵がないか、有効ではありません。",
        "There is no API key, or it is not valid.",
    ),
    Words(
        "Authorization: Bearer kz_… を付けてください。期限と取り消しは管理者が確かめられます。",
        "Send Authorization: Bearer kz_…; an administrator can see whether the key expired or was revoked.",
    ),
    headers={"WWW-Authenticate": 'Bearer realm="keizoku"'},
)


def not_allowed(scope: str) -> Problem:
    return Problem(
        403,
        "api.scope_missing",
        Words("許されていません", "Not allowed"),
        Words(
            f"この鍵では、できません（スコープ {scope} がないか、名義の職員にその権限がありません）。",
            f"This key may not: it lacks the scope {scope}, or its holder's role lacks the right.",
        ),
        Words("管理者に、鍵のスコープを依頼してください。", "Ask an administrator for the scope."),
        headers={"WWW-Authenticate": f'Bearer realm="keizoku", error="insufficient_scope", scope="{scope}"'},
    )


def too_many(seconds: int) -> Problem:
    return Problem(
        429,
        "api.too_many_calls",
        Words("呼び出しが多すぎます", "Too many calls"),
        Words("この鍵の1分あたりの回数を超えました。", "This key's calls a minute are used up."),
        Words(f"{seconds}秒待って、もう一度呼んでください。", f"Wait {seconds} s and call again."),
        headers={"Retry-After": str(seconds)},
    )


def invalid(places: Sequence[Place]) -> Problem:
    return Problem(
        422,
        "api.invalid",
        Words("内容に誤りがあります", "The request is invalid"),
        Words(f"{len(places)}か所に誤りがあります。", f"{len(places)} place(s) are wrong."),
        Words("errors の各か所を直してください。", "Mend each of the places under errors."),
        places,
    )


def plain(status: int) -> Problem:
    """For what went wrong before any of our code was asked."""
    title, detail, remedy = _PLAIN.get(status, _PLAIN[400] if status < SERVER_ERROR else _PLAIN[500])
    return Problem(status, f"api.http_{status}", title, detail, remedy)


SERVER_ERROR: Final = 500
_PLAIN: Final = {
    400: (
        Words("読めない要求です", "Bad request"),
        Words("要求を読めませんでした。", "The request could not be read."),
        Words("JSON と Content-Type を確かめてください。", "Check the JSON and the Content-Type."),
    ),
    405: (
        Words("この方法では呼べません", "Method not allowed"),
        Words("この住所は、別の方法（Allow）で呼びます。", "This address takes other methods (see Allow)."),
        Words("openapi.json を確かめてください。", "See openapi.json."),
    ),
    413: (
        Words("大きすぎます", "Too large"),
        Words("本文が大きすぎます。", "The body is too large."),
        Words(
            "件数を分けるか、写真を小さくして送ってください。",
            "Send fewer rows at a time, or a smaller picture.",
        ),
    ),
    500: (
        Words("こちらの障害です", "A fault of ours"),
        Words(
            "処理できませんでした。内容に誤りはないかもしれません。", "We failed; your request may be right."
        ),
        Words(
            "同じ Idempotency-Key で、あとでもう一度送ってください。続くときは instance を伝えてください。",
            "Send it again later with the same Idempotency-Key; if it goes on, tell us the instance.",
        ),
    ),
}
