"""A change is made once for one Idempotency-Key, however often its request comes.

Two steps. The request's row is committed at once. Then, in one transaction, that row is locked, the work is done, and the
answer is written into the row: effects and answer stand or fall together. Who finds the row locked is told that the first
is still under way; who finds it answered gets that answer again; who finds it neither (the first was refused, or its
process died) does the work, for nothing has happened. No lease, no time-out to choose.
"""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec

from django.db import connection, transaction
from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from ninja import Schema

from keizoku.api.access import ApiRequest
from keizoku.api.models import Call
from keizoku.api.problems import Problem, Stopped, Words

HEADER: Final = "Idempotency-Key"
REPLAYED: Final = "Idempotency-Replayed"
KEPT_FOR: Final = timedelta(hours=24)
_FORM: Final = re.compile(r"[\x21-\x7e]{1,255}")
P = ParamSpec("P")


@dataclass(frozen=True, slots=True)
class Done:
    """What a change answers: ids, codes and counts only, since the answer is kept for repetitions."""

    body: Schema
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


MISSING: Final = Problem(
    400,
    "api.idempotency_key_missing",
    Words("Idempotency-Key が必要です", "Idempotency-Key required"),
    Words(
        "変更の呼び出しには、1〜255文字の Idempotency-Key が要ります。",
        "A changing request needs an Idempotency-Key of 1 to 255 visible ASCII characters.",
    ),
    Words(
        "変更ごとに新しいUUIDを付け、再送では同じものを使ってください。",
        "Send a new UUID a change, the same for its repetitions.",
    ),
)
REUSED: Final = Problem(
    422,
    "api.idempotency_key_reused",
    Words("Idempotency-Key が使用済みです", "Idempotency-Key used already"),
    Words("同じキーで、別の内容が処理されています。", "Another request was done under this key."),
    Words("新しい変更には、新しいキーを付けてください。", "Send a new key with a new change."),
)
UNDER_WAY: Final = Problem(
    409,
    "api.idempotency_key_under_way",
    Words("処理の途中です", "Still under way"),
    Words("同じキーの要求を処理しています。", "A request with this key is being worked on."),
    Words("少し待って、同じ要求をもう一度送ってください。", "Wait a moment and send the same request again."),
    headers={"Retry-After": "1"},
)


def once(
    view: Callable[Concatenate[ApiRequest, P], Done],
) -> Callable[Concatenate[ApiRequest, P], HttpResponse]:
    """Make a route's function one that has its effects once for each Idempotency-Key."""
    return _framed(view, keeps_answer=True)


def anew(
    view: Callable[Concatenate[ApiRequest, P], Done],
) -> Callable[Concatenate[ApiRequest, P], HttpResponse]:
    """Like ``once``, for what changes nothing and whose answer nobody may keep: a repetition is worked out again.

    The key still holds off a second request while the first is worked on, and another body under the same key.
    """
    return _framed(view, keeps_answer=False)


def _framed(
    view: Callable[Concatenate[ApiRequest, P], Done], *, keeps_answer: bool
) -> Callable[Concatenate[ApiRequest, P], HttpResponse]:
    @wraps(view)
    def framed(request: ApiRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        call_id = _begin(request)
        with transaction.atomic():
            call = Call.objects.select_for_update(skip_locked=True).filter(id=call_id).first()
            if call is None:
                raise Stopped(UNDER_WAY)
            digest = _request_digest(request)
            if call.status and bytes(call.request_digest) != digest:
                raise Stopped(REUSED)
            again = {REPLAYED: "true"} if call.status else {}
            if call.status and keeps_answer:
                return _response(call.status, call.answer, {**call.headers, **again})
            done = view(request, *args, **kwargs)
            told = done.body.model_dump(mode="json")
            Call.objects.filter(id=call_id).update(
                request_digest=digest,
                status=done.status,
                answer=told if keeps_answer else None,
                headers=dict(done.headers),
            )
        return _response(done.status, told, {**done.headers, **again})

    return framed


def forget_old() -> int:
    """Delete what is older than 24 hours; a call that is still under way holds its row locked and stays."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM api_call WHERE id IN (SELECT id FROM api_call WHERE begun_at < %s FOR UPDATE SKIP LOCKED)",
            [timezone.now() - KEPT_FOR],
        )
        return int(cursor.rowcount)


def _begin(request: ApiRequest) -> int:
    """The id of this key's row, committed before any work."""
    key = request.headers.get(HEADER, "")
    if not _FORM.fullmatch(key):
        raise Stopped(MISSING)
    digest = salted_hmac("keizoku.api.key", key, algorithm="sha256").digest()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO api_call (line, key_digest, request_digest, status, headers, begun_at) "
            "VALUES (%s, %s, %s, 0, '{}', clock_timestamp()) ON CONFLICT (line, key_digest) DO NOTHING",
            [request.auth.line, digest, _request_digest(request)],
        )
        cursor.execute(
            "SELECT id FROM api_call WHERE line = %s AND key_digest = %s", [request.auth.line, digest]
        )
        found = cursor.fetchone()
    if found is None:  # forgotten between the two statements, after its 24 hours
        raise Stopped(UNDER_WAY)
    call_id: int = found[0]
    return call_id


def _request_digest(request: ApiRequest) -> bytes:
    """Keyed: a body may hold one telephone number alone, which a plain digest would give away."""
    match = request.headers.get("If-Match", "")
    told = f"{request.method} {request.get_full_path()} {match}\n".encode() + _body(request)
    return salted_hmac("keizoku.api.request", told, algorithm="sha256").digest()


def _body(request: ApiRequest) -> bytes:
    """What was sent. A form with files has another boundary each time it is sent: its parts are what counts."""
    if request.content_type != "multipart/form-data":
        return request.body
    parts = [f"{name}={value}" for name, values in sorted(request.POST.lists()) for value in values]
    for name, files in sorted(request.FILES.lists()):
        for file in files:
            digest = hashlib.sha256()
            for chunk in file.chunks():
                digest.update(chunk)
            file.seek(0)
            parts.append(f"{name}={digest.hexdigest()}")
    return "\n".join(parts).encode()


def _response(status: int, told: Any, headers: Mapping[str, str]) -> HttpResponse:
    response = JsonResponse(told, status=status, json_dumps_params={"ensure_ascii": False})
    for name, value in headers.items():
        response[name] = value
    return response
