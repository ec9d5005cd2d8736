"""Which addresses of this machine are announced to browsers.

Every one, with loopback last: a browser on this machine may not use 127.0.0.1 (an ordinary Chromium leaves loopback out
of its own interfaces and times out when there is nothing else), and a machine without any network has nothing else.
"""

import ipaddress
from collections.abc import Sequence

from aioice.ice import get_host_addresses

LOOPBACK = "127.0.0.1"
LOOPBACK_6 = "::1"

# Each announced address costs a browser one check. More helps machines with many networks; fewer makes a machine
# with dozens of container bridges connect sooner.
MAX_ANNOUNCED = 8


def of_this_machine(*, version: int = 4) -> list[str]:
    """The machine's own addresses of this IP version, loopback last, without link-local ones (they need a zone)."""
    found = get_host_addresses(use_ipv4=version == 4, use_ipv6=version == 6)
    usable = [each for each in dict.fromkeys(found) if not _useless(each)]
    return [*usable[: MAX_ANNOUNCED - 1], LOOPBACK if version == 4 else LOOPBACK_6]


def announced(host: str, configured: Sequence[str]) -> tuple[str, ...]:
    """What to write into the offer, for a socket bound to `host`: what is configured, or all that `host` listens on.

    Raises ValueError when a configured address is not an IP address.
    """
    if configured:
        return tuple(str(ipaddress.ip_address(each)) for each in configured)
    bound = ipaddress.ip_address(host)
    return tuple(of_this_machine(version=bound.version)) if bound.is_unspecified else (str(bound),)


def _useless(address: str) -> bool:
    parsed = ipaddress.ip_address(address)
    return parsed.is_link_local or parsed.is_loopback or parsed.is_unspecified
