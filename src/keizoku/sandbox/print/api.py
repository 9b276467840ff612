"""The print house over HTTP: give a batch in, ask for it, cancel it, ask what came back; and its counter to look at.

A batch's key makes a repetition harmless: the same key with the same file is "already accepted". The journal's line is
written before that is looked at, so that a second hand-in shows there.
"""

import hashlib
import hmac
import json
import re
from typing import Any, Final

from aiohttp import BodyPartReader, web

from keizoku.sandbox.answering import ACTED, CarrierError, Handler, refuse_by_fault, serve
from keizoku.sandbox.faults import Faults
from keizoku.sandbox.journal import Journal
from keizoku.sandbox.print.house import House
from keizoku.sandbox.print.pages import counter, one

FORMAT: Final = "keizoku-letters/1"
_KEY: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_TOLD: Final = web.RequestKey("print manifest", str)


class PrintError(CarrierError):
    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(status, code, {"code": code, "message": message})


class Api:
    def __init__(self, token: str, house: House, journal: Journal, faults: Faults) -> None:
        self._token = token
        self._house = house
        self._journal = journal
        self._faults = faults

    def routes(self) -> list[web.RouteDef]:
        batch = "/print/v1/batches/{key}"
        return [
            web.put(batch, self._through(self.take)),
            web.get(batch, self._through(self.tell), allow_head=False),
            web.post(f"{batch}/cancel", self._through(self.cancel)),
            web.get("/print/v1/returns", self._through(self.returns), allow_head=False),
            web.get("/print", self.show, allow_head=False),
            web.get("/print/batches/{key}", self.show_batch, allow_head=False),
            web.get("/print/batches/{key}/letters.pdf", self.show_pdf, allow_head=False),
        ]

    async def take(self, request: web.Request) -> web.Response:
        key, parts = _key(request), await _parts(request)
        manifest = _manifest(parts.get("manifest", b""), parts.get("pdf", b""), key)
        request[_TOLD] = json.dumps(manifest, ensure_ascii=False)
        pdf = parts["pdf"]
        known = self._house.batches.get(key)
        if known is not None:
            if known.sha256 != hashlib.sha256(pdf).hexdigest():
                raise PrintError(409, "other_content", "同じ鍵で別の内容が届いています")
            self._house.counts["repeated"] += 1
            return web.json_response({**known.as_json(), "already_accepted": True})
        batch = self._house.take(key, manifest, pdf)
        request[ACTED] = True
        return web.json_response(batch.as_json(), status=201)

    async def tell(self, request: web.Request) -> web.Response:
        return web.json_response(self._batch(request).as_json())

    async def cancel(self, request: web.Request) -> web.Response:
        batch = self._batch(request)
        if not self._house.cancel(batch):
            raise PrintError(409, "too_late", "締め切りを過ぎています")
        return web.json_response(batch.as_json())

    async def returns(self, request: web.Request) -> web.Response:
        after = request.query.get("after", "0")
        if not after.isdecimal():
            raise PrintError(400, "bad_number", "after は数字です")
        return web.json_response({"returns": self._house.returns(int(after))[:1000]})

    async def show(self, _request: web.Request) -> web.Response:
        """The counter: every batch, newest first."""
        return counter(self._house)

    async def show_batch(self, request: web.Request) -> web.Response:
        batch = self._house.batches.get(request.match_info["key"])
        if batch is None:
            raise web.HTTPNotFound
        return one(batch)

    async def show_pdf(self, request: web.Request) -> web.StreamResponse:
        key = request.match_info["key"]
        if key not in self._house.batches:
            raise web.HTTPNotFound
        return web.FileResponse(
            self._house.pdf(key),
            headers={"Content-Type": "application/pdf", "Content-Disposition": "inline"},
        )

    def _batch(self, request: web.Request) -> Any:
        batch = self._house.batches.get(_key(request))
        if batch is None:
            raise PrintError(404, "no_such_batch", "この鍵の束はありません")
        return batch

    def _through(self, handler: Handler) -> Handler:
        async def served(request: web.Request) -> web.Response:
            fault = self._faults.take("print") if request.method == "PUT" else None

            async def checked(request: web.Request) -> web.Response:
                refuse_by_fault(
                    fault,
                    busy=PrintError(429, "busy", "混み合っています"),
                    failed=PrintError(500, "failed", "処理できませんでした"),
                )
                self._check(request)
                return await handler(request)

            return await serve(request, checked, journal=self._journal, fault=fault, told=_told)

        return served

    def _check(self, request: web.Request) -> None:
        expected = f"Bearer {self._token}"
        if not hmac.compare_digest(request.headers.get("Authorization", "").encode(), expected.encode()):
            raise PrintError(401, "unauthorised", "トークンが違います")


def _told(request: web.Request) -> dict[str, str]:
    return {"carrier": "print", "manifest": request.get(_TOLD, "")}


def _key(request: web.Request) -> str:
    key = request.match_info["key"]
    if not _KEY.fullmatch(key):
        raise PrintError(400, "bad_key", "鍵はUUIDです")
    return key


async def _parts(request: web.Request) -> dict[str, bytes]:
    if not request.content_type.startswith("multipart/"):
        raise PrintError(400, "not_multipart", "manifest と pdf を送ってください")
    found: dict[str, bytes] = {}
    reader = await request.multipart()
    async for part in reader:
        if isinstance(part, BodyPartReader) and part.name in {"manifest", "pdf"}:
            found[part.name] = bytes(await part.read())
    return found


def _manifest(raw: bytes, pdf: bytes, key: str) -> dict[str, Any]:
    """The list, held against the file that came with it."""
    try:
        manifest = json.loads(raw)
        rows = manifest["list"]
        agrees = (
            manifest["format"] == FORMAT
            and manifest["batch"] == key
            and manifest["pdf_sha256"] == hashlib.sha256(pdf).hexdigest()
            and manifest["letters"] == len(rows) > 0
            and [row["sequence"] for row in rows] == list(range(1, len(rows) + 1))
            and pdf.startswith(b"%PDF-")
            and pdf.count(b"/Type/Page/") == manifest["pages"] == sum(row["pages"] for row in rows)
        )
    except (ValueError, KeyError, TypeError):
        raise PrintError(422, "bad_manifest", "一覧が読めません") from None
    if not agrees:
        raise PrintError(422, "manifest_differs", "一覧と印刷用ファイルが合いません")
    return dict(manifest)
