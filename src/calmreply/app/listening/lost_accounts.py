"""Sources whose account was removed: they go on through another one, and what they brought stays.

An account that is set up again just as it was needs nothing of this, see `accounts.add`.
"""

from __future__ import annotations

from calmreply.app.home import Actor, Home
from calmreply.app.ledger import SourceChanged, writing
from calmreply.app.listening import listen, places
from calmreply.app.ports.changes import ChangeSet
from calmreply.app.ports.storage import PollState, Source
from calmreply.app.sending.accounts import NO_SUCH_ACCOUNT
from calmreply.domain import disguise
from calmreply.domain.mention import SourceId
from calmreply.errors import KnownError
from calmreply.i18n import _


def waiting(home: Home, kind: str) -> tuple[Source, ...]:
    """The sources of that kind whose account is gone."""
    sources = [one for one in listen.sources(home) if one.kind == kind]
    return tuple(one for one in sources if one.state.trouble == NO_SUCH_ACCOUNT)


def listen_through(
    home: Home, source: SourceId, account: str, actor: Actor | None = None
) -> ChangeSet:
    """Read a source through this account from now on; what it brought stays.

    It may be another mailbox or site: so its next round is like a first one, in which what is
    older than a week asks for no answer. Raises KnownError `no_such_source`, `no_such_account`,
    `account_needed` where it is none of that kind, `listened_already`.
    """
    before = listen.find_source(home, source)
    through = places.account_for(home, places.listener(home, before.kind), account)
    if through is None:
        raise places.account_needed(places.listener(home, before.kind))
    _old, what = places.split(before)
    address = places.address(before.kind, through.id, what)
    if address == before.address:
        return ChangeSet()
    with writing(home, actor) as ledger:
        there = next((one for one in ledger.tx.sources() if one.address == address), None)
        if there is not None:
            raise _already(there)
        ledger.tx.move_source(before.id, address)
        state = PollState(brought_at=before.state.brought_at)
        ledger.tx.save_poll(before.id, before.title, state)
        ledger.record(SourceChanged(before.id, before.kind, address, "moved", ledger.reading))
    return ChangeSet(sources=True)


def _already(there: Source) -> KnownError:
    words = _("Through this account you listen there already: {title}.")
    return KnownError(
        "listened_already",
        words.format(title=disguise.name(there.title)),
        _("Choose another account, or stop listening to this one; what it brought stays."),
    )
