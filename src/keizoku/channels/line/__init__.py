"""LINE: notification messages to a phone number (LINE通知メッセージ), found through the delivery registry."""
