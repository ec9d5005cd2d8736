"""`deploy/check`: is this a machine for it? Then everything else runs apart from the machine, and is gone with its end.

The parts run in network, process and file namespaces of their own. Their folder is memory that only they see. So
nothing of them is left, however they end: the kernel takes all of it away with the first process in there.
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys

from tests.support.server import ROOT, environment

LIMIT_S = 300
"""After so long all of it is ended, whatever it waits for."""
APART = ("setpriv", "--pdeathsig", "KILL", "unshare", "--net", "--mount", "--pid", "--fork", "--kill-child=KILL",
         "--mount-proc")  # fmt: skip
PROGRAMS = {
    "caddy": "caddy", "chromium": "chromium", "ip": "iproute2", "psql": "postgresql", "redis-server": "redis-server",
    "turnserver": "coturn", "unshare": "util-linux",
}  # fmt: skip
ADMINISTRATORS = "/usr/sbin:/sbin"


def main() -> int:
    """Returns the exit status: 0 where all is well."""
    asked = _arguments()
    path = f"{os.environ.get('PATH', '')}:{ADMINISTRATORS}"
    if os.geteuid() != 0:
        return _cannot("Run it as root: it makes a network of its own, and becomes PostgreSQL's user.")
    missing = sorted(package for program, package in PROGRAMS.items() if shutil.which(program, path=path) is None)
    if missing:
        return _cannot(f"Missing: {', '.join(missing)}. `make check-deploy` installs Debian's packages.")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    clean = {name: value for name, value in environment().items() if not name.lower().endswith("_proxy")}
    command = [*APART, sys.executable, "-m", "deploy.checking.apart", *(["--unhurried"] if asked.unhurried else [])]
    process = subprocess.Popen(command, cwd=ROOT, env={**clean, "PATH": path}, start_new_session=True)
    try:
        return process.wait(LIMIT_S)
    except subprocess.TimeoutExpired:
        return _cannot(f"WRONG  It was not done after {LIMIT_S} s, and was ended.")
    except KeyboardInterrupt:
        return _cannot("Ended.")
    finally:
        process.kill()
        process.wait()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="deploy/check", description="Tries out the files of deploy/, as they are.")
    parser.add_argument(
        "--unhurried", action="store_true", help="show the figures, and judge none: the machine is busy"
    )
    return parser.parse_args()


def _cannot(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
