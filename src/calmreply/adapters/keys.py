"""Keys of people and of the installation, over `cryptography`.

A person's private half lies in the data folder twice: under the passphrase (argon2id) and under
the recovery code (HKDF is enough there: the code is 128 random bits). Both are sealed with
ChaCha20-Poly1305, with person, key version, public half and purpose as associated data, so that
sealed bytes work for nobody and nothing else. They tell their own parameters, so that these can
grow without making old keys useless.

    magic, format, purpose, argon2id memory (KiB), passes, lanes, salt, nonce | ciphertext | check

The check (no secret: eight bytes of a SHA-256) tells a damaged file from a wrong passphrase.
"""

from __future__ import annotations

import hashlib
import struct
import threading
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature, InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from calmreply.app.persons import passphrases
from calmreply.app.ports import SealedKey
from calmreply.errors import KnownError
from calmreply.i18n import _

if TYPE_CHECKING:
    from calmreply.app.ports import Entropy, Secrets, Signer

_MAGIC, _FORMAT = b"CRKY", 1
_START = struct.Struct(">4sB")
_HEADER = struct.Struct(">4sBBIIB16s12s")
_SECRET_SIZE, _TAG_SIZE, _CHECK_SIZE = 32, 16, 8
_SIZE = _HEADER.size + _SECRET_SIZE + _TAG_SIZE + _CHECK_SIZE
_INSTALLATION = "installation"
_KEPT = "ed25519-1"

_P = 2**255 - 19
_D = -121665 * pow(121666, -1, _P) % _P


@dataclass(frozen=True, slots=True)
class Cost:
    """What one guess at a passphrase costs: `memory` in KiB, `passes` over it, `lanes`."""

    memory: int = 64 * 1024
    passes: int = 3
    lanes: int = 4

    @property
    def bearable(self) -> bool:
        """Whether this computer should try at all: a damaged file may ask for anything."""
        return (
            0 < self.lanes <= 16
            and 0 < self.passes <= 32
            and 8 * self.lanes <= self.memory <= 1024 * 1024
        )


NO_COST = Cost(0, 0, 0)


class Purpose(IntEnum):
    PASSPHRASE = 1
    RECOVERY = 2


@dataclass(frozen=True, slots=True)
class _Owner:
    """Whose key it is; goes into everything that is sealed."""

    person: str
    version: int
    public: bytes

    @property
    def words(self) -> bytes:
        return self.public + struct.pack(">Q", self.version) + self.person.encode()


class EdSigner:
    """`app.ports.Signer` over an Ed25519 key in memory."""

    def __init__(self, key_id: str, private: Ed25519PrivateKey) -> None:
        self._key_id = key_id
        self._private = private

    @property
    def key_id(self) -> str:
        return self._key_id

    @property
    def public(self) -> bytes:
        return self._private.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        return self._private.sign(message)


class EdKeys:
    """`app.ports.Keys`. `home` is the id of the data folder whose installation key is meant."""

    def __init__(
        self, entropy: Entropy, secrets: Secrets, home: str, *, cost: Cost | None = None
    ) -> None:
        self._entropy = entropy
        self._secrets = secrets
        self._name = f"{_INSTALLATION}-key.{home}"
        self._cost = cost or Cost()
        self._lock = threading.Lock()
        self._installation: EdSigner | None = None

    def enrol(self, person: str, version: int, passphrase: str) -> tuple[SealedKey, str]:
        passphrases.demand_length(passphrase)
        secret = self._entropy.random(_SECRET_SIZE)
        public = Ed25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()
        owner = _Owner(person, version, public)
        code = self._entropy.random(passphrases.RECOVERY_BYTES)
        key = SealedKey(
            person=person,
            version=version,
            public=public,
            sealed=self._seal(owner, Purpose.PASSPHRASE, passphrases.prepared(passphrase), secret),
            recovery=self._seal(owner, Purpose.RECOVERY, code, secret),
        )
        return key, passphrases.recovery_code(code)

    def unlock(self, key: SealedKey, passphrase: str) -> Signer:
        words = passphrases.prepared(passphrase)
        try:
            private = _open(key, Purpose.PASSPHRASE, words)
        except InvalidTag:
            raise passphrases.wrong_passphrase() from None
        return EdSigner(key.id, private)

    def restore(self, key: SealedKey, recovery_code: str, passphrase: str) -> SealedKey:
        """The same key under a new passphrase. The recovery code stays good."""
        passphrases.demand_length(passphrase)
        try:
            private = _open(key, Purpose.RECOVERY, passphrases.recovery_secret(recovery_code))
        except InvalidTag:
            raise passphrases.wrong_recovery_code() from None
        return self._rewrapped(key, private, passphrase)

    def rewrap(self, key: SealedKey, old: str, new: str) -> SealedKey:
        """The same key under another passphrase."""
        passphrases.demand_length(new)
        try:
            private = _open(key, Purpose.PASSPHRASE, passphrases.prepared(old))
        except InvalidTag:
            raise passphrases.wrong_passphrase() from None
        return self._rewrapped(key, private, new)

    def _rewrapped(self, key: SealedKey, private: Ed25519PrivateKey, passphrase: str) -> SealedKey:
        owner = _Owner(key.person, key.version, key.public)
        words, secret = passphrases.prepared(passphrase), private.private_bytes_raw()
        return replace(key, sealed=self._seal(owner, Purpose.PASSPHRASE, words, secret))

    def verify(self, public: bytes, message: bytes, signature: bytes) -> bool:
        try:
            if _fits_everything(public):
                return False
            Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True

    def installation(self) -> Signer:
        with self._lock:
            if self._installation is None:
                secret = self._kept() or self._keep(self._entropy.random(_SECRET_SIZE))
                private = Ed25519PrivateKey.from_private_bytes(secret)
                public = private.public_key().public_bytes_raw()
                named = SealedKey(_INSTALLATION, 1, public, b"", b"")
                self._installation = EdSigner(named.id, private)
            return self._installation

    def _kept(self) -> bytes | None:
        """The installation's private half as kept, or None if it is gone or unreadable."""
        kind, _colon, rest = (self._secrets.get(self._name) or "").partition(":")
        text, _colon, check = rest.partition(":")
        try:
            secret = bytes.fromhex(text)
        except ValueError:
            return None
        whole = kind == _KEPT and len(secret) == _SECRET_SIZE and check == _short(secret).hex()
        return secret if whole else None

    def _keep(self, secret: bytes) -> bytes:
        """Keep a new one. What is kept afterwards counts: another process may have been first."""
        self._secrets.set(self._name, f"{_KEPT}:{secret.hex()}:{_short(secret).hex()}")
        return self._kept() or secret

    def _seal(self, owner: _Owner, purpose: Purpose, words: bytes, secret: bytes) -> bytes:
        cost = self._cost if purpose is Purpose.PASSPHRASE else NO_COST
        salt, nonce = self._entropy.random(16), self._entropy.random(12)
        header = _HEADER.pack(
            _MAGIC, _FORMAT, purpose, cost.memory, cost.passes, cost.lanes, salt, nonce
        )
        key = _derive(purpose, cost, salt, words)
        body = header + ChaCha20Poly1305(key).encrypt(nonce, secret, _bound(owner, header))
        return body + _check(owner, body)


def _open(key: SealedKey, purpose: Purpose, words: bytes) -> Ed25519PrivateKey:
    """The private half. Raises InvalidTag for wrong words, KnownError for damaged bytes."""
    sealed = key.sealed if purpose is Purpose.PASSPHRASE else key.recovery
    owner = _Owner(key.person, key.version, key.public)
    if sealed[:4] == _MAGIC and len(sealed) >= _START.size and sealed[4] > _FORMAT:
        raise passphrases.key_too_new()
    body, check = sealed[:-_CHECK_SIZE], sealed[-_CHECK_SIZE:]
    if len(sealed) != _SIZE or check != _check(owner, body):
        raise passphrases.damaged_key()
    header, ciphertext = body[: _HEADER.size], body[_HEADER.size :]
    magic, written, meant, memory, passes, lanes, salt, nonce = _HEADER.unpack(header)
    cost = Cost(memory, passes, lanes)
    costly = cost.bearable if purpose is Purpose.PASSPHRASE else cost == NO_COST
    if (magic, written, meant) != (_MAGIC, _FORMAT, purpose) or not costly:
        raise passphrases.damaged_key()
    derived = _derive(purpose, cost, salt, words)
    secret = ChaCha20Poly1305(derived).decrypt(nonce, ciphertext, _bound(owner, header))
    private = Ed25519PrivateKey.from_private_bytes(secret)
    if private.public_key().public_bytes_raw() != key.public:
        raise passphrases.damaged_key()
    return private


def _derive(purpose: Purpose, cost: Cost, salt: bytes, words: bytes) -> bytes:
    if purpose is Purpose.RECOVERY:
        info = b"CalmReply key recovery v1"
        return HKDF(algorithm=SHA256(), length=32, salt=salt, info=info).derive(words)
    try:
        return Argon2id(
            salt=salt,
            length=32,
            iterations=cost.passes,
            lanes=cost.lanes,
            memory_cost=cost.memory,
        ).derive(words)
    except MemoryError:
        raise KnownError(
            "not_enough_memory",
            _("This computer has too little free memory to check a passphrase."),
            _("Close another program and try again."),
        ) from None
    except UnsupportedAlgorithm as error:
        raise KnownError(
            "no_argon2id",
            _("The cryptography library on this computer is too old to protect a key."),
            _("Start CalmReply as its README says, with the libraries it names."),
        ) from error


def _bound(owner: _Owner, header: bytes) -> bytes:
    return b"CalmReply sealed key v1\n" + header + owner.words


def _check(owner: _Owner, body: bytes) -> bytes:
    return _short(body + owner.words)


def _short(data: bytes) -> bytes:
    return hashlib.sha256(b"CalmReply check\n" + data).digest()[:_CHECK_SIZE]


@lru_cache(maxsize=256)
def _fits_everything(public: bytes) -> bool:
    """Whether this is one of the few points (order 1, 2, 4, 8) under which any message verifies.

    Doubles the point three times by its y alone: x² = (y²-1)/(dy²+1), y' = (y²+x²)/(1-dx²y²).
    """
    y = int.from_bytes(public, "little") % 2**255 % _P
    for _doubling in range(3):
        yy = y * y % _P
        xx = (yy - 1) * pow(_D * yy + 1, _P - 2, _P) % _P
        y = (yy + xx) * pow(1 - _D * xx * yy, _P - 2, _P) % _P
    return y == 1
