"""Which hosts and origins are this server's own. Pure.

A request is believed only when its Host is one of ours (no DNS rebinding, no poisoned links) and, where it can change
something, when its Origin is the page's own. Links are built from `own`, never from an unchecked Host.
"""

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from server.config import is_loopback

_HOST = re.compile(r"(\[[0-9a-fA-F:.]{2,45}\]|[a-zA-Z0-9](?:[a-zA-Z0-9.-]{0,252}))(?::([0-9]{1,5}))?")
_DEFAULT_PORTS = {"http": "80", "https": "443", "ws": "80", "wss": "443"}
_WEB = {"ws": "http", "wss": "https"}
FORWARDING = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip")
"""Headers that only a proxy writes: with one of them, a loopback address is not a person at this machine."""


def split_host(host: str) -> tuple[str, str] | None:
    """Name and port ("" where none was given) of a Host header in lower case; None when it is none (RFC 9110, 7.2)."""
    match = _HOST.fullmatch(host)
    if match is None:
        return None
    name, port = match[1].lower().rstrip("."), match[2] or ""
    if name.startswith("[") and _address(name) is None:
        return None
    return name, port


def _address(name: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return None


def normal_origin(origin: str) -> str | None:
    """`scheme://host[:port]` in lower case without a default port, or None when it is no web origin (RFC 6454)."""
    try:
        parts = urlsplit(origin)
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or origin != f"{parts.scheme}://{parts.netloc}":
        return None
    return _join(parts.scheme, parts.netloc)


def _join(scheme: str, host: str) -> str | None:
    split = split_host(host)
    if split is None:
        return None
    name, port = split
    return f"{scheme}://{name}" if port in ("", _DEFAULT_PORTS[scheme]) else f"{scheme}://{name}:{int(port)}"


def from_this_machine(client: str, host: str, headers: Mapping[str, str]) -> bool:
    """Does a program at this very machine ask, and no proxy for somebody else? The Host must be loopback too, or a page
    whose name was made to point here could read the answer."""
    split = split_host(host)
    near = is_loopback(client) and split is not None and is_loopback(split[0].strip("[]"))
    return near and not any(name in headers for name in FORWARDING)


@dataclass(frozen=True, slots=True)
class Origins:
    """The server's own names.

    `public` is the canonical origin. `private` says that only this machine reaches the server: then loopback names are
    its own too. Any other name may have been made to point here by somebody else's page.
    """

    public: str | None
    private: bool

    @classmethod
    def of(cls, public_url: str, private: bool) -> "Origins":
        """From the settings: the canonical origin ("" for none), and whether the installation is private."""
        return cls(normal_origin(public_url.rstrip("/")) if public_url else None, private)

    def own(self, scheme: str, host: str) -> str | None:
        """The origin of a page asked for under this scheme and Host, or None when the Host is not ours."""
        scheme = _WEB.get(scheme, scheme)
        origin = _join(scheme, host) if scheme in ("http", "https") else None
        if origin is None:
            return None
        if self.public is not None and self.public in (origin, _join(urlsplit(self.public).scheme, host)):
            return (
                self.public
            )  # a proxy may speak http with us: the name decides, and the page's origin is the public one
        return origin if self.private and is_loopback(urlsplit(origin).hostname or "") else None

    def allows(self, origin: str | None, scheme: str, host: str) -> bool:
        """May a page of `origin` change something here? Only our own pages may; a missing Origin is not ours."""
        own = self.own(scheme, host)
        return own is not None and origin is not None and normal_origin(origin) == own

    def at_this_machine(self, host: str, headers: Mapping[str, str]) -> bool:
        """Does somebody at this very machine ask? Only then nobody needs the operator's key to open a session."""
        split = split_host(host)
        if split is None or not self.private or not is_loopback(split[0].strip("[]")):
            return False
        return not any(name in headers for name in FORWARDING)
