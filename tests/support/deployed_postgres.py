"""PostgreSQL as deploy/postgres sets it up: its settings, who may come, its roles. Debian's packages, and root."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.ports import free_port
from tests.support.programs import DEPLOY, program
from tests.support.server import environment

FOLDER = DEPLOY / "postgres"
OWNER = "postgres"
PASSWORDS = {"parley": "the password of the nodes", "parley_backup": "the password of the backups"}


def programs() -> Path:
    """Where the newest server's programs lie."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    assert found, "PostgreSQL is missing: run `make test`, which installs it"
    return found[-1].parent


@dataclass(frozen=True, slots=True)
class Deployed:
    """A server that runs, with Parley's database and roles."""

    folder: Path
    port: int

    def url(self, role: str = "parley", password: str | None = None, database: str = "parley") -> str:
        """The address of the database, as PARLEY_DATABASE has it."""
        secret = (PASSWORDS.get(role, "") if password is None else password).replace(" ", "%20")
        return f"postgresql://{role}:{secret}@127.0.0.1:{self.port}/{database}"

    def ask(self, statement: str, url: str = "") -> subprocess.CompletedProcess[str]:
        """Do this over the network, as the role of the address."""
        command = ["psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-d", url or self.url(), "-c", statement]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    def own(self, statement: str) -> str:
        """Do this as the owner of the server, at its own machine."""
        command = ["psql", "-XqAt", "-h", self.folder, "-p", self.port, "-U", OWNER, "-c", statement]
        done = subprocess.run(as_owner(*command), capture_output=True, text=True, check=False, cwd=self.folder)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def make_roles(self) -> None:
        """Run roles.sh."""
        given = {f"{name}_FILE": str(self.folder / name) for name in ("PASSWORD", "BACKUP_PASSWORD")}
        script = self.folder / "roles.sh"
        done = subprocess.run(
            as_owner("sh", script, "-h", self.folder, "-p", self.port),
            env={**environment(), **given},
            capture_output=True,
            text=True,
            check=False,
            cwd=self.folder,
        )
        assert done.returncode == 0, done.stderr


@contextmanager
def deployed() -> Iterator[Deployed]:
    """Made, started with our files, and taken away again."""
    folder = Path(tempfile.mkdtemp(prefix="parley-pg-"))
    try:
        for name in ("postgresql.conf", "pg_hba.conf", "roles.sh"):
            shutil.copy(FOLDER / name, folder)  # the server's user may not look into the repository
        (folder / "PASSWORD").write_text(PASSWORDS["parley"] + "\n")
        (folder / "BACKUP_PASSWORD").write_text(PASSWORDS["parley_backup"] + "\n")
        for path in (folder, *folder.iterdir()):
            shutil.chown(path, OWNER, OWNER)
        made = as_owner(programs() / "initdb", "-D", folder / "data", "-U", OWNER, "-A", "scram-sha-256", "-E", "UTF8",
                        "--locale=C", "--data-checksums", "--no-sync", f"--pwfile={folder / 'PASSWORD'}")  # fmt: skip
        done = subprocess.run(made, capture_output=True, text=True, check=False, cwd=folder)
        assert done.returncode == 0, done.stderr
        port = free_port()
        run = as_owner(programs() / "postgres", "-D", folder / "data", "-p", port, "-k", folder,
                       "-c", f"config_file={folder / 'postgresql.conf'}", "-c", f"hba_file={folder / 'pg_hba.conf'}",
                       "-c", "listen_addresses=127.0.0.1", "-c", "shared_buffers=32MB")  # fmt: skip
        ready = [str(programs() / "pg_isready"), "-q", "-h", str(folder), "-p", str(port), "-t", "1"]
        with program(run, lambda: subprocess.run(ready, check=False).returncode == 0):
            server = Deployed(folder, port)
            server.make_roles()
            yield server
    finally:
        shutil.rmtree(folder)


def as_owner(*command: object) -> list[str]:
    """PostgreSQL refuses to run as root; its owner is known by the name of the machine's user."""
    assert os.geteuid() == 0, "the tests of deploy/postgres become another user: run them as root"
    owner = pwd.getpwnam(OWNER)
    way = ["setpriv", "--pdeathsig", "INT", "--reuid", owner.pw_uid, "--regid", owner.pw_gid, "--clear-groups", "--"]
    return [str(part) for part in (*way, *command)]
