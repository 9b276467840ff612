"""The sandbox's SMS carrier held to Karaden's own OpenAPI file, which is read where it lies and not copied here."""

import asyncio
import os
from functools import cache
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import yaml
from openapi_schema_validator import OAS30Validator

from keizoku.sandbox.sms.api import TENANT
from keizoku.sandbox.tests.places import PEOPLE, sandbox, until

SHARED = Path(os.environ.get("KEIZOKU_SHARED_DATA", Path(__file__).parents[3] / "shared" / "data"))
SPEC = SHARED / "karaden-openapi" / "2024-03-01.yaml"
pytestmark = pytest.mark.skipif(
    not SPEC.is_file(), reason=f"Karaden's OpenAPI file is not at {SPEC}; set KEIZOKU_SHARED_DATA"
)
# The file names no answers but the good one for a single message; the list's 404 has the same shape as all errors.
UNTOLD = ("get", "/{tenant_id}/messages/{message_id}", 404)
PATH = "/{tenant_id}/messages"


@cache
def document() -> Any:
    return yaml.safe_load(SPEC.read_text(encoding="utf-8"))


def objections(schema: Any, value: Any) -> list[str]:
    whole = {**schema, "components": document()["components"]}
    return [fault.message for fault in OAS30Validator(whole).iter_errors(value)]


def answer_schema(method: str, path: str, status: int) -> Any:
    return document()["paths"][path][method]["responses"][str(status)]["content"]["application/json"][
        "schema"
    ]


def nullable(value: Any) -> Any:
    """Moments that have not come are null in practice (the SDK's bug with them shows it); the file does not say so."""
    if isinstance(value, dict):
        return {key: nullable(one) for key, one in value.items() if one is not None}
    return [nullable(one) for one in value] if isinstance(value, list) else value


def test_answers_are_of_the_file_s_shapes(tmp_path: Any) -> None:
    async def scenario() -> list[tuple[str, str, int, Any]]:
        seen = []
        async with sandbox(tmp_path) as caller, aiohttp.ClientSession() as session:
            base = f"{caller.running.url}/api/{TENANT}/messages"
            good = {"Authorization": "Bearer sandbox", "Karaden-Version": "2024-03-01"}

            async def ask(method: str, path: str, url: str, headers: Any = good, **sent: Any) -> Any:
                async with session.request(method, url, headers=headers, **sent) as response:
                    body = await response.json()
                    seen.append((method.lower(), path, response.status, body))
                    return body

            form = {"service_id": "1", "to": f"0{PEOPLE[0].phone[3:]}", "body": "本文", "tags[]": "tag"}
            taken = await ask("POST", PATH, base, data=form)
            await until(
                lambda: (
                    caller.running.exchange.counts["sent"]
                    or caller.running.exchange.messages[taken["id"]].is_over
                )
            )
            await ask("GET", PATH, f"{base}?tag=tag")
            await ask("GET", PATH + "/{message_id}", f"{base}/{taken['id']}")
            await ask("POST", PATH + "/{message_id}/cancel", f"{base}/{taken['id']}/cancel")
            await ask("POST", PATH, base, data={})
            await ask("POST", PATH, base, headers={"Authorization": "Bearer x"}, data=form)
            await ask("POST", PATH, base.replace("0001/", "0002/"), data=form)
            await ask("GET", PATH + "/{message_id}", f"{base}/82bdf9de-a532-4bf5-86bc-c9a1366e5f4a")
        return seen

    seen = asyncio.run(scenario())
    assert [status for _, _, status, _ in seen] == [200, 200, 200, 400, 422, 401, 400, 404]
    for method, path, status, body in seen:
        if (method, path, status) == UNTOLD:
            continue
        assert objections(answer_schema(method, path, status), nullable(body)) == [], (method, path, status)
