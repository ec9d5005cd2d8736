"""What is wrong with this installation? Looks, and changes nothing."""

import asyncio
import socket
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import httpx2

from server.app import turn_servers
from server.cli import running
from server.config import Config, complaints
from server.errors import BrokenInstallation
from server.media.addresses import announced
from server.media.sockets import bound
from server.settings import unknown_settings
from server.storage.installation import DATABASE
from server.storage.keys import MASTER_KEY, find_master_key, find_operator_key
from server.storage.postgres_start import look_at_postgres, name_of


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at, in a sentence."""

    good: bool
    words: str


def look_over(config: Config, environment: Mapping[str, str]) -> list[Finding]:
    """Everything, in the order in which a start would need it."""
    return [
        Finding(True, "The settings make sense."),
        *(Finding(False, sentence) for sentence in unknown_settings(environment)),
        *_keys(config),
        *_turn(config),
        *_database(config),
        *_server(config),
        *_addresses(config),
    ]


def _keys(config: Config) -> Iterator[Finding]:
    folder = config.data.absolute()
    if not folder.exists():
        yield Finding(folder.parent.is_dir(), f"The data folder {folder} is not there yet; the first start makes it.")
        yield from _complaints(config, False)
        return
    yield from _found("The master key", lambda: find_master_key(folder))
    present = False
    try:
        present = find_operator_key(folder) is not None
        yield Finding(True, "The operator's key is in order." if present else "There is no operator's key yet.")
    except BrokenInstallation as broken:
        yield Finding(False, str(broken))
    yield from _complaints(config, present)


def _turn(config: Config) -> Iterator[Finding]:
    try:
        turn = turn_servers(config)
    except BrokenInstallation as broken:
        yield Finding(False, str(broken))
    else:
        if turn is not None:
            yield Finding(True, f"Browsers without UDP are sent to {', '.join(turn.addresses)}.")


def _complaints(config: Config, key: bool) -> Iterator[Finding]:
    for sentence in complaints(config, key):
        yield Finding(False, sentence)


def _found(what: str, find: Callable[[], object]) -> Iterator[Finding]:
    try:
        there = find() is not None
    except BrokenInstallation as broken:
        yield Finding(False, str(broken))
    else:
        yield Finding(True, f"{what} is in order." if there else f"{what} is made at the first start.")


def _database(config: Config) -> Iterator[Finding]:
    if config.database:
        yield from _postgres(config)
        return
    path = config.data.absolute() / DATABASE
    if not path.exists():
        yield Finding(True, "There is no database yet; the first start makes it.")
        return
    if not (path.parent / MASTER_KEY).exists():
        yield Finding(False, f"{path.parent / MASTER_KEY} is missing: put it back from your backup.")
    try:
        with path.open("r+b") as file:
            whole = file.read(16) == b"SQLite format 3\x00"
    except OSError as error:
        yield Finding(False, f"The database {path} cannot be written ({error.strerror}).")
        return
    words = "is there and can be written" if whole else "is damaged: put it back from your backup"
    yield Finding(whole, f"The database {path} {words}.")


def _postgres(config: Config) -> Iterator[Finding]:
    try:
        name = name_of(config.database)
        looked = asyncio.run(look_at_postgres(config.database))
    except BrokenInstallation as broken:
        yield Finding(False, str(broken))
        return
    yield Finding(True, f"The database {name} keeps what it must (PostgreSQL {looked.release}).")
    before, after = looked.upgrade.before, looked.upgrade.after
    if before is None:
        yield Finding(True, "It is empty; the first start makes what is in it.")
        return
    if not (config.data.absolute() / MASTER_KEY).exists():
        yield Finding(
            False,
            f"{config.data.absolute() / MASTER_KEY} is missing: put it back from your backup, or copy it from another "
            "node.",
        )
    if before == after:
        yield Finding(True, f"Its schema is at {after}, as this version needs it.")
    else:
        yield Finding(True, f"Its schema is at {before}; the next start brings it to {after}.")


def _server(config: Config) -> Iterator[Finding]:
    there = running.find(config.data.absolute())
    if there is not None:
        try:
            answer = httpx2.get(f"{there.url}/readyz", verify=False, timeout=5.0, trust_env=False)
            good = answer.status_code == 200
            yield Finding(
                good, f"The server answers at {there.url}" + ("." if good else ", but its database does not.")
            )
            return
        except (httpx2.HTTPError, OSError):
            yield Finding(True, "The server does not run.")
    yield from _port(config.host, config.port, socket.SOCK_STREAM, "PARLEY_PORT")
    yield from _port(config.media_host, config.media_port, socket.SOCK_DGRAM, "PARLEY_MEDIA_PORT")
    if config.media_tcp:
        yield from _port(config.media_host, config.media_port, socket.SOCK_STREAM, "PARLEY_MEDIA_PORT")


def _port(host: str, port: int, kind: socket.SocketKind, setting: str) -> Iterator[Finding]:
    name = f"{'UDP' if kind is socket.SOCK_DGRAM else 'TCP'} port {port} of {host}"
    try:
        bound(str(socket.getaddrinfo(host, port, type=kind)[0][4][0]), port, kind).close()
    except OSError as error:
        yield Finding(False, f"{name} cannot be had ({error.strerror}): free it, or change {setting}.")
    else:
        yield Finding(True, f"{name} is free.")


def _addresses(config: Config) -> Iterator[Finding]:
    try:
        told = announced(config.media_host, config.media_announce)
    except ValueError:
        yield Finding(False, "PARLEY_MEDIA_ANNOUNCE must be addresses.")
        return
    yield Finding(True, f"Browsers are told to send sound and pictures to {', '.join(told)}.")
