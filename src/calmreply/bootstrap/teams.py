"""Homes on servers: looked at, founded, joined and left; and the secrets of each folder's home."""

from __future__ import annotations

import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from calmreply.bootstrap.homes import Parts, secrets_of
from calmreply.i18n import _

if TYPE_CHECKING:
    from calmreply.app.ports import Secrets
    from calmreply.app.ports.lockbox import Standing
    from calmreply.app.teamwork.computer import Computer
    from calmreply.app.teamwork.team import Looked, TeamAddress

# Imports inside functions are the point of this module, see the package.
# ruff: noqa: PLC0415


class ComputersTeams:
    """`app.teamwork.team.Teams`. One set of secrets a folder: what was unlocked stays so."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._secrets: dict[Path, Secrets] = {}
        self._turn = threading.Lock()

    def secrets(self, folder: Path) -> Secrets:
        """Those of the home of this folder, for the whole run of the program."""
        with self._turn:
            if folder not in self._secrets:
                self._secrets[folder] = self._parts.secrets or secrets_of(folder)
            return self._secrets[folder]

    def look(self, address: TeamAddress) -> Looked:
        from calmreply.adapters.storage.postgres import open_team
        from calmreply.app import facts
        from calmreply.app.teamwork.team import Looked

        store = open_team(address)
        try:
            with store.read() as tx:
                count = len(facts.people(tx))
            return Looked(count, store.check())
        finally:
            store.close()

    def found(self, owner: TeamAddress, works_as: str, password: str = "") -> bool:
        from calmreply.adapters.storage.postgres import found_team

        return found_team(owner, works_as, password)

    def at(self, folder: Path) -> TeamAddress | None:
        from calmreply.adapters import local_files

        return local_files.team(folder)

    def demand_room(self, folder: Path, address: TeamAddress) -> None:
        from calmreply.app.teamwork import team_errors

        there = self.at(folder)
        # The same database may have moved to another server, and people get other names.
        if there is not None and there.database != address.database:
            raise team_errors.other_team(there.host, there.database)
        if there is None and self.holds_a_home(folder):
            raise team_errors.home_there()

    def holds_a_home(self, folder: Path) -> bool:
        """Whether somebody has worked in the home that lies in this folder itself."""
        from calmreply.adapters.storage import open_store
        from calmreply.adapters.storage.sqlite.opening import FILE

        if not (folder / FILE).exists():
            return False
        store = open_store(folder)
        try:
            with store.read() as tx:
                return tx.head()[0] > 0
        finally:
            store.close()

    def standing(self, folder: Path) -> Standing:
        from calmreply.app.persons import lockbox

        return lockbox.of(self.secrets(folder))

    def join(self, folder: Path, address: TeamAddress, passphrase: str | None = None) -> bool:
        from calmreply.adapters import local_files
        from calmreply.adapters.folder_lock import folder_lock

        there = self.at(folder)
        self.demand_room(folder, address)
        self.look(address)
        local_files.make(folder)
        with folder_lock(folder, _("somebody who joins a team")):
            kept = self.keep(folder, address, passphrase)
            local_files.keep_team(folder, address.place)
            if there is not None and there.secret != address.secret:
                self.secrets(folder).delete(there.secret)
            _drop_empty(folder)
        return kept

    def leave(self, folder: Path) -> None:
        from calmreply.adapters import local_files
        from calmreply.adapters.folder_lock import folder_lock
        from calmreply.app.teamwork import team_errors

        there = self.at(folder)
        if there is None:
            raise team_errors.no_team()
        with folder_lock(folder, _("somebody who leaves a team")):
            local_files.forget_team(folder)
            self.secrets(folder).delete(there.secret)

    def call(self, folder: Path, name: str) -> Computer:
        from calmreply.adapters import local_files
        from calmreply.adapters.entropy import SystemEntropy

        local_files.make(folder)
        return local_files.rename(folder, name, self._parts.entropy or SystemEntropy())

    def unlock(self, folder: Path, passphrase: str) -> None:
        from calmreply.app.persons import lockbox
        from calmreply.app.ports.lockbox import Lockbox

        box = self.secrets(folder)
        if isinstance(box, Lockbox):
            lockbox.unlock(box, passphrase)

    def keep(self, folder: Path, address: TeamAddress, passphrase: str | None) -> bool:
        """The password, where this computer keeps such; whether it does."""
        from calmreply.app.persons import lockbox

        secrets = self.secrets(folder)
        if passphrase is not None:
            self.unlock(folder, passphrase)
        secrets.set(address.secret, address.password)
        return secrets.keeps or lockbox.is_open(secrets)


def _drop_empty(folder: Path) -> None:
    """The file of a home that nobody has worked in; where it cannot go, it lies there unused."""
    from calmreply.adapters.storage.sqlite.opening import FILE

    for name in (FILE, f"{FILE}-wal", f"{FILE}-shm"):
        with suppress(OSError):
            (folder / name).unlink(missing_ok=True)
