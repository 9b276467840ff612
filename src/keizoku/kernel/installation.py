"""Demo or production: decided when the database is created, and never changed.

A demo refuses real carriers, so that sample people are never written to; production refuses carriers on this very
machine (a sandbox's place) and any change of the business clock.
"""

import ipaddress
from urllib.parse import urlsplit

from keizoku.kernel.environment import BadSetting
from keizoku.kernel.models import Installation


def is_demo() -> bool:
    return Installation.objects.get().kind == Installation.DEMO


def check_carriers(addresses: dict[str, str]) -> None:
    """Refuse to start when a carrier's address does not fit this database.

    Args:
        addresses: environment variable's name → its URL or host name.
    """
    demo = is_demo()
    for variable, address in addresses.items():
        host = urlsplit(address).hostname if "//" in address else address
        if demo and not is_loopback(host or ""):
            raise BadSetting(
                variable, f"names {host}: this database is a demo's, and a demo never speaks to real carriers"
            )
        if not demo and is_loopback(host or ""):
            raise BadSetting(
                variable,
                f"names {host}: this database is production's, and a carrier on this machine is a sandbox's place "
                "(name a local mail relay by its network name)",
            )


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
