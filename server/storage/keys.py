"""Keys: the master key beside the database, a key per case inside it, and the operator's key.

Content is sealed with AES-256-GCM (NIST SP 800-38D) under the key of its case. The case's key is stored wrapped, that
is sealed under the master key, which lies in `master.key` in the data folder: never in the database and never in the
database's backups. A stolen copy of the database alone says nothing. A backup from before a case was destroyed opens as
long as the master key is there, so backups must expire sooner than the promise.

Sealed bytes are: one byte version (1), 12 bytes nonce, ciphertext, 16 bytes tag. Nonces are random, which is good for
2^32 seals under one key (SP 800-38D, 8.3); a case has thousands.

The operator's key (`operator.key`, what REST and the command line show) is made by `serve` at the first start as long
as the server can be reached from this machine only. Anywhere else it must be there already, made by `python -m server
operator-key`, or put there by the operator: a key that appears by itself on a machine in a network is one that nobody
knows of, and a volume that was not mounted would silently bring a new one. It is a file and not a setting, because
settings end up in process lists and in the output of container tools.
"""

import base64
import binascii
import hmac
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from server.errors import BrokenInstallation, Unavailable
from server.ids import new_key, new_nonce, new_secret
from server.storage.folder import damaged, read_secret, write_secret

MASTER_KEY = "master.key"
OPERATOR_KEY = "operator.key"
TURN_KEY = "turn.key"
OPERATOR_KEY_SHORTEST = 32  # characters. The key opens everything but content, so no pass phrase that can be guessed.

_VERSION = b"\x01"
_HEAD = 1 + 12  # version and nonce
_CHECK = b"parley"  # what `KeyRing.check` seals; its content does not matter


class SealBroken(Unavailable):
    """What is stored cannot be opened: it was altered, moved to another place, or sealed under another key."""


class CaseKey:
    """The key of one case."""

    def __init__(self, key: bytes) -> None:
        if len(key) != 32:
            raise ValueError("a key has 32 bytes")
        self._key = key
        self._cipher = AESGCM(key)
        self._alias_key = hmac.digest(key, b"aliases", "sha256")
        self._chain_key = hmac.digest(key, b"chain", "sha256")

    @classmethod
    def new(cls) -> "CaseKey":
        """A fresh random key."""
        return cls(new_key())

    def seal(self, plain: bytes, place: str) -> bytes:
        """Encrypt `plain` so that it opens at `place` only, such as "case/position"."""
        nonce = new_nonce()
        return _VERSION + nonce + self._cipher.encrypt(nonce, plain, place.encode())

    def open(self, sealed: bytes, place: str) -> bytes:
        """What was sealed at `place`. Raises SealBroken."""
        if len(sealed) < _HEAD + 16 or sealed[:1] != _VERSION:
            raise SealBroken(f"what is stored at {place} is damaged")
        try:
            return self._cipher.decrypt(sealed[1:_HEAD], sealed[_HEAD:], place.encode())
        except InvalidTag:
            raise SealBroken(f"what is stored at {place} was altered or moved") from None

    def alias(self, text: str) -> str:
        """A name under which `text` is found again, and which says nothing of it to whoever lacks this key."""
        return hmac.digest(self._alias_key, text.encode(errors="surrogatepass"), "sha256").hex()

    def chain(self, data: bytes) -> bytes:
        """32 bytes that only this key makes of `data`: who changes what is chained cannot make them anew."""
        return hmac.digest(self._chain_key, data, "sha256")

    def __repr__(self) -> str:
        return "CaseKey(…)"


class KeyRing:
    """The master key, which wraps the keys of the cases."""

    def __init__(self, master: bytes) -> None:
        self._master = CaseKey(master)

    def wrap(self, key: CaseKey, case: str) -> bytes:
        """The key of `case` as it may be stored."""
        return self._master.seal(key._key, f"key of {case}")

    def unwrap(self, wrapped: bytes, case: str) -> CaseKey:
        """The key of `case` from what was stored. Raises SealBroken."""
        return CaseKey(self._master.open(wrapped, f"key of {case}"))

    def derived(self, purpose: str) -> CaseKey:
        """A further key that whoever has the master key has too, for this one purpose."""
        return CaseKey(hmac.digest(self._master._key, f"key for {purpose}".encode(), "sha256"))

    def check(self) -> bytes:
        """Something to store in the database by which `fits` knows this master key again."""
        return self._master.seal(_CHECK, "key check")

    def fits(self, check: bytes) -> bool:
        """Whether `check` was made under this master key."""
        try:
            return self._master.open(check, "key check") == _CHECK
        except SealBroken:
            return False

    def __repr__(self) -> str:
        return "KeyRing(…)"


def find_master_key(folder: Path) -> KeyRing | None:
    """The master key of a data folder, or None when there is none yet. Raises BrokenInstallation."""
    path = folder / MASTER_KEY
    text = read_secret(path)
    if text is None:
        return None
    try:
        return KeyRing(base64.b64decode(text, validate=True))
    except (binascii.Error, ValueError):
        raise damaged(path) from None


def make_master_key(folder: Path) -> KeyRing:
    """The master key of a data folder, made if it is missing.

    Never call it where a database exists already: a new key opens nothing that is in there. Raises BrokenInstallation.
    """
    write_secret(folder / MASTER_KEY, base64.b64encode(new_key()).decode())
    ring = find_master_key(folder)
    if ring is None:
        raise damaged(folder / MASTER_KEY)
    return ring


def find_operator_key(folder: Path) -> str | None:
    """The operator's key, or None. Raises BrokenInstallation when it is too short or open to others."""
    path = folder / OPERATOR_KEY
    key = read_secret(path)
    if key is not None and len(key) < OPERATOR_KEY_SHORTEST:
        raise BrokenInstallation(
            f"The key in {path} is shorter than {OPERATOR_KEY_SHORTEST} characters: "
            "delete it and run python -m server operator-key."
        )
    return key


def make_operator_key(folder: Path) -> str:
    """The operator's key, made if it is missing. Raises BrokenInstallation."""
    write_secret(folder / OPERATOR_KEY, new_secret())
    key = find_operator_key(folder)
    if key is None:
        raise damaged(folder / OPERATOR_KEY)
    return key


def same_key(shown: str, key: str) -> bool:
    """Whether the key that somebody shows is the right one, in a time that tells nothing of it."""
    return hmac.compare_digest(shown.encode(), key.encode())
