"""PostgreSQL, Redis, coturn, two nodes and Caddy, each with the files of deploy/ as they are; what differs from place
to place is said by environment and command line, as on any other machine.
"""

import pwd
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.checking.checklist import Checklist
from deploy.checking.node import Node
from deploy.checking.place import FILES, FOLDER, NODES, SECRETS, SITE, TURN
from deploy.checking.server import Server, listens
from tests.support.certificate import write_certificate
from tests.support.deployed_postgres import OWNER, as_owner, programs
from tests.support.server import environment

KEYS = ("master.key", "operator.key", "turn.key")


@dataclass(frozen=True, slots=True)
class Installation:
    """All that runs. `certificate` is what the proxy shows."""

    nodes: tuple[Node, Node]
    redis: Server
    certificate: Path
    key: str

    def owner(self) -> tuple[Node, Node]:
        """The node on which the one session lives, and the other one."""
        one, two = self.nodes
        return (one, two) if one.number("parley_sessions") else (two, one)


@contextmanager
def installation(list_: Checklist) -> Iterator[Installation]:
    """Made and started; ended in the order from the outside to the inside."""
    _secrets()
    certificate, private = write_certificate(FOLDER, SITE)
    redis = _redis()
    with ExitStack() as stack:
        for server, words in (
            (_postgres(), "PostgreSQL answers, with its two roles (postgres/)."),
            (redis, "Redis answers, for whoever knows the password (redis/)."),
            (_turn(), "coturn answers (turn/)."),
        ):
            _begin(stack, list_, server)
            if server.name == "postgresql":
                _roles()
            list_.say(True, words)
        nodes = (Node(NODES[0]), Node(NODES[1]))
        for node in nodes:
            _begin(stack, list_, node.server)
        list_.say(True, "Two nodes are ready, with the secrets that secrets.sh made.")
        _begin(stack, list_, _proxy(certificate, private))
        list_.say(True, "Caddy answers (proxy/Caddyfile).")
        yield Installation(nodes, redis, certificate, (SECRETS / "operator.key").read_text().strip())


def _begin(stack: ExitStack, list_: Checklist, server: Server) -> None:
    list_.doing(f"starting {server.name}")
    stack.callback(server.stop)
    server.start()


def _secrets() -> None:
    owner = str(pwd.getpwnam(OWNER).pw_uid)
    _run("sh", FILES / "secrets.sh", SECRETS, OWNER="0", DATABASE_OWNER=owner)
    for place in NODES:
        data = FOLDER / place.name
        data.mkdir(mode=0o700)
        for key in KEYS:
            shutil.copy2(SECRETS / key, data)
    for name in ("redis", "turn"):
        (FOLDER / name).mkdir(mode=0o700)
    for folder in (FOLDER / "postgres", Path("/run/postgresql")):
        folder.mkdir(mode=0o700)
        shutil.chown(folder, OWNER, OWNER)
    for secret in SECRETS.glob("postgres*.password"):  # as compose.yaml shows them to the server: one by one
        shown = FOLDER / "postgres" / secret.name
        shown.touch()
        _run("mount", "--bind", secret, shown)


def _postgres() -> Server:
    folder = FOLDER / "postgres"
    _run(*as_owner(programs() / "initdb", "-D", folder / "data", "-U", OWNER, "--data-checksums",
                   "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-sync",
                   f"--pwfile={folder / 'postgres-owner.password'}"))  # fmt: skip
    command = as_owner(programs() / "postgres", "-D", folder / "data",
                       "-c", f"config_file={FILES / 'postgres' / 'postgresql.conf'}",
                       "-c", f"hba_file={FILES / 'postgres' / 'pg_hba.conf'}")  # fmt: skip
    ready = [str(programs() / "pg_isready"), "-q", "-t", "1"]
    return Server("postgresql", command, lambda: subprocess.run(ready, check=False).returncode == 0)


def _roles() -> None:
    folder = FOLDER / "postgres"
    given = {"PASSWORD_FILE": folder / "postgres.password", "BACKUP_PASSWORD_FILE": folder / "postgres-backup.password"}
    _run(*as_owner("sh", FILES / "postgres" / "roles.sh"), **{name: str(path) for name, path in given.items()})


def _redis() -> Server:
    given = {"REDIS_PASSWORD_FILE": SECRETS / "redis.password", "REDIS_STATE": FOLDER / "redis"}
    return Server("redis", [FILES / "redis" / "start.sh"], lambda: listens("127.0.0.1", 6379), given)


def _turn() -> Server:
    given = {
        "TURN_KEY_FILE": SECRETS / "turn.key",
        "TURN_REALM": SITE,
        "TURN_ADDRESS": TURN,
        "TURN_NODES": ",".join(place.media for place in NODES),
        "TURN_STATE": FOLDER / "turn",
    }
    asked = ["timeout", "1", "turnutils_stunclient", "-p", "3478", TURN]  # as compose.yaml asks; lost, it would wait on

    def answers() -> bool:
        return "reflexive" in subprocess.run(asked, capture_output=True, text=True, check=False).stdout

    return Server("coturn", [FILES / "turn" / "start.sh"], answers, given)


def _proxy(certificate: Path, private: Path) -> Server:
    given = {
        "SITE": SITE,
        "SITE_TLS": f"{certificate} {private}",
        "NODES": " ".join(f"127.0.0.1:{place.port}" for place in NODES),
    }
    command = ["caddy", "run", "--config", FILES / "proxy" / "Caddyfile", "--adapter", "caddyfile"]
    return Server("caddy", command, lambda: listens(SITE, 443), given)


def _run(*command: str | Path, **given: str) -> None:
    done = subprocess.run(command, env={**environment(), **given}, capture_output=True, text=True, cwd=FOLDER)
    assert done.returncode == 0, f"{command[0]}: {done.stderr.strip() or done.stdout.strip()}"
