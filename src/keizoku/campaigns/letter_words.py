"""The words that a letter starts with. One page: the box below them repeats reference code, deadline and telephone, with the
one-time link as a QR code.
"""

from typing import Final

AFTER_DAYS: Final = 7
SUBJECT: Final = "お客さま情報の確認のお願い"
BODY: Final = """いつも{institution}をご利用いただき、ありがとうございます。

法律(犯罪収益移転防止法)により、ご住所やお仕事などを定期的に確認しています。3分ほどで終わります。{deadline}までにお答えください。

お答えの方法(どちらか1つ)
1. スマートフォンで、下の二次元コードを読み取る。
2. 当行ホームページを開き、右上の「{portal}」を押して、下の受付番号を入力する。

この手紙が本物か、確かめるには
・ホームページは、いつもお使いの方法で開いてください。
・暗証番号やパスワードをお聞きすることはありません。
・ご不安なときは、通帳やキャッシュカードにある電話番号へおかけください。

行き違いですでにお答えいただいた方は、お手続きはいりません。"""
# Beside the QR code.
LABEL: Final = "スマートフォンで答える"
