"""What an installation can choose: plain values, read once at the start by `settings` and handed down by `app`.

Nothing here reads a file, a clock or the environment. The reason for each value, and what it may be, stand in
`settings` and, as a table, in deploy/settings.md.
"""

from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """The choices of one installation. The defaults are those of `make run`: one machine, nobody else."""

    host: str = "127.0.0.1"  # address that HTTP and WebSockets are served on
    port: int = 8000  # its TCP port; 0: any free one
    data: Path = Path("data")  # folder of the database and the keys
    database: str = ""  # address of a PostgreSQL database, "postgresql://user@host/name"; "": SQLite in the data folder
    redis: str = ""  # address of the Redis between several nodes; "": this node is the only one
    node: str = ""  # the name of this node among several; "": the name of the machine
    public_url: str = ""  # the canonical origin, such as "https://mediation.example"; "": that of host and port
    tls_cert: Path | None = None  # certificate chain, PEM
    tls_key: Path | None = None  # its private key, PEM
    trusted_proxy: tuple[str, ...] = ()  # addresses or networks whose forwarding headers are believed
    operator_name: str = ""  # who runs this server, as shown to the parties
    help_number: str = ""  # telephone number for those who cannot get in
    media_host: str = "::"  # address of the sockets for sound and pictures; "::": all, of IPv4 and IPv6
    media_port: int = 8001  # their port, UDP and TCP; 0: any free one
    media_tcp: bool = True  # whether sound and pictures go by TCP too, where a network lets no UDP through
    media_announce: tuple[str, ...] = ()  # addresses that browsers are told; (): every address of this machine
    turn: tuple[str, ...] = ()  # addresses of TURN servers for browsers whose network lets no UDP through
    turn_key: Path | None = None  # file with the secret shared with them; None: turn.key in the data folder
    mediator_grace_s: float = 5.0  # seconds without a live connection after which the mediator is gone
    door_s: float = 3.0  # seconds that whoever enters an occupied private room waits before microphones reach them
    door_hold_s: float = 30.0  # seconds that "One moment" holds the door, once
    keep_days: float = 7.0  # days after closing until the key of a case is destroyed
    link_days: float = 30.0  # days until a personal link expires
    seats_max: int = 40  # seats of one session
    message_max: int = 65536  # bytes of one WebSocket message
    file_mb: int = 20  # megabytes (2^20 bytes) of a file that somebody adds to the board
    file_pages: int = 200  # pages of a PDF
    file_mpx: int = 40  # millions of pixels of a picture
    log_level: str = "info"  # debug, info, warning or error
    log_format: str = "auto"  # json, console, or auto: console where a person looks on
    language: str = "en"  # language of whoever's browser asks for none that there is

    @property
    def tls(self) -> bool:
        """Whether this server speaks HTTPS by itself."""
        return self.tls_cert is not None and self.tls_key is not None

    @property
    def origin(self) -> str:
        """The canonical origin: what links begin with, and the only page that may open sockets. No slash at the end."""
        if self.public_url:
            return self.public_url
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self.tls else 'http'}://{host}:{self.port}"

    @property
    def private(self) -> bool:
        """Whether only this machine can reach the server: bound to loopback, no proxy before it, no other name for it.

        Only a private installation may do without HTTPS and make its operator's key by itself.
        """
        named = not self.public_url or is_loopback(urlsplit(self.public_url).hostname or "")
        return is_loopback(self.host) and not self.trusted_proxy and named


def is_loopback(host: str) -> bool:
    """Whether `host` (an address or a name) is this machine and nothing else."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False  # any other name may point anywhere


def complaints(config: Config, operator_key_present: bool) -> list[str]:
    """Why a server with these choices must not start, one sentence each; empty when it may.

    These are the rules between several values; each value for itself was checked by `settings`.
    """
    found = []
    if (config.tls_cert is None) != (config.tls_key is None):
        found.append("PARLEY_TLS_CERT and PARLEY_TLS_KEY belong together: set both or none.")
    if config.tls and config.public_url.startswith("http:"):
        found.append("PARLEY_PUBLIC_URL begins with http:// but this server speaks HTTPS: let it begin with https://.")
    if config.media_tcp and config.port == config.media_port != 0:
        found.append(
            "PARLEY_PORT and PARLEY_MEDIA_PORT are the same, and both take TCP: choose another for one of them, "
            "or set PARLEY_MEDIA_TCP to false."
        )
    if config.redis and not config.database:
        found.append(
            "PARLEY_REDIS is set, and several nodes need one database: set PARLEY_DATABASE to the address of a "
            "PostgreSQL database."
        )
    if config.private:
        return found
    if not config.tls and not config.trusted_proxy:
        found.append(
            "Others can reach this server, so it needs HTTPS: set PARLEY_TLS_CERT and PARLEY_TLS_KEY, "
            "or PARLEY_TRUSTED_PROXY to the address of a proxy that speaks HTTPS (or PARLEY_HOST to 127.0.0.1)."
        )
    if not config.public_url:
        found.append("Others can reach this server: set PARLEY_PUBLIC_URL to the https:// address that they will use.")
    elif not config.tls and config.public_url.startswith("http:"):
        found.append("PARLEY_PUBLIC_URL must begin with https://: browsers give no camera to a page without HTTPS.")
    if not operator_key_present:
        found.append("Others can reach this server, so it needs an operator key: run python -m server operator-key.")
    return found
