"""Proofs that an examiner keeps: a PDF of every attempt to reach one silent customer, and of what people decided.

Made from rows alone; contact points are masked, notes are left out. Reading needs a grant, each proof leaves its digest here
and in the audit, and names entries and blocks by which ``keizoku audit verify`` checks that nothing was altered.
"""

import hashlib
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from keizoku.accounts import queries as accounts
from keizoku.accounts.access import authorise
from keizoku.audit import actions as audit
from keizoku.audit import queries as trail
from keizoku.audit.queries import Criteria
from keizoku.audit.rules import EntryRow
from keizoku.campaigns.models import Campaign
from keizoku.campaigns.silent import queries
from keizoku.campaigns.silent.errors import CaseRefused
from keizoku.campaigns.silent.models import SilentCase, SilentProof
from keizoku.campaigns.silent.queries import CaseRow, EventRow
from keizoku.campaigns.why import lines
from keizoku.campaigns.why import rules as why_rules
from keizoku.campaigns.why.models import Export
from keizoku.campaigns.why.rules import carrier_words
from keizoku.customers import queries as customers
from keizoku.delivery import evidence
from keizoku.delivery import queries as messages
from keizoku.delivery.addressing import words_for
from keizoku.delivery.evidence import Happening, Sent
from keizoku.delivery.rules import RESULT_WORDS
from keizoku.kernel import files
from keizoku.kernel.actor import Actor
from keizoku.kernel.clock import TOKYO, business_now
from keizoku.kernel.crypto.grant import ReadGrant
from keizoku.kernel.documents.glyphs import missing
from keizoku.kernel.documents.setting import to_pdf
from keizoku.kernel.files import Stored
from keizoku.kernel.text.phone import read_phone
from keizoku.reviews import queries as reviews
from keizoku.reviews.rules.masking import masked_phone

TEMPLATE: Final = "campaigns/silent/proof.typ"
_CAMPAIGN_ACTIONS: Final = (
    "campaigns.approval.requested",
    "campaigns.campaign.approved",
    "campaigns.campaign.launched",
    "campaigns.first_wave.confirmed",
    "campaigns.campaign.finished",
    "campaigns.campaign.stopped",
)
_LATEST: Final = 200
LEAD: Final = (
    "お客さま情報の確認をお願いした連絡と、その結果、回答がないことへの対応を、記録のとおりに示します。"
    "連絡先は一部を伏せています。職員のメモは含みません。"
)
VERIFY: Final = (
    "下の記録の番号は、証跡（追記しかできない監査の記録）の番号です。証跡はブロックごとに要約値と署名でつながり、"
    "要約値は外の保管場所にも控えられます。証跡を書き出し、検証の命令（keizoku audit verify）で確かめると、"
    "番号の記録がブロックに含まれ、書き換えられていないことが分かります。ブロックが空の記録は、まだ封印されていません。\n\n"
    "この証明書そのものの要約値（SHA-256）は、発行したときに証跡に残しました。"
)


@dataclass(frozen=True, slots=True)
class Issued:
    """A proof: the file, its number and its digest, which the audit keeps."""

    number: str
    content: bytes
    sha256: str


@transaction.atomic
def issue(case_id: int, *, actor: Actor, watermark: str = "") -> Issued:
    """Make and record the proof of one case; one of many carries its request's ``watermark`` on each page.

    Raises:
        NotPermitted: the actor may not.
        SilentCase.DoesNotExist: no such case.
    """
    authorise(actor, "silent.prove")
    case = queries.case(case_id)
    grant = audit.grant_read(actor=actor, purpose="silent.proof", subjects=[case.customer_id])
    issued_at = timezone.now()
    number = f"KZ-S{case.id:08d}-{SilentProof.objects.filter(case_id=case.id).count() + 1:02d}"
    told = _inputs(case, number, issued_at, actor, grant) | {"watermark": watermark}
    content = to_pdf(TEMPLATE, told, made_at=issued_at)
    sha256 = hashlib.sha256(content).hexdigest()
    newest = trail.blocks(limit=1)
    SilentProof.objects.create(
        case_id=case.id,
        sha256=sha256,
        issued_by=str(actor),
        issued_at=issued_at,
        block=newest[0].number if newest else None,
    )
    audit.record(
        actor=actor,
        action="campaigns.silent.proof_issued",
        subject=("silent_case", case.id),
        details={"sha256": sha256, "campaign": case.campaign_id},
    )
    return Issued(number, content, sha256)


def write_proofs(export: Export, report: Callable[[int, dict[str, int]], None]) -> Stored:
    """A ZIP of the proofs of a campaign's cases, in the order of the cases; the next file begins after its last one."""
    cases = SilentCase.objects.filter(campaign_id=export.campaign_id, id__gt=export.after_case).order_by("id")
    ids = list(cases.values_list("id", flat=True)[: why_rules.MOST_PROOFS_IN_A_FILE])
    if not ids:
        raise CaseRefused("証明書を作る記録がありません。")
    Export.objects.filter(id=export.id).update(customers=len(ids))
    kind, _, number = export.asked_by.partition(":")
    actor = Actor.staff(int(number)) if kind == "staff" else Actor.system(number)
    return files.store(_zipped(ids, actor, export.watermark, report))


class _Pieces:
    """What a ZIP writes, handed on as it comes: nothing is kept but the piece on its way."""

    def __init__(self) -> None:
        self.waiting = bytearray()

    def write(self, piece: bytes) -> int:
        self.waiting += piece
        return len(piece)

    def flush(self) -> None:
        """A ZIP asks for it; there is nothing behind."""

    def taken(self) -> bytes:
        piece = bytes(self.waiting)
        self.waiting.clear()
        return piece


def _zipped(
    ids: list[int], actor: Actor, watermark: str, report: Callable[[int, dict[str, int]], None]
) -> Iterator[bytes]:
    pieces = _Pieces()
    with zipfile.ZipFile(pieces, "w", zipfile.ZIP_STORED) as archive:  # type: ignore[call-overload]  # no seeking
        for done, case_id in enumerate(ids, start=1):
            made = issue(case_id, actor=actor, watermark=watermark)
            archive.writestr(f"{made.number}.pdf", made.content)
            yield pieces.taken()
            report(done, {"last_case": case_id})
    yield pieces.taken()


def _inputs(
    case: CaseRow, number: str, issued_at: datetime, actor: Actor, grant: ReadGrant
) -> dict[str, Any]:
    campaign = Campaign.objects.get(id=case.campaign_id)
    sent = evidence.of_customer(case.campaign_id, case.customer_id)
    entries = _entries(case)
    blocks = trail.sealed_in(entry.id for entry in entries)
    heads = {block.number: block for block in [*blocks.values(), *trail.blocks(limit=1)]}
    events = queries.events_of(case.id)
    names = _names(campaign, entries, events, actor) | {f"customer:{case.customer_id}": "お客さま"}
    told = {
        "title": "連絡の証明書",
        "number": number,
        "institution": settings.INSTITUTION,
        "issued": _moment(issued_at),
        "issuer": names.get(str(actor), "システム"),
        "lead": LEAD,
        "verify": VERIFY,
        "customer": _customer(case, grant),
        "campaign": _campaign(campaign, names),
        "lines": [
            [str(line.step) if line.step else "—", line.words, _moment(line.at)]
            for line in lines.of_customers([case.campaign_id], [case.customer_id], business_now())
        ],
        "attempts": [row for each in sent for row in _attempts(each)],
        "messages": [_message(each) for each in sent],
        "decisions": [[_moment(event.at), event.words, names.get(event.by, event.by)] for event in events],
        "entries": [
            [
                str(entry.id),
                _moment(entry.at),
                entry.action,
                str(blocks[entry.id].number) if entry.id in blocks else "",
            ]
            for entry in entries
        ],
        "heads": [
            [str(block.number), block.digest, _moment(block.sealed_at)] for _, block in sorted(heads.items())
        ],
    }
    drawable: dict[str, Any] = _drawable(told)
    return drawable


def _customer(case: CaseRow, grant: ReadGrant) -> list[list[str]]:
    record = customers.record(case.customer_id, grant, ("number", "phone", "email"))
    phone, email = record.values["phone"], record.values["email"]
    read = read_phone(phone) if phone else None
    review = reviews.by_id(case.review_id)
    return [
        ["顧客番号", record.values["number"] or ""],
        ["電話番号（いまの登録）", masked_phone(read.e164) if read else "登録なし"],
        ["メール（いまの登録）", _masked_email(email) if email else "登録なし"],
        ["受付番号", review.code if review else "—"],
        ["回答の期限", review.closes_on.isoformat() if review else "—"],
        ["回答", "ありました" if review and review.answered_at else "ありません"],
        ["連絡の到達", case.reach_words],
        ["未回答として記録した日", f"{case.opened_on.isoformat()}（{case.opened_words}）"],
        ["いまの状態", case.state_words],
    ]


def _campaign(campaign: Campaign, names: dict[str, str]) -> list[list[str]]:
    return [
        ["名前", f"{campaign.name}（番号 {campaign.id}）"],
        ["送信の対象", f"{campaign.audience_count or 0:,}人"],
        ["対象の要約値", campaign.audience_digest],
        ["申請", f"{_moment(campaign.requested_at)}　{names.get(f'staff:{campaign.requested_by}', '')}"],
        ["承認", f"{_moment(campaign.approved_at)}　{names.get(f'staff:{campaign.approved_by}', '')}"],
        ["承認した内容の要約値", campaign.approval_digest],
        ["開始（業務日時）", _moment(campaign.launched_at)],
    ]


def _attempts(sent: Sent) -> Iterator[list[str]]:
    for each in sent.happenings:
        at = _moment(each.at)
        if each.business_at is not None:
            at = f"{at}\n業務日時 {_moment(each.business_at)}"
        reference = each.reference if each.kind != "attempt" else f"{sent.tag}\n{each.reference}"
        yield [str(sent.step), at, sent.channel_words, _happened(each), reference]


def _happened(each: Happening) -> str:
    if each.kind == "attempt":
        return f"{each.number}回目の送信を始めた"
    words = RESULT_WORDS.get(each.result, each.result)
    if each.kind == "receipt":
        return f"送信先からの通知：{words}"
    return f"{words}（{carrier_words(each.code)}）" if each.code else words


def _message(sent: Sent) -> dict[str, str]:
    """The approved version by its digest, and its words as this customer got them."""
    words, filled = messages.words(sent.message_id), words_for(sent.message_id, sent.deadline)
    return {
        "step": str(sent.step),
        "channel": sent.channel_words,
        "id": str(words.id),
        "digest": words.digest,
        "subject": filled.subject,
        "body": filled.body_with(sent.reference),
        "button": words.button_label,
        "enclosed": "質問票（紙）と返信用封筒" if words.has_form else "",
    }


def _entries(case: CaseRow) -> list[EntryRow]:
    """What the audit holds about the approval of this campaign, this review and this case."""
    asked = [
        # Each by itself: a campaign has an entry for every wave, behind which its approval would be out of sight.
        *(Criteria(subject=("campaign", case.campaign_id), action=action) for action in _CAMPAIGN_ACTIONS),
        Criteria(subject=("review", case.review_id)),
        Criteria(subject=("silent_case", case.id)),
    ]
    found = [entry for criteria in asked for entry in trail.search(criteria, limit=_LATEST).rows]
    return sorted(found, key=lambda entry: entry.id)


def _names(
    campaign: Campaign, entries: list[EntryRow], events: list[EventRow], actor: Actor
) -> dict[str, str]:
    """Actor ("staff:3") → name, of everybody whom the proof names but the customer."""
    ids = {
        int(number) for kind, _, number in (event.by.partition(":") for event in events) if kind == "staff"
    }
    ids |= {one for one in (campaign.requested_by, campaign.approved_by) if one is not None}
    ids |= {int(entry.actor_id) for entry in entries if entry.actor_kind == "staff"}
    ids |= {int(actor.id)} if actor.kind == "staff" else set()
    named = {f"staff:{one}": words for one, words in accounts.display_names(ids).items()}
    return named | {"system:silent": "システム"}


def _masked_email(address: str) -> str:
    local, _, domain = address.partition("@")
    return f"{local[:1]}●●●@{domain}"


def _moment(at: datetime | None) -> str:
    return at.astimezone(TOKYO).strftime("%Y-%m-%d %H:%M:%S") if at else "—"


def _drawable(told: Any) -> Any:
    """Nothing in a proof is a box: a character that no font here has is written by its number."""
    if isinstance(told, str):
        lacking = missing(told)
        for character in lacking:
            told = told.replace(character, f"[U+{ord(character):04X}]")
        return told
    if isinstance(told, list):
        return [_drawable(one) for one in told]
    if isinstance(told, dict):
        return {name: _drawable(one) for name, one in told.items()}
    return told
