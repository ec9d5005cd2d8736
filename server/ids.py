"""Names for the things of a session, and the one place that draws randomness.

Every identifier is an unguessable, URL-safe string. Nothing is ever counted up in public: a number that grows would
tell one side how busy the other is.
"""

import secrets

SHORT_BYTES = 9  # 72 bits: names of seats and rooms. More makes addresses longer, fewer makes guessing thinkable.
SECRET_BYTES = 32  # 256 bits: whatever opens a door (links, cookies, tickets, the operator's key).


def new_id(prefix: str = "") -> str:
    """A fresh name for a thing, `SHORT_BYTES` of randomness behind an optional prefix. Names are no secrets."""
    return prefix + secrets.token_urlsafe(SHORT_BYTES)


def new_secret() -> str:
    """A fresh secret that opens something: `SECRET_BYTES` of randomness, URL-safe."""
    return secrets.token_urlsafe(SECRET_BYTES)


def new_key() -> bytes:
    """A fresh 256-bit key for AES-GCM."""
    return secrets.token_bytes(32)


def new_nonce() -> bytes:
    """A fresh 96-bit nonce for AES-GCM (NIST SP 800-38D, 8.2.2)."""
    return secrets.token_bytes(12)
