"""Small secrets in the keyring of the system, over the library `keyring`.

Only backends known to keep secrets encrypted are used, each named here. Whatever else is
installed or configured (keyrings.alt writes plain text once it is merely there; `null` keeps
nothing) is refused, and secrets then live in memory for this run. The same happens when there is
no keyring, when it is locked and nobody unlocks it, or when it goes away: `keeps` turns False and
`why` says what to tell the person. Nothing is ever written to a file by us.

The library is imported at first use: with D-Bus behind it that takes a tenth of a second, and it
may ask the person for a password. Never on the Qt thread.
"""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING, Protocol

from calmreply.i18n import _

if TYPE_CHECKING:
    from collections.abc import Callable

SERVICE = "CalmReply"
SAFE = (
    "keyring.backends.SecretService.Keyring",
    "keyring.backends.kwallet.DBusKeyring",
    "keyring.backends.macOS.Keyring",
    "keyring.backends.Windows.WinVaultKeyring",
)
"""Class by class, not by family: a backend derived from a safe one need not be safe."""
_ONLY_ON = {
    "keyring.backends.macOS.Keyring": "darwin",
    "keyring.backends.Windows.WinVaultKeyring": "win32",
}
"""Not even imported elsewhere: to look for its library, the one of macOS starts whatever compiler
stands in the path."""


class Backend(Protocol):
    """What we use of a `keyring` backend."""

    def get_password(self, service: str, username: str) -> str | None: ...

    def set_password(self, service: str, username: str, password: str) -> None: ...

    def delete_password(self, service: str, username: str) -> None: ...


class MemorySecrets:
    """`app.ports.Secrets` that live for this run only."""

    keeps = False

    def __init__(self, why: str = "") -> None:
        self.why = why or _("Passwords and keys are kept for this run only.")
        self._values: dict[str, str] = {}

    def get(self, name: str) -> str | None:
        return self._values.get(name)

    def set(self, name: str, value: str) -> None:
        self._values[name] = value

    def delete(self, name: str) -> None:
        self._values.pop(name, None)


class KeyringSecrets:
    """`app.ports.Secrets` in the system's keyring as long as it answers, then in memory.

    `find` gives the backend, or None where there is none that is safe; it may raise whatever its
    library raises. One thread at a time asks it: under several, GNOME's keyring daemon now and
    then answers that its default collection does not exist.
    """

    def __init__(
        self, service: str = SERVICE, find: Callable[[], Backend | None] | None = None
    ) -> None:
        self._service = service
        self._find = find or find_backend
        self._lock = threading.RLock()
        self._asked = False
        self._backend: Backend | None = None
        self._memory = MemorySecrets()

    @property
    def keeps(self) -> bool:
        return self._open() is not None

    @property
    def why(self) -> str:
        return "" if self._open() is not None else self._memory.why

    def get(self, name: str) -> str | None:
        """The secret, or None where it is not there (any more)."""
        with self._lock:
            held = self._memory.get(name)
            backend = self._open()
            if held is not None or backend is None:
                return held
            try:
                return backend.get_password(self._service, name)
            except Exception as error:  # noqa: BLE001 - see _lose
                self._lose(error)
            return None

    def set(self, name: str, value: str) -> None:
        with self._lock:
            backend = self._open()
            if backend is not None:
                try:
                    backend.set_password(self._service, name, value)
                except Exception as error:  # noqa: BLE001 - see _lose
                    self._lose(error)
                else:
                    return
            self._memory.set(name, value)

    def delete(self, name: str) -> None:
        with self._lock:
            self._memory.delete(name)
            backend = self._open()
            if backend is None:
                return
            try:
                if backend.get_password(self._service, name) is not None:
                    backend.delete_password(self._service, name)
            except Exception as error:  # noqa: BLE001 - see _lose
                self._lose(error)

    def _open(self) -> Backend | None:
        """The backend, asked once whether it answers: so `keeps` is true from the beginning."""
        with self._lock:
            if self._asked:
                return self._backend
            self._asked = True
            try:
                backend = self._find()
                if backend is not None:
                    backend.get_password(self._service, "is anybody there")
            except Exception as error:  # noqa: BLE001 - see _lose
                self._memory.why = _sentence(error)
            else:
                self._backend = backend
                self._memory.why = _no_keyring()
            return self._backend

    def _lose(self, error: Exception) -> None:
        """Go on in memory for the rest of this run, so that nothing is asked or lost twice.

        Backends hand through what the libraries below them raise (D-Bus, Win32, Keychain, sockets),
        so a lost keyring has no one type; whatever it is, the program must go on.
        """
        with self._lock:
            self._backend = None
            self._memory.why = _sentence(error)


class UnsafeBackendError(Exception):
    """Somebody configured a keyring that is not known to be safe."""


def find_backend() -> Backend | None:
    """The best safe backend that works here, or None.

    A choice made in the environment or in keyring's own configuration is honoured if it is safe.
    """
    from keyring import core  # noqa: PLC0415 - slow, see above
    from keyring.backends import fail  # noqa: PLC0415

    chosen = core.load_env() or core.load_config()
    if chosen is not None:
        name = _class_name(type(chosen))
        if isinstance(chosen, fail.Keyring):
            return None
        if name not in SAFE:
            raise UnsafeBackendError(name)
        return chosen
    working: list[tuple[float, Backend]] = []
    for name in SAFE:
        if _ONLY_ON.get(name, sys.platform) != sys.platform:
            continue
        try:
            backend = core.load_keyring(name)
            working.append((float(backend.priority), backend))
        except (ImportError, RuntimeError):  # not this system's, or nobody behind it
            continue
    return max(working, key=lambda one: one[0])[1] if working else None


def _class_name(kind: type) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"


def _no_keyring() -> str:
    return _(
        "This computer has no keyring that is known to be safe: "
        "passwords and keys are kept for this run only."
    )


def _sentence(error: Exception) -> str:
    """What to tell the person about a keyring that cannot be used."""
    from keyring import errors  # noqa: PLC0415 - slow, see above

    if isinstance(error, UnsafeBackendError):
        return _(
            "The keyring chosen on this computer ({name}) is not known to be safe: "
            "passwords and keys are kept for this run only."
        ).format(name=error)
    if isinstance(error, errors.NoKeyringError):
        return _no_keyring()
    if isinstance(error, (errors.KeyringLocked, errors.InitError)):
        return _(
            "The keyring of this computer is locked: passwords and keys are kept for this run "
            "only. Unlock it and start CalmReply again."
        )
    return _(
        "The keyring of this computer does not answer ({error}): passwords and keys are kept for "
        "this run only."
    ).format(error=type(error).__name__)
