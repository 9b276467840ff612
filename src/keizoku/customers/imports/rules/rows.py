"""One row of the bank's file into a ParsedRow, or into the Rejection that names all its faults.

Nothing of a row is judged beyond its first look where its bytes, its width or an Individual Number make it
worthless; otherwise faults come in the order of the columns.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TypeVar

from keizoku.customers.codes import Kind, Occupation, Purpose
from keizoku.customers.countries import JAPAN
from keizoku.customers.imports.rules import cells
from keizoku.customers.imports.rules.columns import COLUMNS, Column, Header
from keizoku.customers.imports.rules.parsed import ParsedRow
from keizoku.customers.imports.rules.rejections import (
    Fault,
    Rejection,
    RejectionCode,
    RowWarning,
    reject,
    rejection,
)
from keizoku.customers.imports.rules.table import Record
from keizoku.kernel.personal import BirthDate, EmailAddress, PersonName, PhoneNumber, PostalAddress
from keizoku.kernel.text import prefectures
from keizoku.kernel.text.encoding import private_use
from keizoku.kernel.text.numbers import has_individual_number
from keizoku.kernel.text.phone import Phone
from keizoku.kernel.text.postal import prefecture_codes, read_postal_code

WHOLE_ROW = "行全体"
_REPLACEMENT = "\ufffd"
_SEARCHED_FOR_INDIVIDUAL_NUMBERS = (Column.NAME, Column.ADDRESS, Column.EMAIL)

Value = TypeVar("Value")
Cells = Mapping[Column, str]


@dataclass(slots=True)
class _Findings:
    """What is wrong or remarkable with the row so far."""

    faults: list[Fault] = field(default_factory=list)
    warnings: list[RowWarning] = field(default_factory=list)

    def take(self, column: Column, outcome: Value | RejectionCode, otherwise: Value) -> Value:
        """The value of a cell; after a fault `otherwise`, with which the later checks go on quietly."""
        if isinstance(outcome, RejectionCode):
            self.faults.append(Fault(column, outcome))
            return otherwise
        return outcome


def read_row(
    record: Record, header: Header, *, today: date, seen: set[int] | None = None
) -> ParsedRow | Rejection:
    """Judge one row of a file with `header`.

    `today` bounds the days that must lie in the past. `seen` holds the customer numbers of the earlier rows,
    accepted or not, and takes this row's; without it the caller finds duplicates (`reject` with
    NUMBER_DUPLICATE).
    """
    if not record.is_readable:
        return reject(record.line, _unreadable_column(record, header), RejectionCode.UNDECODABLE)
    if len(record.cells) != header.width:
        return reject(record.line, WHOLE_ROW, RejectionCode.ROW_WIDTH)
    found = [text.strip() for text in record.cells]
    if "\n" in (whole := "|".join(found)) or "\r" in whole:
        found = [cells.plain(text) for text in found]
    row = dict(zip(COLUMNS, map(found.__getitem__, header.positions), strict=True))
    row |= {column: found[at] for column, at in header.optional.items()}
    # All at once first, since nearly no row has one; the bar between them is no part of a number.
    if has_individual_number("|".join(row[column] for column in _SEARCHED_FOR_INDIVIDUAL_NUMBERS)):
        column = next(each for each in _SEARCHED_FOR_INDIVIDUAL_NUMBERS if has_individual_number(row[each]))
        return reject(record.line, column, RejectionCode.INDIVIDUAL_NUMBER_FOUND)
    read = _read_columns(record.line, row, today, seen)
    if record.is_padded and isinstance(read, ParsedRow):
        return replace(read, warnings=(*read.warnings, RowWarning.ZEROS_RESTORED))
    return read


def _read_columns(line: int, row: Cells, today: date, seen: set[int] | None) -> ParsedRow | Rejection:
    findings = _Findings()
    take = findings.take
    number = take(Column.NUMBER, _unseen_number(row[Column.NUMBER], seen), "")
    # A corporation is the wider of the kinds: an unknown kind must not bring faults of its own after it.
    kind = take(Column.KIND, cells.kind(row[Column.KIND]), Kind.CORPORATION)
    is_corporation = kind is Kind.CORPORATION
    name = take(Column.NAME, cells.name(row[Column.NAME]), "")
    kana = take(Column.KANA, cells.kana(row[Column.KANA], is_corporation=is_corporation), "")
    born = take(Column.BIRTH, cells.birth(row[Column.BIRTH], today), date.min)
    postal_code, prefecture = _place(row, findings)
    phone = _phone(row, findings)
    email = _email(row, findings)
    nationality = take(Column.NATIONALITY, cells.nationality(row[Column.NATIONALITY]), JAPAN)
    residence = _residence(row, findings, is_awaited=nationality != JAPAN and not is_corporation)
    occupation = take(Column.OCCUPATION, _occupation(row, is_corporation), Occupation.OTHER)
    purpose = take(Column.PURPOSE, cells.purpose(row[Column.PURPOSE]), Purpose.OTHER)
    products = take(Column.PRODUCTS, cells.products(row[Column.PRODUCTS]), ())
    branch = take(Column.BRANCH, _digits(row, Column.BRANCH, RejectionCode.BRANCH_FORMAT), "")
    account = take(Column.ACCOUNT, _digits(row, Column.ACCOUNT, RejectionCode.ACCOUNT_FORMAT), "")
    opened = take(Column.OPENED, _opened(row, born, today), born)
    confirmed = take(Column.CONFIRMED, _confirmed(row, today), None)
    is_stopped = take(Column.CONTACT_STOP, _contact_stop(row), otherwise=True)
    closed = take(Column.CLOSED, _closed(row, opened, today), None)
    if findings.faults:
        return rejection(line, findings.faults)
    if private_use(name) or private_use(row[Column.ADDRESS]):
        findings.warnings.append(RowWarning.GAIJI)
    return ParsedRow(
        line=line,
        number=number,
        kind=kind,
        name=PersonName(name, kana),
        birth_date=BirthDate(born),
        address=PostalAddress(row[Column.ADDRESS], postal_code),
        prefecture_code=prefecture,
        phone=PhoneNumber(phone.e164) if phone else None,
        phone_class=phone.kind if phone else None,
        is_sms_capable=phone is not None and phone.is_sms_capable,
        email=EmailAddress(email) if email else None,
        nationality=nationality,
        residence_expires_on=residence,
        occupation=occupation,
        purpose=purpose,
        products=products,
        branch=branch,
        account=account,
        opened_on=opened,
        last_confirmed_on=confirmed,
        contact_stopped=is_stopped,
        closed_on=closed,
        warnings=tuple(findings.warnings),
    )


def _unreadable_column(record: Record, header: Header) -> str:
    if len(record.cells) == header.width:
        for column, position in zip(COLUMNS, header.positions, strict=True):
            if _REPLACEMENT in record.cells[position]:
                return column
    return WHOLE_ROW


def _unseen_number(text: str, seen: set[int] | None) -> str | RejectionCode:
    number = cells.customer_number(text)
    if isinstance(number, RejectionCode) or seen is None:
        return number
    if int(number) in seen:
        return RejectionCode.NUMBER_DUPLICATE
    seen.add(int(number))
    return number


def _place(row: Cells, findings: _Findings) -> tuple[str, str]:
    """Postal code and JIS prefecture code, which must agree."""
    address = row[Column.ADDRESS]
    code = read_postal_code(row[Column.POSTAL_CODE])
    prefectures_of_code = prefecture_codes(code) if code else None
    if code is None:
        findings.faults.append(Fault(Column.POSTAL_CODE, RejectionCode.POSTAL_FORMAT))
    elif prefectures_of_code is None:
        findings.faults.append(Fault(Column.POSTAL_CODE, RejectionCode.POSTAL_UNKNOWN))
    prefecture = prefectures.of_address(address)
    if not address:
        findings.faults.append(Fault(Column.ADDRESS, RejectionCode.ADDRESS_MISSING))
    elif prefecture is None or (prefectures_of_code and prefecture not in prefectures_of_code):
        findings.faults.append(Fault(Column.ADDRESS, RejectionCode.ADDRESS_MISMATCH))
    return code or "", prefecture or ""


def _phone(row: Cells, findings: _Findings) -> Phone | None:
    text = row[Column.PHONE]
    return findings.take(Column.PHONE, cells.phone(text), None) if text else None


def _email(row: Cells, findings: _Findings) -> str:
    text = row[Column.EMAIL]
    address = findings.take(Column.EMAIL, cells.email(text), "") if text else ""
    if address and cells.has_irregular_dots(address):
        findings.warnings.append(RowWarning.EMAIL_IRREGULAR)
    return address


def _residence(row: Cells, findings: _Findings, *, is_awaited: bool) -> date | None:
    text = row[Column.RESIDENCE]
    if not is_awaited:
        if text:
            findings.warnings.append(RowWarning.RESIDENCE_IGNORED)
        return None
    if not text:
        # Special permanent residents have none, so its absence alone refuses nobody.
        findings.warnings.append(RowWarning.RESIDENCE_MISSING)
        return None
    day = cells.read_day(text)
    outcome = day if isinstance(day, date) else RejectionCode.RESIDENCE_FORMAT
    return findings.take(Column.RESIDENCE, outcome, None)


def _occupation(row: Cells, is_corporation: bool) -> Occupation | RejectionCode:  # noqa: FBT001
    text = row[Column.OCCUPATION]
    return Occupation.OTHER if is_corporation and not text else cells.occupation(text)


def _digits(row: Cells, column: Column, code: RejectionCode) -> str | RejectionCode:
    length = cells.BRANCH_DIGITS if column is Column.BRANCH else cells.ACCOUNT_DIGITS
    return cells.digits(row[column], length) or code


def _opened(row: Cells, born: date, today: date) -> date | RejectionCode:
    day = cells.past_day(row[Column.OPENED], today, RejectionCode.OPENED_FORMAT)
    return RejectionCode.OPENED_BEFORE_BIRTH if isinstance(day, date) and day < born else day


def _confirmed(row: Cells, today: date) -> date | RejectionCode | None:
    text = row[Column.CONFIRMED]
    return cells.past_day(text, today, RejectionCode.CONFIRMED_FORMAT) if text else None


def _closed(row: Cells, opened: date, today: date) -> date | RejectionCode | None:
    """The day on which the relation ended; the column may be missing."""
    text = row.get(Column.CLOSED, "")
    if not text:
        return None
    day = cells.past_day(text, today, RejectionCode.CLOSED_FORMAT)
    return RejectionCode.CLOSED_FORMAT if isinstance(day, date) and day < opened else day


def _contact_stop(row: Cells) -> bool | RejectionCode:
    text = row[Column.CONTACT_STOP]
    if not text:
        return False
    return cells.digits(text, 1) == "1" or RejectionCode.CONTACT_STOP_UNKNOWN
