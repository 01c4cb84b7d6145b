"""While the file with the passwords is closed: what is read by one of them says so at once."""

from __future__ import annotations

from dataclasses import replace

from calmreply.app.home import Home
from calmreply.app.listening import places
from calmreply.app.persons import lockbox
from calmreply.app.ports.changes import ChangeSet
from calmreply.app.ports.storage import Source
from calmreply.app.sending.entries import secret_name
from calmreply.app.teamwork import poller


def mark(home: Home) -> ChangeSet:
    """At the start, before any source is asked: its own turn may be an hour away."""
    if not lockbox.is_closed(home.secrets):
        return ChangeSet()
    with home.store.read() as tx:
        sources, known = tx.sources(), {one.id for one in tx.accounts()}
    shut = {one.id for one in poller.asked_here(home, sources) if _is_shut(home, one, known)}
    why, marked = lockbox.locked(), False
    with home.store.write() as tx:
        for source in tx.sources():
            state = source.state
            if source.id not in shut or state.asked_to_wait or state.trouble == why.code:
                continue
            state = replace(state, trouble=why.code, words=why.words, way_out=why.way_out)
            tx.save_poll(source.id, source.title, state)
            marked = True
    return ChangeSet(sources=marked)


def _is_shut(home: Home, source: Source, known: set[str]) -> bool:
    """Whether the password of its account is not at hand."""
    account = "" if source.kind == places.FEED else places.split(source)[0]
    return account in known and home.secrets.get(secret_name(account)) is None
