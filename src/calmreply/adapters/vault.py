"""Secrets of accounts in sealed files, over `cryptography`: for a computer without a safe keyring.

Each lies in a file of its own under the data folder, sealed (argon2id, ChaCha20-Poly1305) with the
passphrase of the person who brought it in and bound to its name and to that person. It opens only
while that person acts; nobody else's passphrase helps, and a backup of the database does not hold
it. Blocking and slow by design: not on the Qt thread.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from calmreply.app import passphrases
from calmreply.errors import KnownError
from calmreply.i18n import _

if TYPE_CHECKING:
    from calmreply.app.ports import Entropy

_LOG = logging.getLogger(__name__)
_MEMORY, _PASSES, _LANES = 64 * 1024, 3, 4
"""What one guess costs: KiB, passes over them, lanes."""


class FileVault:
    """Sealed files in `folder`, which is made at the first secret."""

    def __init__(self, folder: Path, entropy: Entropy) -> None:
        self._folder = folder
        self._entropy = entropy

    def keep(self, name: str, owner: str, passphrase: str, secret: str) -> None:
        """Raises KnownError `cannot_write`."""
        salt, nonce = self._entropy.random(16), self._entropy.random(12)
        box = ChaCha20Poly1305(_derived(salt, passphrase))
        sealed = box.encrypt(nonce, secret.encode(), _bound(name, owner))
        data = {
            "format": 1,
            "name": name,
            "owner": owner,
            "salt": salt.hex(),
            "nonce": nonce.hex(),
            "sealed": sealed.hex(),
        }
        try:
            self._write(self._file(name), json.dumps(data))
        except OSError as error:
            raise KnownError(
                "cannot_write",
                _("The password cannot be kept: {why}.").format(why=error.strerror or error),
                _("Give it again with each send."),
            ) from error

    def owner(self, name: str) -> str | None:
        """Whose passphrase opens it; None where nothing of that name is kept."""
        data = self._read(name)
        return None if data is None else str(data.get("owner", ""))

    def open(self, name: str, owner: str, passphrase: str) -> str | None:
        """None where nothing is kept for them, or it does not open."""
        data = self._read(name)
        if data is None:
            return None
        try:
            salt, nonce = bytes.fromhex(data["salt"]), bytes.fromhex(data["nonce"])
            box = ChaCha20Poly1305(_derived(salt, passphrase))
            sealed = bytes.fromhex(data["sealed"])
            return box.decrypt(nonce, sealed, _bound(name, owner)).decode()
        except (InvalidTag, KeyError, TypeError, ValueError) as error:
            _LOG.info("the sealed secret %s does not open: %s", name, type(error).__name__)
            return None

    def drop(self, name: str) -> None:
        self._file(name).unlink(missing_ok=True)

    def _file(self, name: str) -> Path:
        return self._folder / f"{hashlib.sha256(name.encode()).hexdigest()[:32]}.sealed"

    def _read(self, name: str) -> dict[str, Any] | None:
        try:
            data = json.loads(self._file(name).read_text(encoding="ascii"))
        except (OSError, ValueError):
            return None
        return data if isinstance(data, dict) and data.get("format") == 1 else None

    def _write(self, target: Path, text: str) -> None:
        """Whole or not at all."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = target.with_suffix(".new")
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(target)


def _derived(salt: bytes, passphrase: str) -> bytes:
    kdf = Argon2id(salt=salt, length=32, iterations=_PASSES, lanes=_LANES, memory_cost=_MEMORY)
    return kdf.derive(passphrases.prepared(passphrase))


def _bound(name: str, owner: str) -> bytes:
    return b"CalmReply sealed secret v1\n" + f"{owner}\n{name}".encode()
