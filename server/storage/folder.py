"""The data folder and the small secret files in it.

A secret file is one line of text, readable by its owner only (0600), written whole or not at all.
"""

import contextlib
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
