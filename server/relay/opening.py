"""The relay that an installation asks for."""

from server.errors import BrokenInstallation, Unavailable
from server.relay.address import Address, read_address
from server.relay.complaint import sentence
from server.relay.line import Rejection
from server.relay.local import LocalRelay
from server.relay.redis import RedisRelay
from server.relay.relay import Relay


async def open_relay(url: str) -> Relay:
    """The relay over the Redis at `url`, or the local one for "". Raises `BrokenInstallation`."""
    if not url:
        return LocalRelay()
    address = read_address(url)
    try:
        return await _open(address)
    except (OSError, Unavailable, Rejection) as error:
        raise BrokenInstallation(sentence(error, address)) from error


async def _open(address: Address) -> Relay:
    relay = RedisRelay(address)
    try:
        await relay.open()
    except BaseException:
        await relay.close()
        raise
    return relay
