"""How one value is written in a bank's file: dates by era or not, phones with any dash, readings in half width."""

from datetime import date
from random import Random

from keizoku.kernel.text import era, kana
from keizoku.kernel.text.digits import full_width_digits


def write_day(rng: Random, day: date) -> str:
    """A day by era or by the western calendar, in one of the writings that banks export."""
    forms = (
        era.long_form(day),
        era.short_form(day),
        full_width_digits(era.long_form(day)),
        day.isoformat(),
        f"{day.year}/{day.month}/{day.day}",
        day.strftime("%Y%m%d"),
    )
    return rng.choices(forms, (45, 15, 8, 15, 11, 6))[0]


def write_phone(rng: Random, parts: tuple[str, str, str]) -> str:
    """Three parts joined by one of the dashes, by nothing, in brackets or in full width."""
    area, exchange, number = parts
    forms = (
        f"{area}-{exchange}-{number}",
        f"{area}{exchange}{number}",
        full_width_digits(f"{area}－{exchange}－{number}"),
        f"{area}({exchange}){number}",
        f"{area}ー{exchange}ー{number}",
        f"{area}‐{exchange}‐{number}",
    )
    return rng.choices(forms, (62, 18, 10, 5, 3, 2))[0]


def write_reading(reading: str) -> str:
    """Half-width kana, as banks export."""
    return kana.half_width(reading)
