"""The rules' own lines of the journal, folded: what is in force, proposed, or wrong."""

from __future__ import annotations

from collections.abc import Iterator

from calmreply.app.facts import PEOPLE
from calmreply.app.ledger import NO_CASE, Ledger, fact_of
from calmreply.app.ports.storage import ReadTransaction
from calmreply.domain import rulebook
from calmreply.domain.journal import Written
from calmreply.domain.moment import Now
from calmreply.domain.rulebook import Begun, Book, RulesSet

RULES = ("rules_set", "rules_proposed", "rules_seconded", "rules_withdrawn")
_KINDS = (*PEOPLE, *RULES)


def book(tx: ReadTransaction, *, begun: bool = False) -> Book:
    """As it stands. `begun`: whether somebody has begun a case, where that matters."""
    lines = tx.lines(case=NO_CASE, kinds=_KINDS)
    facts = ((one.line.number, fact) for one in lines if (fact := fact_of(one)) is not None)
    found = rulebook.read(facts)
    return rulebook.after(found, 0, Begun()) if begun else found


def carry_out(ledger: Ledger) -> bool:
    """Put in force what has waited long enough; returns whether anything was."""
    done = False
    while found := rulebook.ripe(book(ledger.tx), ledger.now):
        here = book(ledger.tx)
        fact = RulesSet(found[0].on(here.rules), ledger.reading, found[0].id)
        ledger.record(fact, by_program=True)
        done = True
    return done


class Watch:
    """Sees every line of a journal, in order, and tells rules that came in by no right road."""

    def __init__(self, now: Now) -> None:
        self._now = now
        self._book = Book()
        self.wrong: int | None = None

    def passing(self, lines: Iterator[Written]) -> Iterator[Written]:
        """The same lines."""
        for written in lines:
            self.see(written)
            yield written

    def see(self, written: Written) -> bool:
        """Whether this line is right; `wrong` keeps the number of the first one that is not."""
        line = written.line
        if line.case:
            self._book = rulebook.after(self._book, line.number, Begun())
        elif line.kind in _KINDS and (fact := fact_of(written)) is not None:
            if isinstance(fact, RulesSet) and not rulebook.allowed(self._book, fact, self._now):
                self.wrong = self.wrong or line.number
            self._book = rulebook.after(self._book, line.number, fact)
        return self.wrong is None
