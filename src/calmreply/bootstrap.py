"""The start: the only place that knows everybody, and puts a home together.

What a command does not use is not imported: the keyring, the network library, the workers,
cryptography and the channels each come in at their first use. Tests, and the rehearsal, put parts
of their own in by `Parts`; the shipped program has no other way to move time.
"""

from __future__ import annotations

import importlib
import os
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from calmreply import __version__
from calmreply.errors import KnownError
from calmreply.i18n import _

if TYPE_CHECKING:
    from calmreply.adapters.apart import WorkerApart
    from calmreply.app.channels import Channel
    from calmreply.app.home import Home
    from calmreply.app.listen import FeedList
    from calmreply.app.listeners import Listener
    from calmreply.app.ports import (
        Apart,
        Cancelled,
        Clock,
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
    from calmreply.app.storage import Store
    from calmreply.cli.start import Vault
    from calmreply.domain.journal import Verify
    from calmreply.rehearsal import Rehearsal

# Imports inside functions are the point of this module, see above.
# ruff: noqa: PLC0415

LIBRARIES = (
    "pyside6-essentials",
    "sqlalchemy",
    "pysqlite3",
    "alembic",
    "feedparser",
    "httpx2",
    "nh3",
    "cryptography",
    "keyring",
)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Parts:
    """What a home is made of, where it is not the real thing; None means the real thing."""

    clock: Clock | None = None
    entropy: Entropy | None = None
    keys: Keys | None = None
    secrets: Secrets | None = None
    web: Web | None = None
    feeds: FeedReader | None = None
    apart: Apart | None = None
    channels: Mapping[str, Channel] | None = None
    listeners: Mapping[str, Listener] | None = None


REAL = Parts()


def data_folder(given: str | None) -> Path:
    """Where the data lies: as said, else as `CALMREPLY_HOME` says, else as the system wants it.

    Raises KnownError `bad_folder` for the home of somebody, or a present folder, that there is not,
    and where none is named: a script whose variable is empty must not meet the real data.
    """
    if given is not None and not given.strip():
        words = _("The name of the data folder is empty.")
        raise KnownError("bad_folder", words, _("Name it, as in: --home DIR"))
    said = given or os.environ.get("CALMREPLY_HOME")
    if said:
        try:
            return Path(said).expanduser().absolute()
        except (OSError, RuntimeError) as error:
            words = _("There is no folder {path}.").format(path=said)
            way_out = _("Name the folder in full, from the root of the disk.")
            raise KnownError("bad_folder", words, way_out) from error
    from platformdirs import user_data_path

    return user_data_path("CalmReply", appauthor=False)


class OpenHome:
    """An open home with its folder. `app.home.Home` is what the use cases take."""

    def __init__(self, home: Home, folder: Path, plugins: _Plugins, owner: str) -> None:
        self.home = home
        self.folder = folder
        self._plugins = plugins
        self._owner = owner

    @property
    def vault(self) -> Vault:
        from calmreply.adapters.vault import FileVault

        return FileVault(self.folder / "secrets", self.home.entropy)

    @property
    def broken_channels(self) -> tuple[KnownError, ...]:
        return self._plugins.broken

    def lock(self) -> AbstractContextManager[None]:
        """The folder's one lock for polling and sending. Raises KnownError `folder_in_use`."""
        from calmreply.adapters.folder_lock import folder_lock

        return folder_lock(self.folder, self._owner)

    def holder(self) -> str:
        """Who holds that lock just now, in words; empty where nobody does."""
        from calmreply.adapters.folder_lock import holder

        return holder(self.folder)


@contextmanager
def open_home(folder: Path, parts: Parts = REAL, owner: str = "") -> Iterator[OpenHome]:
    """A home, until the block ends. Raises KnownError for a folder that cannot be used.

    `owner` is who holds the folder's lock, as others are told.
    """
    from calmreply.adapters.clock import SystemClock
    from calmreply.adapters.entropy import SystemEntropy
    from calmreply.adapters.secrets import KeyringSecrets
    from calmreply.adapters.storage import open_store
    from calmreply.app import people
    from calmreply.app.home import Home

    with ExitStack() as closing:
        store = open_store(folder)
        closing.callback(store.close)
        entropy = parts.entropy or SystemEntropy()
        secrets = parts.secrets or KeyringSecrets()
        workers = _LazyApart()
        closing.callback(workers.close)
        apart = parts.apart or workers
        plugins = _Plugins()
        home = Home(
            store=store,
            clock=parts.clock or SystemClock(),
            entropy=entropy,
            keys=parts.keys or _LazyKeys(lambda: _keys(store, entropy, secrets)),
            secrets=secrets,
            web=parts.web or _LazyWeb(),
            feeds=parts.feeds or _LazyFeeds(apart),
            apart=apart,
            channels=plugins.channels if parts.channels is None else parts.channels,
            listeners=plugins.listeners if parts.listeners is None else parts.listeners,
            run=entropy.token(),
        )
        people.found_home(home)
        yield OpenHome(home, folder, plugins, owner)


class Program:
    """`cli.start.Start` of the shipped program; `parts` are for tests."""

    def __init__(self, parts: Parts = REAL) -> None:
        self._parts = parts

    def data_folder(self, given: str | None) -> Path:
        return data_folder(given)

    def open_home(self, folder: Path) -> AbstractContextManager[OpenHome]:
        owner = _("a command, process {number}").format(number=os.getpid())
        return open_home(folder, self._parts, owner)

    def feeds_in(self, body: bytes) -> FeedList:
        from calmreply.adapters import opml

        return opml.read(body)

    def verify(self) -> Verify:
        from calmreply.adapters.entropy import SystemEntropy
        from calmreply.adapters.keys import EdKeys
        from calmreply.adapters.secrets import MemorySecrets

        return EdKeys(SystemEntropy(), MemorySecrets(), "").verify

    def versions(self) -> Mapping[str, str]:
        python = ".".join(map(str, sys.version_info[:3]))
        return {"calmreply": __version__, "python": python, **{n: _version(n) for n in LIBRARIES}}

    def window(self, given: str | None) -> int:
        """Open the window over a folder, until it is closed. Which one, is asked after it shows."""
        from calmreply.ui import screen

        screen.demand_screen()
        from calmreply.ui import app

        folder = _Lazy(lambda: data_folder(given))
        owner = _("a window, process {number}").format(number=os.getpid())
        return app.run(
            app.Ways(
                lambda: open_home(folder.get(), self._parts, owner),
                open_folder=lambda other: open_home(other, self._parts, owner),
                start_command=lambda: start_command(folder.get()),
                write_report=lambda error: _write_report(error, folder.get()),
                rehearse=_rehearsal_of_today,
                read_list=_feeds_in_file,
                folder=folder.get,
            )
        )

    def tour(self, out: Path | None) -> tuple[tuple[Path, str], ...]:
        """Draw the rehearsal, off screen unless another kind of screen is asked for."""
        from calmreply.ui import screen

        screen.demand_qt()
        screen.be_off_screen()
        screen.demand_screen()
        from calmreply.rehearsal import Rehearsal
        from calmreply.ui.tour import run

        taken: list[run.Made] = []
        run.take(Rehearsal(filled=False), Rehearsal(), out or Path(run.FOLDER), taken.append)
        return tuple((made.file, made.words) for made in taken)

    def bench(self, words: tuple[str, ...]) -> int:
        from calmreply.ui import screen

        screen.demand_qt()
        screen.be_off_screen()
        screen.demand_screen()
        bench: Callable[[tuple[str, ...]], int]
        bench = _find("calmreply.bench", "main", _("The measuring"))
        return bench(words)


def start_command(folder: Path) -> tuple[str, ...]:
    """The words that start this program again over the same folder."""
    frozen = getattr(sys, "frozen", False)
    program = (sys.executable,) if frozen else (sys.executable, "-m", "calmreply")
    return program if folder == data_folder(None) else (*program, "--home", str(folder))


def _feeds_in_file(file: Path) -> FeedList:
    from calmreply.adapters import opml

    return opml.read_file(file)


def _rehearsal_of_today() -> Rehearsal:
    from calmreply.adapters.clock import SystemClock
    from calmreply.rehearsal import Rehearsal, this_afternoon

    return Rehearsal(this_afternoon(SystemClock().read().wall))


def _write_report(error: BaseException, folder: Path) -> Path:
    from calmreply.cli import report

    return report.write(report.text(error), folder) or Path(os.devnull)


def _find(module: str, name: str, what: str) -> Callable[..., int]:
    """Something that may not have been built into this program."""
    try:
        found: Callable[..., int] = getattr(importlib.import_module(module), name)
    except ModuleNotFoundError as error:
        if error.name != module:
            raise
        raise KnownError(
            "not_yet",
            _("{what} is not part of this program yet.").format(what=what),
            _("It comes with a later version."),
        ) from error
    return found


def _version(name: str) -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _keys(store: Store, entropy: Entropy, secrets: Secrets) -> Keys:
    from calmreply.adapters.keys import EdKeys
    from calmreply.app.home import BUSINESS_ID

    with store.read() as tx:
        business = tx.setting(BUSINESS_ID) or ""
    return EdKeys(entropy, secrets, business)


class _Lazy(Generic[T]):
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


class _LazyWeb:
    """`app.ports.Web` that loads the network library when something is first asked for."""

    def __init__(self) -> None:
        def make() -> Web:
            from calmreply.adapters.web import HttpWeb

            return HttpWeb()

        self._web = _Lazy(make)

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


class _LazyApart:
    """`app.ports.Apart` that knows of worker processes when something is first read in one."""

    def __init__(self) -> None:
        def make() -> WorkerApart:
            from calmreply.adapters.apart import WorkerApart

            return WorkerApart()

        self._apart = _Lazy(make)

    def run(self, function: str, body: bytes, about: Mapping[str, Any]) -> Any:
        return self._apart.get().run(function, body, about)

    def close(self) -> None:
        if self._apart.made:
            self._apart.get().close()


class _LazyFeeds:
    """`app.ports.FeedReader` that is loaded when a feed is first read."""

    def __init__(self, apart: Apart) -> None:
        def make() -> FeedReader:
            from calmreply.adapters.feeds import WorkerFeedReader

            return WorkerFeedReader(apart)

        self._feeds = _Lazy(make)

    def parse(self, body: bytes, headers: Mapping[str, str], address: str) -> ParsedFeed:
        return self._feeds.get().parse(body, headers, address)

    def discover(self, body: bytes, headers: Mapping[str, str], address: str) -> tuple[str, ...]:
        return self._feeds.get().discover(body, headers, address)


class _LazyKeys:
    """`app.ports.Keys` that load cryptography when a key or a signature is first needed."""

    def __init__(self, make: Callable[[], Keys]) -> None:
        self._keys = _Lazy(make)

    def enrol(self, person: str, version: int, passphrase: str) -> tuple[SealedKey, str]:
        return self._keys.get().enrol(person, version, passphrase)

    def unlock(self, key: SealedKey, passphrase: str) -> Signer:
        return self._keys.get().unlock(key, passphrase)

    def restore(self, key: SealedKey, recovery_code: str, passphrase: str) -> SealedKey:
        return self._keys.get().restore(key, recovery_code, passphrase)

    def verify(self, public: bytes, message: bytes, signature: bytes) -> bool:
        return self._keys.get().verify(public, message, signature)

    def installation(self) -> Signer:
        return self._keys.get().installation()


class _Plugins:
    """The plug-ins of this installation, looked for when one is first needed."""

    def __init__(self) -> None:
        from calmreply.adapters.channels import registry

        found = _Lazy(registry.find)
        self._found = found
        self.channels: Mapping[str, Channel] = _LazyMapping(lambda: found.get().channels)
        self.listeners: Mapping[str, Listener] = _LazyMapping(lambda: found.get().listeners)

    @property
    def broken(self) -> tuple[KnownError, ...]:
        return self._found.get().broken


class _LazyMapping(Mapping[str, T]):
    def __init__(self, get: Callable[[], Mapping[str, T]]) -> None:
        self._get = get

    def __getitem__(self, kind: str) -> T:
        return self._get()[kind]

    def __iter__(self) -> Iterator[str]:
        return iter(self._get())

    def __len__(self) -> int:
        return len(self._get())
