"""How everything stands: looked at, never changed."""

from __future__ import annotations

from dataclasses import dataclass

from calmreply.app import facts
from calmreply.app.home import Home
from calmreply.app.ledger import present
from calmreply.app.ports.storage import PollState, Scope
from calmreply.app.proving import beside, trust
from calmreply.app.proving.beside import Difference
from calmreply.app.sending import accounts
from calmreply.app.words import wording_journal
from calmreply.domain.journal import Broken, Flaw, Whole
from calmreply.errors import KnownError
from calmreply.i18n import _, ngettext


@dataclass(frozen=True, slots=True)
class Ear:
    """A source and the trouble of its last round, if there was any."""

    source: str
    title: str
    trouble: KnownError | None


@dataclass(frozen=True, slots=True)
class Examined:
    """`why` says why the keyring keeps nothing; `database` what is wrong with the file, `warning`
    what is old about what it stands on; `beside` what a whole journal says otherwise than the rows.

    `clock_confirmed`: an answer from outside has told the time since the computer was started.
    """

    keeps: bool
    why: str
    clock_confirmed: bool
    people: int
    mentions: int
    sources: tuple[Ear, ...]
    channels: tuple[str, ...]
    database: tuple[str, ...]
    warning: str
    journal: Whole | Broken
    beside: tuple[Difference, ...]

    @property
    def error(self) -> KnownError | None:
        """What must not stay as it is."""
        if self.database:
            return KnownError(
                "database_damaged",
                _("The data file is damaged: {flaw}").format(flaw=self.database[0]),
                _("Put back the last backup, and keep this file for whoever helps you."),
            )
        if isinstance(self.journal, Broken):
            return journal_broken(self.journal)
        return rows_changed(len(self.beside)) if self.beside else None


def examine(home: Home) -> Examined:
    with home.store.read() as tx:
        boots = present(home, tx).boots
        people = len(facts.people(tx))
        mentions = tx.count(Scope.ALL)
        sources = tuple(Ear(str(s.id), s.title, _trouble(s.state)) for s in tx.sources())
    journal = trust.verify_journal(home)
    whole = isinstance(journal, Whole)
    return Examined(
        keeps=home.secrets.keeps,
        why=home.secrets.why,
        clock_confirmed=boots[-1].confirmed is not None,
        people=people,
        mentions=mentions,
        sources=sources,
        channels=accounts.kinds(home),
        database=home.store.check(),
        warning=home.store.warning,
        journal=journal,
        beside=tuple(beside.differences(home)) if whole else (),
    )


def journal_broken(broken: Broken) -> KnownError:
    cut = broken.flaw in (Flaw.HEAD_MISSING, Flaw.CLOCK_CHANGED)
    return KnownError(
        "journal_broken",
        _("The journal does not hold: {flaw}.").format(
            flaw=wording_journal.flaw(broken.flaw, broken.number)
        ),
        _("If you put back a backup, say so: calmreply journal resume")
        if cut
        else _("Put back a backup that holds, and keep this one to find out what happened."),
    )


def rows_changed(count: int) -> KnownError:
    """The journal holds, and this many things beside it are not as it says."""
    return KnownError(
        "journal_broken",
        ngettext(
            "The journal holds, but {n} thing beside it was changed from outside.",
            "The journal holds, but {n} things beside it were changed from outside.",
            count,
        ).format(n=count),
        _("No such reply is sent. Put back a backup that holds, and keep this one."),
    )


def _trouble(state: PollState) -> KnownError | None:
    return KnownError(state.trouble, state.words, state.way_out) if state.trouble else None
