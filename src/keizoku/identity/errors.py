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
