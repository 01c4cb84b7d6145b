"""Who asks the sources in a team: one computer at a time, and for an account one that can sign in.

Whoever holds the team's lock of listening asks; when that computer is closed or gone, the next one
that looks has it. Where a source is read by an account, only computers that keep its secret try;
where it is a file, only the computer on which that lies.
"""

from __future__ import annotations

from collections.abc import Iterable

from calmreply.app.home import Home
from calmreply.app.ledger import writing
from calmreply.app.listening import places
from calmreply.app.ports.storage import ReadTransaction, Source
from calmreply.app.teamwork import own_files
from calmreply.app.teamwork.keepers import Elsewhere
from calmreply.errors import KnownError
from calmreply.i18n import _

LOCK = "listening"
ON = "listening_on"
"""The setting with id and name of the computer that listens; a note for the others, no fact."""


def asked_here(home: Home, sources: Iterable[Source]) -> tuple[Source, ...]:
    """Those that this computer asks now; it takes over what nobody else has in hand.

    Raises what the storage does.
    """
    if home.team is None:
        return tuple(sources)
    with home.store.read() as tx:
        elsewhere = Elsewhere(home, tx)
        locks = [(one, _file_lock(home, tx, one)) for one in sources]
    held: dict[str, bool] = {}
    mine = []
    for source, file_lock in locks:
        lock = _lock(elsewhere, source) if file_lock is None else file_lock
        if lock and lock not in held:
            held[lock] = home.store.hold(lock)
        if lock and held[lock]:
            mine.append(source)
    if held.get(LOCK):
        _say_so(home)
    return tuple(mine)


def _file_lock(home: Home, tx: ReadTransaction, source: Source) -> str | None:
    """As `_lock` for a file, None where it is none or nobody knows yet where it lies."""
    if own_files.elsewhere(home, tx, source):
        return ""
    return f"{LOCK}:{source.id}" if own_files.is_ours(home, tx, source) else None


def _lock(elsewhere: Elsewhere, source: Source) -> str:
    """What must be held to ask this source; empty where another computer has the secret."""
    account = "" if source.kind == places.FEED else places.split(source)[0]
    if elsewhere.of(account):
        return ""
    return f"{LOCK}:{account}" if elsewhere.kept.get(account) else LOCK


def _say_so(home: Home) -> None:
    here = f"{home.computer.id} {home.computer.name}"
    with home.store.read() as tx:
        said = tx.setting(ON)
    if said != here:
        with writing(home) as ledger:
            ledger.tx.set_setting(ON, here)


def listens_elsewhere(home: Home, tx: ReadTransaction) -> str:
    """What the other computer is called that asks the sources; empty where this one does."""
    computer, _space, name = (tx.setting(ON) or "").partition(" ")
    if home.team is None or computer in ("", home.computer.id):
        return ""
    return name or _("another computer")


def asked_by_nobody_here(home: Home) -> KnownError | None:
    """Why this computer asked none of the sources; None where there is no other one.

    Whoever has them in hand need not have said so yet, or calls itself as this one does.
    """
    if home.team is None:
        return None
    with home.store.read() as tx:
        other = listens_elsewhere(home, tx)
    return elsewhere(other or _("another computer"))


def elsewhere(computer: str) -> KnownError:
    return KnownError(
        "listens_elsewhere",
        runs_on(computer),
        _("What it hears is in your list as well. It changes over when CalmReply is closed there."),
    )


def runs_on(computer: str) -> str:
    return _("Listening runs on {computer}").format(computer=computer)
