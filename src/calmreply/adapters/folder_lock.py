"""One lock for each data folder: whoever holds it polls and sends, and nobody else does.

The operating system keeps the lock, on an open file, and lets go of it when the process ends,
however it ends. What stands in the file is only the holder's name. Worker processes must be
started afresh (spawned): one that is forked would inherit the file, and the lock with it.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from calmreply.errors import KnownError
from calmreply.i18n import _

FILE = "in-use"
_OWNER_ONLY = 0o600
_LONGEST = 200
_AGAIN = 3
"""Tries: `holder` of another process may hold the lock for a moment, to see whether it is free."""

if sys.platform == "win32":
    import msvcrt

    _FAR = 1 << 30

    def _take(handle: int) -> bool:
        os.lseek(handle, _FAR, os.SEEK_SET)
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _take(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


class FolderLock:
    """The lock of one folder. Any thread may call it; two of them exclude each other as well."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        self._handle: int | None = None
        self._turn = threading.Lock()

    def acquire(self, owner: str) -> bool:
        """Take the lock at once, or say that somebody else holds it. Never waits.

        True as well where this object holds it already. `owner` is what others are told.
        Raises KnownError `read_only`, `bad_folder` where the folder's disk knows no locks.
        """
        with self._turn:
            if self._handle is None:
                handle = self._open()
                if not self._taken(handle):
                    os.close(handle)
                    return False
                self._handle = handle
            _write(self._handle, owner)
            return True

    def release(self) -> None:
        """Let go of it; nothing happens where this object does not hold it."""
        with self._turn:
            if self._handle is not None:
                _write(self._handle, "")
                os.close(self._handle)
                self._handle = None

    def holder(self) -> str | None:
        """The name of whoever holds the lock now, this object included, or None."""
        try:
            handle = os.open(self._path, os.O_RDWR)
        except OSError:
            return None
        try:
            said = os.read(handle, _LONGEST * 4).decode("utf-8", "replace")
            # A name outlives its process after a crash; the lock does not.
            return said if said and not _take(handle) else None
        except OSError:
            return None
        finally:
            os.close(handle)

    def _taken(self, handle: int) -> bool:
        try:
            return any(_take(handle) for _try in range(_AGAIN))
        except OSError as error:
            os.close(handle)
            raise KnownError(
                "bad_folder",
                _("{path} is on a disk that cannot keep two programs apart: {why}.").format(
                    path=self._path.parent, why=error.strerror
                ),
                _("Choose a folder on a disk of this computer with --home."),
            ) from error

    def _open(self) -> int:
        try:
            return os.open(self._path, os.O_RDWR | os.O_CREAT, _OWNER_ONLY)
        except OSError as error:
            raise KnownError(
                "read_only",
                _("CalmReply may not write to {path}.").format(path=self._path.parent),
                _("Allow yourself to write there, or choose another folder with --home."),
            ) from error


@contextmanager
def folder_lock(folder: Path, owner: str = "") -> Iterator[None]:
    """The lock, until the block ends. Raises KnownError `folder_in_use`, `read_only`."""
    lock = FolderLock(folder)
    if not lock.acquire(owner or this_process()):
        raise KnownError(
            "folder_in_use",
            _("CalmReply is already open on this computer."),
            _("Use that one, or close it first."),
        )
    try:
        yield
    finally:
        lock.release()


def holder(folder: Path) -> str:
    """Who holds the lock of a folder just now, in words; empty where nobody does."""
    return FolderLock(folder).holder() or ""


def this_process() -> str:
    """What others are told where nobody says more."""
    return _("process {number}").format(number=os.getpid())


def _write(handle: int, owner: str) -> None:
    # Only a courtesy: where a full disk takes no name, the lock is taken and let go all the same.
    with suppress(OSError):
        os.lseek(handle, 0, os.SEEK_SET)
        os.ftruncate(handle, 0)
        os.write(handle, owner[:_LONGEST].encode("utf-8", "replace"))
