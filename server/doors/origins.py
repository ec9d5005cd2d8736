"""Which hosts and origins are this server's own. Pure.

A request is believed only when its Host is one of ours (no DNS rebinding, no poisoned links) and, where it can change
something, when its Origin is the page's own. Links are built from `own`, never from an unchecked Host.
"""

import ipaddress
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

_HOST = re.compile(r"(\[[0-9a-fA-F:.]{2,45}\]|[a-zA-Z0-9](?:[a-zA-Z0-9.-]{0,252}))(?::([0-9]{1,5}))?")
_DEFAULT_PORTS = {"http": "80", "https": "443", "ws": "80", "wss": "443"}
_WEB = {"ws": "http", "wss": "https"}
FORWARDING = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip")
"""Headers that only a proxy writes: with one of them, a loopback address is not a person at this machine."""


def split_host(host: str) -> tuple[str, str] | None:
    """Name and port ("" where none was given) of a Host header in lower case; None when it is not one (RFC 9110, 7.2)."""
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


def is_loopback(name: str) -> bool:
    """True for `localhost` and the loopback addresses: whoever uses such a name sits at this machine, or is a proxy."""
    address = _address(name)
    return name.lower() == "localhost" or (address is not None and address.is_loopback)


def normal_origin(origin: str) -> str | None:
    """`scheme://host[:port]` in lower case without a default port, or None when the text is no web origin (RFC 6454)."""
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


@dataclass(frozen=True, slots=True)
class Origins:
    """The server's own names. `public` is the canonical origin; without one, what may stand in a Host depends on where
    the server listens: on loopback only loopback names; on a network the addresses of machines and the certificate's
    names (an attacker's page can make a name of its own point here, but never an address)."""

    public: str | None
    on_loopback: bool
    names: frozenset[str] = field(default_factory=frozenset)

    @classmethod
    def of(cls, public_url: str | None, host: str, names: Iterable[str] = ()) -> "Origins":
        """From the settings: canonical origin (or None), the address that the server is bound to, further names."""
        public = normal_origin(public_url.rstrip("/")) if public_url else None
        return cls(public, is_loopback(host), frozenset(name.lower() for name in names))

    def own(self, scheme: str, host: str) -> str | None:
        """The origin of a page asked for under this scheme and Host, or None when the Host is not ours."""
        scheme = _WEB.get(scheme, scheme)
        origin = _join(scheme, host) if scheme in ("http", "https") else None
        if origin is None:
            return None
        if self.public is not None:
            # A proxy may speak http to us: the name decides, and the page's origin is the public one.
            named = _join(urlsplit(self.public).scheme, host)
            return self.public if self.public in (origin, named) else None
        split = split_host(host)
        if split is None:
            return None
        name = split[0]
        if is_loopback(name):
            return origin
        if self.on_loopback:
            return None
        return origin if name in self.names or _address(name) is not None else None

    def allows(self, origin: str | None, scheme: str, host: str) -> bool:
        """May a page of `origin` change something here? Only our own pages may; a missing Origin is not ours."""
        own = self.own(scheme, host)
        return own is not None and origin is not None and normal_origin(origin) == own

    def at_this_machine(self, host: str, headers: Mapping[str, str]) -> bool:
        """Does somebody at this very machine ask? Only then nobody needs the operator's key to open a session."""
        split = split_host(host)
        if split is None or not self.on_loopback or not is_loopback(split[0]):
            return False
        return not any(name in headers for name in FORWARDING)
