"""What a member of staff is registered with: login, name, role. Called by this room's actions."""

from keizoku.accounts import rules
from keizoku.accounts.errors import StaffRefused


def check_particulars(login: str, display_name: str, role: str) -> None:
    """Raise ``StaffRefused`` for a login that is malformed, an empty name or an unknown role."""
    if not rules.is_login(login):
        raise StaffRefused(
            "ログイン名に使えない文字があります。",
            remedy="英小文字・数字・記号(. _ @ -)で、100文字以内にしてください。",
        )
    if not display_name.strip():
        raise StaffRefused("氏名が入力されていません。", remedy="氏名を入力してください。")
    if role not in rules.ROLES:
        raise StaffRefused("その役割はありません。", remedy=f"{'、'.join(rules.ROLES)} から選んでください。")
