"""Ports: what the use cases need from the outside, as Protocols over frozen values.

Each has a fake in `calmreply.testing` and one or more adapters in `calmreply.adapters`. Every
method may be called from any thread unless it says otherwise; known failures are `KnownError`s.
The storage port is in `app.ports.storage`, the channel port in `app.ports.channels`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, Protocol

from calmreply.domain.moment import Reading

Cancelled = Callable[[], bool]
"""Asked between steps of long work; True means: stop now, leave nothing half done."""


class Clock(Protocol):
    """The only thing that reads the computer's clocks."""

    def read(self) -> Reading: ...


class Entropy(Protocol):
    """Where ids, nonces and salts come from."""

    def token(self) -> str:
        """A new id: 26 lower-case letters and digits, never given twice."""
        ...

    def random(self, size: int) -> bytes: ...


# --- the web -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Download:
    """What a request brought. `headers` have lower-case names; `body` is inflated, at most 20 MB.

    `status` is the last hop's (200, 304, 404, ...); `moved_to` is the address after *permanent*
    redirects only (301, 308 all the way), else None. `outside_time` is the `Date` header (UTC) if
    the answer came over https with a certificate the system trusts, else None.
    """

    asked: str
    address: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    moved_to: str | None = None
    outside_time: datetime | None = None


class Web(Protocol):
    """Downloads with limits: size on the wire and inflated, ratio, total time, vetted addresses.

    Raises `KnownError` with code `bad_address`, `no_such_host`, `cannot_connect`, `tls`,
    `private_address`, `too_big`, `too_slow`, `too_many_redirects`, `broken_answer`, `cancelled`.
    An HTTP status is no error here: the caller decides.
    """

    def ask(
        self,
        address: str,
        *,
        method: str = "GET",
        headers: Mapping[str, str] = MappingProxyType({}),
        body: bytes = b"",
        allow_private: bool = False,
        cancelled: Cancelled | None = None,
    ) -> Download:
        """One request to a site's interface: no redirect is followed, no error's body left out.

        So what `headers` hold (a password, a token) goes to this host and no other. At most 2 MB
        are taken, because an interface answers in pages.
        """
        ...

    def get(
        self,
        address: str,
        *,
        allow_private: bool = False,
        etag: str | None = None,
        last_modified: str | None = None,
        cancelled: Cancelled | None = None,
    ) -> Download: ...


# --- feeds ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One entry, cleaned: every text is plain text without markup. Times are UTC.

    `key` is what the feed itself calls the entry (guid, id), or its link, or a digest of its text.
    `stars` is (given, scale) and `language` a BCP 47 tag, where the feed says so.
    """

    key: str
    link: str | None
    title: str
    author: str
    text: str
    published: datetime | None
    updated: datetime | None = None
    stars: tuple[float, float] | None = None
    language: str = ""


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """`cut_off` says that the document ended early or was malformed and may lack entries."""

    title: str
    link: str | None
    entries: tuple[FeedEntry, ...]
    cut_off: bool = False


class FeedReader(Protocol):
    """Turns downloaded bytes into entries, in a process of its own with limits.

    Raises `KnownError` with code `not_a_feed` (HTML or anything else), `empty_feed` (no bytes),
    `feed_too_slow`, `feed_too_big`, `feed_crashed` (the worker died on it).
    """

    def parse(self, body: bytes, headers: Mapping[str, str], address: str) -> ParsedFeed: ...

    def discover(self, body: bytes, headers: Mapping[str, str], address: str) -> tuple[str, ...]:
        """Feed addresses that an HTML page names, best first; never an error."""
        ...


# --- reading what strangers wrote ----------------------------------------------------------


class Apart(Protocol):
    """Runs a pure function over untrusted bytes in a process of its own, with limits.

    Raises `KnownError` with code `apart_too_slow`, `apart_too_big`, `apart_crashed` (also where the
    function raised something: what it found out it returns).
    """

    def run(self, function: str, body: bytes, about: Mapping[str, Any]) -> Any:
        """What `function` ("package.module:name", a parameter each for body and about) returns.

        `about` and the result are what JSON can hold, 64 MB each with the body. The function's
        module is loaded before the limits are set, and its `before_limits()` called where it has
        one, for what its libraries load at their first use; from then on nothing can be imported,
        and no file, socket or process be had.
        """
        ...


@dataclass(frozen=True, slots=True)
class Tools:
    """What a plug-in works with. `wall` is the present (UTC); ask `cancelled` between steps.

    `allow_private`: the person allowed the account's site to stand in their own network.
    """

    web: Web
    apart: Apart
    wall: datetime
    cancelled: Cancelled | None = None
    allow_private: bool = False


# --- keys and secrets ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SealedKey:
    """A person's Ed25519 key pair, the private half under a passphrase (and a recovery code).

    `sealed` and `recovery` are self-describing bytes (parameters, salt, nonce, ciphertext), bound
    to `person` and `version` as associated data. `public` is the raw 32 bytes.
    """

    person: str
    version: int
    public: bytes
    sealed: bytes
    recovery: bytes

    @property
    def id(self) -> str:
        """Names the key everywhere: person, version and the first bytes of the public half."""
        return f"{self.person}.{self.version}.{self.public[:6].hex()}"


class Signer(Protocol):
    """An unlocked key."""

    @property
    def key_id(self) -> str: ...

    @property
    def public(self) -> bytes: ...

    def sign(self, message: bytes) -> bytes:
        """A 64-byte Ed25519 signature."""
        ...


class Keys(Protocol):
    """Makes, unlocks and restores keys; checks signatures. Slow by design (argon2id): not on Qt.

    Raises `KnownError` with code `passphrase_too_short` (under 12 characters),
    `wrong_passphrase`, `wrong_recovery_code`.
    """

    def enrol(self, person: str, version: int, passphrase: str) -> tuple[SealedKey, str]:
        """A new key and its recovery code (128 bits, grouped for printing)."""
        ...

    def unlock(self, key: SealedKey, passphrase: str) -> Signer: ...

    def restore(self, key: SealedKey, recovery_code: str, passphrase: str) -> SealedKey:
        """The same key under a new passphrase."""
        ...

    def rewrap(self, key: SealedKey, old: str, new: str) -> SealedKey:
        """The same key under another passphrase; what the old one opened it opens no more.

        The recovery code stays good, and so does the key's id: whoever knows the key by it still
        does.
        """
        ...

    def verify(self, public: bytes, message: bytes, signature: bytes) -> bool: ...

    def installation(self) -> Signer:
        """The installation's own key, made on first use and kept in `Secrets`.

        Its key id starts with `installation.`. Where nothing safe can keep it, a new one is made
        for this run (`Secrets.keeps` is then False).
        """
        ...


class Secrets(Protocol):
    """Small secrets by name. Never plain text on the disk.

    `get` and `set` may block on a system prompt: never on the Qt thread. `keeps` is False where
    secrets live in memory only, for this run; `why` is then one sentence for the person.
    """

    @property
    def keeps(self) -> bool: ...

    @property
    def why(self) -> str: ...

    def get(self, name: str) -> str | None: ...

    def set(self, name: str, value: str) -> None: ...

    def delete(self, name: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Progress:
    """How far long work is. `total` is None while unknown."""

    done: int
    total: int | None = None
    words: str = field(default="")
