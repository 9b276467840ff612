"""The reviews' named refusals. Codes are stable; the portal chooses its page by class, the console shows the words."""

from datetime import datetime

from keizoku.kernel.clock import TOKYO
from keizoku.kernel.errors import Refusal


class CodeMalformed(Refusal):
    """A typing slip: the check digit does not fit, so nothing was looked up and nothing is counted."""

    code = "reviews.code_malformed"

    def __init__(self) -> None:
        super().__init__(
            "受付番号の数字がどこか違うようです。",
            remedy="お知らせの11けたの数字を、もう一度入力してください（例: 12345-67890-1）。",
        )


class CodeUnknown(Refusal):
    code = "reviews.code_unknown"

    def __init__(self) -> None:
        super().__init__(
            "この受付番号は見つかりません。",
            remedy="お知らせの番号をもう一度お確かめください。番号が同じなら、お電話か窓口でおたずねください。",
        )


class TooManyGuesses(Refusal):
    code = "reviews.too_many_guesses"

    def __init__(self) -> None:
        super().__init__(
            "違う受付番号が続いたため、しばらく受け付けを止めています。",
            remedy="10分ほどおいてから、もう一度入力してください。",
        )


class LinkUnknown(Refusal):
    code = "reviews.link_unknown"

    def __init__(self) -> None:
        super().__init__("このリンクは使えません。", remedy="お知らせの受付番号を入力してください。")


class CodeReplaced(Refusal):
    """What a visit was begun with opens nothing any more; what was answered stays."""

    code = "reviews.code_replaced"

    def __init__(self) -> None:
        super().__init__("受付番号が新しくなりました。", remedy="新しい受付番号を入力してください。")


class ReviewExpired(Refusal):
    code = "reviews.expired"

    def __init__(self) -> None:
        super().__init__("回答の期限を過ぎています。", remedy="お電話か窓口でおたずねください。")


class ReviewClosed(Refusal):
    """Nothing is awaited from the customer; ``answered_at`` is None when the review ended without an answer."""

    code = "reviews.closed"

    def __init__(self, answered_at: datetime | None) -> None:
        super().__init__("この確認は終わっています。", remedy="していただくことはありません。")
        self.answered_at = answered_at


class IdentityMismatch(Refusal):
    code = "reviews.identity_mismatch"

    def __init__(self, left: int) -> None:
        super().__init__(
            "生年月日か口座番号が、ご登録と合いません。",
            remedy=f"もう一度お確かめください。あと{left}回入力できます。",
        )


class IdentificationLocked(Refusal):
    code = "reviews.identification_locked"

    def __init__(self, until: datetime) -> None:
        super().__init__(
            "ご登録と合わない入力が続いたため、しばらく受け付けを止めています。",
            remedy="30分ほどおいてから、もう一度入力してください。",
        )
        self.until = until


class CodeNotOffered(Refusal):
    """Another contact point is not there, or is one of those under change."""

    code = "reviews.code_not_offered"

    def __init__(self) -> None:
        super().__init__(
            "この連絡先に確認番号は送れません。", remedy="番号を使わずに進むと、担当者が確認します。"
        )


class CodeTooSoon(Refusal):
    code = "reviews.code_too_soon"

    def __init__(self) -> None:
        super().__init__("確認番号は、いまお送りしたところです。", remedy="届くまで1分ほどお待ちください。")


class CodeWrong(Refusal):
    """Wrong, too old, used already or tried too often: nobody is told which."""

    code = "reviews.code_wrong"

    def __init__(self) -> None:
        super().__init__(
            "確認番号が合いません。",
            remedy="最後に届いた6けたの数字を入力するか、もう一度お受け取りください。",
        )


class AnswerIncomplete(Refusal):
    code = "reviews.answer_incomplete"

    def __init__(self) -> None:
        super().__init__("まだお答えいただいていない質問があります。", remedy="残りの質問にお答えください。")


class NotPermitted(Refusal):
    code = "reviews.not_permitted"

    def __init__(self) -> None:
        super().__init__("審査の権限がありません。", remedy="審査担当の方に依頼してください。")


class OwnAnswer(Refusal):
    """Four eyes: who wrote the answer down on the phone, or keyed it from paper, does not decide on it."""

    code = "reviews.own_answer"

    def __init__(self) -> None:
        super().__init__(
            "ご自身が電話や紙から書き取った回答は審査できません。",
            remedy="別の審査担当の方に依頼してください。",
        )


class StateChanged(Refusal):
    code = "reviews.state_changed"

    def __init__(self) -> None:
        super().__init__("この審査は、ほかの操作で状態が変わりました。", remedy="画面を開き直してください。")


class HeldByAnother(Refusal):
    code = "reviews.held_by_another"

    def __init__(self) -> None:
        super().__init__(
            "この案件は、ほかの担当者が持っています。",
            remedy="別の案件を取ってください。担当を替えるときは、承認者かコンプライアンス担当に依頼してください。",
        )


class AssigneeUnfit(Refusal):
    code = "reviews.assignee_unfit"

    def __init__(self) -> None:
        super().__init__(
            "この方には、この案件を割り当てられません。",
            remedy="審査の権限があり、この回答を聞き取っていない方を選んでください。一度に割り当てられるのは300件までです。",
        )


class SnoozeRefused(Refusal):
    code = "reviews.snooze_refused"

    def __init__(self, latest: datetime) -> None:
        day = latest.astimezone(TOKYO)
        super().__init__(
            "その日時までは後回しにできません。",
            remedy=f"いまより後で、{day:%Y-%m-%d %H:%M}までの日時にしてください。長く待っている案件は後回しにできません。",
        )


class FilterRefused(Refusal):
    code = "reviews.filter_refused"

    def __init__(self, longest: int, most: int) -> None:
        super().__init__(
            "この条件は保存できません。",
            remedy=f"名前は1文字から{longest}文字までで付けてください。保存できるのは1人{most}件までです。",
        )


class DaysRefused(Refusal):
    code = "reviews.days_refused"

    def __init__(self, least: int, most: int) -> None:
        super().__init__(
            "この期限は使えません。", remedy=f"{least}から{most}までの営業日数を入力してください。"
        )


class OpenAlready(Refusal):
    code = "reviews.open_already"

    def __init__(self) -> None:
        super().__init__(
            "このお客さまの新しい確認は開けません。",
            remedy="終わっていない確認があるか、取引が終わっています。お客さまのページを確かめてください。",
        )


class IdentityPending(Refusal):
    """The customer's class is asked for identity, and that is not over."""

    code = "reviews.identity_pending"

    def __init__(self) -> None:
        super().__init__(
            "このお客さまの本人確認がまだ終わっていないため、承認できません。",
            remedy="本人確認の判断を待つか、本人確認を取り下げてから承認してください。",
        )


class ReasonUnknown(Refusal):
    code = "reviews.reason_unknown"

    def __init__(self) -> None:
        super().__init__("この決定に使えない理由です。", remedy="一覧から理由を選び直してください。")


class QuestionsMissing(Refusal):
    """Asking again names the questions: the customer answers these and no others."""

    code = "reviews.questions_missing"

    def __init__(self) -> None:
        super().__init__(
            "もう一度おたずねする質問が選ばれていません。",
            remedy="お客さまに答え直していただく質問を、1つ以上選んでください。",
        )


class NoteRefused(Refusal):
    code = "reviews.note_refused"

    def __init__(self, longest: int) -> None:
        super().__init__(
            "このメモは保存できません。",
            remedy=f"{longest}文字までで、マイナンバー（個人番号）を含めずに入力してください。",
        )
