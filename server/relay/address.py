"""Where the Redis of an installation is, as its address says.

    redis://user:password@host:6379/0                                    one server; rediss:// with TLS
    redis+sentinel://user:password@host:26379,host2:26379/name?db=0      whichever server these sentinels call `name`
    redis+cluster://user:password@host:6379,host2:6379                   a cluster, found through any of its servers

User and password are those of the Redis servers. Sentinels that want their own get them by `?sentinel_username=` and
`?sentinel_password=`. With TLS (rediss://, rediss+sentinel://, rediss+cluster://) `?ca=` names a file of certificates
to believe instead of the machine's. Pub/sub knows no databases, so the number keeps installations apart by the names of
their topics: `parley:0:…`.
"""

import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qsl, unquote, urlsplit

from server.errors import BrokenInstallation

Kind = Literal["one", "sentinel", "cluster"]

_KINDS: dict[str, Kind] = {"": "one", "sentinel": "sentinel", "cluster": "cluster"}
_OPTIONS = {
    "one": {"db", "ca"},
    "sentinel": {"db", "ca", "sentinel_username", "sentinel_password"},
    "cluster": {"ca"},
}


@dataclass(frozen=True, slots=True)
class Host:
    """One server, by name or address and TCP port."""

    name: str
    port: int

    def __str__(self) -> str:
        return f"[{self.name}]:{self.port}" if ":" in self.name else f"{self.name}:{self.port}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """What an address says. Its text form shows no password."""

    kind: Kind
    hosts: tuple[Host, ...]
    username: str = ""
    password: str = ""
    tls: bool = False
    ca: str = ""
    service: str = ""
    sentinel_username: str = ""
    sentinel_password: str = ""
    db: int = 0

    def __str__(self) -> str:
        return ", ".join(str(host) for host in self.hosts)

    __repr__ = __str__

    @property
    def prefix(self) -> bytes:
        """What the names of all topics begin with."""
        return b"parley:%d:" % self.db

    def certificates(self) -> ssl.SSLContext | None:
        """What a TLS connection to these servers is checked with; None without TLS."""
        return ssl.create_default_context(cafile=self.ca or None) if self.tls else None


def read_address(url: str) -> Address:
    """The meaning of `url`. Raises `BrokenInstallation`, without quoting what may be a password."""
    try:
        return _read(url)
    except ValueError as error:
        raise BrokenInstallation(
            f"PARLEY_REDIS makes no sense ({error}): write redis://user:password@host:6379/0, "
            "redis+sentinel://user:password@host:26379,host2:26379/name or redis+cluster://user:password@host:6379."
        ) from None


def _read(url: str) -> Address:
    scheme, _, rest = url.partition("://")
    begin, _, suffix = scheme.partition("+")
    if begin not in ("redis", "rediss") or suffix not in _KINDS or scheme.endswith("+"):
        raise ValueError("it must begin with redis://, rediss://, redis+sentinel:// or redis+cluster://")
    kind = _KINDS[suffix]
    try:
        parts = urlsplit(f"//{rest}")
    except ValueError:
        raise ValueError("a host cannot be read") from None
    if parts.fragment:
        raise ValueError("write # in a password as %23")
    credentials, _, places = parts.netloc.rpartition("@")
    username, _, password = credentials.partition(":")
    hosts = tuple(_host(place, 26379 if kind == "sentinel" else 6379) for place in places.split(","))
    if kind == "one" and len(hosts) > 1:
        raise ValueError("one host, or redis+sentinel:// or redis+cluster://")
    options = _options(kind, parts.query)
    path = unquote(parts.path.strip("/"))
    if kind == "sentinel" and not path:
        raise ValueError("the name that the sentinels give to the server stands after the slash")
    if kind == "cluster" and path:
        raise ValueError("a cluster has no databases: nothing stands after the hosts")
    if kind == "one" and path and "db" in options:
        raise ValueError("the database is named twice")
    database = options.get("db", "") or (path if kind == "one" else "") or "0"
    if not (database.isascii() and database.isdigit() and int(database) < 100_000):
        raise ValueError("the database is a whole number")
    ca = options.get("ca", "")
    if ca and not (begin == "rediss" and Path(ca).is_file()):
        raise ValueError("ca names a readable file, with rediss only")
    return Address(
        kind=kind,
        hosts=hosts,
        username=unquote(username),
        password=unquote(password),
        tls=begin == "rediss",
        ca=ca,
        service=path if kind == "sentinel" else "",
        sentinel_username=options.get("sentinel_username", ""),
        sentinel_password=options.get("sentinel_password", ""),
        db=int(database),
    )


def _host(place: str, usual: int) -> Host:
    try:
        parts = urlsplit(f"//{place}")
        name, port = parts.hostname, parts.port
    except ValueError:
        raise ValueError("a host or its port cannot be read") from None
    if not name or port == 0 or any(character.isspace() for character in place):
        raise ValueError("a host is missing or cannot be read")
    return Host(name, port or usual)


def _options(kind: Kind, query: str) -> dict[str, str]:
    given = parse_qsl(query, keep_blank_values=True)
    options = dict(given)
    unknown = sorted(options.keys() - _OPTIONS[kind])
    if unknown or len(options) < len(given):
        raise ValueError(f"after the question mark may stand, once each: {', '.join(sorted(_OPTIONS[kind]))}")
    return options
