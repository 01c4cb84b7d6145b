"""Trusting what the database says: signatures and hashes checked before anything leaves.

`check_case` checks the lines of one case, and the mention against the line that brought it in;
`verify_journal` walks the whole chain. Keys come from the chain itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from calmreply.app.facts import Known
from calmreply.app.home import Home
from calmreply.app.ledger import NO_CASE, MentionsHeard, fact_of, head_slot
from calmreply.app.storage import ReadTransaction
from calmreply.domain import codec, journal
from calmreply.domain.journal import Broken, Line, Whole, Written, payload_hash
from calmreply.errors import KnownError
from calmreply.i18n import _


def chain_keys(home: Home, tx: ReadTransaction) -> dict[str, tuple[str, bytes]]:
    """Key id to (person or "", public key), by the chain; keys that nobody let in left out."""
    keys: dict[str, journal.Key] = {}
    for written in tx.lines(case=NO_CASE, kinds=journal.KEY_KINDS):
        journal.admit(keys, written, home.keys.verify)
    return {key_id: (key.person, key.public) for key_id, key in keys.items()}


def check_case(home: Home, tx: ReadTransaction, known: Known) -> None:
    """Raises KnownError `journal_broken` unless every line of the case is genuine."""
    keys = chain_keys(home, tx)
    for written in tx.lines(case=known.facts.id):
        if not _genuine(home, keys, written):
            raise _broken(written.line.number)
    if not _heard_as_it_is(home, tx, keys, known):
        raise _broken(0)


def _genuine(home: Home, keys: dict[str, tuple[str, bytes]], written: Written) -> bool:
    line = written.line
    person, public = keys.get(line.key_id, ("", b""))
    if not public or (person and person != line.actor):
        return False
    if written.payload is not None and written.salt is not None:
        if payload_hash(written.salt, written.payload) != line.payload_hash:
            return False
        said_by = written.data().get("by")
        if said_by is not None and person and said_by != person:
            return False
    return home.keys.verify(public, line.words(), line.signature)


def _heard_as_it_is(
    home: Home, tx: ReadTransaction, keys: dict[str, tuple[str, bytes]], known: Known
) -> bool:
    """Whether the present version of the mention is one that a genuine line brought in."""
    mention = known.facts.mention
    wanted = (str(mention.id), mention.now.digest)
    for written in tx.lines(case=NO_CASE, kinds=("mentions_heard",)):
        if written.payload is None or wanted[1] not in written.payload:
            continue
        fact = fact_of(written)
        brought = isinstance(fact, MentionsHeard) and any(
            (one[0], one[2]) == wanted for one in fact.mentions
        )
        if brought and _genuine(home, keys, written):
            return True
    return False


def verify_journal(home: Home) -> Whole | Broken:
    """Walk the whole chain, against the head that the keyring keeps."""
    with home.store.read() as tx:
        slot = head_slot(tx)
    # Before the lines are looked at: what is kept while we read would seem to be missing.
    kept = home.secrets.get(slot)
    head = None
    if kept:
        number, _space, digest = kept.partition(" ")
        head = (int(number), digest) if number.isdigit() else None
    with home.store.read() as tx:
        return journal.verify(tx.lines(), home.keys.verify, head)


def export_journal(home: Home, target: Path) -> int:
    """Write the journal to a file, one JSON line each, payloads left out save public keys.

    Returns the number of lines. Raises KnownError `file_exists`, `cannot_write`.
    """
    with home.store.read() as tx:
        try:
            with target.open("x", encoding="utf-8") as file:
                count = 0
                for written in tx.lines():
                    file.write(codec.canonical(_exported(written)).decode() + "\n")
                    count += 1
        except FileExistsError as error:
            raise KnownError(
                "file_exists",
                _("There is already a file of that name."),
                _("Choose another name."),
            ) from error
        except OSError as error:
            raise KnownError(
                "cannot_write",
                _("The file cannot be written: {why}.").format(why=error.strerror or error),
                _("Choose another folder."),
            ) from error
    return count


def verify_file(home: Home, source: Path) -> Whole | Broken:
    """As `verify_lines`, with the home's own way to check a signature."""
    return verify_lines(home.keys.verify, source)


def verify_lines(check: journal.Verify, source: Path) -> Whole | Broken:
    """Walk a chain that was written by `export_journal`; needs only the public keys in it.

    Raises KnownError `not_a_journal`.
    """
    try:
        with source.open(encoding="utf-8") as lines:
            return journal.verify(_imported(lines), check)
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


def _imported(lines: Iterable[str]) -> Iterator[Written]:
    for text in lines:
        data = json.loads(text)
        salt = data["salt"]
        yield Written(
            codec.from_json(Line, data["line"]),
            data["payload"],
            None if salt is None else bytes.fromhex(salt),
        )


def _broken(number: int) -> KnownError:
    return KnownError(
        "journal_broken",
        _("The record of this case has been changed from outside (line {number}).").format(
            number=number
        )
        if number
        else _("What the customer said has been changed from outside."),
        _("Nothing was sent. Verify the journal, and put back a backup that holds."),
    )
