"""Named refusals of verifications. Codes are stable; the portal shows the words, the page's script reads the codes."""

from keizoku.kernel.errors import Refusal

_AGAIN = "最初の画面に戻って、もう一度お進みください。撮影できた写真は残っています。"


class VerificationRefused(Refusal):
    """What was asked for is no verification."""

    code = "identity.verification_refused"


class VerificationOver(Refusal):
    """Nothing is awaited from the customer (any more)."""

    code = "identity.verification_over"

    def __init__(self) -> None:
        super().__init__(
            "この本人確認では、いま撮影していただくものはありません。",
            remedy="していただくことはありません。",
        )


class SessionUnknown(Refusal):
    code = "identity.session_unknown"

    def __init__(self) -> None:
        super().__init__(
            "この撮影の画面は使えません。", remedy="お知らせの受付番号から、もう一度お進みください。"
        )


class SessionOver(Refusal):
    """Too old, or taken over by another device."""

    code = "identity.session_over"

    def __init__(self) -> None:
        super().__init__("この撮影の画面は終わっています。", remedy=_AGAIN)


class KindNotChosen(Refusal):
    code = "identity.kind_not_chosen"

    def __init__(self) -> None:
        super().__init__("書類の種類が選ばれていません。", remedy="お持ちの書類を選んでください。")


class KindFixed(Refusal):
    """Shots of one kind are there: another kind would mix two documents."""

    code = "identity.kind_fixed"

    def __init__(self) -> None:
        super().__init__(
            "撮影を始めたあとは、書類の種類を変えられません。",
            remedy="最初に選んだ書類で続けるか、窓口・お電話でおたずねください。",
        )


class ChallengeUnknown(Refusal):
    """Of another session, used up, or replaced by a later one."""

    code = "identity.challenge_unknown"

    def __init__(self) -> None:
        super().__init__("この撮影は受け付けられません。", remedy=_AGAIN)


class ChallengeExpired(Refusal):
    code = "identity.challenge_expired"

    def __init__(self) -> None:
        super().__init__(
            "撮影の時間が過ぎました。", remedy="もう一度、撮影を始めてください。急がなくて大丈夫です。"
        )


class StepOutOfOrder(Refusal):
    code = "identity.step_out_of_order"

    def __init__(self) -> None:
        super().__init__("いま撮影するものと違います。", remedy=_AGAIN)


class ShotUntimely(Refusal):
    """The time that the page names cannot be right."""

    code = "identity.shot_untimely"

    def __init__(self) -> None:
        super().__init__("撮影の時刻が合いません。", remedy=_AGAIN)


class ShotTooLarge(Refusal):
    code = "identity.shot_too_large"

    def __init__(self) -> None:
        super().__init__("写真が大きすぎます。", remedy="15MBまでの写真にしてください。")


class TooManyTries(Refusal):
    code = "identity.too_many_tries"

    def __init__(self) -> None:
        super().__init__(
            "撮影がうまくいかないようです。",
            remedy="お電話か窓口でおたずねください。ほかの方法で確認できます。",
        )


class SkipRefused(Refusal):
    code = "identity.skip_refused"

    def __init__(self) -> None:
        super().__init__(
            "この撮影は省けません。", remedy="書類をお持ちでないときは、お電話か窓口でおたずねください。"
        )


class NotComplete(Refusal):
    code = "identity.not_complete"

    def __init__(self) -> None:
        super().__init__("まだ撮影していないものがあります。", remedy="残りの撮影をしてください。")


class JudgeMissing(Refusal):
    code = "identity.judge_missing"

    def __init__(self) -> None:
        super().__init__(
            "いまは写真を受け付けられません。", remedy="しばらくしてから、もう一度お試しください。"
        )


class RedirectRefused(Refusal):
    """The hosted page may not lead back there."""

    code = "identity.redirect_refused"

    def __init__(self) -> None:
        super().__init__(
            "もどり先のアドレスが、許可された一覧にないか、stateが長すぎます。",
            remedy="KEIZOKU_IDENTITY_REDIRECTSにあるアドレスと、200文字までのstateを指定してください。",
        )


class NotWaiting(Refusal):
    """Decided, withdrawn or asked again meanwhile."""

    code = "identity.not_waiting"

    def __init__(self) -> None:
        super().__init__(
            "この本人確認は、いまは判断待ちではありません。", remedy="画面を開き直してください。"
        )


class HeldByAnother(Refusal):
    """Somebody else has the case open at the desk."""

    code = "identity.held_by_another"

    def __init__(self) -> None:
        super().__init__(
            "ほかの担当者がこの本人確認を開いています。",
            remedy="30分で戻ります。別の案件を取るか、その担当者にたずねてください。",
        )


class ReasonUnknown(Refusal):
    code = "identity.reason_unknown"

    def __init__(self) -> None:
        super().__init__("この判断に使えない理由です。", remedy="一覧から理由を選び直してください。")


class ShotsMissing(Refusal):
    """Asking again names the shots: the customer makes these and no others."""

    code = "identity.shots_missing"

    def __init__(self) -> None:
        super().__init__(
            "撮り直す写真が選ばれていないか、この書類にないものが選ばれています。",
            remedy="お客さまに撮り直していただく写真を、1つ以上選んでください。",
        )


class OwnVerification(Refusal):
    """Four eyes: who asked for it, or took the pictures, does not decide it; nor does one person decide twice."""

    code = "identity.own_verification"

    def __init__(self) -> None:
        super().__init__(
            "ご自身が依頼・撮影・判断した本人確認は、ご自身では決められません。",
            remedy="別の審査担当の方に依頼してください。",
        )


class NothingToAgree(Refusal):
    code = "identity.nothing_to_agree"

    def __init__(self) -> None:
        super().__init__("2人目を待つ判断がありません。", remedy="画面を開き直してください。")


class NoteRefused(Refusal):
    code = "identity.note_refused"

    def __init__(self, longest: int) -> None:
        super().__init__(
            "このメモは保存できません。",
            remedy=f"{longest}文字までで、マイナンバー（個人番号）を含めずに入力してください。",
        )


class LabelRefused(Refusal):
    """Not decided yet, labelled already, or by whoever decided it."""

    code = "identity.label_refused"

    def __init__(self) -> None:
        super().__init__(
            "この本人確認の答え合わせは記録できません。",
            remedy="決まった本人確認を、判断した人とは別の人が、一度だけ記録できます。",
        )


class PolicyRefused(Refusal):
    code = "identity.policy_refused"


class OwnPolicy(Refusal):
    code = "identity.own_policy"

    def __init__(self) -> None:
        super().__init__("ご自身が申請した決まりは承認できません。", remedy="別の承認者に依頼してください。")


class TooFewLabelled(Refusal):
    """A policy has not earned to decide yet."""

    code = "identity.too_few_labelled"

    def __init__(self, count: int, least: int) -> None:
        super().__init__(
            f"自動で判断するには、答え合わせをした本人確認が{least}件必要です（いま{count}件）。",
            remedy="それまでは、すべての本人確認を人が判断します。automaticをfalseにしてください。",
        )


class RecordMissing(Refusal):
    code = "identity.record_missing"

    def __init__(self) -> None:
        super().__init__(
            "この本人確認には、まだ確認記録がありません。", remedy="確認できた本人確認を選んでください。"
        )
