"""Where events may be posted: https to the outside; what is inside only where a setting names it. Pure.

Without this, whoever may name an address could make our server ask the inside's own services for him (server-side request
forgery). A name is judged by what it resolves to, at the very connection (``connecting``): it may resolve otherwise later.
"""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final
from urllib.parse import urlsplit

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
_NAT64: Final = IPv6Network("64:ff9b::/96")
LONGEST_URL: Final = 500


def why_refused(url: str, *, is_demo: bool, networks: Sequence[Network] = ()) -> str:
    """Why nothing may be posted there, as one sentence; "" where nothing speaks against the address as it is written."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return "URLとして読めません。"
    if parts.scheme not in {"https", "http"} or not host or len(url) > LONGEST_URL:
        return "https:// で始まる、500文字までのURLにしてください。"
    if parts.username or parts.password or parts.fragment:
        return "URLに、利用者名・パスワード・# 以降は入れられません。"
    literal = literal_of(host)
    if parts.scheme == "http" and not (is_demo and _is_this_machine(host, literal)):
        return "http:// は使えません。https:// にしてください（デモではこの計算機だけ http:// も使えます）。"
    if literal is not None and not is_allowed(literal, is_demo=is_demo, networks=networks):
        return "内部のネットワークの住所へは送れません。必要なら KEIZOKU_EVENT_NETWORKS で許可してください。"
    return ""


def is_allowed(address: Address, *, is_demo: bool, networks: Sequence[Network] = ()) -> bool:
    """Whether a connection may be made to this very address."""
    inner = unwrapped(address)
    if any(inner in network for network in networks if network.version == inner.version):
        return True
    if inner.is_loopback:
        return is_demo
    return inner.is_global and not inner.is_multicast


def unwrapped(address: Address) -> Address:
    """The IPv4 address that an IPv6 one stands for, where it does: ::ffff:10.0.0.1 is 10.0.0.1."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address


def literal_of(host: str) -> Address | None:
    """The address that a host is written as; None for a name."""
    try:
        return ip_address(host.partition("%")[0])
    except ValueError:
        return None


def _is_this_machine(host: str, literal: Address | None) -> bool:
    return host == "localhost" if literal is None else unwrapped(literal).is_loopback
