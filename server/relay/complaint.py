"""What is wrong with the Redis of this installation, and what to do about it. No sentence holds a password."""

import ssl

from server.relay.address import Address
from server.relay.dialling import Evicting, NoMaster, TooOld
from server.relay.finding import NotFoundThere
from server.relay.line import Rejection

_RIGHTS = {
    False: "+ping +info +publish +subscribe +unsubscribe &parley:*",
    True: "+ping +info +spublish +ssubscribe +sunsubscribe +cluster|slots &parley:*",
}


def reason(error: Exception) -> str:
    """In a few words, for the journal, always the same for the same trouble."""
    if isinstance(error, Rejection):
        known = {
            "WRONGPASS": "it refuses the password",
            "NOAUTH": "it wants a password",
            "NOPERM": "rights are missing",
        }
        return known.get(error.code, "it answers with errors")
    if isinstance(error, TooOld):
        return "it is too old"
    if isinstance(error, NoMaster):
        return "it is a replica"
    if isinstance(error, NotFoundThere):
        return "nobody names its master"
    if isinstance(error, ssl.SSLError):
        return "TLS fails"
    return "it does not answer"


def sentence(error: Exception, address: Address) -> str:
    """For whoever starts the server."""
    if isinstance(error, Rejection):
        if error.code in ("WRONGPASS", "NOAUTH"):
            return (
                f"Redis at {address} refuses the user or the password: put those that it knows into PARLEY_REDIS, "
                "as in redis://user:password@host:6379."
            )
        if error.code == "NOPERM":
            rights = _RIGHTS[address.kind == "cluster"]
            return f"The user of PARLEY_REDIS may not do what the relay does: let ACL SETUSER give it {rights}."
        return f"Redis at {address} answers {error.code}: look at its log, or let PARLEY_REDIS name another server."
    if isinstance(error, TooOld):
        return f"Redis at {address} is too old: install Redis 7.0 or newer."
    if isinstance(error, Evicting):
        return (
            f"Redis at {address} throws keys away when its memory is full: set maxmemory-policy to noeviction there, "
            "or give Parley a Redis of its own."
        )
    if isinstance(error, NoMaster):
        return f"Redis at {address} is a replica: let PARLEY_REDIS name the master, or the sentinels that know it."
    if isinstance(error, NotFoundThere) and address.kind == "sentinel":
        return (
            f"No sentinel at {address} names a master called {address.service}: start them, or correct hosts "
            "and name in PARLEY_REDIS (and sentinel_username and sentinel_password, if they want some)."
        )
    if isinstance(error, NotFoundThere):
        return f"Redis at {address} is no cluster that works: make one, or let PARLEY_REDIS begin with redis://."
    if isinstance(error, ssl.SSLError):
        return (
            f"Redis at {address} cannot be trusted over TLS: let ?ca= in PARLEY_REDIS name the certificate of whoever "
            "issued its own, or write redis:// if it speaks no TLS."
        )
    return f"No Redis answers at {address}: start it, or correct host and port in PARLEY_REDIS."
