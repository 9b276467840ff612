"""What reaches the log: events, ids, and no secret of a path."""

import logging

from keizoku.kernel.logs import without_secrets


def logged(message, *args):
    record = logging.LogRecord("django.request", logging.WARNING, "", 0, message, args, None)
    assert without_secrets(record)
    return record.getMessage()


def test_token_of_a_link_is_blanked():
    assert logged("Not Found: %s", "/r/AAAAAAABkYzQ1NjYxMjM0NTY3/help") == "Not Found: /r/●●●/help"


def test_ordinary_path_stays_readable():
    assert (
        logged("Not Found: %s", "/console/campaigns/12/approve") == "Not Found: /console/campaigns/12/approve"
    )
