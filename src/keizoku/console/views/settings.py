"""設定: what this installation is, the scorecard in force, the staff."""

from typing import Final

from django.http import HttpResponse
from django.urls import reverse

from keizoku.console.page import page, way_up
from keizoku.console.screen import StaffRequest, screen
from keizoku.kernel import installation
from keizoku.kernel.text.sentences import Meant
from keizoku.risk import queries as risk

# Right, name of the route, title, what is there.
PARTS: Final = (
    ("clock.advance", "console-clock", "業務日付", "デモの日付を進めて、連絡の手順がどう動くかを見ます。"),
    (
        "imports.run",
        "console-imports",
        "取り込み",
        "銀行のファイルを取り込み、件数と、取り込めなかった行の理由を見ます。",
    ),
    (
        "duplicates.read",
        "console-duplicates",
        "重複の候補",
        "同じ方かもしれないお客さまを見比べて、2人の職員で1人に統合します。",
    ),
    (
        "imports.run",
        "console-relation-imports",
        "関係の取り込み",
        "代表者・実質的支配者・代理人・世帯・後見人の関係を、ファイルから取り込みます。",
    ),
    (
        "customers.unmask",
        "console-conflicts",
        "取り込みの食い違い",
        "確認済みの値と違うファイルの値を見比べて、どちらかに決めます。",
    ),
    (
        "returns.produce",
        "console-returns",
        "勘定系への返却",
        "ここで決まった値を勘定系へ返し、受領の結果を取り込みます。",
    ),
    (
        "risk.read",
        "console-attributes",
        "項目の追加",
        "お客さまの記録に項目を足し、承認します。取り込み・質問票・条件・評価表で、すぐに使えます。",
    ),
    (
        "risk.read",
        "console-questionnaires",
        "質問票",
        "お客さまにたずねる質問の版を読み、比べ、画面を見ながら書き、承認します。",
    ),
    (
        "policies.read",
        "console-policies",
        "自動承認",
        "変わりのない回答を自動で承認する決まりの版を読み、試算し、承認し、止めます。品質確認の集計も見ます。",
    ),
    (
        "methods.read",
        "console-methods",
        Meant("本人確認の方法", "本人確認の方法（法令）"),
        "法令の本人確認の方法を日ごとに見て、条文を読んで2人で確認し、使うかどうかを2人で決めます。",
    ),
    ("risk.read", "console-scorecards", "評価表", "リスク評価の点数表の版を読み、比べ、試算し、承認します。"),
    (
        "risk.read",
        "console-simplified",
        "簡素な顧客管理",
        "定期の確認を留め置ける方の数と、条件を満たさなくなって外れた方を見ます。",
    ),
    (
        "risk.approve",
        "console-overrides",
        "リスク水準の変更の申請",
        "ほかの人が申請した、お客さまごとの水準の変更に答えます。",
    ),
    (
        "retention.read",
        "console-retention",
        "保存と廃棄",
        "何をいつまで残すかの決まり、廃棄を止めているもの、廃棄の計画と証明書を見ます。",
    ),
    (
        "keys.read",
        "console-keys",
        "鍵とバックアップ",
        "暗号化の鍵の世代と値の数、鍵の破棄、最後のバックアップと復元訓練を見ます。",
    ),
    (
        "risk.read",
        "console-api-keys",
        "APIの鍵",
        "ほかのシステムがAPIを呼ぶ鍵を、受け取り、取り替え、取り消します。",
    ),
    (
        "api_keys.read",
        "console-subscriptions",
        "出来事の通知先",
        "起きたことをほかのシステムへ知らせる先と、届かなかったものを見ます。",
    ),
    (
        "staff.read",
        "console-staff",
        "職員",
        "だれが、どの役割で働いているかを見て、登録・変更・停止・再設定を申請し、承認します。",
    ),
    (
        "own.sign_in",
        "console-exports",
        "書き出しの申請",
        "多くの方の個人情報が入るファイルを申請し、承認し、だれが何のために作ったかを見ます。",
    ),
)


@screen("risk.read")
def settings(request: StaffRequest) -> HttpResponse:
    parts = [
        {"title": title, "words": words, "url": reverse(name)}
        for permission, name, title, words in PARTS
        if request.user.may(permission)
    ]
    return page(
        request, "settings", title="設定", current="settings", parts=parts, is_demo=installation.is_demo()
    )


@screen("risk.read")
def scorecard(request: StaffRequest) -> HttpResponse:
    text = risk.active_scorecard_text()
    trail = way_up("console-settings")
    return page(request, "scorecard", title="評価表", current="settings", trail=trail, text=text)
