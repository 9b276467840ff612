"""The connection's own guard: a name that resolves to an address of the inside is not connected to.

Checked where the connection is made and not before, since a name may resolve otherwise a moment later (DNS rebinding).
"""

import socket
from collections.abc import Sequence
from ipaddress import ip_address

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from keizoku.events.rules.places import Network, is_allowed


class Guarded(AbstractResolver):
    """Resolves names to the addresses that may be connected to; to none of them is a failure to resolve."""

    def __init__(self, *, is_demo: bool, networks: Sequence[Network]) -> None:
        self._inner = ThreadedResolver()
        self._is_demo = is_demo
        self._networks = networks

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._inner.resolve(host, port, family)
        allowed = [
            one
            for one in found
            if is_allowed(
                ip_address(one["host"].partition("%")[0]), is_demo=self._is_demo, networks=self._networks
            )
        ]
        # All or none: a name that points outside and inside at once is not an honest one.
        if len(allowed) != len(found) or not allowed:
            raise OSError(None, "the name points to an address that is not allowed")
        return allowed

    async def close(self) -> None:
        await self._inner.close()
