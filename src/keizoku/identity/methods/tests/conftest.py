"""The clock and the customer of the tests of verifications, here too."""

from keizoku.identity.tests.conftest import clock, taro

__all__ = ["clock", "taro"]
