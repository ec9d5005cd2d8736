"""Reads the choices of an installation from the environment and from a file, and refuses wrong ones by their name.

A setting is called PARLEY_ and the name of the field of `Config`, in capitals. What the caller gives (options of the
command line) goes before the environment, the environment before the file. The file is the one that PARLEY_SETTINGS
names, else parley.env in the working folder if there is one: lines of NAME=value.

`settings_table` is the reference for people; deploy/settings.md holds it (renew it: python -m server.settings >
deploy/settings.md).
"""

import difflib
import os
import sys
from collections.abc import Mapping
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import AfterValidator, BeforeValidator, Field, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from server.config import Config
from server.errors import BrokenInstallation
from server.media.turn import ADDRESS

PREFIX = "PARLEY_"
FILE = "PARLEY_SETTINGS"  # the one name that is no setting: where the file is
DEFAULT_FILE = Path("parley.env")

_default = Config()


def _setting(name: str, wants: str, why: str, **limits: Any) -> Any:
    """A field with the default of `Config`; `wants` completes "must be …", `why` says why it is there and as it is."""
    return Field(getattr(_default, name), description=why, json_schema_extra={"wants": wants}, **limits)


def _split(value: object) -> object:
    if isinstance(value, str):
        return tuple(part for part in (part.strip() for part in value.split(",")) if part)
    return value


def _address(value: str) -> str:
    return str(ip_address(value))


def _network(value: str) -> str:
    network = ip_network(value, strict=False)
    if network.prefixlen == 0:
        raise ValueError("this would believe anybody")
    return str(network.network_address) if network.num_addresses == 1 else str(network)


def _origin(value: str) -> str:
    """The origin as browsers write it (RFC 6454, 6.1): small letters, no default port, no slash at the end."""
    if not value:
        return value
    parts = urlsplit(value)
    host, port = parts.hostname, parts.port
    if parts.scheme not in ("http", "https") or not host or "@" in parts.netloc or any(c.isspace() for c in value):
        raise ValueError("no origin")
    if parts.path not in ("", "/") or "?" in value or "#" in value:
        raise ValueError("more than an origin")
    usual = {"http": 80, "https": 443}[parts.scheme]
    shown = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{shown}" + (f":{port}" if port not in (None, usual) else "")


def _turn_address(value: str) -> str:
    if not ADDRESS.fullmatch(value):
        raise ValueError("no address of a TURN server")
    return value


def _file(value: Path | None) -> Path | None:
    if value is not None and not (value.is_file() and os.access(value, os.R_OK)):
        raise ValueError("no readable file")
    return value


_File = Annotated[Path | None, AfterValidator(_file)]
_Addresses = Annotated[tuple[Annotated[str, AfterValidator(_address)], ...], NoDecode, BeforeValidator(_split)]
_Networks = Annotated[tuple[Annotated[str, AfterValidator(_network)], ...], NoDecode, BeforeValidator(_split)]
_Turns = Annotated[tuple[Annotated[str, AfterValidator(_turn_address)], ...], NoDecode, BeforeValidator(_split)]
_PORT = {"ge": 0, "le": 65535}


class _Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, extra="ignore", allow_inf_nan=False)

    host: str = _setting(
        "host",
        "an address or a host name",
        "Where HTTP and WebSockets are served. Only this machine by default: whoever wants more must say so, "
        "and then needs HTTPS and an operator key.",
        pattern=r"^[A-Za-z0-9.:_-]{1,253}$",
    )
    port: int = _setting("port", "a whole number from 0 to 65535", "Its TCP port. 0 takes any free one.", **_PORT)
    data: Path = _setting(
        "data",
        "a folder",
        "The database and the keys. It is made at the first start; its parent must exist. "
        "Use a local disk: SQLite's locks do not hold on network drives.",
    )
    database: str = _setting(
        "database",
        "an address such as postgresql://user:password@host/name",
        "PostgreSQL (13 or newer) instead of the SQLite file in the data folder, which is enough for one node. The "
        "keys stay in the data folder, away from the database and its backups; all nodes need the same master.key. "
        "Over a network add ?sslmode=verify-full&sslrootcert=/path/of/root.pem.",
        pattern=r"^(postgresql://\S+)?$",
    )
    redis: str = _setting(
        "redis",
        "an address such as redis://user:password@host:6379/0, redis+sentinel://host:26379/name "
        "or redis+cluster://host:6379",
        "What carries sealed frames between several nodes. Nothing is kept there, and nothing there can be read.",
        pattern=r"^((rediss?|rediss?\+sentinel|rediss?\+cluster)://\S+)?$",
    )
    node: str = _setting(
        "node",
        "letters, digits, dots and hyphens, 64 at most",
        "The name of this node among several, for people who read logs and the health page; no two may have the same. "
        "Empty: the name of the machine.",
        pattern=r"^[A-Za-z0-9.-]{0,64}$",
    )
    public_url: Annotated[str, AfterValidator(_origin)] = _setting(
        "public_url",
        "an origin such as https://mediation.example, without a path",
        "What personal links begin with, and the only page that may open sockets; never taken from a request. "
        "Not needed on loopback.",
    )
    tls_cert: _File = _setting(
        "tls_cert", "a readable file (PEM)", "Certificate chain, where this server speaks HTTPS itself, as in a LAN."
    )
    tls_key: _File = _setting("tls_key", "a readable file (PEM)", "The private key of the certificate.")
    trusted_proxy: _Networks = _setting(
        "trusted_proxy",
        "addresses or networks, separated by commas, and not the whole internet",
        "Proxies before this server that speak HTTPS. Forwarding headers of anybody else are ignored.",
    )
    operator_name: str = _setting(
        "operator_name",
        "a name of at most 120 characters",
        "Who runs this server: the parties should know whom they trust.",
        max_length=120,
    )
    help_number: str = _setting(
        "help_number",
        "a telephone number",
        "Shown wherever somebody may be stuck, so that a person can be reached without the program.",
        pattern=r"^[0-9+() ./-]{0,40}$",
    )
    media_host: Annotated[str, AfterValidator(_address)] = _setting(
        "media_host",
        "an address",
        "Where sound and pictures are received. Every address of IPv4 and, where there is one, of IPv6 (0.0.0.0: of "
        "IPv4 alone), even on loopback: an ordinary browser does not reach a media address at 127.0.0.1 alone.",
    )
    media_port: int = _setting(
        "media_port",
        "a whole number from 0 to 65535",
        "Its port, UDP and TCP. A fixed one, next to 8000, so that a firewall rule can name it. "
        "0 takes any free one, for several servers on one machine.",
        **_PORT,
    )
    media_tcp: bool = _setting(
        "media_tcp",
        "true or false",
        "Whether sound and pictures go by TCP on the same number, for people whose network lets no UDP through. "
        "Browsers take UDP wherever they can. Off is for those who open no TCP but the proxy's and have TURN servers.",
    )
    media_announce: _Addresses = _setting(
        "media_announce",
        "addresses, separated by commas",
        "What browsers are told to send to. Empty: every address of this machine. "
        "Set it to the public address behind address translation.",
    )
    turn: _Turns = _setting(
        "turn",
        "addresses such as turn:turn.example:3478 or turns:turn.example:5349?transport=tcp, separated by commas",
        "TURN servers, for people whose network lets no UDP through. Only pages of people in a room are told, with "
        "credentials that end after some hours. Empty: none.",
    )
    turn_key: _File = _setting(
        "turn_key",
        "a readable file",
        "One line: the secret that this server shares with the TURN servers (their static-auth-secret), 32 characters "
        "at least. Empty: turn.key in the data folder. A file, since settings end up in process lists.",
    )
    mediator_grace_s: float = _setting(
        "mediator_grace_s",
        "seconds from 1 to 60",
        "How long the mediator may be without a connection before opposing sides in the joint room are paused. "
        "Longer rides out a bad network, shorter leaves the sides alone for less.",
        ge=1,
        le=60,
    )
    door_s: float = _setting(
        "door_s",
        "seconds from 0 to 30",
        "The beat between the chime and being heard, for people who finish their sentence. 0 is for benches.",
        ge=0,
        le=30,
    )
    door_hold_s: float = _setting(
        "door_hold_s",
        "seconds from 1 to 300",
        'How long "One moment" holds the door, once. Longer lets people finish, shorter keeps others waiting less.',
        ge=1,
        le=300,
    )
    keep_days: float = _setting(
        "keep_days",
        "days from 0 to 3650",
        "How long a closed case can still be read before its key is destroyed. The date is shown to everyone. "
        "A week is enough to fetch the agreement; every day more is a day on which it can be stolen.",
        ge=0,
        le=3650,
    )
    link_days: float = _setting(
        "link_days",
        "days from 1 to 365",
        "How long a personal link is good. A month covers an invitation sent early; the mediator can renew a link.",
        ge=1,
        le=365,
    )
    seats_max: int = _setting(
        "seats_max",
        "a whole number from 2 to 40",
        "Seats of one session. 40 is the most that Parley is made for; fewer protect a small machine.",
        ge=2,
        le=40,
    )
    message_max: int = _setting(
        "message_max",
        "bytes, a whole number from 16384 to 1048576",
        "The longest message of a browser; a longer one closes its connection before anything parses it.",
        ge=16384,
        le=1048576,
    )
    file_mb: int = _setting(
        "file_mb",
        "a whole number from 1 to 200",
        "Megabytes of a file that somebody adds to the board. It is held in memory while it comes; "
        "more takes longer over the lines that people have at home.",
        ge=1,
        le=200,
    )
    file_pages: int = _setting(
        "file_pages",
        "a whole number from 1 to 1000",
        "Pages of a PDF. Every page is drawn and kept as a picture: two hundred take a machine some ten seconds.",
        ge=1,
        le=1000,
    )
    file_mpx: int = _setting(
        "file_mpx",
        "a whole number from 1 to 60",
        "Millions of pixels of a picture. A small file can unfold to any number of them; "
        "each takes a few bytes of memory for a moment.",
        ge=1,
        le=60,
    )
    log_level: Literal["debug", "info", "warning", "error"] = _setting(
        "log_level",
        "debug, info, warning or error",
        "How much is logged. No level logs content, names, links or keys.",
    )
    log_format: Literal["auto", "json", "console"] = _setting(
        "log_format",
        "auto, json or console",
        "json for machines, console for people; auto looks whether somebody is looking on.",
    )
    language: str = _setting(
        "language",
        "a language tag such as en or pt-BR",
        "What somebody sees whose browser asks for no language that there is.",
        pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$",
    )


def read_settings(**given: object) -> Config:
    """The choices of this installation; `given` (fields of `Config`) goes before everything else, None is not given.

    Raises BrokenInstallation with one sentence that names the setting.
    """
    file = _settings_file()
    try:
        chosen = _Settings(**{"_env_file": file, "_env_file_encoding": "utf-8", **_given(given)})
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        field = str(fault["loc"][0])
        wants = _wants(field)
        raise BrokenInstallation(f"{PREFIX}{field.upper()} must be {wants}; it is {_shown(fault['input'])}.") from None
    return Config(**chosen.model_dump())


def unknown_settings(environment: Mapping[str, str]) -> list[str]:
    """One sentence for each name in the environment that looks like a setting and is none.

    They are no reason to refuse a start: container tools put names there that begin with PARLEY_ too.
    """
    return [
        _unknown(name)
        for name in sorted(environment)
        if name.upper().startswith(PREFIX) and name.upper() not in _names()
    ]


def settings_table() -> str:
    """The reference of all settings in Markdown: deploy/settings.md."""
    lines = [
        "# Settings",
        "",
        "Set them in the environment, or as lines of `NAME=value` in the file that `PARLEY_SETTINGS` names, else",
        "`parley.env` in the working folder. The environment goes before the file. A wrong one is refused at start.",
        "",
        "This page is written by `python -m server.settings > deploy/settings.md`.",
        "",
        "| Setting | Default | Must be | Why |",
        "| --- | --- | --- | --- |",
    ]
    for field, about in _Settings.model_fields.items():
        default = getattr(_default, field)
        lines.append(f"| `{PREFIX}{field.upper()}` | {_default_of(default)} | {_wants(field)} | {about.description} |")
    return "\n".join(lines) + "\n"


def _default_of(value: object) -> str:
    if value in ("", (), None):
        return ""
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f"`{value:g}`" if isinstance(value, float) else f"`{value}`"


def _settings_file() -> Path | None:
    named = os.environ.get(FILE)
    file = Path(named) if named else DEFAULT_FILE
    if not named and not file.exists():
        return None
    try:
        found = dotenv_values(file.resolve(strict=True), encoding="utf-8")
        file.open().close()
    except (OSError, UnicodeDecodeError):
        raise BrokenInstallation(f"The settings file {file} cannot be read: correct {FILE} or the file.") from None
    for name in found:
        if name.upper() not in _names():
            raise BrokenInstallation(f"In {file}: {_unknown(name)}")
    return file


def _given(given: Mapping[str, object]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if value is not None}


def _names() -> set[str]:
    return {PREFIX + field.upper() for field in _Settings.model_fields} | {FILE}


def _unknown(name: str) -> str:
    near = difflib.get_close_matches(PREFIX + name.upper().removeprefix(PREFIX), _names(), 1)
    return f"{name} is not a setting" + (f": did you mean {near[0]}?" if near else ".")


def _wants(field: str) -> str:
    extra = _Settings.model_fields[field].json_schema_extra
    return str(extra["wants"]) if isinstance(extra, dict) else ""


def _shown(value: object) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
    return f'"{text[:80]}{"…" if len(text) > 80 else ""}"'


if __name__ == "__main__":
    sys.stdout.write(settings_table())
