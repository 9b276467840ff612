"""Writes the smallest .xls that a spreadsheet of 1997 would open: one sheet, BIFF8 in a compound file.

By [MS-XLS] and [MS-CFB]; nothing installable writes this format any more, and banks still export it.
"""

import struct
from datetime import date

SECTOR = 512
END, FREE, FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
DATE_FORMAT = 14
FIRST_DAY = date(1899, 12, 30)


def workbook(rows, *, sheet="顧客", merged=(), is_protected=False):
    """Bytes of a file; ``rows`` hold text, numbers, days and None."""
    name = sheet.encode("utf-16-le")
    bounds = lambda at: _record(0x0085, struct.pack("<IBBBB", at, 0, 0, len(sheet), 1) + name)  # noqa: E731
    head = _beginning(0x0005)
    if is_protected:
        head += _record(0x002F, struct.pack("<HHH", 1, 1, 1) + bytes(48))
    head += _record(0x0042, struct.pack("<H", 1200))
    for number_format in (0, DATE_FORMAT):
        head += _record(0x00E0, struct.pack("<HH", 0, number_format) + bytes(16))
    end = _record(0x000A, b"")
    at = len(head) + len(bounds(0)) + len(end)
    return _compound(head + bounds(at) + end + _sheet(rows, merged))


def _sheet(rows, merged):
    width = max(map(len, rows))
    parts = [_beginning(0x0010), _record(0x0200, struct.pack("<IIHHH", 0, len(rows), 0, width, 0))]
    for r, row in enumerate(rows):
        parts += [_cell(r, c, value) for c, value in enumerate(row) if value is not None]
    if merged:
        areas = b"".join(struct.pack("<HHHH", *area) for area in merged)
        parts.append(_record(0x00E5, struct.pack("<H", len(merged)) + areas))
    return b"".join([*parts, _record(0x000A, b"")])


def _cell(row, column, value):
    if isinstance(value, str):
        text = value.encode("utf-16-le")
        return _record(0x0204, struct.pack("<HHHHB", row, column, 0, len(value), 1) + text)
    style = 1 if isinstance(value, date) else 0
    number = (value - FIRST_DAY).days if isinstance(value, date) else value
    return _record(0x0203, struct.pack("<HHHd", row, column, style, number))


def _beginning(kind):
    return _record(0x0809, struct.pack("<HHHHII", 0x0600, kind, 0x0DBB, 1996, 0, 6))


def _record(kind, content):
    return struct.pack("<HH", kind, len(content)) + content


def _compound(stream):
    stream = stream.ljust(max(4096, -(-len(stream) // SECTOR) * SECTOR), b"\0")
    count = len(stream) // SECTOR
    chain = [FAT, END, *range(3, count + 2), END]
    table = struct.pack("<128I", *chain, *[FREE] * (128 - len(chain)))
    directory = b"".join(
        (
            _entry("Root Entry", 5, 1, END, 0),
            _entry("Workbook", 2, FREE, 2, len(stream)),
            _entry("", 0, FREE, 0, 0) * 2,
        )
    )
    header = (
        bytes.fromhex("d0cf11e0a1b11ae1")
        + bytes(16)
        + struct.pack("<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, END, 0, END, 0)
        + struct.pack("<109I", 0, *[FREE] * 108)
    )
    return header + table + directory + stream


def _entry(name, kind, child, start, size):
    text = name.encode("utf-16-le")
    length = len(text) + 2 if name else 0
    links = struct.pack("<HBBIII", length, kind, 1, FREE, FREE, child)
    return text.ljust(64, b"\0") + links + bytes(36) + struct.pack("<IQ", start, size)
