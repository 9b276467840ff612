"""E-mail by SMTP, found through the delivery registry."""
