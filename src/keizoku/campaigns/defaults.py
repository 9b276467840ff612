"""The words and journeys that an installation starts with; their users may change all of them.

First the institution, then why, what to do, by when, and how to check that it is genuine. No link: the place is told
in words (``{portal}``), and the button of LINE is the only thing that opens anything.
"""

from dataclasses import replace
from typing import Final

from keizoku.campaigns import letter_words
from keizoku.campaigns.journeys.rules.drafts import JourneyDraft, StepDraft

ANSWER_DAYS: Final = 30
EMAIL_AFTER_DAYS: Final = 7
SMS_AFTER_DAYS: Final = 7

LINE: Final = StepDraft(
    channel="line",
    wait_days=0,
    subject="",
    body="""{institution}から、お客さま情報の確認のお願いです。

法律(犯罪収益移転防止法)により、ご住所やお仕事などを定期的に確認しています。3分ほどで終わります。

{deadline}までに、下のボタンからお答えください。

受付番号 {reference}

本物かどうかは、当行ホームページ右上「{portal}」に受付番号を入力すると確かめられます。暗証番号やパスワードをお聞きすることはありません。""",
    button_label="確認をはじめる",
)

EMAIL: Final = StepDraft(
    channel="email",
    wait_days=EMAIL_AFTER_DAYS,
    subject="【{institution}】お客さま情報の確認のお願い",
    body="""{institution}から、お客さま情報の確認のお願いです。

法律(犯罪収益移転防止法)により、ご住所やお仕事などを定期的に確認しています。3分ほどで終わります。

お手続き
1. 当行ホームページを開き、右上の「{portal}」を押してください。
2. 受付番号 {reference} を入力してください。
3. 画面の質問にお答えください。

期限 {deadline}

このメールが本物か、確かめるには
・このメールにリンクはありません。当行ホームページは、いつもお使いの方法で開いてください。
・暗証番号やパスワードをお聞きすることはありません。
・ご不安なときは、通帳やキャッシュカードにある電話番号へおかけください。

すでにお答えいただいた方には、行き違いで届いたものです。お手続きはいりません。""",
    button_label="",
)

# At most 70 characters with the placeholders filled would be one message; the place and the warning need a second one.
SMS: Final = StepDraft(
    channel="sms",
    wait_days=SMS_AFTER_DAYS,
    subject="",
    body="""{institution}です。お客さま情報の確認をお願いします。当行ホームページの「{portal}」に
受付番号 {reference} を入力してください。
{deadline}まで。このSMSにリンクはありません。""",
    button_label="",
)


LETTER: Final = StepDraft(
    channel="letter",
    wait_days=letter_words.AFTER_DAYS,
    subject=letter_words.SUBJECT,
    body=letter_words.BODY,
    button_label=letter_words.LABEL,
)


def _journey(name: str, *steps: StepDraft) -> JourneyDraft:
    """These steps, the first of them at once."""
    return JourneyDraft(name, (replace(steps[0], wait_days=0), *steps[1:]))


# What an installation begins with, on a bank's days from 9:00 to 20:00.
JOURNEYS: Final = (
    _journey("LINE、メール、SMSの順", LINE, EMAIL, SMS),
    _journey("LINEのあと、メール", LINE, EMAIL),
    _journey("LINEのあと、SMS", LINE, SMS),
    _journey("LINEだけ", LINE),
    _journey("メールだけ", EMAIL),
    _journey("SMSだけ", SMS),
    _journey("LINE、メール、SMS、手紙の順", LINE, EMAIL, SMS, LETTER),
    _journey("手紙だけ", LETTER),
)
# The words that a step of a channel starts with.
WORDS: Final = {step.channel: step for step in (LINE, EMAIL, SMS, LETTER)}
