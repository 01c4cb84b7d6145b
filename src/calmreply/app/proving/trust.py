"""Trusting what the database says: signatures and hashes checked before anything leaves.

`check_case` walks the chain of all lines, checks the signatures of those that a reply rests on
(its case, people and their keys, rules), and holds the rows that are no journal lines against the
lines that brought them in, those of the outbox against what happened to each reply.
`verify_journal` checks every line. Keys come from the chain itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, TextIO

from calmreply.app.facts import PEOPLE, Known
from calmreply.app.home import Actor, Home
from calmreply.app.ledger import (
    NO_CASE,
    JournalResumed,
    fact_of,
    head_slot,
    kept_head,
    present,
    writing,
)
from calmreply.app.own_file import new_file
from calmreply.app.ports.changes import ChangeSet
from calmreply.app.ports.storage import ReadTransaction
from calmreply.app.proving import beside, clock_seal
from calmreply.app.proving.beside import ACCOUNT, CAME, SPLIT, Thing
from calmreply.app.proving.time_lines import Order
from calmreply.app.rules.rule_lines import RULES, Watch
from calmreply.domain import codec, journal
from calmreply.domain.case import TheyAnswered
from calmreply.domain.journal import Broken, Flaw, Line, Whole, Written
from calmreply.domain.mention import MentionId
from calmreply.domain.moment import Now
from calmreply.errors import KnownError
from calmreply.i18n import _

PLAN = ("wording_revised", "wording_signed", "wording_retired")
EVERYBODYS = (*PEOPLE, *journal.KEY_KINDS, *RULES, ACCOUNT, *PLAN)
"""Kinds of lines that every case rests on."""
LONGEST_LINE = 100_000
"""Characters in an exported line, which holds a payload only where it brings in a key."""


def chain_keys(home: Home, tx: ReadTransaction) -> dict[str, tuple[str, bytes]]:
    """Key id to (person or "", public key), by the chain; keys that nobody let in left out."""
    keys: dict[str, journal.Key] = {}
    for written in tx.lines(case=NO_CASE, kinds=journal.KEY_KINDS):
        journal.admit(keys, written, home.keys.verify)
    return {key_id: (key.person, key.public) for key_id, key in keys.items()}


def check_case(home: Home, tx: ReadTransaction, known: Known) -> None:
    """Raises KnownError `journal_broken` if anything a reply of this case rests on was changed by
    hand: a line, its payload, its place in the chain, the mention, the rules the case began with,
    the account it goes by, the time that passed.
    """
    keys: dict[str, journal.Key] = {}
    came: list[object] = []
    last: Written | None = None
    order = Order(known.now)
    for written in _ruled(_chained(tx.lines(), kept_head(home, head_slot(tx))), known.now):
        last = written
        rests_on = _rests_on(known, written)
        if rests_on and not (_genuine(home, keys, written) and order.see(written)):
            raise _broken(written.line.number)
        if rests_on and written.line.kind in CAME:
            came.append(fact_of(written))
    # All lines before it are bound by its signature, whoever signed those.
    if last is not None and (
        journal.admit(keys, last, home.keys.verify) is not None
        or tx.head() != (last.line.number, last.line.hash)
    ):
        raise _broken(last.line.number)
    _demand_rows_as_heard(tx, known, came)
    _demand_accounts_as_said(tx)
    if not beside.outbox_as_said(tx, known.facts.id, known.facts.entries, known.now):
        raise _changed(_("What the outbox keeps of a reply has been changed from outside."))
    if not clock_seal.holds(home, tx):
        words = _("What is kept of the time that passed, or a setting, was changed from outside.")
        raise _changed(words)


def _rests_on(known: Known, written: Written) -> bool:
    """Whether a reply of the case rests on this line. Raises KnownError `journal_broken` for one
    that tells what came in and does not say any more what it said.
    """
    line = written.line
    if line.kind not in CAME:
        return line.case == str(known.facts.id) or line.kind in EVERYBODYS
    if journal.payload_flaw(written) or written.payload is None:
        raise _broken(line.number)
    return line.kind == SPLIT or _is_about(written.payload, known)


def _chained(lines: Iterable[Written], kept: tuple[int, str] | None) -> Iterator[Written]:
    """The lines, each checked to follow from the one before, up to the remembered head at least."""
    number, before = 0, journal.START
    for written in lines:
        number += 1
        if journal.chain_flaw(written.line, number, before) is not None:
            raise _broken(number)
        yield written
        before = written.line.hash
        if kept is not None and kept[0] == number and kept[1] != before:
            raise _broken(number)
    if kept is not None and kept[0] > number:
        raise _cut(kept[0])


def _ruled(lines: Iterable[Written], now: Now) -> Iterator[Written]:
    """The lines, as long as no rules became weaker by another road than a proposal."""
    rules = Watch(now)
    for written in lines:
        if not rules.see(written):
            raise _loosened(written.line.number)
        yield written


def _genuine(home: Home, keys: dict[str, journal.Key], written: Written) -> bool:
    """Whether a line is whole, can be read, and was signed by whoever it says it is from.

    The program signs for itself only: no person's word counts by an installation's key.
    """
    if journal.admit(keys, written, home.keys.verify) is not None or fact_of(written) is None:
        return False
    signer = keys[written.line.key_id].person
    if not signer and journal.answers_from_afar(written):
        return True  # `admit` has held it against the packet key
    return written.line.actor == signer and written.data().get("by") in (None, signer or None)


def demand_genuine(home: Home, tx: ReadTransaction, written: Written) -> None:
    """Raises KnownError `journal_broken` if a line is not as whoever signed it wrote it."""
    keys: dict[str, journal.Key] = {}
    for line in tx.lines(case=NO_CASE, kinds=journal.KEY_KINDS):
        journal.admit(keys, line, home.keys.verify)
    if not _genuine(home, keys, written):
        raise _broken(written.line.number)


def _is_about(payload: str, known: Known) -> bool:
    """Whether a line tells of the case, or of a mention that is answered in it."""
    about = (f'["{mention}","' for mention in _answered(known))
    return f'","{known.facts.id}","' in payload or any(one in payload for one in about)


def _answered(known: Known) -> tuple[MentionId, ...]:
    """What the lines of the case say it is about, whether the rows still say so or not."""
    first, *_rest = known.facts.conversation
    return (first.id, *(turn.mention for turn in known.facts.of(TheyAnswered)))


def _demand_rows_as_heard(tx: ReadTransaction, known: Known, came: list[object]) -> None:
    """Whether the mentions of all turns, all their versions, and the rules of the case came in so.

    The first is what the case was opened with; others that joined it are not answered here.
    """
    facts, first = known.facts, known.facts.conversation[0]
    said = [*beside.sayings(came)]
    belongs = first.case == facts.id
    for answered in _answered(known):
        mention = tx.mention(answered)
        mine = [one for one in said if one.mention == answered]
        versions = [(one.number, one.digest) for one in mention.versions]
        same = versions == [*enumerate((one.digest for one in mine if one.digest), 1)]
        if not same or not beside.as_heard(mine, mention):
            raise _changed(_("What the customer said has been changed from outside."))
        # Somebody may have taken a later turn out, and then a line says so.
        belongs = belongs and beside.follow(mine, mention.case)
    opened = next((one for one in said if one.case == facts.id), None)
    case = tx.case(facts.id)
    begun = opened is not None and (first.id, case.rules_line) == (
        opened.mention,
        opened.rules_line,
    )
    if not belongs or not begun:
        raise _changed(_("The rules of this case have been changed from outside."))


def _demand_accounts_as_said(tx: ReadTransaction) -> None:
    if any(found.thing is Thing.ACCOUNT for found in beside.accounts(tx)):
        raise _changed(_("An account to send from has been changed from outside."))


def verify_journal(home: Home) -> Whole | Broken:
    """Walk the whole chain, against the head that the keyring keeps, and the time kept with it."""
    with home.store.read() as tx:
        slot = head_slot(tx)
    # Before the lines are looked at: what is kept while we read would seem to be missing.
    head = kept_head(home, slot)
    with home.store.read() as tx:
        now = present(home, tx)
        rules, order = Watch(now), Order(now)
        lines = order.passing(rules.passing(tx.lines()))
        found = journal.verify(lines, home.keys.verify, head)
        if isinstance(found, Whole) and tx.head() != (found.lines, found.head):
            return Broken(found.lines, Flaw.CHAIN_BROKEN)
        if isinstance(found, Whole) and rules.wrong is not None:
            return Broken(rules.wrong, Flaw.RULES_LOOSENED)
        if isinstance(found, Whole) and order.wrong is not None:
            return Broken(order.wrong, Flaw.BACK_IN_TIME)
        if isinstance(found, Whole) and not clock_seal.holds(home, tx):
            return Broken(found.lines, Flaw.CLOCK_CHANGED)
        return found


def resume(home: Home, actor: Actor) -> ChangeSet:
    """Somebody says that they put back a backup, so that lines this computer remembers are gone.

    It stays on record who said so. Where the time kept beside the journal does not fit it, that
    time is forgotten: waits that began before the computer was last started do not go on.
    Raises KnownError `nothing_is_missing`, `journal_broken`.
    """
    found = verify_journal(home)
    with home.store.read() as tx:
        slot, head = head_slot(tx), tx.head()
    if isinstance(found, Whole):
        raise KnownError(
            "nothing_is_missing",
            _("The journal has every line that this computer remembers."),
            _("Nothing needs to be done."),
        )
    if found.flaw not in (Flaw.HEAD_MISSING, Flaw.CLOCK_CHANGED):
        raise _broken(found.number)
    remembered = kept_head(home, slot) or head
    with writing(home, actor) as ledger:
        ledger.record(JournalResumed(*remembered, actor.person.id, ledger.reading))
        ledger.forget_clock()
    if ledger.head is not None and home.secrets.keeps:
        home.secrets.set(slot, f"{ledger.head[0]} {ledger.head[1]}")
    return ChangeSet()


def export_journal(home: Home, target: Path) -> int:
    """Write the journal to a file, one JSON line each, payloads left out save public keys.

    Returns the number of lines. Raises KnownError `file_exists`, `cannot_write`.
    """
    count = 0
    with home.store.read() as tx, new_file(target) as file:
        for written in tx.lines():
            file.write(codec.canonical(_exported(written)).decode() + "\n")
            count += 1
    return count


def verify_file(home: Home, source: Path) -> Whole | Broken:
    """As `verify_lines`, with the home's own way to check a signature."""
    return verify_lines(home.keys.verify, source)


def verify_lines(check: journal.Verify, source: Path) -> Whole | Broken:
    """Walk a chain that was written by `export_journal`; needs only the public keys in it.

    Raises KnownError `not_a_journal`.
    """
    try:
        with source.open(encoding="utf-8") as file:
            return journal.verify(_imported(file), check)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise KnownError(
            "not_a_journal",
            _("This file is no journal of ours."),
            _("Choose a file written by the journal's export."),
        ) from error


def _exported(written: Written) -> dict[str, Any]:
    keeps = written.line.kind in journal.KEY_KINDS and written.salt is not None
    return {
        "line": codec.to_json(written.line),
        "payload": written.payload if keeps else None,
        "salt": written.salt.hex() if keeps and written.salt is not None else None,
    }


def _imported(file: TextIO) -> Iterator[Written]:
    """The lines of an export. A file that has no line ends is not read to its end."""
    while text := file.readline(LONGEST_LINE + 1):
        if len(text) > LONGEST_LINE:
            raise ValueError("too long for a line")
        data = json.loads(text)
        salt = data["salt"]
        yield Written(
            codec.from_json(Line, data["line"]),
            data["payload"],
            None if salt is None else bytes.fromhex(salt),
        )


def _broken(number: int) -> KnownError:
    return _changed(
        _("The record of this case has been changed from outside (line {number}).").format(
            number=number
        )
    )


def _loosened(number: int) -> KnownError:
    words = _("The rules were made weaker without a second person (line {number}).")
    return _changed(words.format(number=number))


def _cut(number: int) -> KnownError:
    return KnownError(
        "journal_broken",
        _("The journal ends before line {number}, which this computer remembers.").format(
            number=number
        ),
        _("Nothing was sent. If you put back a backup, say so: calmreply journal resume"),
    )


def _changed(words: str) -> KnownError:
    return KnownError(
        "journal_broken",
        words,
        _("Nothing was sent. Verify the journal, and put back a backup that holds."),
    )
