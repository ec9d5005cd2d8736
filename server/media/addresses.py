"""Which addresses of this machine are announced to browsers.

Every one, with loopback last: a browser on this machine may not use 127.0.0.1 (an ordinary Chromium leaves loopback out
of its own interfaces and times out when there is nothing else), and a machine without any network has nothing else.
"""

import ipaddress
from collections.abc import Sequence
from itertools import zip_longest

from aioice.ice import get_host_addresses

from server.media.sockets import ALL

LOOPBACK = "127.0.0.1"

# Each announced address costs a browser one check (two with TCP). More helps machines with many networks; fewer makes a
# machine with dozens of container bridges connect sooner.
MAX_ANNOUNCED = 8


def of_this_machine(host: str) -> list[str]:
    """The machine's own addresses that a socket on `host` listens on, where that is every address of IPv4 (0.0.0.0) or
    of both versions (`::`): by turns, loopback of IPv4 last, without link-local ones (they need a zone)."""
    versions = [_usable(use_ipv4=True, use_ipv6=False)]
    if host == ALL:
        versions.append(_usable(use_ipv4=False, use_ipv6=True))
    by_turns = [each for both in zip_longest(*versions) for each in both if each is not None]
    return [*by_turns[: MAX_ANNOUNCED - 1], LOOPBACK]


def announced(host: str, configured: Sequence[str]) -> tuple[str, ...]:
    """What to write into the offer, for a socket bound to `host`: what is configured, or all that `host` listens on.

    Raises ValueError when a configured address is not an IP address.
    """
    if configured:
        return tuple(str(ipaddress.ip_address(each)) for each in configured)
    bound = ipaddress.ip_address(host)
    return tuple(of_this_machine(host)) if bound.is_unspecified else (str(bound),)


def _usable(*, use_ipv4: bool, use_ipv6: bool) -> list[str]:
    found = get_host_addresses(use_ipv4=use_ipv4, use_ipv6=use_ipv6)
    return [each for each in dict.fromkeys(found) if not _useless(each)]


def _useless(address: str) -> bool:
    parsed = ipaddress.ip_address(address)
    return parsed.is_link_local or parsed.is_loopback or parsed.is_unspecified
