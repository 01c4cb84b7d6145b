"""The order of a move: at any moment one of the two homes counts, and only one.

The old home counts until everything over there was compared with it. In the same transaction in
which that is found, it is marked as moved; only then does the new one lose its mark of a home
that is still arriving. A move that was stopped anywhere is ended by doing it again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress
from itertools import count
from pathlib import Path

from sqlalchemy import Connection, Table, select

from calmreply.adapters.storage import moved
from calmreply.adapters.storage.moving import checking, copying
from calmreply.adapters.storage.moving.checking import Held
from calmreply.adapters.storage.moving.sides import FileSide, ServerSide, Side
from calmreply.adapters.storage.sqlite import driver
from calmreply.adapters.storage.sqlite.opening import FILE
from calmreply.adapters.storage.tables import CASES, JOURNAL, MENTIONS
from calmreply.app.home import BUSINESS_ID
from calmreply.app.ports import storage_errors
from calmreply.app.teamwork import moving_errors
from calmreply.app.teamwork.moving import Moved, Tell
from calmreply.app.teamwork.team import TeamAddress
from calmreply.domain.journal import Verify
from calmreply.errors import KnownError
from calmreply.i18n import _

ARRIVING = "arriving"
"""The folder, within a home's own, in which what comes from a server is put together."""
_KEPT_MODE = 0o400


def to_server(folder: Path, owner: TeamAddress, tell: Tell, check: Verify) -> Moved:
    """Everything of the folder's file into the home that was founded by this owner.

    As the owner, from whom alone the law takes lines with the times they have.
    """
    with ExitStack() as closing:
        target = ServerSide(owner, place(owner))
        closing.callback(target.close)
        target.demand_owner()
        source = FileSide(folder, str(folder))
        closing.callback(source.close)
        return _move(source, target, tell, check)


def here(folder: Path, address: TeamAddress, tell: Tell, check: Verify) -> Moved:
    """Everything of the home at `address` into the folder's own file."""
    put_away(folder)
    with ExitStack() as closing:
        source = ServerSide(address, place(address))
        closing.callback(source.close)
        if is_here(folder):
            return _came_before(source, folder, check, tell)
        target = FileSide(folder / ARRIVING, str(folder))
        closing.callback(target.close)
        result = _move(source, target, tell, check)
        target.settle()
        target.close()
        target.path.replace(folder / FILE)
        with suppress(OSError):
            target.path.parent.rmdir()
        return result


def look(address: TeamAddress) -> None:
    """Whether there is a home of our own age, in use or not, that this role may come into."""
    ServerSide(address, place(address)).close()


def is_here(folder: Path) -> bool:
    """Whether the folder holds a home of its own."""
    return (folder / FILE).exists()


def put_away(folder: Path) -> Path | None:
    """A file that was moved away gets another name and becomes read-only; returns where it is.

    Where another program still has it open, it stays as it is: it is marked all the same.
    """
    if not is_here(folder):
        return None
    side = FileSide(folder, str(folder))
    try:
        with side.turn() as connection:
            if moved.setting(connection, moved.MOVED) is None:
                return None
        side.settle()
    except KnownError:
        return side.path
    finally:
        side.close()
    kept = next(name for name in _names(folder) if not name.exists())
    side.path.rename(kept)
    kept.chmod(_KEPT_MODE)
    return kept


def kept(folder: Path) -> Path | None:
    """The file that was put away last, if any."""
    there = None
    for name in _names(folder):
        if not name.exists():
            return there
        there = name
    return there


def last_line(file: Path) -> tuple[int, str]:
    """Number and time of the last line in a file that was put away.

    Raises KnownError `not_our_data`.
    """
    newest = "SELECT number, at FROM journal ORDER BY number DESC LIMIT 1"
    try:
        where = f"{file.absolute().as_uri()}?mode=ro&immutable=1"
        with closing(driver.SQLITE.connect(where, uri=True)) as there:
            number, at = there.execute(newest).fetchone() or (0, "")
    except driver.SQLITE.Error as error:
        raise storage_errors.not_our_data(str(file)) from error
    return int(number), str(at)


def go_back(folder: Path, file: Path) -> None:
    """Work on in a file that was put away. It stays where it is; the folder gets a copy."""
    for name in (FILE, f"{FILE}-wal", f"{FILE}-shm"):  # of a move that did not end
        (folder / ARRIVING / name).unlink(missing_ok=True)
    side = FileSide(folder / ARRIVING, str(folder), begin=file)
    try:
        with side.turn() as connection:
            moved.unmark(connection, *moved.MARKS)
        side.settle()
    finally:
        side.close()
    side.path.replace(folder / FILE)
    with suppress(OSError):
        side.path.parent.rmdir()


def place(address: TeamAddress) -> str:
    """Where a server's home is, in words."""
    return _("the database {name} on {host}").format(name=address.database, host=address.host)


def _move(source: Side, target: Side, tell: Tell, check: Verify) -> Moved:
    with source.turn() as there:
        went = moved.setting(there, moved.MOVED)
        if went not in (None, target.place):
            raise moving_errors.home_moved(went or "")
        if moved.setting(there, moved.ARRIVING) is not None:
            raise moving_errors.home_arriving(source.place)
        arrived = _claim(source, there, target, went=went is not None)
        if not arrived:
            copying.copy(there, target, tell)
        with target.turn() as other:
            if arrived:
                return Moved(copying.count(other), _lines(other), source.place)
            old, new = Held(source, there), Held(target, other)
            rows, lines = checking.demand_same(old, new, tell, check)
        moved.mark(there, moved.MOVED, target.place)
    with target.turn() as other:
        moved.unmark(other, moved.ARRIVING)
    return Moved(rows, lines, source.place)


def _claim(source: Side, there: Connection, target: Side, *, went: bool) -> bool:
    """Mark the other side as one that is arriving; True where all of it has come already.

    What may be there: nothing, a part of this home, or what this home left there when it moved
    away. Raises KnownError `home_there`.
    """
    business = moved.setting(there, BUSINESS_ID) or ""
    with target.turn() as other:
        ours = bool(business) and moved.setting(other, BUSINESS_ID) == business
        arriving, away = (moved.setting(other, name) for name in (moved.ARRIVING, moved.MOVED))
        if ours and went and arriving is None and away is None:
            return True
        usable = (ours and (arriving or away)) or (not arriving and _is_empty(other))
        if not usable:
            raise moving_errors.home_there(target.place)
        moved.unmark(other, *moved.MARKS)
        moved.mark(other, moved.ARRIVING, source.place)
        moved.mark(other, BUSINESS_ID, business)
    return False


def _came_before(source: Side, folder: Path, check: Verify, tell: Tell) -> Moved:
    """The file has its name already: the move was stopped at its very end, or it is another."""
    side = FileSide(folder, str(folder))
    try:
        with source.turn() as there:
            if moved.setting(there, moved.MOVED) is None:
                raise moving_errors.home_there(str(folder))
        return _move(source, side, tell, check)
    finally:
        side.close()


def _is_empty(connection: Connection) -> bool:
    return not any(_holds(connection, table) for table in (JOURNAL, MENTIONS, CASES))


def _holds(connection: Connection, table: Table) -> bool:
    return connection.execute(select(1).select_from(table).limit(1)).first() is not None


def _lines(connection: Connection) -> int:
    newest = select(JOURNAL.c.number).order_by(JOURNAL.c.number.desc()).limit(1)
    return connection.execute(newest).scalar() or 0


def _names(folder: Path) -> Iterator[Path]:
    stem, _dot, suffix = FILE.rpartition(".")
    yield folder / f"{stem}-moved.{suffix}"
    yield from (folder / f"{stem}-moved-{number}.{suffix}" for number in count(2))
