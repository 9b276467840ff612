"""Every file that leaves the house by a person's hand, and whether it needs a second person. Pure.

Invariant: a file that the console or a command hands out has its line in ``FILES``; a test compares them with the code.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """Files with the personal data of many, which need a request."""

    WHY = "why"
    PROOFS = "proofs"
    RECIPIENTS = "recipients"


class State(StrEnum):
    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    PRODUCED = "produced"
    LAPSED = "lapsed"


TRANSITIONS: Final[dict[State, frozenset[State]]] = {
    State.ASKED: frozenset({State.APPROVED, State.REFUSED, State.WITHDRAWN, State.LAPSED}),
    State.APPROVED: frozenset({State.PRODUCED, State.WITHDRAWN, State.LAPSED}),
    State.REFUSED: frozenset(),
    State.WITHDRAWN: frozenset(),
    State.PRODUCED: frozenset(),
    State.LAPSED: frozenset(),
}
# How long a request may wait in each state that is not its end; the days are our own choice.
AGES: Final = {State.ASKED: timedelta(days=7), State.APPROVED: timedelta(days=3)}
STATE_WORDS: Final = {
    State.ASKED: "承認待ち",
    State.APPROVED: "承認済み（まだ作っていない）",
    State.REFUSED: "認めなかった",
    State.WITHDRAWN: "取り下げ",
    State.PRODUCED: "作成済み",
    State.LAPSED: "期限切れ",
}
KIND_WORDS: Final = {
    Kind.WHY: "送信の理由の一覧",
    Kind.PROOFS: "連絡の証明書のまとめ",
    Kind.RECIPIENTS: "事案で受け取った方の一覧",
}
# Who may ask for each is who may have the file.
PERMISSIONS: Final = {
    Kind.WHY: "campaigns.export",
    Kind.PROOFS: "silent.prove",
    Kind.RECIPIENTS: "incidents.export",
}
LONGEST_PURPOSE: Final = 200


@dataclass(frozen=True, slots=True)
class Watermark:
    """Whose file it is: stands in each row or page, so that a copy leads back to its request."""

    number: int
    login: str
    at: datetime

    @property
    def text(self) -> str:
        """The time is Tokyo's; the caller gives it so."""
        return f"書出{self.number} {self.login} {self.at:%Y-%m-%d %H:%M}"


class Rule(StrEnum):
    """What stands before a file."""

    REQUEST = "request"
    ONE_PERSON = "one_person"
    NO_PERSON = "no_person"
    OWN_RULE = "own_rule"


@dataclass(frozen=True, slots=True)
class File:
    """One kind of file: where it is handed out (views and commands), what rule it has, and why."""

    name: str
    places: tuple[str, ...]
    rule: Rule
    because: str


FILES: Final = (
    File(
        "送信の理由の一覧（CSV）",
        ("console-campaign-why-download", "keizoku why"),
        Rule.REQUEST,
        "顧客番号と、連絡の結果。各行に申請の番号が入る",
    ),
    File(
        "連絡の証明書のまとめ（ZIP）",
        ("console-silent-download",),
        Rule.REQUEST,
        "氏名と、連絡のすべての試み。各ページに申請の番号が入る",
    ),
    File(
        "事案で受け取った方の一覧（CSV）",
        ("console-incident-export", "keizoku incident recipients"),
        Rule.REQUEST,
        "顧客番号と、届いた手段。各行に申請の番号が入る",
    ),
    File(
        "連絡の証明書（PDF）",
        ("console-silent-proof", "keizoku silent proof"),
        Rule.ONE_PERSON,
        "1人の分だけ。番号と作成者が各ページに入り、証跡に残る",
    ),
    File(
        "本人確認の証拠（ZIP）",
        ("console-verification-export", "keizoku identity export"),
        Rule.ONE_PERSON,
        "1人の分だけ。確認記録のPDFとJSON、写真、署名。要約値が証跡に残る",
    ),
    File(
        "だれが見たかの一覧（CSV）",
        ("console-who-saw-table",),
        Rule.ONE_PERSON,
        "1人のお客さまの番号だけ。見た職員の一覧で、お客さまの値はない",
    ),
    File(
        "手紙の印刷用ファイル（PDF・JSON）",
        ("console-letter-download", "console-letter-manifest", "keizoku letters export"),
        Rule.OWN_RULE,
        "送信そのもの。キャンペーンの承認で2人目が人数を打って認めており、束の番号・受け取った人・要約値が証跡に残る。印刷面に透かしは入れない",
    ),
    File(
        "勘定系への返却ファイル（CSV・JSON）",
        (
            "console-return-download",
            "console-return-manifest",
            "keizoku return produce",
            "keizoku return reissue",
        ),
        Rule.OWN_RULE,
        "勘定系の取り決めた形式で、透かしの行を足せない。番号と要約値を控え、受け取りは1回だけ、再発行は2人で行う",
    ),
    File(
        "取り込めなかった行の一覧（CSV）",
        ("console-import-rejections",),
        Rule.NO_PERSON,
        "行の番号・項目・理由だけ。ファイルの値は入らない",
    ),
    File(
        "キャンペーンの数（CSV）",
        ("console-campaign-numbers-file",),
        Rule.NO_PERSON,
        "件数だけ",
    ),
    File(
        "質問票（紙）の見本（PDF）",
        ("keizoku paper print",),
        Rule.NO_PERSON,
        "架空の受付番号の、白紙の質問票。お客さまの値は入らない",
    ),
    File(
        "廃棄の証明書（JSON）",
        ("console-retention-certificate-file", "console-keys-certificate"),
        Rule.NO_PERSON,
        "件数と要約値だけ",
    ),
    File(
        "証跡の書き出し（JSON）",
        ("keizoku audit export",),
        Rule.NO_PERSON,
        "職員とお客さまの番号だけ。氏名や連絡先は入らない",
    ),
    File(
        "確認の古い方の一覧（JSON）",
        ("keizoku stale",),
        Rule.NO_PERSON,
        "番号と日付だけ",
    ),
    File(
        "本人確認の方法ごとのお客さまの一覧（CSV）",
        ("console-methods-resting-file",),
        Rule.NO_PERSON,
        "当システムの番号・方法・日付だけ。氏名や連絡先は入らない",
    ),
    File(
        "バックアップ",
        ("keizoku backup",),
        Rule.OWN_RULE,
        "個人情報は暗号文のまま。鍵は入らない",
    ),
)
