"""The words of the table: for whom, by which way, with which evidence, under which registration, how well known.

Their values are stored and stand in the TOML; the words are what staff reads.
"""

from enum import StrEnum
from typing import Final


class Who(StrEnum):
    """Whose identity is verified. Who moved abroad counts as outside the register, as the Regulation of 2027 does."""

    RESIDENT = "resident"
    OUTSIDE_REGISTER = "outside_register"
    REPRESENTATIVE = "representative"
    CORPORATION = "corporation"


WHO_WORDS: Final = {
    Who.RESIDENT: "個人",
    Who.OUTSIDE_REGISTER: "個人（住民基本台帳法の適用を受けない方・国外転出者）",
    Who.REPRESENTATIVE: "法人の代表者等",
    Who.CORPORATION: "法人",
}


class Channel(StrEnum):
    FACE = "face"
    FACE_POST = "face_post"
    REMOTE = "remote"
    REMOTE_POST = "remote_post"
    POST = "post"
    BOTH = "both"


CHANNEL_WORDS: Final = {
    Channel.FACE: "対面",
    Channel.FACE_POST: "対面と郵送",
    Channel.REMOTE: "非対面",
    Channel.REMOTE_POST: "非対面と郵送",
    Channel.POST: "郵送",
    Channel.BOTH: "対面・非対面",
}


class Evidence(StrEnum):
    """What a method needs to be proved."""

    PRESENTED_DOCUMENT = "presented_document"
    PRESENTED_PHOTO_DOCUMENT = "presented_photo_document"
    SECOND_DOCUMENT = "second_document"
    SUPPLEMENTARY_DOCUMENT = "supplementary_document"
    ORIGINAL_DOCUMENT = "original_document"
    ORIGINAL_CERTIFICATE = "original_certificate"
    DOCUMENT_COPY = "document_copy"
    SECOND_COPY = "second_copy"
    DOCUMENT_IMAGE = "document_image"
    FACE_IMAGE = "face_image"
    CHIP_RECORD = "chip_record"
    CHIP_SHOWN = "chip_shown"
    MAIL_NOT_FORWARDED = "mail_not_forwarded"
    CARRIER_CHECK = "carrier_check"
    ADDRESSEE_MAIL = "addressee_mail"
    OTHER_OPERATOR = "other_operator"
    TRANSFER_TO_VERIFIED_ACCOUNT = "transfer_to_verified_account"
    PAYMENT_TO_OWN_ACCOUNT = "payment_to_own_account"
    WALLET_RECORD = "wallet_record"
    WALLET_HOLDER_CHECK = "wallet_holder_check"
    JPKI_CERTIFICATE = "jpki_certificate"
    ACCREDITED_CERTIFICATE = "accredited_certificate"
    SPECIFIED_CERTIFICATE = "specified_certificate"
    SIGNED_TRANSACTION = "signed_transaction"
    SIGNED_DECLARATION = "signed_declaration"
    SIGNED_IN_PERSON = "signed_in_person"
    SEAL_CERTIFICATE = "seal_certificate"
    DECLARATION = "declaration"
    KNOWN_BY_IDENTIFIER = "known_by_identifier"
    REGISTRY_DOCUMENT = "registry_document"
    REGISTRY_SERVICE = "registry_service"
    CORPORATE_NUMBER_SITE = "corporate_number_site"
    REGISTRAR_CERTIFICATE = "registrar_certificate"


EVIDENCE_WORDS: Final = {
    Evidence.PRESENTED_DOCUMENT: "書類の提示",
    Evidence.PRESENTED_PHOTO_DOCUMENT: "写真のある書類の提示",
    Evidence.SECOND_DOCUMENT: "2つめの書類",
    Evidence.SUPPLEMENTARY_DOCUMENT: "補完書類",
    Evidence.ORIGINAL_DOCUMENT: "書類の原本の送付",
    Evidence.ORIGINAL_CERTIFICATE: "住民票の写しなどの原本の送付",
    Evidence.DOCUMENT_COPY: "書類の写し",
    Evidence.SECOND_COPY: "2つめの書類の写し",
    Evidence.DOCUMENT_IMAGE: "その場で撮影した書類の画像（厚みを含む）",
    Evidence.FACE_IMAGE: "その場で撮影した顔の画像",
    Evidence.CHIP_RECORD: "ICチップの記録（氏名・住居・生年月日・写真）",
    Evidence.CHIP_SHOWN: "ICチップの内容の表示",
    Evidence.MAIL_NOT_FORWARDED: "転送不要郵便",
    Evidence.CARRIER_CHECK: "配達する事業者による確認",
    Evidence.ADDRESSEE_MAIL: "本人限定受取郵便の到達",
    Evidence.OTHER_OPERATOR: "ほかの事業者などへの照会",
    Evidence.TRANSFER_TO_VERIFIED_ACCOUNT: "確認済みの口座への振込と通帳の写し",
    Evidence.PAYMENT_TO_OWN_ACCOUNT: "本人名義の口座への支払い",
    Evidence.WALLET_RECORD: "特定電磁的記録",
    Evidence.WALLET_HOLDER_CHECK: "持ち主の確認",
    Evidence.JPKI_CERTIFICATE: "署名用電子証明書",
    Evidence.ACCREDITED_CERTIFICATE: "認定認証事業者の電子証明書",
    Evidence.SPECIFIED_CERTIFICATE: "特定認証業務の電子証明書",
    Evidence.SIGNED_TRANSACTION: "電子署名のある取引の情報",
    Evidence.SIGNED_DECLARATION: "電子署名のある住所・氏名・職業・年齢の記録",
    Evidence.SIGNED_IN_PERSON: "面前での署名・筆記",
    Evidence.SEAL_CERTIFICATE: "印鑑登録証明書と押印した書面",
    Evidence.DECLARATION: "申告・申出",
    Evidence.KNOWN_BY_IDENTIFIER: "確認済みの相手方の識別符号",
    Evidence.REGISTRY_DOCUMENT: "登記事項証明書などの書類",
    Evidence.REGISTRY_SERVICE: "登記情報提供サービスの情報",
    Evidence.CORPORATE_NUMBER_SITE: "法人番号公表サイトの情報",
    Evidence.REGISTRAR_CERTIFICATE: "登記所の電子証明書",
}
# What this house cannot gather by itself: it comes as a result signed by a provider (or, later, from a reader of ours).
FROM_PROVIDERS: Final = frozenset(
    {
        Evidence.CHIP_RECORD,
        Evidence.WALLET_RECORD,
        Evidence.WALLET_HOLDER_CHECK,
        Evidence.JPKI_CERTIFICATE,
        Evidence.ACCREDITED_CERTIFICATE,
        Evidence.SPECIFIED_CERTIFICATE,
        Evidence.REGISTRAR_CERTIFICATE,
    }
)


class Registration(StrEnum):
    """What the institution itself must be, or use, before the law allows a method."""

    SIGNATURE_VERIFIER = "signature_verifier"
    WALLET_PROGRAM = "wallet_program"


REGISTRATION_WORDS: Final = {
    Registration.SIGNATURE_VERIFIER: "署名検証者（公的個人認証法17条4項）",
    Registration.WALLET_PROGRAM: "持ち主を確かめるプログラムの利用（番号利用法18条の4）",
}


class Mark(StrEnum):
    """How well a source is known: the authority's own page was read, or somebody who quotes it, or less."""

    PRIMARY = "P"
    QUOTED = "S"
    SECONDARY = "V"
    INFERRED = "I"
    REMEMBERED = "K"


MARK_WORDS: Final = {
    Mark.PRIMARY: "一次の条文を読んだ",
    Mark.QUOTED: "条文を写した資料による",
    Mark.SECONDARY: "解説・報道による",
    Mark.INFERRED: "作り手の判断による",
    Mark.REMEMBERED: "資料なし",
}
