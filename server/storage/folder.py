"""The data folder, whoever holds it, and the small secret files in it.

A secret file is one line of text, readable by its owner only (0600), written whole or not at all.
"""

import contextlib
import fcntl
import os
import secrets
import stat
from pathlib import Path

from server.errors import BrokenInstallation


def prepare_folder(folder: Path) -> Path:
    """Make the data folder (0700) if it is missing, and return its absolute path.

    Only the last part is made: a missing parent is more often a mistyped path or a disk that is not mounted than a
    wish. Raises BrokenInstallation.
    """
    folder = folder.absolute()
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
    except FileNotFoundError:
        raise BrokenInstallation(
            f"The data folder {folder} cannot be made, there is no {folder.parent}: make that or correct PARLEY_DATA."
        ) from None
    except FileExistsError:
        raise BrokenInstallation(f"{folder} is a file: let PARLEY_DATA name a folder.") from None
    except OSError as error:
        raise BrokenInstallation(
            f"The data folder {folder} cannot be made ({error.strerror}): make it and let the server's user own it."
        ) from None
    return folder


class Hold:
    """A folder that this process alone uses, until it lets go of it or ends, however it ends."""

    def __init__(self, folder: Path) -> None:
        """Raises BrokenInstallation when another process holds it, or its disk knows no locks."""
        self._open = -1
        try:
            self._open = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
            fcntl.flock(self._open, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self.let_go()
            raise BrokenInstallation(
                f"Another Parley uses the data folder {folder}: stop it, or give this one its own with PARLEY_DATA."
            ) from None
        except OSError as error:
            self.let_go()
            raise BrokenInstallation(
                f"The data folder {folder} cannot be held ({error.strerror}): put it on a local disk of this machine, "
                "and let the server's user own it."
            ) from None

    def let_go(self) -> None:
        """Let others have it. A second call does nothing."""
        if self._open >= 0:
            os.close(self._open)
            self._open = -1


def read_secret(path: Path) -> str | None:
    """The text of a secret file, or None when there is none. Raises BrokenInstallation when it cannot be trusted."""
    try:
        with path.open(encoding="ascii") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            text = file.read(4096)
    except FileNotFoundError:
        return None
    except UnicodeDecodeError:
        raise damaged(path) from None
    except OSError as error:
        raise BrokenInstallation(
            f"{path} cannot be read ({error.strerror}): let the server's user own it, with mode 600."
        ) from None
    if mode & 0o077:
        raise BrokenInstallation(
            f"Others on this machine may read or change {path} (mode {mode:03o}): run chmod 600 {path}."
        )
    return text.strip()


def write_secret(path: Path, text: str) -> bool:
    """Write a new secret file (0600), on the disk when this returns; False when there is one, which stays.

    Raises BrokenInstallation when it cannot be written.
    """
    unfinished = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with open(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="ascii") as file:
            file.write(text + "\n")
            file.flush()
            os.fsync(file.fileno())
        os.link(unfinished, path)  # unlike a rename this never replaces a file that is there
    except FileExistsError:
        return False
    except OSError as error:
        raise BrokenInstallation(
            f"{path} cannot be written ({error.strerror}): let the server's user own the folder, and make room."
        ) from None
    finally:
        with contextlib.suppress(OSError):
            unfinished.unlink()
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)  # the name too must be on the disk before anything depends on the file
    finally:
        os.close(folder)
    return True


def damaged(path: Path) -> BrokenInstallation:
    """What to say of a secret file whose content makes no sense."""
    return BrokenInstallation(f"{path} is damaged: put it back from your backup.")
