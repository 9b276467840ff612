"""A certificate of destruction: one JSON object, signed, that holds no personal data and is verified without a database.

The signature is Ed25519 over SHA-256 of ``PREFIX`` and the canonical JSON (keys sorted, no spaces, UTF-8), by the key that
signs the audit's blocks; the prefix keeps either from being taken for the other.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

FORMAT: Final = "keizoku-retention-certificate-1"
PREFIX: Final = b"keizoku retention certificate 1\n"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the verifier found; ``findings`` is empty exactly where everything holds."""

    content: Mapping[str, Any]
    public_key: str
    findings: tuple[str, ...]

    @property
    def holds(self) -> bool:
        return not self.findings


def canonical(content: Mapping[str, Any]) -> str:
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest(text: str) -> bytes:
    """What is signed."""
    return hashlib.sha256(PREFIX + text.encode()).digest()


def file_of(text: str, signature: str, public_key: str) -> bytes:
    """The certificate as a file: the signed text as it stands, its signature and the key to check it by."""
    return (
        json.dumps(
            {"format": FORMAT, "certificate": text, "signature": signature, "public_key": public_key},
            ensure_ascii=False,
            indent=1,
        )
        + "\n"
    ).encode()


def verify(file: bytes, expected_key: str = "") -> Verdict:
    """Check a certificate's file; ``expected_key`` is the public key that the reader has from elsewhere."""
    try:
        outer = json.loads(file)
        text, signature, key = (str(outer[name]) for name in ("certificate", "signature", "public_key"))
        content = json.loads(text)
        is_ours = outer["format"] == FORMAT and isinstance(content, dict)
    except (ValueError, KeyError, TypeError):
        is_ours = False
    if not is_ours:
        return Verdict({}, "", ("これは廃棄の証明書のファイルではありません。",))
    findings = []
    if not _is_signed(text, signature, key):
        findings.append("署名が合いません。証明書は発行のあとに変えられています。")
    if expected_key and expected_key.strip().lower() != key:
        findings.append("署名した鍵が、指定された公開鍵ではありません。")
    if canonical(content) != text:
        findings.append("書き方が証明書の決まりと違います。")
    findings += _sums(content)
    return Verdict(content, key, tuple(findings))


def plan_digest(policy_digest: str, on: str, kinds: Sequence[Mapping[str, Any]]) -> str:
    """What a plan's approval names: the policy, the day, and of each kind how many and which."""
    named = [{name: kind[name] for name in ("kind", "count", "ids_digest")} for kind in kinds]
    whole = canonical({"policy": policy_digest, "on": on, "kinds": named})
    return hashlib.sha256(whole.encode()).hexdigest()


def _is_signed(text: str, signature: str, key: str) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(bytes.fromhex(signature), digest(text))
    except (InvalidSignature, ValueError):
        return False
    return True


def _sums(content: Mapping[str, Any]) -> list[str]:
    """The whole is the sum of its kinds, and the plan's digest is that of what stands here."""
    findings = []
    kinds = content.get("kinds", [])
    if content.get("destroyed") != sum(kind.get("destroyed", 0) for kind in kinds):
        findings.append("廃棄した件数の合計が合いません。")
    plan, policy = content.get("plan", {}), content.get("policy", {})
    named = [
        {"kind": kind.get("kind"), "count": kind.get("planned"), "ids_digest": kind.get("ids_digest")}
        for kind in kinds
    ]
    if plan.get("digest") != plan_digest(str(policy.get("digest")), str(plan.get("on")), named):
        findings.append("承認された計画の要約値が、種類ごとの内容と合いません。")
    return findings
