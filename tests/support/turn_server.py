"""coturn as deploy/turn starts it, and a client that asks it for what it should refuse."""

import hashlib
import socket
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aioice import stun

from tests.support.server import environment

START = Path(__file__).resolve().parents[2] / "deploy" / "turn" / "start.sh"
SECRET = "the secret that node and TURN server share"
UDP = 17 << 24  # REQUESTED-TRANSPORT (RFC 8656, 18.8)
FAMILIES = {4: 1 << 24, 6: 2 << 24}  # REQUESTED-ADDRESS-FAMILY (18.6), which aioice does not know
PATIENCE_S = 10.0
LISTENING = "Total General servers"
"""What coturn says when it has opened its sockets."""

_family = (0x0017, "REQUESTED-ADDRESS-FAMILY", stun.pack_unsigned, stun.unpack_unsigned)
stun.ATTRIBUTES_BY_NAME[_family[1]] = stun.ATTRIBUTES_BY_TYPE[_family[0]] = _family


def key_file(folder: Path) -> Path:
    """The secret as both sides read it."""
    path = folder / "turn.key"
    path.write_text(SECRET + "\n")
    path.chmod(0o600)
    return path


@contextmanager
def turn_server(folder: Path, address: str, nodes: str, *arguments: str, port: int = 3478) -> Iterator[int]:
    """Started on this address, relaying to these nodes; gives the port. Stopped by its pid."""
    chosen = {
        "TURN_KEY_FILE": str(key_file(folder)),
        "TURN_ADDRESS": address,
        "TURN_NODES": nodes,
        "TURN_PORT": str(port),
        "TURN_STATE": str(folder),
    }
    process = subprocess.Popen(
        [str(START), *arguments],
        env={**environment(), **chosen},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        assert process.stdout is not None
        said = []
        for line in process.stdout:
            said.append(line)
            if LISTENING in line:
                break
        else:
            raise AssertionError("coturn did not start:\n" + "".join(said))
        yield port
    finally:
        process.terminate()
        process.communicate(timeout=PATIENCE_S)


@dataclass
class TurnClient:
    """Somebody with credentials, at one UDP socket. `allocate` and `permit` give the code of the error; 0: none."""

    server: tuple[str, int]
    access: Mapping[str, Any]

    def __post_init__(self) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.settimeout(PATIENCE_S)
        self._socket.connect(self.server)
        self._login: dict[str, Any] = {}
        self._key = b""

    def close(self) -> None:
        self._socket.close()

    def allocate(self, version: int) -> int:
        """A relayed address of this IP version."""
        wanted = {"REQUESTED-TRANSPORT": UDP, "REQUESTED-ADDRESS-FAMILY": FAMILIES[version]}
        answer = self._ask(stun.Method.ALLOCATE, wanted)
        if answer.error_code == 401 and not self._login:
            realm, name = answer.attributes["REALM"], str(self.access["username"])
            self._login = {"USERNAME": name, "REALM": realm, "NONCE": answer.attributes["NONCE"]}
            self._key = hashlib.md5(f"{name}:{realm}:{self.access['credential']}".encode()).digest()  # RFC 8489, 9.2.2
            answer = self._ask(stun.Method.ALLOCATE, wanted)
        return answer.error_code or 0

    def permit(self, peer: str) -> int:
        """Leave to exchange packets with this address."""
        return self._ask(stun.Method.CREATE_PERMISSION, {"XOR-PEER-ADDRESS": (peer, 8001)}).error_code or 0

    def _ask(self, method: stun.Method, attributes: dict[str, Any]) -> stun.Message:
        message = stun.Message(method, stun.Class.REQUEST, attributes={**attributes, **self._login})
        if self._login:
            message.add_message_integrity(self._key)
        self._socket.send(bytes(message))
        answer = stun.parse_message(self._socket.recv(2048))
        assert answer.transaction_id == message.transaction_id
        return answer
