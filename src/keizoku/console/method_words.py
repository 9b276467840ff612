"""Methods of verification in words: rows of the table, answers, proposals; and what the audit says of them.

What the law and its sources say stays Japanese in every language, and is marked so (``lang="ja"``).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from keizoku.identity.methods.queries import ProposalRow, TableRow
from keizoku.identity.methods.resting import Ground, Resting
from keizoku.identity.methods.rules.choosing import Allowed, Reason, Refused
from keizoku.identity.methods.rules.codes import (
    CHANNEL_WORDS,
    EVIDENCE_WORDS,
    MARK_WORDS,
    REGISTRATION_WORDS,
    WHO_WORDS,
    Registration,
    Who,
)
from keizoku.identity.methods.rules.proposals import Kind, State
from keizoku.identity.methods.rules.table import Row as LawRow
from keizoku.identity.methods.rules.table import Table
from keizoku.ui.components.display import Column, Row, badge_cell
from keizoku.ui.formats import datetime_jst, number
from keizoku.ui.speaking import listed, plainly

ACTIONS: Final = {
    "identity.method.approved": "本人確認の方法についての申し出を承認した",
    "identity.method.declined": "本人確認の方法についての申し出を承認しなかった",
    "identity.method.ended": "条文の確認、または事業者の登録を終わらせた",
    "identity.method.lapsed": "本人確認の方法についての申し出が、承認されないまま終わった",
    "identity.method.proposed": "本人確認の方法について申し出た",
    "identity.method.withdrawn": "本人確認の方法についての申し出を取り下げた",
    "identity.result.refused": "事業者の本人確認の結果を、取り込まなかった",
    "identity.result.taken": "事業者の本人確認の結果を取り込んだ",
}
ROW_COLUMNS: Final = (
    Column("号"),
    Column("方法"),
    Column("期間", is_number=True),
    Column("条文の確認"),
    Column("使用"),
    Column("対象の方"),
    Column("必要な証拠"),
    Column("出典"),
)
ALLOWED_COLUMNS: Final = (Column("順"), Column("方法"), Column("号"), Column("手段"), Column("必要な証拠"))
REFUSED_COLUMNS: Final = (Column("方法"), Column("理由"), Column("根拠"))
PROPOSAL_COLUMNS: Final = (
    Column("番号"),
    Column("申し出"),
    Column("何について"),
    Column("内容"),
    Column("申し出た人"),
    Column("状態"),
)
RESTING_COLUMNS: Final = (
    Column("用途・法令"),
    Column("方法"),
    Column("お客さま", is_number=True),
    Column("いちばん古い日"),
    Column("いちばん新しい日"),
)
PEOPLE_COLUMNS: Final = (Column("No."), Column("号"), Column("確認した日"), Column("本人確認の番号"))
_BRACKETED: Final = re.compile(r"（[^（）]*）")
TONES: Final = {
    State.PROPOSED: "attention",
    State.IN_FORCE: "good",
    State.DECLINED: "neutral",
    State.WITHDRAWN: "neutral",
    State.LAPSED: "neutral",
    State.ENDED: "neutral",
}


def as_law(text: str) -> SafeString | str:
    """Words of the law or of a source: Japanese whatever the page speaks."""
    return format_html('<span lang="ja">{}</span>', text) if text else ""


def law_row(one: TableRow) -> Row:
    url = reverse("console-method-row", args=one.row.key.split("/"))
    cells = (
        letter(one.row),
        name_of(one.row.method, one.name),
        interval(one.row),
        confirmation(one),
        badge_cell("使う", "good") if one.is_on else badge_cell("使わない", "neutral"),
        whom(one.row),
        evidence(one.row),
        source(one.row, is_short=True),
    )
    return Row(cells, url=url)


def name_of(method: str, name: str) -> SafeString:
    return format_html('{} <span class="quiet">{}</span>', plainly(name), method)


def letter(row: LawRow) -> str:
    """The law's letter, and what was printed for it and never held."""
    if not row.letter:
        return plainly("号は未確認")
    if not row.published:
        return row.letter
    return plainly(f"{row.letter}（「{'・'.join(row.published)}」と書かれた資料がある）")


def interval(row: LawRow) -> str:
    return f"{row.valid_from}–{row.until or ''}"


def confirmation(one: TableRow) -> SafeString:
    if one.is_confirmed:
        return badge_cell("確認済み", "good")
    return badge_cell("承認待ち", "progress") if one.waiting else badge_cell("未確認", "attention")


def evidence(row: LawRow | None) -> str:
    """All groups, of each group one."""
    if row is None:
        return "—"
    groups = (plainly("または").join(plainly(EVIDENCE_WORDS[one]) for one in group) for group in row.evidence)
    return " + ".join(groups)


def whom(row: LawRow) -> str:
    """In a list 個人 means everybody; who is outside the register is named where a row is for him alone."""
    is_for_all = Who.RESIDENT in row.who
    return listed(
        plainly(WHO_WORDS[who]) for who in row.who if who is not Who.OUTSIDE_REGISTER or not is_for_all
    )


def source(row: LawRow, *, is_short: bool = False) -> SafeString:
    """Where a row is known from, and how well; short without what stands in brackets (revisions)."""
    title = _BRACKETED.sub("", row.source.title) if is_short else row.source.title
    return format_html(
        '<span lang="ja">{}</span> <span class="quiet">{}（{}）</span>',
        title,
        plainly(MARK_WORDS[row.source.mark]),
        row.source.mark,
    )


def allowed_rows(allowed: Sequence[Allowed]) -> list[Row]:
    return [
        Row(
            (
                place,
                name_of(one.method.id, one.method.name),
                letter(one.row) if one.row else "—",
                plainly(CHANNEL_WORDS[one.method.channel]),
                evidence(one.row),
            )
        )
        for place, one in enumerate(allowed, start=1)
    ]


def refused_rows(refused: Iterable[Refused]) -> list[Row]:
    return [
        Row((name_of(one.method.id, one.method.name), _lines(one.reasons), _sources(one.reasons)))
        for one in refused
    ]


def _lines(reasons: Iterable[Reason]) -> str:
    return " ".join(plainly(reason.words) for reason in reasons)


def _sources(reasons: Iterable[Reason]) -> SafeString | str:
    return as_law("、".join(dict.fromkeys(reason.source for reason in reasons if reason.source)))


def proposal_row(one: ProposalRow, names: Mapping[str, str], known: Table) -> Row:
    cells = (
        one.id,
        plainly(one.kind_words),
        subject(one, known),
        content(one),
        names.get(one.made_by, ""),
        badge_cell(one.state_words, TONES[one.state]),
    )
    return Row(cells, url=reverse("console-method-proposal", args=[one.id]))


def subject(one: ProposalRow, known: Table) -> str:
    """What it is about, in words; a row or a method that the table knows no more stays as it was named."""
    if one.kind is Kind.REGISTRATION:
        return plainly(REGISTRATION_WORDS[Registration(one.subject)])
    if one.kind is Kind.PROVIDER:
        return str(one.content["name"])
    scope, method, *_ = one.subject.split("/")
    words = {**known.scopes, **{each.id: each.name for each in known.methods}}
    return f"{plainly(words.get(scope, scope))} / {plainly(words.get(method, method))}"


def content(one: ProposalRow) -> str:
    """What is asked for, short; its page shows it whole."""
    if one.kind is Kind.CONFIRM:
        return plainly(f"号「{one.content['letter']}」を、{one.content['read_on']}に読んだ")
    if one.kind is Kind.SWITCH:
        return plainly("使う" if one.content["is_on"] else "使わない")
    if one.kind is Kind.REGISTRATION:
        return plainly("登録がある" if one.content["is_held"] else "登録がなくなった")
    return listed(one.content["methods"])


def facts(one: ProposalRow, names: Mapping[str, str], known: Table) -> list[tuple[str, object]]:
    """A proposal whole, for whoever decides."""
    said: dict[Kind, list[tuple[str, object]]] = {
        Kind.CONFIRM: [
            ("号", one.content.get("letter", "")),
            ("どこで読んだか", one.content.get("where", "")),
            ("読んだ日", one.content.get("read_on", "")),
        ],
        Kind.SWITCH: [("理由", one.content.get("reason", ""))],
        Kind.REGISTRATION: [("番号や日付", one.content.get("reference", ""))],
        Kind.PROVIDER: [
            ("発行者（iss）", one.content.get("issuer", "")),
            ("宛先（aud）", one.content.get("audience", "")),
            ("方法", listed(one.content.get("methods", []))),
            ("結果の古さの限度", plainly(f"{one.content.get('longest_age_hours', 0)}時間")),
            ("契約", one.content.get("contract", "")),
            (
                "公開鍵",
                " ".join(f"{key}={value}" for key, value in sorted(one.content.get("key", {}).items())),
            ),
        ],
    }
    return [
        ("申し出", plainly(one.kind_words)),
        ("何について", subject(one, known)),
        ("内容", content(one)),
        *said[one.kind],
        ("状態", badge_cell(one.state_words, TONES[one.state])),
        ("申し出た人", names.get(one.made_by, "")),
        ("申し出た日時", datetime_jst(one.made_at)),
        ("決めた人", names.get(one.decided_by, "—")),
        ("終わらせた人", names.get(one.ended_by, "—")),
        ("要約値", one.digest[:16]),
    ]


def ground(one: Ground, known: Table) -> str:
    """On what a verification rests: use or statute, and method."""
    names = {each.id: each.name for each in known.methods}
    by = names.get(one.method, one.method) or "方法を定めない撮影"
    return f"{plainly(known.scopes.get(one.statute or one.legal_use.value, one.statute))} / {plainly(by)}"


def resting_row(one: Resting, known: Table, *, url: str) -> Row:
    use, _, method = ground(one.ground, known).partition(" / ")
    return Row((use, method, number(one.count), one.first_on.isoformat(), one.last_on.isoformat()), url=url)
