"""Several mentions in one case: which they are, and taking one out again.

The first one is what the case is about, what is read, judged and answered; the others tell that it
was said elsewhere, too. What the case already holds stays with it when one of them leaves.
"""

from __future__ import annotations

from calmreply.app import facts
from calmreply.app.home import Actor, Home
from calmreply.app.ledger import MentionSplit, writing
from calmreply.app.listening import once
from calmreply.app.ports.changes import ChangeSet
from calmreply.app.proving import beside
from calmreply.domain import alike
from calmreply.domain.mention import CaseId, Mention, MentionId
from calmreply.errors import KnownError
from calmreply.i18n import _


def mentions(home: Home, case: CaseId) -> tuple[Mention, ...]:
    """All mentions of a case, first what it is about. Raises KnownError `no_such_case`."""
    with home.store.read() as tx:
        tx.case(case)
        found = sorted(tx.mentions_of_cases([case]), key=int)
        return tuple(tx.mention(one) for one in found)


def split(home: Home, actor: Actor, mention: MentionId) -> tuple[CaseId, ChangeSet]:
    """Somebody says that it is another matter: it gets a case of its own.

    That begins with the rules that were in force when it was heard. Only what is new is ever
    grouped, so it does not come back by itself. Raises KnownError `no_such_mention`, `no_case`,
    `comes_first`, `still_sending`.
    """
    with writing(home, actor) as ledger:
        tx = ledger.tx
        found = tx.mention(mention)
        if found.case is None:
            raise KnownError(
                "no_case",
                _("This mention is from before we listened; it has no case."),
                _("Open it from the older ones if it is to be answered."),
            )
        if tx.case(found.case).mention == mention:
            raise KnownError(
                "comes_first",
                _("This is the mention that its case is about."),
                _("Take out the others that came to it."),
            )
        facts.refuse_while_sending(facts.load(home, tx, found.case))
        began = beside.heard_first(tx, mention)
        rules_line = began.rules_line if began else facts.rules_in_force(tx)[0]
        marks = alike.marks(once.stored(found))
        case = tx.split(mention, rules_line=rules_line, marks=marks)
        who, at = actor.person.id, ledger.reading
        ledger.record(MentionSplit(str(mention), str(found.case), str(case), rules_line, who, at))
    return case, ChangeSet(cases=frozenset({found.case, case}), mentions=True)
