"""An accepted row, typed. Its repr shows the line alone."""

from dataclasses import dataclass
from datetime import date

from keizoku.customers.codes import Kind, Occupation, Product, Purpose
from keizoku.customers.imports.rules.rejections import RowWarning
from keizoku.kernel.personal import BirthDate, EmailAddress, PersonName, PhoneNumber, PostalAddress
from keizoku.kernel.text.phone import PhoneClass


@dataclass(frozen=True, slots=True, repr=False)
class ParsedRow:
    """One customer as the file tells it.

    `name` holds the name as written and the reading in full-width katakana; `birth_date` is a
    corporation's day of foundation; `address` holds the postal code too; `prefecture_code` is JIS X 0401,
    `nationality` ISO 3166 alpha-3; `phone_class` is None exactly where `phone` is; `branch` has three
    digits and `account` seven; `closed_on` is the end of the relation, where the file names one.
    """

    line: int
    number: str
    kind: Kind
    name: PersonName
    birth_date: BirthDate
    address: PostalAddress
    prefecture_code: str
    phone: PhoneNumber | None
    phone_class: PhoneClass | None
    is_sms_capable: bool
    email: EmailAddress | None
    nationality: str
    residence_expires_on: date | None
    occupation: Occupation
    purpose: Purpose
    products: tuple[Product, ...]
    branch: str
    account: str
    opened_on: date
    last_confirmed_on: date | None
    contact_stopped: bool
    closed_on: date | None
    warnings: tuple[RowWarning, ...]

    def __repr__(self) -> str:
        return f"ParsedRow(line={self.line})"
