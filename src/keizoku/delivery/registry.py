"""Finds a carrier's transport by its channel's name, from the dotted paths in the settings."""

from functools import lru_cache
from typing import cast

from django.conf import settings
from django.utils.module_loading import import_string

from keizoku.delivery.ports import Transport


@lru_cache(maxsize=8)
def transport(channel: str) -> Transport:
    """The transport of a channel, made once a process."""
    return cast("Transport", import_string(settings.CHANNELS[channel])())


def signature_holds(channel: str, body: bytes, signature: str) -> bool:
    """Whether the channel's carrier signed this callback."""
    return transport(channel).signature_holds(body, signature)
