"""Keys that take no time: every rule of the real ones, none of their secrecy."""

from __future__ import annotations

import hashlib
import hmac
import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from calmreply.app.persons import passphrases
from calmreply.app.ports import SealedKey
from calmreply.testing.entropy import CountingEntropy
from calmreply.testing.secrets import FakeSecrets

if TYPE_CHECKING:
    from calmreply.app.ports import Entropy, Secrets, Signer

_SECRET, _SALT, _CHECK = 32, 16, 8


@dataclass(frozen=True, slots=True)
class FastSigner:
    """`app.ports.Signer`. Anybody who knows `public` could sign; nobody in a test does."""

    key_id: str
    public: bytes

    def sign(self, message: bytes) -> bytes:
        return _signature(self.public, message)


class FastKeys:
    """`app.ports.Keys` without argon2id and Ed25519, for tests and the rehearsal.

    Passphrases and codes are really checked and signatures really fail, but the public half is
    all one needs to sign.
    """

    def __init__(
        self,
        entropy: Entropy | None = None,
        secrets: Secrets | None = None,
        home: str = "home",
    ) -> None:
        self._entropy = entropy or CountingEntropy("keys")
        self._secrets = secrets or FakeSecrets()
        self._name = f"installation-key.{home}"
        self._lock = threading.Lock()
        self._installation: FastSigner | None = None

    def enrol(self, person: str, version: int, passphrase: str) -> tuple[SealedKey, str]:
        passphrases.demand_length(passphrase)
        secret = self._entropy.random(_SECRET)
        code = self._entropy.random(passphrases.RECOVERY_BYTES)
        bare = SealedKey(person, version, _public(secret), b"", b"")
        sealed = self._seal(bare, passphrases.prepared(passphrase), secret)
        key = replace(bare, sealed=sealed, recovery=self._seal(bare, code, secret))
        return key, passphrases.recovery_code(code)

    def unlock(self, key: SealedKey, passphrase: str) -> Signer:
        secret = _open(key, key.sealed, passphrases.prepared(passphrase))
        if secret is None:
            raise passphrases.wrong_passphrase()
        return FastSigner(key.id, _public(secret))

    def restore(self, key: SealedKey, recovery_code: str, passphrase: str) -> SealedKey:
        passphrases.demand_length(passphrase)
        secret = _open(key, key.recovery, passphrases.recovery_secret(recovery_code))
        if secret is None:
            raise passphrases.wrong_recovery_code()
        return replace(key, sealed=self._seal(key, passphrases.prepared(passphrase), secret))

    def rewrap(self, key: SealedKey, old: str, new: str) -> SealedKey:
        passphrases.demand_length(new)
        secret = _open(key, key.sealed, passphrases.prepared(old))
        if secret is None:
            raise passphrases.wrong_passphrase()
        return replace(key, sealed=self._seal(key, passphrases.prepared(new), secret))

    def verify(self, public: bytes, message: bytes, signature: bytes) -> bool:
        return len(public) == _SECRET and hmac.compare_digest(
            _signature(public, message), signature
        )

    def installation(self) -> Signer:
        with self._lock:
            if self._installation is None:
                kept = self._secrets.get(self._name)
                secret = _unhex(kept) or self._entropy.random(_SECRET)
                self._secrets.set(self._name, secret.hex())
                named = SealedKey("installation", 1, _public(secret), b"", b"")
                self._installation = FastSigner(named.id, named.public)
            return self._installation

    def _seal(self, key: SealedKey, words: bytes, secret: bytes) -> bytes:
        salt = self._entropy.random(_SALT)
        hidden = bytes(a ^ b for a, b in zip(secret, _stream(key, salt, words), strict=True))
        body = salt + hidden + _short(words + salt)
        return body + _short(body + _owner(key))


def _open(key: SealedKey, sealed: bytes, words: bytes) -> bytes | None:
    """The secret, or None for wrong words. Raises `damaged_key`."""
    body, check = sealed[:-_CHECK], sealed[-_CHECK:]
    if len(sealed) != _SALT + _SECRET + 2 * _CHECK or check != _short(body + _owner(key)):
        raise passphrases.damaged_key()
    salt, hidden, right = body[:_SALT], body[_SALT:-_CHECK], body[-_CHECK:]
    if right != _short(words + salt):
        return None
    return bytes(a ^ b for a, b in zip(hidden, _stream(key, salt, words), strict=True))


def _owner(key: SealedKey) -> bytes:
    return key.public + f"{key.version} {key.person}".encode()


def _stream(key: SealedKey, salt: bytes, words: bytes) -> bytes:
    return hashlib.sha256(b"%b\n%b\n%b" % (salt, words, _owner(key))).digest()


def _short(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()[:_CHECK]


def _public(secret: bytes) -> bytes:
    return hashlib.sha256(b"public" + secret).digest()


def _signature(public: bytes, message: bytes) -> bytes:
    return hashlib.blake2b(message, key=public[:64], digest_size=64).digest()


def _unhex(kept: str | None) -> bytes | None:
    try:
        secret = bytes.fromhex(kept or "")
    except ValueError:
        return None
    return secret if len(secret) == _SECRET else None
