"""Roles and what each may do: one table. Pure.

Invariant: nobody who makes a thing (``….edit``) holds the right to approve it (``….approve``).
"""

import re
from datetime import timedelta
from typing import Final

PERMISSIONS: Final[dict[str, str]] = {
    "customers.search": "お客さまを検索する",
    "customers.read": "お客さまの記録を、伏せ字のまま見る",
    "customers.unmask": "目的を記録して、伏せ字を外して見る",
    "customers.close": "取引の終わりと再開を登録する",
    "relations.edit": "お客さまの関係者を記録する",
    "consents.record": "同意と撤回を記録する",
    "notes.use": "お客さまのメモを読み、書く",
    "tasks.use": "タスクを見て、開き、終える",
    "imports.run": "銀行のファイルを取り込む",
    "returns.produce": "決定した値を勘定系へ返す",
    "attributes.edit": "追加の項目の案を作る",
    "attributes.approve": "追加の項目を承認する",
    "attributes.fill": "お客さまの追加の項目の値を変える",
    "duplicates.read": "重複しているかもしれないお客さまを、値を開いて見る",
    "duplicates.edit": "お客さまの統合を提案し、別の方として分ける",
    "duplicates.approve": "お客さまの統合を承認する",
    "risk.read": "評価と期日を見る",
    "risk.edit": "評価表の案を作る",
    "risk.approve": "評価表とリスク水準の変更を承認する",
    "risk.record_event": "確認の期日を早める出来事を記録する",
    "risk.confidential": "秘密の事情を見て、記録する",
    "forms.edit": "質問票の案を作る",
    "forms.approve": "質問票を承認する",
    "campaigns.read": "キャンペーンを見る",
    "campaigns.edit": "キャンペーンを作り、送信を申請する",
    "campaigns.approve": "送信を承認する",
    "campaigns.export": "お客さまごとの送信の理由を、ファイルに書き出す",
    "silent.read": "回答のない方の一覧と経過を見る",
    "silent.edit": "回答のない方への対応を決める",
    "silent.restrict": "取引制限を提案する",
    "silent.approve": "ほかの人が提案した取引制限を確定する",
    "silent.prove": "回答のない方への連絡の証明書を出す",
    "letters.export": "手紙の印刷用ファイルを受け取る",
    "letters.call_off": "印刷前の手紙を取りやめる",
    "letters.record_return": "戻ってきた手紙を記録する",
    "callbacks.settle": "読み取れなかった通知を、読み直させるか、取り除く",
    "incidents.use": "事案（誤送信など）を開き、記録し、送信を止める",
    "incidents.export": "事案で受け取った方の一覧を書き出す",
    "incidents.close": "事案の終わりを確認する",
    "reviews.read": "審査の一覧と内容を見る",
    "reviews.decide": "審査を決定する",
    "reviews.supervise": "審査の案件を割り当て、期限の決まりを変え、担当者ごとの件数を見る",
    "policies.read": "自動承認の決まりと判定を見る",
    "policies.edit": "自動承認の決まりの案と、品質確認の割合を決める",
    "policies.approve": "自動承認の決まりを承認する",
    "quality.check": "決定の品質を確かめる",
    "identity.read": "本人確認の一覧と内容を見る",
    "identity.ask": "本人確認を依頼し、取り下げる",
    "identity.decide": "本人確認を判断する",
    "identity.label": "決まった本人確認の答え合わせを記録する",
    "identity.export": "本人確認の証拠を書き出す",
    "identity.edit": "本人確認の決まりの案を作り、使用中の決まりを止める",
    "identity.approve": "本人確認の決まりを承認する",
    "methods.read": "本人確認の方法の表を見る",
    "methods.edit": "条文を読んで確認し、本人確認の方法を使うかどうかを申し出る",
    "methods.approve": "本人確認の方法についての申し出を承認する",
    "vision.use": "保存せずに、写真から書類を読み取る",
    "phone_desk.use": "電話でお客さまに応対し、受付番号を再発行する",
    "paper.key": "返送された質問票を登録し、入力する",
    "paper.resolve": "返送された質問票の、2人の入力の違いを決める",
    "audit.read": "証跡を見る",
    "audit.verify": "証跡を検証し、書き出す",
    "retention.read": "保存と廃棄の決まりと記録を見る",
    "retention.edit": "保存期間の決まりの案と、廃棄の計画を作る",
    "retention.approve": "保存期間の決まりと廃棄を承認する",
    "retention.hold": "廃棄を止める、止めるのをやめる",
    "own.sign_in": "自分のサインインの設定を見て、変える",
    "staff.read": "職員の一覧を見る",
    "staff.edit": "職員の登録・変更・停止・再設定を申請する",
    "staff.approve": "職員の登録・変更・再設定を承認する",
    "exports.approve": "個人情報の書き出しを承認する",
    "exports.read": "個人情報の書き出しの申請をすべて見る",
    "api_keys.read": "APIの鍵と、出来事の通知先を見る",
    "api_keys.edit": "APIの鍵を職員に出し、取り消す。出来事の通知先を決める",
    "clock.advance": "デモの業務日付を進める",
    "keys.read": "鍵とバックアップの状態を見る",
    "keys.edit": "鍵を新しくし、鍵の破棄を申請する",
    "keys.approve": "鍵の破棄を承認する",
}

# What everybody who signs in may do, whatever the role.
EVERYBODYS: Final = frozenset({"own.sign_in"})

_OF_ROLE: Final[dict[str, frozenset[str]]] = {
    "operator": frozenset(
        {
            "vision.use",
            "identity.read",
            "identity.ask",
            "customers.search",
            "customers.read",
            "customers.close",
            "relations.edit",
            "consents.record",
            "notes.use",
            "tasks.use",
            "imports.run",
            "risk.read",
            "risk.record_event",
            "forms.edit",
            "incidents.use",
            "campaigns.read",
            "campaigns.edit",
            "silent.read",
            "silent.edit",
            "letters.export",
            "letters.call_off",
            "letters.record_return",
            "callbacks.settle",
            "reviews.read",
            "phone_desk.use",
            "paper.key",
            "paper.resolve",
        }
    ),
    "approver": frozenset(
        {
            "identity.read",
            "identity.approve",
            "duplicates.read",
            "duplicates.approve",
            "customers.read",
            "tasks.use",
            "risk.read",
            "risk.approve",
            "attributes.approve",
            "retention.read",
            "retention.approve",
            "forms.approve",
            "incidents.use",
            "incidents.close",
            "campaigns.read",
            "campaigns.approve",
            "silent.read",
            "silent.approve",
            "policies.read",
            "policies.approve",
            "methods.read",
            "methods.approve",
            "reviews.read",
            "staff.read",
            "staff.approve",
            "exports.read",
            "exports.approve",
            "reviews.supervise",
        }
    ),
    "reviewer": frozenset(
        {
            "vision.use",
            "identity.read",
            "identity.ask",
            "identity.decide",
            "identity.label",
            "duplicates.read",
            "duplicates.edit",
            "customers.search",
            "customers.read",
            "customers.unmask",
            "attributes.fill",
            "risk.read",
            "risk.record_event",
            "campaigns.read",
            "silent.read",
            "letters.record_return",
            "policies.read",
            "methods.read",
            "quality.check",
            "reviews.read",
            "reviews.decide",
            "relations.edit",
            "consents.record",
            "notes.use",
            "tasks.use",
            "phone_desk.use",
            "paper.key",
            "paper.resolve",
        }
    ),
    "phone_desk": frozenset({"phone_desk.use", "paper.key"}),
    "compliance": frozenset(
        {
            "identity.read",
            "identity.ask",
            "identity.label",
            "identity.export",
            "identity.edit",
            "duplicates.read",
            "duplicates.edit",
            "customers.search",
            "customers.read",
            "customers.unmask",
            "attributes.edit",
            "attributes.fill",
            "customers.close",
            "retention.read",
            "retention.edit",
            "retention.hold",
            "returns.produce",
            "relations.edit",
            "consents.record",
            "notes.use",
            "tasks.use",
            "risk.read",
            "risk.edit",
            "risk.record_event",
            "risk.confidential",
            "forms.edit",
            "keys.read",
            "keys.approve",
            "incidents.use",
            "incidents.export",
            "incidents.close",
            "campaigns.read",
            "campaigns.export",
            "silent.read",
            "silent.edit",
            "silent.restrict",
            "silent.prove",
            "letters.export",
            "letters.call_off",
            "letters.record_return",
            "policies.read",
            "policies.edit",
            "methods.read",
            "methods.edit",
            "quality.check",
            "reviews.read",
            "reviews.supervise",
            "audit.read",
            "staff.read",
            "staff.approve",
            "exports.read",
            "exports.approve",
        }
    ),
    "auditor": frozenset(
        {
            "identity.read",
            "identity.export",
            "risk.read",
            "campaigns.read",
            "silent.read",
            "silent.prove",
            "policies.read",
            "methods.read",
            "reviews.read",
            "audit.read",
            "audit.verify",
            "retention.read",
            "staff.read",
            "exports.read",
            "keys.read",
            "api_keys.read",
        }
    ),
    "administrator": frozenset(
        {
            "campaigns.read",
            "risk.read",
            "callbacks.settle",
            "staff.read",
            "staff.edit",
            "api_keys.read",
            "api_keys.edit",
            "clock.advance",
            "keys.read",
            "keys.edit",
        }
    ),
}

ROLES: Final = {role: rights | EVERYBODYS for role, rights in _OF_ROLE.items()}

ROLE_NAMES: Final[dict[str, str]] = {
    "operator": "企画担当",
    "approver": "承認者",
    "reviewer": "審査担当",
    "phone_desk": "電話窓口",
    "compliance": "コンプライアンス担当",
    "auditor": "監査人",
    "administrator": "システム管理者",
}

# Our own choices.
FAILURES_BEFORE_LOCK: Final = 5
LOCKED_FOR: Final = timedelta(minutes=15)
LONGEST_TICKET_MINUTES: Final = 24 * 60

_LOGIN = re.compile(r"[a-z0-9][a-z0-9._@-]{0,99}")


def may(role: str, permission: str) -> bool:
    """Whether the role holds the permission; an unknown permission is a fault in the calling code."""
    check_permission(permission)
    return permission in ROLES.get(role, frozenset())


def check_permission(permission: str) -> None:
    """Raise ``ValueError`` for a permission that is not in the table."""
    if permission not in PERMISSIONS:
        raise ValueError(f"no such permission: {permission!r}")


def roles_holding(permission: str) -> list[str]:
    """The roles that hold the permission, by their Japanese names: whom to ask."""
    return [ROLE_NAMES[role] for role in ROLES if may(role, permission)]


def is_login(text: str) -> bool:
    """Whether the text may be somebody's login: lower-case letters, digits and . _ @ -, at most 100."""
    return _LOGIN.fullmatch(text) is not None
