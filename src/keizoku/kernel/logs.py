"""Structured logs: an event's name in the past tense, and ids as fields. Never personal data.

Personal values are typed (``kernel.personal``) and print masked, so that even a slip shows ●●● only.
"""

import logging
import re
import sys
from typing import Any, cast

import structlog


def configure(*, as_json: bool) -> None:
    """Set up logging for one process: JSON lines in production, short coloured lines on a terminal."""
    render: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False) if as_json else structlog.dev.ConsoleRenderer()
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            render,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s %(message)s"))
    handler.addFilter(without_secrets)
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)


# A path segment as long as a one-time link or ticket. Libraries log the paths of requests that they refuse.
_SECRET_SEGMENT = re.compile(r"(?<=/)[A-Za-z0-9_-]{20,}")


def without_secrets(record: logging.LogRecord) -> bool:
    """A logging filter: links' and tickets' tokens are blanked in whatever a library wants to log."""
    record.msg = _SECRET_SEGMENT.sub("●●●", record.getMessage())
    record.args = None
    return True


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    return cast("structlog.stdlib.BoundLogger", structlog.get_logger(room=name.removeprefix("keizoku.")))
