"""The evidence of one verification for an auditor: a ZIP of the record as PDF and JSON, the pictures as they came, signed.

``manifest.json`` names every file with its SHA-256; ``manifest.sig`` is an Ed25519 signature over the manifest's digest, by
the key that signs the audit's blocks, whose public half stands in the manifest and in the audit. Only the verification's own
people read it: the reading leaves a grant, the export an entry with the digest.
"""

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from keizoku.accounts.access import authorise
from keizoku.accounts.models import Staff
from keizoku.audit import actions as audit
from keizoku.audit import key_chain, signing
from keizoku.identity import evidence, recording
from keizoku.identity.errors import RecordMissing
from keizoku.identity.evidence import subject_of
from keizoku.identity.models import Shot, Verification
from keizoku.identity.rules.checks import check_words, reason_of_check
from keizoku.identity.rules.outcomes import OUTCOME_WORDS, Outcome
from keizoku.identity.rules.purposes import LEGAL_USE_WORDS, PURPOSE_WORDS, LegalUse, Purpose
from keizoku.identity.rules.record import FIELD_WORDS, canonical
from keizoku.identity.rules.steps import KIND_WORDS, STEP_WORDS, Kind, StepName
from keizoku.kernel.clock import TOKYO
from keizoku.kernel.documents.setting import to_pdf

TEMPLATE: Final = "identity/record.typ"
MANIFEST, SIGNATURE, RECORD, PDF = "manifest.json", "manifest.sig", "record.json", "record.pdf"
_ENDINGS: Final = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "image/heic": "heic"}
_LEAD: Final = (
    "本人確認の記録（確認記録）と、その根拠にした点検・写真を示します。"
    "写真は届いたままのファイルで、この書面と同じZIPに入っています。"
)
_VERIFY: Final = (
    "ZIPの中の manifest.json に、すべてのファイルのSHA-256があります。manifest.sig は、その manifest.json のSHA-256への"
    "署名（Ed25519）です。公開鍵は証跡のブロックの署名と同じで、manifest.json と証跡に書いてあります。\n\n"
    "「keizoku identity verify ファイル名」で、署名とすべてのSHA-256を確かめられます。"
)


@dataclass(frozen=True, slots=True)
class Exported:
    """The ZIP and its digest, which the audit keeps."""

    content: bytes
    sha256: str


class NotAuthentic(ValueError):
    """The file is no export of ours, or something in it was altered; the message names what."""


@transaction.atomic
def export(verification_id: int, staff: Staff) -> Exported:
    """The evidence of one verification that has a record.

    Raises:
        NotPermitted: the actor may not.
        RecordMissing: it has no record.
    """
    authorise(staff.actor, "identity.export")
    row = Verification.objects.get(id=verification_id)
    grant = audit.grant_read(actor=staff.actor, purpose="identity.export", subjects=[subject_of(row)])
    records = [content for _, content in recording.records_of(row, grant)]
    if not records:
        raise RecordMissing
    made_at = timezone.now()
    shots = Shot.objects.filter(verification=row, is_accepted=True).order_by("id")
    parts = {
        RECORD: canonical({"records": records}).encode(),
        PDF: to_pdf(TEMPLATE, _inputs(row, records, made_at, staff), made_at=made_at),
        **{_name(shot): evidence.opened(shot, grant) for shot in shots},  # some dozens
    }
    content = _zipped(parts, row, made_at)
    sha256 = hashlib.sha256(content).hexdigest()
    audit.record(
        actor=staff.actor,
        action="identity.evidence.exported",
        subject=("verification", row.id),
        details={"sha256": sha256, "files": len(parts)},
    )
    return Exported(content, sha256)


def verify(content: bytes) -> tuple[str, int]:
    """Hold an export to its manifest: the public key that signed it and how many files it names.

    Raises:
        NotAuthentic: what is wrong.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            manifest, signature = archive.read(MANIFEST), archive.read(SIGNATURE)
            told: dict[str, Any] = json.loads(manifest)
            key, files = str(told["public_key"]), dict(told["files"])
            if not signing.is_signed_by(key, hashlib.sha256(manifest).digest(), signature):
                raise NotAuthentic("the manifest's signature does not hold")
            for name, sha256 in files.items():
                if hashlib.sha256(archive.read(name)).hexdigest() != sha256:
                    raise NotAuthentic(f"{name} is not the file that was signed")
            if extra := set(archive.namelist()) - {*files, MANIFEST, SIGNATURE}:
                raise NotAuthentic(f"{min(extra)} is not in the manifest")
    except (zipfile.BadZipFile, KeyError, ValueError) as fault:
        if isinstance(fault, NotAuthentic):
            raise
        raise NotAuthentic("this is no export of a verification") from None
    return key, len(files)


def _zipped(parts: Mapping[str, bytes], row: Verification, made_at: datetime) -> bytes:
    key = key_chain.current()
    manifest = canonical(
        {
            "format": "keizoku.identity.evidence/1",
            "verification": row.id,
            "made_at": made_at.isoformat(),
            "public_key": key,
            "files": {name: hashlib.sha256(part).hexdigest() for name, part in parts.items()},
        }
    ).encode()
    signature = signing.sign(hashlib.sha256(manifest).digest(), key)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
        for name, part in {MANIFEST: manifest, SIGNATURE: signature, **parts}.items():
            archive.writestr(zipfile.ZipInfo(name, made_at.astimezone(TOKYO).timetuple()[:6]), part)
    return made.getvalue()


def _name(shot: Shot) -> str:
    pose = f"-{shot.pose}" if shot.pose else ""
    return f"evidence/{shot.id:08d}-{shot.step}{pose}.{_ENDINGS.get(shot.content_type, 'bin')}"


def _inputs(
    row: Verification, records: list[dict[str, Any]], made_at: datetime, staff: Staff
) -> dict[str, Any]:
    record, additions = records[0], records[1:]
    said: dict[str, str] = record["document"]
    return {
        "title": f"確認記録 {row.id}",
        "institution": settings.INSTITUTION,
        "issued": _moment(made_at),
        "issuer": staff.display_name,
        "lead": _LEAD,
        "verify": _VERIFY,
        "verification": [
            [
                "対象",
                f"お客さま No. {row.customer_id}" if row.customer_id else f"申込者（本人確認 {row.id}）",
            ],
            ["目的", PURPOSE_WORDS[Purpose(record["purpose"])]],
            ["法的な用途", LEGAL_USE_WORDS[LegalUse(record["legal_use"])]],
            ["法令と方法", _method(record)],
            ["依頼した日時", _moment(datetime.fromisoformat(record["moments"]["asked"]))],
            ["判断した日時", _moment(datetime.fromisoformat(record["moments"]["decided"]))],
            ["本人確認を行った者", "、".join(record["verified_by"])],
            ["記録を作成した者", record["record_made_by"]],
        ],
        "person": [[FIELD_WORDS[name], value] for name, value in record["person"].items()],
        "document": [
            ["種類", KIND_WORDS[Kind(said["kind"])]],
            *([FIELD_WORDS[name], value] for name, value in said.items() if name != "kind"),
        ],
        "checks": [_check(check) for check in record["checks"]],
        "pictures": [
            [STEP_WORDS[StepName(one["step"])], _moment(datetime.fromisoformat(one["at"])), one["sha256"]]
            for one in record["moments"]["pictures_received"]
        ],
        "additions": [[str(one["number"]), one["added_on"], one["words"]] for one in additions],
    }


def _method(record: Mapping[str, Any]) -> str:
    if not record["statute"]:
        return "法令に基づく本人確認（取引時確認）ではありません。"
    return f"{record['statute']}　{record['letter']}　{record['method']}"


def _check(check: Mapping[str, Any]) -> list[str]:
    return [
        check_words(check["name"]),
        OUTCOME_WORDS[Outcome(check["outcome"])],
        reason_of_check(check["reason"]),
        _number(check["score"]),
        _number(check["threshold"]),
        f"{check['model']} {check['model_version']}".strip(),
    ]


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.3g}"


def _moment(at: datetime) -> str:
    return f"{at.astimezone(TOKYO):%Y-%m-%d %H:%M:%S}"
