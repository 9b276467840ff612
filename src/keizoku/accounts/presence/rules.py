"""How long a session of staff may last, and what a browser is called. Pure."""

from datetime import timedelta
from typing import Final

# However busy: after this somebody signs in anew. Twelve hours, a long working day, are our own choice.
LONGEST: Final = timedelta(hours=12)
# So long before the end of an idle session the page says so.
WARNING: Final = timedelta(minutes=2)

_BROWSERS: Final = (("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS: Final = (
    ("Windows", "Windows"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)


def is_over(opened_at: int, now: int) -> bool:
    """Both in seconds of Unix time."""
    return now - opened_at >= LONGEST.total_seconds()


def device(user_agent: str) -> str:
    """A browser in two words; what a browser says of itself is never shown as it came."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "ブラウザー")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    return f"{browser}（{system}）" if system else browser
