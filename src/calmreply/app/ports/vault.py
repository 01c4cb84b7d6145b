"""The port of passwords that the command line keeps, each sealed for the person who brought it."""

from __future__ import annotations

from typing import Protocol


class Vault(Protocol):
    """Secrets of accounts in sealed files, for a computer without a safe keyring.

    `owner` and `passphrase` are those of the person who brought the secret in.
    """

    def keep(self, name: str, owner: str, passphrase: str, secret: str) -> None:
        """Raises KnownError `cannot_write`."""
        ...

    def owner(self, name: str) -> str | None:
        """Whose passphrase opens it; None where nothing of that name is kept."""
        ...

    def open(self, name: str, owner: str, passphrase: str) -> str | None:
        """None where nothing is kept for them, or it does not open."""
        ...

    def drop(self, name: str) -> None: ...

    def seal_anew(self, owner: str, old: str, new: str) -> None:
        """What opens with their `old` passphrase opens with the `new` one from now on.

        What cannot be written stays as it was: it is asked for again when it is needed.
        """
        ...


class NoVault:
    """Where none is kept, as in the rehearsal."""

    def keep(self, name: str, owner: str, passphrase: str, secret: str) -> None:
        """Lives no longer than whoever holds it."""

    def owner(self, name: str) -> str | None:
        del name
        return None

    def open(self, name: str, owner: str, passphrase: str) -> str | None:
        del name, owner, passphrase
        return None

    def drop(self, name: str) -> None:
        """There is nothing."""

    def seal_anew(self, owner: str, old: str, new: str) -> None:
        """There is nothing."""
