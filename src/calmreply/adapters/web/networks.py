"""Which addresses belong to the public web. A table of our own, from the registries of IANA.

`ipaddress.is_global` is not enough: it lets NAT64, 6to4, Teredo and multicast through, each of
which can lead back into the own network. Among IPv6 only 2000::/3 is handed out for the public
web, so everything outside it is refused without being listed.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import Final

Network = IPv4Network | IPv6Network


class Reach(Enum):
    """Where an address leads."""

    PUBLIC = "public"
    OWN = "own"
    """This computer or its own network; allowed for a source by one explicit click."""
    NOWHERE = "nowhere"
    """No site can be there: reserved, for groups, for examples, or wrapped round another."""


def _table(*networks: str) -> tuple[Network, ...]:
    return tuple(ip_network(network) for network in networks)


_OWN: Final = _table(
    "10.0.0.0/8",
    "100.64.0.0/10",  # shared by a provider's customers (CGNAT)
    "127.0.0.0/8",
    "169.254.0.0/16",  # link-local; the clouds' metadata too
    "172.16.0.0/12",
    "192.168.0.0/16",
    "::1/128",
    "fc00::/7",  # unique local
    "fe80::/10",  # link-local
    "fec0::/10",  # site-local, old
)
_NOWHERE: Final = _table(
    "0.0.0.0/8",
    "192.0.0.0/24",  # protocol assignments
    "192.0.2.0/24",  # documentation
    "192.88.99.0/24",  # 6to4 relays
    "198.18.0.0/15",  # benchmarks
    "198.51.100.0/24",  # documentation
    "203.0.113.0/24",  # documentation
    "224.0.0.0/4",  # multicast
    "240.0.0.0/4",  # reserved, broadcast
    "2001::/23",  # Teredo, ORCHID and other protocol assignments
    "2001:db8::/32",  # documentation
    "2002::/16",  # 6to4
    "3ffe::/16",  # 6bone, given back
    "3fff::/20",  # documentation
)
_PUBLIC_IPV6: Final = IPv6Network("2000::/3")


def reach(address: IPv4Address | IPv6Address) -> Reach:
    """Where `address` leads; IPv4-mapped and NAT64 ones are nowhere, whatever they wrap."""
    if any(address in network for network in _OWN if network.version == address.version):
        return Reach.OWN
    if any(address in network for network in _NOWHERE if network.version == address.version):
        return Reach.NOWHERE
    if isinstance(address, IPv6Address) and address not in _PUBLIC_IPV6:
        return Reach.NOWHERE
    return Reach.PUBLIC


def usable(resolved: Iterable[str], *, allow_own: bool) -> list[str]:
    """Those of `resolved` that may be connected to, in order, each once."""
    allowed = {Reach.PUBLIC, Reach.OWN} if allow_own else {Reach.PUBLIC}
    return [
        text
        for text in dict.fromkeys(resolved)
        if (parsed := parse(text)) is not None and reach(parsed) in allowed
    ]


def parse(text: str) -> IPv4Address | IPv6Address | None:
    """The IP address that `text` is, or None where it is a name."""
    try:
        return ip_address(text)
    except ValueError:
        return None
