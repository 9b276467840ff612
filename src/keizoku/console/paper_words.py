"""What the audit says of paper forms, in words."""

from typing import Final

ACTIONS: Final = {
    "reviews.paper.attached": "返送された質問票の読み取り画像を添えた",
    "reviews.paper.doubted": "2人の入力の違いを見つけた",
    "reviews.paper.escalated": "長く待つ質問票（紙）に印をつけた",
    "reviews.paper.handed_in": "質問票（紙）を回答にした",
    "reviews.paper.keyed": "質問票（紙）を入力した",
    "reviews.paper.registered": "返送された質問票を登録した",
    "reviews.paper.reopened": "期限までに届いた質問票のため、確認を再開した",
    "reviews.paper.resolved": "2人の入力の違いを決めた",
    "reviews.paper.set_aside": "質問票（紙）を回答にしないことにした",
}
