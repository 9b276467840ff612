"""Countries and areas as a page offers them: Japan first, then by their Japanese names."""

from typing import Final

from keizoku.customers.countries import JAPAN, NAMES

COUNTRY_OPTIONS: Final = (
    (JAPAN, NAMES[JAPAN]),
    *sorted(((code, name) for code, name in NAMES.items() if code != JAPAN), key=lambda each: each[1]),
)
