"""Passkeys, with a device made of a real key pair: its answers are those of a browser, and each is checked."""

import json
import struct
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2 import cbor
from fido2.cose import ES256
from fido2.utils import websafe_encode

from keizoku.accounts.errors import FactorRefused
from keizoku.accounts.factors import passkeys, queries
from keizoku.accounts.models import Passkey

HOME = "https://kokyaku.bank.example.jp"
PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


class Device:
    """An authenticator and the browser before it."""

    def __init__(self, number=1, *, origin=HOME, host="kokyaku.bank.example.jp"):
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = bytes([number]) * 32
        self.origin, self.host, self.count = origin, host, 0

    def register(self, question, **changed):
        credential = struct.pack(">16sH", bytes(16), len(self.id)) + self.id
        credential += cbor.encode(dict(ES256.from_cryptography_key(self.key.public_key())))
        attested = cbor.encode(
            {"fmt": "none", "attStmt": {}, "authData": self._told(PRESENT | VERIFIED | ATTESTED) + credential}
        )
        client = self._client("webauthn.create", question, **changed)
        return self._answer(clientDataJSON=client, attestationObject=attested)

    def prove(self, question, *, counts=True, **changed):
        self.count += counts
        told, client = self._told(PRESENT | VERIFIED), self._client("webauthn.get", question, **changed)
        signature = self.key.sign(told + sha256(client).digest(), ec.ECDSA(SHA256()))
        return self._answer(clientDataJSON=client, authenticatorData=told, signature=signature)

    def _told(self, flags):
        return sha256(self.host.encode()).digest() + struct.pack(">BI", flags, self.count)

    def _client(self, kind, question, **changed):
        challenge = json.loads(question.options)["publicKey"]["challenge"]
        told = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return json.dumps(told | changed).encode()

    def _answer(self, **response):
        raw = websafe_encode(self.id)
        parts = {name: websafe_encode(value) for name, value in response.items()}
        return json.dumps(
            {
                "id": raw,
                "rawId": raw,
                "type": "public-key",
                "response": parts,
                "clientExtensionResults": {},
            }
        )


@pytest.fixture
def member(db, make_staff, settings):
    settings.PUBLIC_URL = HOME
    return make_staff()


@pytest.fixture
def device(member):
    """Registered for the member."""
    held = Device()
    question = passkeys.ask_to_register(member)
    passkeys.register(member, question.state, held.register(question), "本店のパソコン")
    return held


def refused(act, *arguments):
    with pytest.raises(FactorRefused):
        act(*arguments)


def test_registered_passkey_proves_its_person_again_and_again(member, device):
    assert [(row.kind, row.name) for row in queries.of(member)] == [("passkey", "本店のパソコン")]
    for _ in range(2):
        question = passkeys.ask_to_prove(member)
        passkeys.prove(member, question.state, device.prove(question))
    assert Passkey.objects.get().sign_count == 2
    assert queries.of(member)[0].last_used_at is not None


def test_answer_to_another_question_from_another_place_or_by_another_key_is_refused(member, device):
    old = passkeys.ask_to_prove(member)
    question = passkeys.ask_to_prove(member)
    stranger = Device()
    elsewhere = Device(origin="https://kokyaku.bank.example.jp.evil.example")
    elsewhere.key = device.key
    for answer in (
        device.prove(old),
        device.prove(question, type="webauthn.create"),
        stranger.prove(question),
        "not even json",
    ):
        refused(passkeys.prove, member, question.state, answer)
    member.refresh_from_db()
    assert member.failed_factors == 4
    refused(passkeys.prove, member, question.state, elsewhere.prove(question))
    member.refresh_from_db()
    assert member.factors_locked_until is not None
    refused(passkeys.prove, member, question.state, device.prove(question))


def test_no_question_was_asked(member, device):
    refused(passkeys.prove, member, {}, device.prove(passkeys.ask_to_prove(member)))


def test_copy_of_a_key_that_counts_is_refused(member, device):
    question = passkeys.ask_to_prove(member)
    passkeys.prove(member, question.state, device.prove(question))
    device.count -= 1
    question = passkeys.ask_to_prove(member)
    refused(passkeys.prove, member, question.state, device.prove(question))


def test_device_that_never_counts_is_taken(member, device):
    for _ in range(2):
        question = passkeys.ask_to_prove(member)
        passkeys.prove(member, question.state, device.prove(question, counts=False))


def test_somebody_elses_passkey_is_refused(member, device, make_staff):
    other = make_staff("approver", "other")
    question = passkeys.ask_to_prove(other)
    refused(passkeys.prove, other, question.state, device.prove(question))
    question = passkeys.ask_to_register(other)
    refused(passkeys.register, other, question.state, device.register(question), "")
    assert Passkey.objects.get().staff == member


def test_registration_for_another_place_is_refused(member):
    question = passkeys.ask_to_register(member)
    for device in (Device(origin="https://elsewhere.example"), Device(host="elsewhere.example")):
        refused(passkeys.register, member, question.state, device.register(question), "")
    assert Passkey.objects.count() == 0


@pytest.mark.parametrize("cut_off", ["", "o2"])
def test_answer_that_was_cut_off_is_refused(member, device, cut_off):
    question = passkeys.ask_to_register(member)
    made = json.loads(Device(2).register(question))
    made["response"]["attestationObject"] = cut_off
    refused(passkeys.register, member, question.state, json.dumps(made), "")
    question = passkeys.ask_to_prove(member)
    proof = json.loads(device.prove(question))
    proof["response"]["authenticatorData"] = cut_off
    refused(passkeys.prove, member, question.state, json.dumps(proof))
    assert Passkey.objects.get().sign_count == 0


@pytest.mark.parametrize(
    ("address", "possible"),
    [
        ("https://kokyaku.bank.example.jp", True),
        ("http://localhost:8000", True),
        ("http://kokyaku.bank.example.jp", False),
        ("http://127.0.0.1:8000", False),
        ("https://10.0.0.5", False),
    ],
)
def test_passkeys_are_offered_where_a_browser_allows_them(settings, address, possible):
    settings.PUBLIC_URL = address
    assert passkeys.are_possible() is possible
