"""What the audit says of the methods of verification, in words."""

from typing import Final

ACTIONS: Final = {
    "identity.method.approved": "本人確認の方法についての申し出を承認した",
    "identity.method.declined": "本人確認の方法についての申し出を承認しなかった",
    "identity.method.ended": "条文の確認、または事業者の登録を終わらせた",
    "identity.method.lapsed": "本人確認の方法についての申し出が、承認されないまま終わった",
    "identity.method.proposed": "本人確認の方法について申し出た",
    "identity.method.withdrawn": "本人確認の方法についての申し出を取り下げた",
}
