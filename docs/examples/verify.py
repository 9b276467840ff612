"""Ask for a verification of identity, lead the customer to its page, read what came of it. Python alone, no library.

With KEIZOKU_URL (https://keizoku.example) and KEIZOKU_KEY (kz_…) in the environment:

python verify.py ask 12 https://shop.example/back order-7
python verify.py result 34
python verify.py read licence.jpg driving_licence
"""

import json
import os
import sys
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

Send = Callable[[urllib.request.Request], tuple[int, bytes]]


class Refused(Exception):
    """The API said no: ``code`` is stable, the message says what is wrong and what to do."""

    def __init__(self, problem: dict[str, Any]) -> None:
        super().__init__(f"{problem['detail']} {problem['remedy']}")
        self.code: str = problem["code"]


def send(request: urllib.request.Request) -> tuple[int, bytes]:
    """Over the network, with a time-out; an error's body is an answer, too."""
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


class Keizoku:
    """A key's calls. Every change carries a new Idempotency-Key: repeat a call whose answer was lost with the same one."""

    def __init__(self, url: str, key: str, send: Send = send) -> None:
        self.url, self.key, self.send = url.rstrip("/"), key, send

    def ask(self, customer_id: int, *, repeat: str = "") -> int:
        """Ask for an ongoing check of a customer; the verification's id."""
        body = {"customer_id": customer_id, "purpose": "ongoing_check", "legal_use": "ongoing_check"}
        return int(self._post("/identity/verifications", body, repeat)["id"])

    def address(self, verification: int, redirect: str, state: str) -> str:
        """Where to send the customer now; worth one start. The one before is worth nothing any more."""
        body = {"redirect": redirect, "state": state}
        return str(self._post(f"/identity/verifications/{verification}/address", body)["address"])

    def result(self, verification: int) -> dict[str, Any]:
        """State, checks and evidence. ``passed`` and ``refused`` are final; until then ask later, or wait for the event."""
        return self._call("GET", f"/identity/verifications/{verification}")

    def read(self, picture: bytes, kind: str = "") -> dict[str, Any]:
        """What a document says; neither picture nor values are kept."""
        mark = uuid.uuid4().hex
        parts = [('form-data; name="kind"', kind.encode())] if kind else []
        parts.append(('form-data; name="picture"; filename="picture"', picture))
        body = b"".join(
            f"--{mark}\r\nContent-Disposition: {said}\r\n\r\n".encode() + content + b"\r\n"
            for said, content in parts
        )
        return self._call(
            "POST",
            "/vision/documents",
            body + f"--{mark}--\r\n".encode(),
            f"multipart/form-data; boundary={mark}",
        )

    def _post(self, path: str, body: dict[str, Any], repeat: str = "") -> dict[str, Any]:
        return self._call("POST", path, json.dumps(body).encode(), "application/json", repeat)

    def _call(
        self, method: str, path: str, body: bytes | None = None, kind: str = "", repeat: str = ""
    ) -> dict[str, Any]:
        request = urllib.request.Request(f"{self.url}/api/v1{path}", body, method=method)
        request.add_header("Authorization", f"Bearer {self.key}")
        request.add_header("Accept-Language", "en")
        if body is not None:
            request.add_header("Content-Type", kind)
            request.add_header("Idempotency-Key", repeat or str(uuid.uuid4()))
        status, answer = self.send(request)
        told: dict[str, Any] = json.loads(answer)
        if status >= 400:
            raise Refused(told)
        return told


def main(words: list[str]) -> None:
    keizoku = Keizoku(os.environ["KEIZOKU_URL"], os.environ["KEIZOKU_KEY"])
    match words:
        case ["ask", customer, redirect, state]:
            made = keizoku.ask(int(customer))
            print(made, keizoku.address(made, redirect, state))
        case ["result", verification]:
            print(json.dumps(keizoku.result(int(verification)), indent=1))
        case ["read", path, *kind]:
            read = keizoku.read(Path(path).read_bytes(), *kind)
            print(json.dumps(read, ensure_ascii=False, indent=1))
        case _:
            print(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
