"""Real Redis servers for a test, on free ports of loopback: one, a pair behind sentinels, a cluster of three.

They keep nothing on disk but what sentinels and clusters note of themselves in the folder given. Each is a process of
ours, stopped by its pid. The operator of all of them has the password `ADMIN`; Parley's own user is `USER`.
"""

import signal
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from tests.support.ports import free_port

ADMIN = "of-the-operator"
USER = "parley"
PASSWORD = "of-parley"
RIGHTS = (
    "resetchannels", "&parley:*", "+ping", "+info", "+publish", "+subscribe", "+unsubscribe",
    "+spublish", "+ssubscribe", "+sunsubscribe", "+cluster|slots",
)  # fmt: skip
_READY = ("Ready to accept connections", "+monitor master")


class RedisServer:
    """A server that a test may stop, kill, freeze and start again at the same port."""

    def __init__(self, folder: Path, *options: str, sentinel: str = "") -> None:
        """`options` as on the command line of redis-server; `sentinel`: the file of settings of a sentinel."""
        self.port = free_port()
        self._folder = folder / f"redis-{self.port}"
        self._folder.mkdir()
        self._process: subprocess.Popen[str] | None = None
        self._reading: threading.Thread | None = None
        common = ["--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self._folder)]
        if sentinel:
            settings = self._folder / "sentinel.conf"
            settings.write_text(sentinel)
            self._command = ["redis-server", str(settings), "--sentinel", *common]
        else:
            known = ["--user", "default", "on", f">{ADMIN}", "~*", "&*", "+@all"]
            parley = ["--user", USER, "on", f">{PASSWORD}", *RIGHTS]
            kept_nowhere = ["--save", "", "--appendonly", "no"]
            self._command = ["redis-server", *common, *kept_nowhere, *known, *parley, *options]

    @property
    def url(self) -> str:
        return f"redis://{USER}:{PASSWORD}@127.0.0.1:{self.port}/0"

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        self._process = subprocess.Popen(self._command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        out = self._process.stdout
        assert out is not None
        said = []
        for line in out:
            said.append(line)
            if any(word in line for word in _READY):
                break
        else:
            raise AssertionError(f"redis-server did not start: {''.join(said)}")
        self._reading = threading.Thread(target=_read_to_the_end, args=[out])  # so that it can always write
        self._reading.start()

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End it: in good order, or with SIGKILL at once."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.send_signal(signal.SIGCONT)  # a frozen one could not end in good order
            self._process.wait()
            self._process = None
            if self._reading is not None:
                self._reading.join()

    def kill(self) -> None:
        self.stop(signal.SIGKILL)

    def restart(self) -> None:
        self.stop()
        self.start()

    def freeze(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def do(self, *command: str, password: str = ADMIN) -> str:
        """What the server answers to a command of its operator."""
        login = ["-a", password, "--no-auth-warning"] if password else []
        done = subprocess.run(
            ["redis-cli", "-p", str(self.port), *login, *command], capture_output=True, text=True, timeout=30
        )
        return done.stdout.strip()

    def wait_for(self, fact: Callable[[str], bool], *command: str, password: str = ADMIN) -> str:
        """Ask until the answer is as it should be."""
        while not fact(answer := self.do(*command, password=password)):
            pass  # each question takes its own process some milliseconds; the test's own time limit ends it
        return answer


def _read_to_the_end(out: IO[str]) -> None:
    with out:
        while out.read(65536):
            pass


@contextmanager
def redis_server(folder: Path, *options: str) -> Iterator[RedisServer]:
    server = RedisServer(folder, *options)
    server.start()
    try:
        yield server
    finally:
        server.stop()


@dataclass(frozen=True, slots=True)
class Watched:
    """A master and its replica behind sentinels, by the name `parley`."""

    master: RedisServer
    replica: RedisServer
    sentinels: list[RedisServer]

    @property
    def url(self) -> str:
        hosts = ",".join(f"127.0.0.1:{sentinel.port}" for sentinel in self.sentinels)
        return f"redis+sentinel://{USER}:{PASSWORD}@{hosts}/parley?db=0"

    def master_port(self) -> int:
        """The port of whoever the first sentinel calls the master."""
        return int(self.sentinels[0].do("SENTINEL", "GET-MASTER-ADDR-BY-NAME", "parley", password="").split()[1])

    def wait_for_failover(self) -> None:
        """Until the sentinels have decided for the replica."""
        while self.master_port() != self.replica.port:
            pass


@contextmanager
def redis_behind_sentinels(folder: Path, sentinels: int = 1) -> Iterator[Watched]:
    """Sentinels that find a master gone after 0.3 s."""
    with ExitStack() as stack:
        quick = ("--masterauth", ADMIN, "--repl-diskless-sync-delay", "0", "--repl-ping-replica-period", "1")
        master = stack.enter_context(redis_server(folder, *quick))
        replica = stack.enter_context(redis_server(folder, *quick, "--replicaof", "127.0.0.1", str(master.port)))
        replica.wait_for(lambda info: "master_link_status:up" in info, "INFO", "replication")
        rules = (
            f"sentinel monitor parley 127.0.0.1 {master.port} {sentinels // 2 + 1}\n"
            f"sentinel auth-pass parley {ADMIN}\n"
            "sentinel down-after-milliseconds parley 300\n"
            "sentinel failover-timeout parley 2000\n"
        )
        watching = [RedisServer(folder, sentinel=rules) for _ in range(sentinels)]
        for sentinel in watching:
            stack.callback(sentinel.stop)
            sentinel.start()
        for sentinel in watching:
            sentinel.wait_for(lambda told: f"slaves=1,sentinels={sentinels}" in told, "INFO", "sentinel", password="")
        yield Watched(master, replica, watching)


@dataclass(frozen=True, slots=True)
class Cluster:
    """Three masters that share the slots."""

    servers: list[RedisServer]

    @property
    def url(self) -> str:
        return f"redis+cluster://{USER}:{PASSWORD}@" + ",".join(f"127.0.0.1:{server.port}" for server in self.servers)

    def server_of(self, name: str) -> RedisServer:
        """Who has the slot of this name of a topic, as the operator names it: with its prefix."""
        slot = int(self.servers[0].do("CLUSTER", "KEYSLOT", name))
        for line in self.servers[0].do("CLUSTER", "NODES").splitlines():
            words = line.split()
            for first, _, last in (word.partition("-") for word in words[8:] if not word.startswith("[")):
                if int(first) <= slot <= int(last or first):
                    port = int(words[1].partition("@")[0].rpartition(":")[2])
                    return next(server for server in self.servers if server.port == port)
        raise AssertionError(f"nobody has slot {slot}")

    def move_slot(self, name: str, target: RedisServer) -> None:
        """Give the slot of this name to another master."""
        home = self.server_of(name)
        slot, there = home.do("CLUSTER", "KEYSLOT", name), target.do("CLUSTER", "MYID")
        steps = [
            (target, "IMPORTING", home.do("CLUSTER", "MYID")),  # so that its claim is newer than the former one
            (home, "MIGRATING", there),
            *((server, "NODE", there) for server in (target, home)),
        ]
        for server, *how in steps:
            assert server.do("CLUSTER", "SETSLOT", slot, *how) == "OK"


@contextmanager
def redis_cluster(folder: Path) -> Iterator[Cluster]:
    with ExitStack() as stack:
        servers = []
        for _ in range(3):
            bus = str(free_port())
            options = ("--cluster-enabled", "yes", "--cluster-port", bus, "--cluster-node-timeout", "1000")
            servers.append(stack.enter_context(redis_server(folder, *options)))
        places = [f"127.0.0.1:{server.port}" for server in servers]
        servers[0].do("--cluster", "create", *places, "--cluster-yes")
        for server in servers:
            server.wait_for(lambda info: "cluster_state:ok" in info, "CLUSTER", "INFO")
        yield Cluster(servers)
