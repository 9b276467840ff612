"""The shared phone vectors: our classes against what phonenumbers 9.0.43 answered when they were recorded."""

import json
import os
from pathlib import Path

import pytest

from keizoku.kernel.text.phone import PhoneClass, line_hash, read_phone

SHARED = (
    Path(os.environ.get("KEIZOKU_SHARED_DATA") or Path(__file__).parents[3] / "shared" / "data") / "vectors"
)
pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason=f"no shared vectors at {SHARED}")

CLASS_OF_WORD = {
    "MOBILE": PhoneClass.MOBILE,
    "FIXED_LINE": PhoneClass.LANDLINE,
    "VOIP": PhoneClass.IP,
    "TOLL_FREE": PhoneClass.TOLL_FREE,
    "PAGER": PhoneClass.M2M,
    "PERSONAL_NUMBER": PhoneClass.PERSONAL,
    "UAN": PhoneClass.NAVI_DIAL,
    "UNKNOWN/invalid": PhoneClass.UNKNOWN,
}


def expected_class(recorded: str) -> PhoneClass:
    # The library does not know the 14-digit machine range; the numbering plan does.
    return PhoneClass.M2M if "14-digit M2M" in recorded else CLASS_OF_WORD[recorded.split(" ", maxsplit=1)[0]]


def test_every_recorded_number_reads_with_its_e164_and_class():
    vectors = json.loads((SHARED / "jp_phone_classification.json").read_text("utf-8"))
    expected = {v["input"]: (v["e164"], expected_class(v["type_by_phonenumbers_9_0_43"])) for v in vectors}
    read = {text: read_phone(text) for text in expected}
    assert {text: (phone.e164, phone.kind) for text, phone in read.items() if phone} == expected
    assert len(expected) == len(vectors)


def test_the_hash_is_the_one_line_publishes():
    vector = json.loads((SHARED / "line_pnp_phone_hash.json").read_text("utf-8"))
    assert line_hash(vector["e164"]) == vector["sha256_hex"]
