"""Every sentence about a journal, or what stands beside it, that does not hold."""

from __future__ import annotations

from typing import assert_never

from calmreply.app.beside import Difference, Thing
from calmreply.domain.journal import Flaw
from calmreply.i18n import _


def flaw(value: Flaw, number: int) -> str:
    """What is wrong with the journal's first bad line."""
    words = {
        Flaw.OUT_OF_ORDER: _("line {number} is missing or out of order"),
        Flaw.CHAIN_BROKEN: _("line {number} does not follow from the line before it"),
        Flaw.PAYLOAD_CHANGED: _("what line {number} says was changed after it was written"),
        Flaw.UNKNOWN_KEY: _("line {number} is signed with a key that nobody enrolled"),
        Flaw.BAD_SIGNATURE: _("the signature of line {number} does not hold"),
        Flaw.WRONG_ACTOR: _("line {number} is signed with somebody else's key"),
        Flaw.REVOKED_KEY: _("line {number} was signed from afar with a key that had been revoked"),
        Flaw.HEAD_MISSING: _(
            "the journal ends before line {number}, which this computer remembers"
        ),
        Flaw.CLOCK_CHANGED: _(
            "its {number} lines hold, but the time or a setting kept beside them was changed"
        ),
        Flaw.RULES_LOOSENED: _("by line {number} the rules became weaker without a second person"),
    }
    return words[value].format(number=number)


def difference(found: Difference) -> str:
    """A whole sentence: where it is, and what is not as the journal says."""
    return f"{_place(found)}: {_thing(found.thing)}"


def _place(found: Difference) -> str:
    if found.account:
        return _("Account {account}").format(account=found.account)
    if found.person:
        return found.person
    if found.case:
        return _("Case {case}").format(case=found.case)
    return _("Mention {mention}").format(mention=found.mention or "?")


def _thing(thing: Thing) -> str:
    match thing:
        case Thing.WORDS:
            return _("what the customer said is not what came in.")
        case Thing.AROUND:
            return _("where it stands or how to reach them is not as it came in.")
        case Thing.CASE:
            return _("the mention belongs to another case than when it came in.")
        case Thing.RULES:
            return _("the rules are not those it began with.")
        case Thing.NEVER_HEARD:
            return _("nothing in the journal says that it ever came in.")
        case Thing.MISSING:
            return _("what the customer said is gone.")
        case Thing.NOT_GONE:
            return _("it is marked as gone, and no site said so.")
        case Thing.ACCOUNT:
            return _("it is not as somebody set it up.")
        case Thing.OUTBOX:
            return _("what the outbox keeps of a reply is not what happened to it.")
        case Thing.KEY:
            return _("the key that is kept here is not theirs.")
        case Thing.ACCOUNT_MISSING:
            return _("it is gone, and nobody removed it.")
        case _:
            assert_never(thing)
