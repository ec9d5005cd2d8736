"""A PostgreSQL server of the tests' own: on a free port of loopback, over a folder that goes with it.

It comes from Debian's packages (`tools/packages.sh`). PostgreSQL refuses to run as root, so root's tests let the user
`postgres` have it. It ends when the process that started it does, however that ends.
"""

import contextlib
import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from tests.support.ports import free_port

USER = "postgres"
MEMORY = Path("/dev/shm")  # its databases are many small files and gone in a minute, so no disk needs to see them
ROOM = 2 << 30  # bytes that must be free there
WHO_MAY = (
    "host all guarded 127.0.0.1/32 scram-sha-256",  # shows a password
    "host all outcast 127.0.0.1/32 reject",
    "host all all 127.0.0.1/32 trust",
    "local all all trust",
)
SETTINGS = (
    "listen_addresses = '127.0.0.1'",
    "max_connections = 60",
    "shared_buffers = 32MB",
    "autovacuum = off",  # nothing comes in between by itself
    "log_min_messages = fatal",
    "fsync = on",  # Parley asserts it
)


def programs() -> Path:
    """Where the newest server's programs lie."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    assert found, "PostgreSQL is missing: run `make test`, which installs it"
    return found[-1].parent


class Postgres:
    """A server that runs. `url` is that of a database on it."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        self.port = port
        self.usual: str | None = None  # the address of the database that most tests share, one after the other
        self._numbers = count(1)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def url(self, database: str = "postgres", *, user: str = USER, password: str = "", more: str = "") -> str:
        """The address of a database, as PARLEY_DATABASE has it."""
        who = f"{user}:{password}" if password else user
        return f"postgresql://{who}@127.0.0.1:{self.port}/{database}{more}"

    def fresh(self, more: str = "", template: str = "template0") -> str:
        """The address of a new database: an empty one, or a copy of one that nobody uses now."""
        name = f"parley{next(self._numbers)}"
        self.ask(f"CREATE DATABASE {name} TEMPLATE {template} {more}")
        return self.url(name)

    def ask(self, statement: str, database: str = "postgres") -> list[str]:
        """Do this as the server's owner, through its socket; returns the lines of the answer."""
        command = [programs() / "psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-h", self.folder, "-p", self.port]
        asked = [*map(str, command), "-U", USER, "-d", database, "-c", statement]
        done = subprocess.run(asked, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()

    def dump(self, url: str) -> list[str]:
        """The schema of a database, line by line in the order of the alphabet, without what Alembic keeps."""
        asked = [str(programs() / "pg_dump"), "--schema-only", "--exclude-table=alembic_version", url]
        done = subprocess.run(asked, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        lines = (line.strip().rstrip(",") for line in done.stdout.splitlines())
        return sorted(line for line in lines if line and not line.startswith(("--", "\\")))

    def set(self, name: str, value: str) -> None:
        """Change a setting of the running server ("DEFAULT": take that back), and return when it holds."""
        before = self.ask(f"SHOW {name}")
        self.ask(f"ALTER SYSTEM SET {name} = {value}")
        self.ask("SELECT pg_reload_conf()")
        while self.ask(f"SHOW {name}") == before:
            pass

    def take_over(self, path: Path, name: str) -> None:
        """Give a copy of a file to the server, for it alone."""
        copy = self.folder / "data" / name
        shutil.copyfile(path, copy)
        copy.chmod(0o600)
        if os.geteuid() == 0:
            shutil.chown(copy, USER, USER)

    @contextmanager
    def standing_by(self) -> Iterator[None]:
        """A server that follows another one (which is not there), and cannot be written."""
        mark = self.folder / "data" / "standby.signal"
        self.stop()
        mark.touch()
        try:
            self.start()
            yield
        finally:
            self.stop()
            mark.unlink()
            self.start()

    def start(self) -> None:
        """Start it, and return when it answers. It ends with the thread that starts it: no passing one."""
        run = [str(programs() / "postgres"), "-D", str(self.folder / "data"), "-p", str(self.port)]
        run += ["-k", str(self.folder)]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(_as_its_user(run), stdout=log, stderr=log, cwd=self.folder)
        ready = [str(programs() / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port), "-t", "1"]
        while subprocess.run(ready, check=False).returncode:
            assert self._process.poll() is None, (self.folder / "log").read_text()

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """End it by its pid, without waiting for whoever is connected."""
        if self._process is not None:
            self.resume()
            self._process.send_signal(how)
            self._process.wait()
            self._process = None

    def restart(self) -> None:
        """End it and start it again."""
        self.stop()
        self.start()

    def kill(self) -> None:
        """As a power cut would: all of its processes at once, without a word."""
        assert self._process is not None
        children = _children(self._process.pid)
        self._signal(signal.SIGKILL)
        self._process.wait()
        self._process = None
        while any(map(_lives, children)):
            pass  # the next one would find their memory still in use
        with contextlib.suppress(FileNotFoundError):
            (self.folder / "data" / "postmaster.pid").unlink()  # those whom it names may still be dying

    def pause(self) -> None:
        """Freeze it: it keeps its connections and answers nothing, until `resume`."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        mother = self._process.pid
        with contextlib.suppress(ProcessLookupError):
            os.kill(mother, number)  # first, so that it starts no further ones
        for child in _children(mother):
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, number)


@contextmanager
def postgres_server(settings: Sequence[str] = (), *, on_disk: bool = False) -> Iterator[Postgres]:
    """A server that is made, started and taken away again. `settings` are further lines of its postgresql.conf."""
    memory = MEMORY if not on_disk and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM else None
    folder = Path(tempfile.mkdtemp(prefix="parley-pg-", dir=memory))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, USER, USER)
        made = [str(programs() / "initdb"), "-D", str(folder / "data"), "-U", USER, "-A", "trust", "-E", "UTF8"]
        made += ["--locale=C", "--no-sync", "--no-instructions"]
        done = subprocess.run(_as_its_user(made), capture_output=True, text=True, check=False, cwd=folder)
        assert done.returncode == 0, done.stderr
        with (folder / "data" / "postgresql.conf").open("a") as file:
            file.writelines(f"{line}\n" for line in (*SETTINGS, *settings))
        (folder / "data" / "pg_hba.conf").write_text("\n".join(WHO_MAY) + "\n")
        server = Postgres(folder, free_port())
        server.start()
        try:
            yield server
        finally:
            server.stop(signal.SIGQUIT)  # nothing of it is needed any more
    finally:
        shutil.rmtree(folder)


def _as_its_user(command: list[str]) -> list[str]:
    way = ["setpriv", "--pdeathsig", "INT"]
    if os.geteuid() == 0:
        owner = pwd.getpwnam(USER)
        way += ["--reuid", str(owner.pw_uid), "--regid", str(owner.pw_gid), "--clear-groups"]
    return [*way, "--", *command]


def _children(mother: int) -> list[int]:
    found = []
    for status in Path("/proc").glob("[0-9]*/status"):
        with contextlib.suppress(OSError):
            if re.search(rf"^PPid:\s+{mother}$", status.read_text(), re.MULTILINE):
                found.append(int(status.parent.name))
    return found


def _lives(pid: int) -> bool:
    try:
        return not re.search(r"^State:\s+Z", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
    except OSError:
        return False
