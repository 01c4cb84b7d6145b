"""Sources that are a file: it lies on one computer of the team, and only that one reads it.

Another computer has no such file, or one of its own by the same name. Which computer it is stands
among the settings: a note for the others, no fact. A home that never was a team's notes it as well,
so that it is known once the home moves to a server.
"""

from __future__ import annotations

from collections.abc import Iterable

from calmreply.app.home import Home
from calmreply.app.ledger import Ledger
from calmreply.app.ports.storage import ReadTransaction, Source
from calmreply.domain.mention import SourceId
from calmreply.errors import KnownError
from calmreply.i18n import _

_NOTE = "file_of:"
"""Before a source's id: the setting with id and name of the computer on which the file lies."""


def lies_in_a_file(home: Home, source: Source) -> bool:
    found = home.listeners.get(source.kind)
    return found is not None and any(field.file for field in found.place_fields)


def found_here(ledger: Ledger, source: Source) -> None:
    """The file was read on this computer, so it is this computer's."""
    home, name = ledger.home, _NOTE + source.id
    here = f"{home.computer.id} {home.computer.name}"
    if lies_in_a_file(home, source) and ledger.tx.setting(name) != here:
        ledger.tx.set_setting(name, here)


def forget(ledger: Ledger, source: SourceId) -> None:
    if ledger.tx.setting(_NOTE + source) is not None:
        ledger.tx.set_setting(_NOTE + source, None)


def elsewhere(home: Home, tx: ReadTransaction, source: Source) -> str:
    """What the other computer is called on which this file lies; empty where nobody else has it."""
    if home.team is None or not lies_in_a_file(home, source):
        return ""
    computer, _space, name = (tx.setting(_NOTE + source.id) or "").partition(" ")
    if computer in ("", home.computer.id):
        return ""
    return name or _("another computer")


def everywhere(home: Home, tx: ReadTransaction, sources: Iterable[Source]) -> dict[SourceId, str]:
    """Those that lie on another computer of the team, and what it is called."""
    found = {one.id: elsewhere(home, tx, one) for one in sources}
    return {source: name for source, name in found.items() if name}


def trouble(home: Home, source: Source) -> KnownError | None:
    """Why this computer cannot read that file, where another one does."""
    with home.store.read() as tx:
        name = elsewhere(home, tx, source)
    if not name:
        return None
    return KnownError(
        "file_elsewhere",
        _("{file} lies on {computer} and is read there.").format(file=source.title, computer=name),
        _("Open CalmReply there. To read a copy of it here, add that as a source of its own."),
    )


def is_ours(home: Home, tx: ReadTransaction, source: Source) -> bool:
    """Whether it is known that the file lies on this computer."""
    if not lies_in_a_file(home, source):
        return False
    return (tx.setting(_NOTE + source.id) or "").partition(" ")[0] == home.computer.id
