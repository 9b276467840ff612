import pytest

from keizoku.delivery import registry
from keizoku.delivery.tests.carrier import Journal


@pytest.fixture
def journal(settings):
    """The scripted carriers in place of LINE and mail; the journal begins empty."""
    settings.CHANNELS = settings.CHANNELS | {
        "line": "keizoku.delivery.tests.carrier.Phone",
        "email": "keizoku.delivery.tests.carrier.Mail",
    }
    registry.transport.cache_clear()
    Journal.clear()
    yield Journal
    registry.transport.cache_clear()
