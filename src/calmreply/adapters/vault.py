"""Secrets of accounts in sealed files, over `cryptography`: for a computer without a safe keyring.

From the window they lie in one file, `SealedSecrets`, whose passphrase is asked for once per start.
From the command line each lies in a file of its own. All are under the data folder, sealed
(argon2id, ChaCha20-Poly1305), those of the command line with the
passphrase of the person who brought it in and bound to its name and to that person. It opens only
while that person acts; nobody else's passphrase helps, and a backup of the database does not hold
it. Blocking and slow by design: not on the Qt thread.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from calmreply.app.persons import passphrases
from calmreply.app.ports.lockbox import Standing
from calmreply.app.teamwork.team import SECRETS
from calmreply.errors import KnownError
from calmreply.i18n import _

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    from calmreply.app.ports import Entropy, Secrets

_LOG = logging.getLogger(__name__)
_WHOLE = b"CalmReply sealed passwords v1"
_PASSWORDS = "account:", SECRETS
"""How the names of passwords begin: of accounts, and of a team's database."""
_SPOILT = ValueError, KeyError, TypeError, AttributeError
"""What a file raises that holds something else."""
_MEMORY, _PASSES, _LANES = 64 * 1024, 3, 4
"""What one guess costs: KiB, passes over them, lanes."""


class FileVault:
    """`app.ports.vault.Vault`: sealed files in `folder`, which is made at the first secret."""

    def __init__(self, folder: Path, entropy: Entropy) -> None:
        self._folder = folder
        self._entropy = entropy

    def keep(self, name: str, owner: str, passphrase: str, secret: str) -> None:
        """Raises KnownError `cannot_write`."""
        salt, nonce = self._entropy.random(16), self._entropy.random(12)
        box = _box(_derived(salt, passphrase))
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
            _write(self._file(name), json.dumps(data))
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
        from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - see _box

        data = self._read(name)
        if data is None:
            return None
        try:
            salt, nonce = bytes.fromhex(data["salt"]), bytes.fromhex(data["nonce"])
            box = _box(_derived(salt, passphrase))
            sealed = bytes.fromhex(data["sealed"])
            return box.decrypt(nonce, sealed, _bound(name, owner)).decode()
        except (InvalidTag, KeyError, TypeError, ValueError) as error:
            _LOG.info("the sealed secret %s does not open: %s", name, type(error).__name__)
            return None

    def drop(self, name: str) -> None:
        self._file(name).unlink(missing_ok=True)

    def seal_anew(self, owner: str, old: str, new: str) -> None:
        """See `app.ports.vault.Vault`."""
        for file in sorted(self._folder.glob("*.sealed")):
            data = _told(file)
            if data is None or data.get("owner") != owner:
                continue
            name = str(data.get("name", ""))
            secret = self.open(name, owner, old)
            if secret is None:
                continue
            try:
                self.keep(name, owner, new, secret)
            except KnownError as error:
                _LOG.warning("the sealed secret %s stays as it was: %s", name, error.words)

    def _file(self, name: str) -> Path:
        return self._folder / f"{hashlib.sha256(name.encode()).hexdigest()[:32]}.sealed"

    def _read(self, name: str) -> dict[str, Any] | None:
        return _told(self._file(name))


class SealedSecrets:
    """`app.ports.Secrets` and `app.ports.lockbox.Lockbox`: `inner`, and beside it one file.

    What the system's keyring keeps stays there. Where it keeps nothing, the passwords of accounts
    go into `file`, while it is open; all else is with `inner`, as long as that lasts.
    """

    def __init__(self, inner: Secrets, file: Path, entropy: Entropy) -> None:
        self._inner, self._file, self._entropy = inner, file, entropy
        self._lock = threading.RLock()
        self._key, self._salt = b"", b""
        self._values: dict[str, str] = {}
        self._held: dict[str, str] = {}

    @property
    def keeps(self) -> bool:
        return self._inner.keeps

    @property
    def why(self) -> str:
        return self._inner.why

    @property
    def standing(self) -> Standing:
        with self._lock:
            if self._key:
                return Standing.OPEN
            if self._file.exists():
                return Standing.CLOSED
        return Standing.NOT_NEEDED if self._inner.keeps else Standing.NONE

    def get(self, name: str) -> str | None:
        kept = self._inner.get(name)
        if kept is not None:
            return kept
        with self._lock:
            if self._key and name.startswith(_PASSWORDS) and name not in self._values:
                self._values = self._now()
            return self._values.get(name, self._held.get(name))

    def set(self, name: str, value: str) -> None:
        """Raises KnownError `cannot_write`."""
        with self._lock:
            if self._key and name.startswith(_PASSWORDS) and not self._inner.keeps:
                self._save({**self._now(), name: value})
        self._inner.set(name, value)

    def delete(self, name: str) -> None:
        self._inner.delete(name)
        with self._lock:
            self._held.pop(name, None)
            values = self._now() if self._key else {}
            if name in values:
                self._save({kept: value for kept, value in values.items() if kept != name})

    def hold(self, name: str, value: str) -> None:
        """See `app.ports.lockbox.Lockbox`."""
        with self._lock:
            self._held[name] = value

    def begin(self, passphrase: str) -> None:
        """See `app.ports.lockbox.Lockbox`."""
        passphrases.demand_length(passphrase)
        salt = self._entropy.random(16)
        key = _derived(salt, passphrase)
        with self._lock:
            if self._file.exists():  # never over what is there
                raise cannot_write(FileExistsError(self._file.name))
            self._key, self._salt = key, salt
            try:
                self._save({})
            except KnownError:
                self._key = b""
                raise

    def open(self, passphrase: str) -> None:
        """See `app.ports.lockbox.Lockbox`."""
        from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - see _box

        try:
            data = json.loads(self._file.read_text(encoding="ascii"))
            salt = bytes.fromhex(data["salt"])
            key = _derived(salt, passphrase)
            values = _unsealed(key, data)
        except InvalidTag as error:
            raise _does_not_open(self._file) from error
        except (OSError, *_SPOILT) as error:
            raise _cannot_read(self._file, error) from error
        with self._lock:
            self._key, self._salt, self._values = key, salt, values

    def _now(self) -> dict[str, str]:
        """What lies in the file: the window or a command may have kept one there meanwhile."""
        from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - see _box

        data = _told(self._file)
        if data is None or data.get("salt") != self._salt.hex():
            return self._values  # moved away, or another file by now
        try:
            return _unsealed(self._key, data)
        except (InvalidTag, *_SPOILT):
            return self._values

    def _save(self, values: dict[str, str]) -> None:
        nonce = self._entropy.random(12)
        sealed = _box(self._key).encrypt(nonce, json.dumps(values).encode(), _WHOLE)
        data = {"salt": self._salt.hex(), "nonce": nonce.hex(), "sealed": sealed.hex()}
        try:
            _write(self._file, json.dumps({"format": 1, **data}))
        except OSError as error:
            raise cannot_write(error) from error
        self._values = values


def _unsealed(key: bytes, data: dict[str, Any]) -> dict[str, str]:
    """The passwords in that file. Raises InvalidTag for another key, and `_SPOILT`."""
    nonce, sealed = bytes.fromhex(data["nonce"]), bytes.fromhex(data["sealed"])
    told = json.loads(_box(key).decrypt(nonce, sealed, _WHOLE))
    return {str(name): str(value) for name, value in told.items()}


def cannot_write(error: OSError) -> KnownError:
    return KnownError(
        "cannot_write",
        _("The password cannot be kept: {why}.").format(why=error.strerror or error),
        _("Make room or give the right to write there, or keep it only until CalmReply is closed."),
    )


def _cannot_read(file: Path, error: Exception) -> KnownError:
    why = getattr(error, "strerror", None) or type(error).__name__
    return KnownError(
        "cannot_read",
        _("The file with the passwords cannot be read: {why}.").format(why=why),
        _(
            "Bring it back from a backup, or move it away and give the passwords again. It is"
            " {file}"
        ).format(file=file),
    )


def _does_not_open(file: Path) -> KnownError:
    return KnownError(
        "wrong_passphrase",
        _("The passwords do not open with this passphrase."),
        _(
            "Type it again. If it is lost, move the file away and give the passwords again. It is"
            " {file}"
        ).format(file=file),
    )


def _told(file: Path) -> dict[str, Any] | None:
    """What stands in the file of one secret; None where it is none."""
    try:
        data = json.loads(file.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None
    return data if isinstance(data, dict) and data.get("format") == 1 else None


def _write(target: Path, text: str) -> None:
    """Whole or not at all."""
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = target.with_suffix(".new")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(target)


def _box(key: bytes) -> ChaCha20Poly1305:
    # Here and not above: the library takes long to import, and most computers have a keyring.
    from cryptography.hazmat.primitives.ciphers import aead  # noqa: PLC0415

    return aead.ChaCha20Poly1305(key)


def _derived(salt: bytes, passphrase: str) -> bytes:
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id  # noqa: PLC0415 - see _box

    kdf = Argon2id(salt=salt, length=32, iterations=_PASSES, lanes=_LANES, memory_cost=_MEMORY)
    return kdf.derive(passphrases.prepared(passphrase))


def _bound(name: str, owner: str) -> bytes:
    return b"CalmReply sealed secret v1\n" + f"{owner}\n{name}".encode()
