"""All kinds and exemptions, gathered from the rooms' ``kept.py`` in the order of ``INSTALLED_APPS``."""

from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec

from django.apps import apps

from keizoku.kernel.keeping import Kind


@lru_cache(maxsize=1)
def kinds() -> dict[str, Kind]:
    """Name → kind; a name that two rooms claim is a fault of the code."""
    found: dict[str, Kind] = {}
    for module in _modules():
        for kind in getattr(module, "KINDS", ()):
            if kind.name in found:
                raise ValueError(f"two rooms keep a kind named {kind.name}")
            found[kind.name] = kind
    return found


@lru_cache(maxsize=1)
def exempt() -> dict[str, str]:
    """Table → why it has no period."""
    return {table: reason for module in _modules() for table, reason in getattr(module, "EXEMPT", {}).items()}


def _modules() -> list[object]:
    rooms = [config.name for config in apps.get_app_configs() if config.name.startswith("keizoku.")]
    return [import_module(f"{room}.kept") for room in rooms if find_spec(f"{room}.kept")]
