"""Every sentence about a journal, or what stands beside it, that does not hold."""

from __future__ import annotations

from calmreply.app.proving.beside import Difference, Thing
from calmreply.domain.journal import Flaw, Whole
from calmreply.i18n import _, ngettext


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
        Flaw.BACK_IN_TIME: _("line {number} says an earlier time than a line before it"),
        Flaw.RULES_LOOSENED: _("by line {number} the rules became weaker without a second person"),
    }
    return words[value].format(number=number)


def remarks(found: Whole) -> tuple[str, ...]:
    """What a person should know of a journal that holds."""
    told = []
    if found.own_word:
        words = ngettext(
            "Line {lines} brought in a key of the program by no word but its own. So does another "
            "computer, or a keyring that was lost; if it was neither, somebody wrote it by hand.",
            "Lines {lines} brought in keys of the program by no word but their own. So does "
            "another computer, or a keyring that was lost; if it was neither, somebody wrote them "
            "by hand.",
            len(found.own_word),
        )
        told.append(words.format(lines=", ".join(map(str, found.own_word))))
    if found.erased:
        words = ngettext(
            "What {n} line said was erased, as for somebody who wants to be forgotten.",
            "What {n} lines said was erased, as for somebody who wants to be forgotten.",
            found.erased,
        )
        told.append(words.format(n=found.erased))
    return tuple(told)


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
    words = {
        Thing.WORDS: _("what the customer said is not what came in."),
        Thing.AROUND: _("where it stands or how to reach them is not as it came in."),
        Thing.CASE: _("the mention belongs to another case than when it came in."),
        Thing.RULES: _("the rules are not those it began with."),
        Thing.NEVER_HEARD: _("nothing in the journal says that it ever came in."),
        Thing.MISSING: _("what the customer said is gone."),
        Thing.NOT_GONE: _("it is marked as gone, and no site said so."),
        Thing.ACCOUNT: _("it is not as somebody set it up."),
        Thing.OUTBOX: _("what the outbox keeps of a reply is not what happened to it."),
        Thing.KEY: _("the key that is kept here is not theirs."),
        Thing.ACCOUNT_MISSING: _("it is gone, and nobody removed it."),
    }
    return words[thing]
