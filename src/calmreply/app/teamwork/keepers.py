"""Accounts whose secret lies on another computer of the team: it answers and reads by them.

Secrets never leave the computer on which they were typed in. Each computer says in the journal
which ones it keeps; whose account nobody keeps needs none, or is anybody's to try.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from calmreply.app.home import Home
from calmreply.app.ledger import NO_CASE, fact_of
from calmreply.app.ports.storage import ReadTransaction
from calmreply.domain import keeping, trying
from calmreply.domain.outbox import Entry
from calmreply.errors import KnownError
from calmreply.i18n import _, ngettext

KINDS = ("secret_kept", "secret_dropped")
ELSEWHERE = "kept_elsewhere"


class Elsewhere:
    """Asked once in a transaction, for many accounts."""

    def __init__(self, home: Home, tx: ReadTransaction) -> None:
        self._here = home.computer.id
        self._alone = home.team is None
        lines = () if self._alone else tx.lines(case=NO_CASE, kinds=KINDS)
        self.kept = keeping.keepers(fact_of(one) for one in lines)

    def of(self, account: str) -> tuple[str, ...]:
        """What the computers are called that keep this account's secret while this one does not."""
        computers = self.kept.get(account, {})
        if self._here in computers:
            return ()
        return tuple(sorted(name or _("another computer") for name in computers.values()))

    def names(self, account: str) -> tuple[str, ...]:
        """What all computers are called that keep it, this one first."""
        computers = dict(self.kept.get(account, {}))
        here = (_("this computer"),) if computers.pop(self._here, None) is not None else ()
        return (*here, *sorted(name or _("another computer") for name in computers.values()))

    def here(self) -> frozenset[str]:
        """The accounts whose secret this computer said that it keeps."""
        return frozenset(one for one, by in self.kept.items() if self._here in by)


def of(home: Home, account: str) -> tuple[str, ...]:
    """As `Elsewhere.of`, for one account."""
    if home.team is None or not account:
        return ()
    with home.store.read() as tx:
        return Elsewhere(home, tx).of(account)


def everywhere(home: Home) -> Mapping[str, tuple[str, ...]]:
    """For each account of a team whose secret is kept anywhere: on which computers, in words."""
    if home.team is None:
        return {}
    with home.store.read() as tx:
        found = Elsewhere(home, tx)
    return {account: names for account in found.kept if (names := found.names(account))}


def kept_on(computers: Sequence[str]) -> str:
    """A sentence: where the password of an account lies."""
    *names, last = computers
    if not names:
        return _("Its password is kept on {name}.").format(name=last)
    words = _("Its password is kept on {names} and on {last}.")
    return words.format(names=", ".join(names), last=last)


def in_other_hands(home: Home, entry: Entry) -> bool:
    """Whether another computer of the team has begun with an entry, and goes on by itself.

    At home alone nobody else can: there it was this one, before its data were put back.
    """
    return home.team is not None and trying.tried_elsewhere(entry, home.run)


def goes_from(computers: Sequence[str]) -> str:
    """A sentence: from which computer a reply leaves."""
    words = ngettext(
        "It goes from {names}: its password is kept there.",
        "It goes from {names}, whichever comes first: its password is kept there.",
        len(computers),
    )
    return words.format(names=", ".join(computers))


def waits_for(computers: Sequence[str]) -> str:
    """What is said of a reply that somebody has sent and that leaves from there."""
    more = _(
        "It leaves as soon as CalmReply is open there. To send it from here, type the account's"
        " password in under Settings."
    )
    return f"{goes_from(computers)} {more}"


def elsewhere(computers: Sequence[str]) -> KnownError:
    return KnownError(
        ELSEWHERE,
        goes_from(computers),
        _(
            "It leaves as soon as CalmReply is open there. To answer from here as well, type the"
            " account's password in here."
        ),
    )
