"""What is kept of the computer's boots, under a signature: nobody adds time to it by hand.

The boots are no facts and no lines of the journal, since they change with every minute that
passes. So each write puts a signature over them and over the journal's head as it then was, by
whoever signs that write. The settings that say what may leave are signed with them; so is the
home's own id, under which the keyring remembers the journal's head. Who has the data file and no
key can change the one or the other, but not so that they fit; and with a key of their own only by
a line that brings it in and stays.
"""

from __future__ import annotations

from collections.abc import Iterator

from calmreply.app.home import BUSINESS_ID, CONTACTS, PAUSED, Home
from calmreply.app.ports import Signer
from calmreply.app.ports.storage import ReadTransaction, WriteTransaction
from calmreply.domain import codec
from calmreply.domain.journal import KEY_KINDS, brought
from calmreply.domain.mention import CaseId

SETTING = "clock_seal"
SETTINGS = (BUSINESS_ID, CONTACTS, PAUSED)
_DOMAIN = b"CalmReply clock v3\n"
_OLD = b"CalmReply clock v2\n"
"""Signed before settings were."""
_OLDER = b"CalmReply clock v1\n"
"""Signed before boots knew when they were met."""


def holds(home: Home, tx: ReadTransaction) -> bool:
    """Whether boots and settings are those sealed last, and the journal goes on from there.

    Before the first line of a journal there is nothing that time could have passed for.
    """
    said = tx.setting(SETTING)
    if said is None:
        return tx.head()[0] == 0
    try:
        number, digest, key_id, signed = said.split(" ")
        head, signature = (int(number), digest), bytes.fromhex(signed)
    except ValueError:
        return False
    line = next(tx.lines(after=head[0] - 1), None)
    if line is None or (line.line.number, line.line.hash) != head:
        return False
    lines = tx.lines(case=CaseId(""), kinds=KEY_KINDS)
    keys = (found for written in lines if (found := brought(written)) is not None)
    public = next((key.public for name, key in keys if name == key_id), None)
    return public is not None and any(
        home.keys.verify(public, words, signature) for words in _ways(tx, head)
    )


def put(tx: WriteTransaction, signer: Signer) -> None:
    """Seal the boots as they are saved now, with the settings and the journal's head."""
    head = tx.head()
    signature = signer.sign(_words(tx, head))
    tx.set_setting(SETTING, f"{head[0]} {head[1]} {signer.key_id} {signature.hex()}")


def _ways(tx: ReadTransaction, head: tuple[int, str]) -> Iterator[bytes]:
    yield _words(tx, head)
    yield _OLD + _canonical([codec.to_json(boot) for boot in tx.boots()], head)
    yield from _older_words(tx, head)


def _words(tx: ReadTransaction, head: tuple[int, str]) -> bytes:
    settings: dict[str, object] = {name: tx.setting(name) for name in SETTINGS}
    boots = [codec.to_json(boot) for boot in tx.boots()]
    return _DOMAIN + _canonical(boots, head, settings=settings)


def _older_words(tx: ReadTransaction, head: tuple[int, str]) -> Iterator[bytes]:
    """What an older version signed for these boots; the next write seals them anew.

    Only while each counts as met when it was last seen, as the migration left them: with any
    other `met` somebody would give time to a boot that nobody signed.
    """
    boots = tx.boots()
    if all(boot.met == boot.last for boot in boots):
        said = [codec.to_json(boot) for boot in boots]
        yield _OLDER + _canonical([{k: one[k] for k in one if k != "met"} for one in said], head)


def _canonical(
    boots: list[dict[str, object]], head: tuple[int, str], **more: dict[str, object]
) -> bytes:
    return codec.canonical({"boots": boots, "number": head[0], "head": head[1], **more})
