"""The snippet that docs/api.md gives to receivers accepts what is genuine and nothing else."""

import re
import time
from pathlib import Path

from keizoku.events.rules import signature

PAGE = Path(__file__).resolve().parents[4] / "docs" / "api.md"


def test_snippet_of_the_documentation_tells_genuine_messages_from_others():
    (code,) = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    names: dict = {}
    exec(code, names)
    is_genuine = names["is_genuine"]
    secret, other, now = signature.new_secret(), signature.new_secret(), int(time.time())
    headers = signature.headers([other, secret], "evt_1", now, b"{}")
    assert is_genuine(secret, headers, b"{}")
    assert not is_genuine(secret, headers, b"{ }")
    assert not is_genuine(signature.new_secret(), headers, b"{}")
    assert not is_genuine(secret, headers | {"webhook-id": "evt_2"}, b"{}")
    assert not is_genuine(secret, signature.headers([secret], "evt_1", now - 400, b"{}"), b"{}")
