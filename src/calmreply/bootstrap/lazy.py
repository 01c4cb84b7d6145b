"""Parts of a home that come in at their first use: nothing is paid for that nobody needs."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from calmreply.adapters.apart import WorkerApart
    from calmreply.adapters.channels.registry import Found
    from calmreply.app.ports import (
        Apart,
        Cancelled,
        Download,
        Entropy,
        FeedReader,
        Keys,
        ParsedFeed,
        SealedKey,
        Secrets,
        Signer,
        Web,
    )
    from calmreply.app.ports.channels import Channel
    from calmreply.app.ports.listeners import Listener
    from calmreply.app.ports.storage import Store
    from calmreply.errors import KnownError

# Imports inside functions are the point of this module, see above.
# ruff: noqa: PLC0415

T = TypeVar("T")


class Lazy(Generic[T]):
    """Something made at its first use, once, whichever thread asks."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._made: T | None = None

    @property
    def made(self) -> bool:
        return self._made is not None

    def get(self) -> T:
        with self._lock:
            if self._made is None:
                self._made = self._make()
            return self._made


class LazyWeb:
    """`app.ports.Web` that loads the network library when something is first asked for."""

    def __init__(self) -> None:
        def make() -> Web:
            from calmreply.adapters.web import HttpWeb

            return HttpWeb()

        self._web = Lazy(make)

    def get(
        self,
        address: str,
        *,
        allow_private: bool = False,
        etag: str | None = None,
        last_modified: str | None = None,
        cancelled: Cancelled | None = None,
    ) -> Download:
        return self._web.get().get(
            address,
            allow_private=allow_private,
            etag=etag,
            last_modified=last_modified,
            cancelled=cancelled,
        )

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
        return self._web.get().ask(
            address,
            method=method,
            headers=headers,
            body=body,
            allow_private=allow_private,
            cancelled=cancelled,
        )


class LazyApart:
    """`app.ports.Apart` that knows of worker processes when something is first read in one."""

    def __init__(self) -> None:
        def make() -> WorkerApart:
            from calmreply.adapters.apart import WorkerApart

            return WorkerApart()

        self._apart = Lazy(make)

    def run(self, function: str, body: bytes, about: Mapping[str, Any]) -> Any:
        return self._apart.get().run(function, body, about)

    def close(self) -> None:
        if self._apart.made:
            self._apart.get().close()


class LazyFeeds:
    """`app.ports.FeedReader` that is loaded when a feed is first read."""

    def __init__(self, apart: Apart) -> None:
        def make() -> FeedReader:
            from calmreply.adapters.feeds import WorkerFeedReader

            return WorkerFeedReader(apart)

        self._feeds = Lazy(make)

    def parse(self, body: bytes, headers: Mapping[str, str], address: str) -> ParsedFeed:
        return self._feeds.get().parse(body, headers, address)

    def discover(self, body: bytes, headers: Mapping[str, str], address: str) -> tuple[str, ...]:
        return self._feeds.get().discover(body, headers, address)


class LazyKeys:
    """`app.ports.Keys` that load cryptography when a key or a signature is first needed."""

    def __init__(self, make: Callable[[], Keys]) -> None:
        self._keys = Lazy(make)

    def enrol(self, person: str, version: int, passphrase: str) -> tuple[SealedKey, str]:
        return self._keys.get().enrol(person, version, passphrase)

    def unlock(self, key: SealedKey, passphrase: str) -> Signer:
        return self._keys.get().unlock(key, passphrase)

    def restore(self, key: SealedKey, recovery_code: str, passphrase: str) -> SealedKey:
        return self._keys.get().restore(key, recovery_code, passphrase)

    def rewrap(self, key: SealedKey, old: str, new: str) -> SealedKey:
        return self._keys.get().rewrap(key, old, new)

    def verify(self, public: bytes, message: bytes, signature: bytes) -> bool:
        return self._keys.get().verify(public, message, signature)

    def installation(self) -> Signer:
        return self._keys.get().installation()


class Plugins:
    """The plug-ins of this installation, looked for when one is first needed.

    Until all of them are wanted, one of our own is loaded alone: the first page of the inbox asks
    for the one by which a reply goes, and need not wait for all the others.
    """

    def __init__(self) -> None:
        from calmreply.adapters.channels import registry

        self._all = Lazy(registry.find)
        self._own = {one.name: Lazy(partial(registry.only, one.name)) for one in registry.OWN}
        self.channels: Mapping[str, Channel] = LazyMapping(
            lambda: self._all.get().channels, lambda kind: self._with(kind).channels
        )
        self.listeners: Mapping[str, Listener] = LazyMapping(
            lambda: self._all.get().listeners, lambda kind: self._with(kind).listeners
        )

    def _with(self, kind: str) -> Found:
        """What holds this kind, if anything does."""
        alone = not self._all.made and kind in self._own
        return self._own[kind].get() if alone else self._all.get()

    @property
    def broken(self) -> tuple[KnownError, ...]:
        return self._all.get().broken


class LazyMapping(Mapping[str, T]):
    """All by `get`; one of them by `holding`, which gives a mapping that has it if there is it."""

    def __init__(
        self, get: Callable[[], Mapping[str, T]], holding: Callable[[str], Mapping[str, T]]
    ) -> None:
        self._get, self._holding = get, holding

    def __getitem__(self, kind: str) -> T:
        return self._holding(kind)[kind]

    def __iter__(self) -> Iterator[str]:
        return iter(self._get())

    def __len__(self) -> int:
        return len(self._get())


def keys_of(store: Store, entropy: Entropy, secrets: Secrets) -> Keys:
    from calmreply.adapters.keys import EdKeys
    from calmreply.app.home import BUSINESS_ID

    with store.read() as tx:
        business = tx.setting(BUSINESS_ID) or ""
    return EdKeys(entropy, secrets, business)
