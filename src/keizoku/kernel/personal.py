"""Personal data as types that cannot be shown by accident.

Printing, formatting, logging or raising with one of these gives a mask; JSON and pickle refuse it. The only
way to the value is `.reveal()`, which a reader finds by searching for that word. Values are frozen and
compare by value. They are not dataclasses on purpose: `dataclasses.asdict` and fast JSON writers would open
those.
"""

from datetime import date
from typing import Never, Self, final

_MASK = "●●●"


class _Personal:
    __slots__ = ("_parts",)
    _parts: tuple[object, ...]

    def _hold(self, *parts: object) -> None:
        object.__setattr__(self, "_parts", parts)

    def __setattr__(self, name: str, value: object) -> Never:
        raise AttributeError(f"{type(self).__name__} is frozen")

    def __delattr__(self, name: str) -> Never:
        raise AttributeError(f"{type(self).__name__} is frozen")

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self) or not isinstance(other, _Personal):
            return NotImplemented
        return self._parts == other._parts

    def __hash__(self) -> int:
        return hash((type(self), self._parts))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({_MASK})"

    def __str__(self) -> str:
        return _MASK

    def __format__(self, specification: str) -> str:
        return _MASK

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def __reduce_ex__(self, protocol: object) -> Never:
        raise TypeError(f"{type(self).__name__} is personal data and is not pickled")


@final
class PersonName(_Personal):
    """A name as its bearer writes it, with its reading in full-width katakana (may be empty)."""

    __slots__ = ()

    def __init__(self, kanji: str, kana: str = "") -> None:
        self._hold(kanji, kana)

    def reveal(self) -> str:
        """The written name."""
        return str(self._parts[0])

    def reveal_kana(self) -> str:
        """The reading."""
        return str(self._parts[1])


@final
class PhoneNumber(_Personal):
    """A phone number in E.164 (+819012345678)."""

    __slots__ = ()

    def __init__(self, e164: str) -> None:
        self._hold(e164)

    def reveal(self) -> str:
        """E.164 with the plus sign."""
        return str(self._parts[0])


@final
class EmailAddress(_Personal):
    """An e-mail address."""

    __slots__ = ()

    def __init__(self, address: str) -> None:
        self._hold(address)

    def reveal(self) -> str:
        """The address as written."""
        return str(self._parts[0])


@final
class LineUser(_Personal):
    """A LINE user id (U and 32 hex digits): who somebody is to this institution's provider at LINE, and to nobody else."""

    __slots__ = ()

    def __init__(self, user_id: str) -> None:
        self._hold(user_id)

    def reveal(self) -> str:
        """The id as LINE writes it."""
        return str(self._parts[0])


@final
class PostalAddress(_Personal):
    """A postal address from the prefecture on, with its postal code (seven digits, may be empty)."""

    __slots__ = ()

    def __init__(self, address: str, postal_code: str = "") -> None:
        self._hold(address, postal_code)

    def reveal(self) -> str:
        """The address as written, without the postal code."""
        return str(self._parts[0])

    def reveal_postal_code(self) -> str:
        """Seven digits, or nothing."""
        return str(self._parts[1])


@final
class Addressee(_Personal):
    """Whom a letter goes to, and where: name, address, and whether it is an organisation (御中, not 様)."""

    __slots__ = ()

    def __init__(self, name: PersonName, address: PostalAddress, *, is_organisation: bool) -> None:
        self._hold(name, address, is_organisation)

    def reveal(self) -> tuple[str, str, str]:
        """Name, address, and the postal code's seven digits."""
        name, address, _ = self._parts
        assert isinstance(name, PersonName)
        assert isinstance(address, PostalAddress)
        return name.reveal(), address.reveal(), address.reveal_postal_code()

    @property
    def honorific(self) -> str:
        """様, or 御中 behind an organisation's name."""
        return "御中" if self._parts[2] else "様"


@final
class BirthDate(_Personal):
    """A day of birth; for a corporation the day of its foundation."""

    __slots__ = ()

    def __init__(self, day: date) -> None:
        self._hold(day)

    def reveal(self) -> str:
        """ISO 8601 (1960-04-08)."""
        return self.reveal_date().isoformat()

    def reveal_date(self) -> date:
        """The day itself."""
        day = self._parts[0]
        assert isinstance(day, date)
        return day
