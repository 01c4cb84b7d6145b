"""The port of passwords in one file that a passphrase protects; `app.persons.lockbox` uses it."""

from __future__ import annotations

from enum import Enum
from typing import Protocol, runtime_checkable


class Standing(Enum):
    NOT_NEEDED = "not_needed"
    """The system's keyring keeps them."""
    NONE = "none"
    CLOSED = "closed"
    OPEN = "open"


@runtime_checkable
class Lockbox(Protocol):
    """Secrets that can lie in such a file. Slow: never on the Qt thread."""

    @property
    def standing(self) -> Standing: ...

    def begin(self, passphrase: str) -> None:
        """Make the file. Raises KnownError `passphrase_too_short`, `cannot_write`."""
        ...

    def open(self, passphrase: str) -> None:
        """Raises KnownError `wrong_passphrase`, `cannot_read`."""
        ...

    def hold(self, name: str, value: str) -> None:
        """Have it at hand until the program ends; nothing is written."""
        ...
