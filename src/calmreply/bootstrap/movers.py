"""A home moves to a server or back, with what this computer keeps of it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from calmreply.errors import KnownError
from calmreply.i18n import _

if TYPE_CHECKING:
    from collections.abc import Iterator

    from calmreply.app.teamwork.moving import Destination, Moved, Tell, WentBack
    from calmreply.app.teamwork.team import TeamAddress
    from calmreply.bootstrap.homes import OpenHome
    from calmreply.bootstrap.teams import ComputersTeams
    from calmreply.domain.journal import Verify

# Imports inside functions are the point of this module, see the package.
# ruff: noqa: PLC0415

Open = Callable[[Path], "AbstractContextManager[OpenHome]"]


class ComputersMover:
    """`app.teamwork.moving.Mover`."""

    def __init__(
        self, teams: ComputersTeams, open_home: Open, verify: Callable[[], Verify]
    ) -> None:
        self._teams = teams
        self._open = open_home
        self._verify = verify

    def to_server(
        self, folder: Path, to: Destination, tell: Tell, passphrase: str | None = None
    ) -> Moved:
        from calmreply.adapters import local_files
        from calmreply.adapters.storage.moving import course
        from calmreply.app.teamwork import moving_errors

        there = self._teams.at(folder)
        if there is None and not course.is_here(folder):
            raise moving_errors.nothing_to_move(str(folder))
        with _alone(folder):
            if there is not None:
                course.put_away(folder)
                raise moving_errors.not_in_folder(course.place(there))
            self._demand_whole(folder, again=True)
            course.look(to.address)
            came = course.to_server(folder, to.owner, tell, self._verify())
            password_kept = self._teams.keep(folder, to.address, passphrase)
            local_files.keep_team(folder, to.address.place)
            kept = course.put_away(folder)
            self._demand_whole(folder)
        return replace(came, kept=str(kept or folder), password_kept=password_kept)

    def here(self, folder: Path, tell: Tell) -> Moved:
        from calmreply.adapters import local_files
        from calmreply.adapters.storage.moving import course
        from calmreply.app.teamwork import moving_errors

        there = self._teams.at(folder)
        if there is None:
            raise moving_errors.not_on_server()
        with _alone(folder):
            self._demand_whole(folder, again=True)
            secrets = self._teams.secrets(folder)
            address = replace(there, password=secrets.get(there.secret) or "")
            came = course.here(folder, address, tell, self._verify())
            local_files.forget_team(folder)
            secrets.delete(there.secret)
            self._demand_whole(folder)
        return came

    def go_back(self, folder: Path, *, lost: bool) -> WentBack:
        from calmreply.adapters import local_files
        from calmreply.adapters.storage.moving import course
        from calmreply.app.teamwork import moving_errors, team_errors
        from calmreply.app.teamwork.moving import WentBack

        file = course.kept(folder)
        if file is None:
            raise moving_errors.nothing_kept(str(folder))
        with _alone(folder):
            there = self._teams.at(folder)
            if there is not None:
                self._demand_gone(folder, there)
            elif self._teams.holds_a_home(folder):
                raise team_errors.home_there()
            lines, until = course.last_line(file)
            if not lost:
                raise moving_errors.say_it_is_lost(until)
            # The address goes first: stopped here, the same words go on.
            local_files.forget_team(folder)
            course.go_back(folder, file)
            if there is not None:
                self._teams.secrets(folder).delete(there.secret)
        return WentBack(lines, until)

    def _demand_gone(self, folder: Path, there: TeamAddress) -> None:
        """Raises KnownError where the server answers, whatever it says."""
        from calmreply.adapters.storage.moving import course
        from calmreply.app.teamwork import moving, moving_errors

        password = self._teams.secrets(folder).get(there.secret) or ""
        try:
            self._teams.look(replace(there, password=password))
        except KnownError as error:
            if error.code in moving.LOST:
                return
            raise
        raise moving_errors.server_there(course.place(there))

    def upgrade(self, owner: TeamAddress) -> tuple[int, int]:
        from calmreply.adapters.storage.postgres import upgrade_team

        return upgrade_team(owner)

    def _demand_whole(self, folder: Path, *, again: bool = False) -> None:
        """With what this computer remembers: the last line it saw, and the time kept with it.

        `again`: a home that was marked before, by a move that was stopped at its end, was looked
        at then.
        """
        from calmreply.app.teamwork import moving

        try:
            with self._open(folder) as opened:
                moving.demand_whole(opened.home)
        except KnownError as error:
            if not (again and error.code == "home_moved"):
                raise


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    from calmreply.adapters.folder_lock import folder_lock

    with folder_lock(folder, _("somebody who moves the home")):
        yield
