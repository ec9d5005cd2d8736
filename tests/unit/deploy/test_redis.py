"""Redis with deploy/redis: it passes messages on for whoever knows the password, and does nothing else for anybody."""

import re
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.ports import free_port
from tests.support.programs import DEPLOY, listens, program
from tests.support.server import environment

START = DEPLOY / "redis" / "start.sh"
PASSWORD = "a password that stands in PARLEY_REDIS"
PASSING_ON = ["PING", "HELLO 3", "PUBLISH parley:0:x y", "SPUBLISH parley:0:x y", "INFO memory"]
ELSE = [
    "GET x", "SET x y", "DEL x", "KEYS *", "SCAN 0", "FLUSHALL", "EVAL return(1) 0", "SCRIPT LOAD x", "FUNCTION LIST",
    "FCALL x 0", "CONFIG GET *", "CONFIG SET maxmemory 1", "ACL LIST", "ACL SETUSER x", "MONITOR", "SLOWLOG GET",
    "CLIENT LIST", "CLIENT KILL ID 1", "DEBUG SLEEP 0", "MODULE LIST", "SAVE", "BGSAVE", "SHUTDOWN", "REPLICAOF a 1",
    "XADD x * a b", "BLPOP x 0", "SUBSCRIBE other", "PSUBSCRIBE *", "PUBLISH other x", "PUBSUB CHANNELS", "ROLE",
    "CLUSTER RESET", "MIGRATE a 1 x 0 1", "LATENCY RESET",
]  # fmt: skip

FORBIDDEN = re.compile(r"NOPERM|DEBUG command not allowed")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("redis")
    (folder / "password").write_text(PASSWORD + "\n")
    return folder


@pytest.fixture(scope="module")
def port(folder: Path) -> Iterator[int]:
    port = free_port()
    given = {"REDIS_PASSWORD_FILE": str(folder / "password"), "REDIS_STATE": str(folder), "REDIS_PORT": str(port)}
    with program([START], lambda: listens(port), given):
        yield port


def ask(port: int, command: str, user: str = "parley", password: str = PASSWORD) -> str:
    way = ["redis-cli", "-e", "-p", str(port), "--user", user, "--pass", password, "--no-auth-warning"]
    done = subprocess.run([*way, *command.split()], capture_output=True, text=True, timeout=20, check=False)
    return done.stdout + done.stderr


@pytest.mark.parametrize("command", PASSING_ON)
def test_what_the_relay_needs_is_allowed(port: int, command: str) -> None:
    answer = ask(port, command)
    assert answer and "NOPERM" not in answer and "NOAUTH" not in answer


@pytest.mark.parametrize("command", ELSE)
def test_all_else_is_forbidden(port: int, command: str) -> None:
    assert FORBIDDEN.search(ask(port, command))


def test_a_subscription_is_allowed_to_topics_of_ours(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=20) as sock, sock.makefile("rwb") as lines:
        lines.write(f'AUTH parley "{PASSWORD}"\r\nSUBSCRIBE parley:0:x\r\n'.encode())
        lines.flush()
        said = [lines.readline().strip() for _ in range(7)]
    assert said[0] == b"+OK" and said[3] == b"subscribe" and said[5] == b"parley:0:x"


@pytest.mark.parametrize(("user", "password"), [("default", ""), ("default", PASSWORD), ("parley", "guess")])
def test_nobody_else_comes_in(port: int, user: str, password: str) -> None:
    assert "WRONGPASS" in ask(port, "PING", user, password)
    bare = subprocess.run(["redis-cli", "-p", str(port), "PING"], capture_output=True, text=True, check=False)
    assert "NOAUTH" in bare.stdout


def test_who_only_asks_whether_it_lives_learns_nothing_else(port: int) -> None:
    assert ask(port, "PING", "health", "none") == "PONG\n"
    for command in (*PASSING_ON[2:], *ELSE):
        assert FORBIDDEN.search(ask(port, command, "health", "none")), command


def test_nothing_is_kept_and_nothing_is_thrown_away(port: int, folder: Path) -> None:
    memory = dict(line.split(":", 1) for line in ask(port, "INFO").split() if ":" in line)
    assert memory["maxmemory_policy"] == "noeviction" and memory["aof_enabled"] == "0"
    assert sorted(path.name for path in folder.iterdir()) == ["password", "users.acl"]
    assert PASSWORD not in (folder / "users.acl").read_text()


def test_a_short_password_is_refused(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("short\n")
    given = {"REDIS_PASSWORD_FILE": str(tmp_path / "password"), "REDIS_STATE": str(tmp_path)}
    done = subprocess.run([START], env={**environment(), **given}, capture_output=True, text=True, check=False)
    assert done.returncode == 1 and "shorter than 32" in done.stderr
