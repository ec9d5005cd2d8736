"""The inside of the check: a machine within the machine, with addresses, names and a folder of its own."""

import os
import subprocess
import sys
from pathlib import Path

from deploy.checking.checklist import Checklist
from deploy.checking.installation import installation
from deploy.checking.place import BROWSERS, FOLDER, NAMES, NODES, TURN
from deploy.checking.scenes import play
from tests.support.programs import DEPLOY

NETWORK = (
    "link set lo up",
    "link add house0 type veth peer name wire0",  # a pair, for a link without a far end is down
    "link set wire0 up",
    *(f"addr add {address}/24 dev house0" for address in (BROWSERS, TURN, *(node.media for node in NODES))),
    "link set house0 up",
    "route add default via 10.77.0.1",  # nobody is there; browsers find their own address by the way to it
)


def main() -> int:
    """Returns the exit status."""
    _make_place()
    list_ = Checklist(hurried="--unhurried" not in sys.argv)
    try:
        with installation(list_) as made:
            play(made, list_)
    except Exception as error:
        list_.broke_off(error)
        for log in sorted(FOLDER.glob("*.log")):
            list_.show(log)
    return list_.close()


def _make_place() -> None:
    """A folder in memory, the files of deploy/ where every user may read them (and write none), names and a network."""
    _do("mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", FOLDER.parent)
    for folder in (FOLDER, FOLDER.parent / "deploy"):
        folder.mkdir()
    _do("mount", "--bind", DEPLOY, FOLDER.parent / "deploy")
    _do("mount", "-o", "remount,bind,ro", FOLDER.parent / "deploy")
    hosts = FOLDER / "hosts"
    hosts.write_text("".join(f"{address} {name}\n" for name, address in NAMES.items()))
    _do("mount", "--bind", hosts, "/etc/hosts")
    for words in NETWORK:
        _do("ip", *words.split())
    os.environ["HOME"] = os.environ["TMPDIR"] = str(FOLDER)  # nobody writes anywhere else


def _do(*command: str | Path) -> None:
    subprocess.run(command, check=True)


if __name__ == "__main__":
    sys.exit(main())
