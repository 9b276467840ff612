"""How a decrypted value of the record is written for people: domestic phone numbers, postal codes with their dash."""

from keizoku.kernel.text.phone import read_phone
from keizoku.kernel.text.postal import format_postal_code


def written(field: str, value: str) -> str:
    """The value of a record's field as staff read it; others as they are."""
    if field == "phone" and (phone := read_phone(value)):
        national = phone.national
        return f"{national[:3]}-{national[3:7]}-{national[7:]}" if phone.is_sms_capable else national
    if field == "postal_code" and value:
        return format_postal_code(value)
    return value
