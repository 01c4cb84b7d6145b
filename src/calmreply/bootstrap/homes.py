"""A home put together: its parts, its folder, its lock."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from calmreply.bootstrap import memory
from calmreply.bootstrap.lazy import LazyApart, LazyFeeds, LazyKeys, LazyWeb, Plugins, keys_of
from calmreply.errors import KnownError
from calmreply.i18n import _

if TYPE_CHECKING:
    from calmreply.adapters.clock import SystemClock, TeamClock
    from calmreply.app.home import Home
    from calmreply.app.ports import (
        Apart,
        Clock,
        Entropy,
        FeedReader,
        Keys,
        Secrets,
        Web,
    )
    from calmreply.app.ports.channels import Channel
    from calmreply.app.ports.listeners import Listener
    from calmreply.app.ports.storage import Store
    from calmreply.app.ports.words_kept import WordsKept
    from calmreply.app.teamwork.team import TeamAddress

# Imports inside functions are the point of this module, see the package.
# ruff: noqa: PLC0415


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

    def __init__(self, home: Home, folder: Path, plugins: Plugins, owner: str) -> None:
        self.home = home
        self.folder = folder
        self._plugins = plugins
        self._owner = owner

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
    from calmreply.adapters import local_files
    from calmreply.adapters.entropy import SystemEntropy
    from calmreply.adapters.notices import MailNotices
    from calmreply.adapters.vault import FileVault
    from calmreply.app.home import Home
    from calmreply.app.persons import people
    from calmreply.app.ports.notice_port import MAIL

    memory.keep_little()
    with ExitStack() as closing:
        entropy = parts.entropy or SystemEntropy()
        secrets = parts.secrets or secrets_of(folder)
        team = local_files.team(folder)
        store, clock = _open_store(folder, team, secrets)
        closing.callback(store.close)
        workers = LazyApart()
        closing.callback(workers.close)
        apart = parts.apart or workers
        plugins = Plugins()
        channels = plugins.channels if parts.channels is None else parts.channels
        computer = local_files.computer(folder, entropy)
        home = Home(
            store=store,
            clock=parts.clock or clock,
            skip=clock.skip,
            entropy=entropy,
            keys=parts.keys or LazyKeys(lambda: keys_of(store, entropy, secrets)),
            secrets=secrets,
            web=parts.web or LazyWeb(),
            feeds=parts.feeds or LazyFeeds(apart),
            apart=apart,
            channels=channels,
            listeners=plugins.listeners if parts.listeners is None else parts.listeners,
            run=f"{computer.id}.{entropy.token()}",
            computer=computer,
            team=team,
            words=_words_kept(folder, team),
            vault=FileVault(folder / "secrets", entropy),
            notices=MailNotices(store, lambda: channels[MAIL]),
        )
        people.found_home(home)
        yield OpenHome(home, folder, plugins, owner)


def secrets_of(folder: Path) -> Secrets:
    """The secrets of this computer, as the program meets them that works in one folder."""
    from calmreply.adapters.entropy import SystemEntropy
    from calmreply.adapters.secrets import KeyringSecrets
    from calmreply.adapters.vault import SealedSecrets

    return SealedSecrets(KeyringSecrets(), folder / "secrets" / "passwords.sealed", SystemEntropy())


def _open_store(
    folder: Path, team: TeamAddress | None, secrets: Secrets
) -> tuple[Store, SystemClock | TeamClock]:
    """Where the home lies: in the folder itself, or on the server that its small file names; and
    the clock that counts there.

    Without a password of ours the server is asked with what its own files here hold.
    """
    from calmreply.adapters.clock import SystemClock, TeamClock

    if team is None:
        from calmreply.adapters.storage import open_store

        return open_store(folder), SystemClock()
    from calmreply.adapters.storage.postgres import open_team
    from calmreply.app.persons import lockbox
    from calmreply.app.teamwork import team_errors

    clock = TeamClock()
    address = replace(team, password=secrets.get(team.secret) or "")
    try:
        return open_team(address, hear=clock.hear), clock
    except KnownError as error:
        closed = lockbox.is_closed(secrets)
        if error.code == "server_refused" and closed:
            raise team_errors.password_locked() from error
        raise


def _words_kept(folder: Path, team: TeamAddress | None) -> WordsKept:
    if team is None:
        from calmreply.app.ports.words_kept import NoWordsKept

        return NoWordsKept()
    from calmreply.adapters.kept_words import FileWords

    return FileWords(folder / "words", team.database)
