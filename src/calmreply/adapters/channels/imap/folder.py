"""A folder from a place in it on: which messages are new, and their bytes.

A message's number (UID) never changes and later ones are higher, as long as the folder's
UIDVALIDITY stays. Nothing here changes anything in the mailbox.
"""

from __future__ import annotations

import imaplib
import json
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from . import sorting, troubles
from .wire import Client

LONGEST: Final = 400_000
"""Bytes of a message that are fetched; what people wrote comes first, attachments later."""
FIRST: Final = 200
"""Messages that the first round begins with, the newest ones."""
AGAIN: Final = 50
"""As many as one round reads, where the numbers became others before all of these were read: a
server that changes them all the time would else never come to the newest."""
_WINDOW: Final = 20_000
"""Numbers asked about at a time, so that an answer stays short."""
_MOST_WINDOWS: Final = 20
_GROUP: Final = 400_000
"""Bytes that are asked for at a time."""
_HIGHEST: Final = 2**32
LONGEST_NAME: Final = 60
"""Characters of a folder's name that is offered."""
_NOT_TO_READ: Final = frozenset({b"\\noselect", b"\\nonexistent", b"\\sent", b"\\drafts"})


@dataclass(frozen=True, slots=True)
class Where:
    """How far a folder is read: everything before `uidnext`. `whole`: nothing was left then."""

    uidvalidity: int
    uidnext: int
    whole: bool = field(default=True, compare=False)

    def __str__(self) -> str:
        left = {} if self.whole else {"whole": False}
        return json.dumps({"uidvalidity": self.uidvalidity, "uidnext": self.uidnext, **left})


@dataclass(frozen=True, slots=True)
class Folder:
    """An open folder: where it ends now, and how many messages it holds."""

    end: Where
    exists: int


@dataclass(frozen=True, slots=True)
class Message:
    """The first bytes of a message; none if the server will not hand it out."""

    uid: int
    received: datetime | None
    bytes: bytes | None


def where(cursor: str) -> Where | None:
    """The place a cursor names, or None for one that names none."""
    try:
        said = json.loads(cursor)
        found = Where(said["uidvalidity"], said["uidnext"], said.get("whole") is not False)
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        return None
    numbers = (found.uidvalidity, found.uidnext)
    if not all(type(each) is int and 0 < each <= _HIGHEST for each in numbers):
        return None
    return found


def opened(client: Client, name: str) -> Folder:
    """Open a folder for reading only. Raises imaplib's errors."""
    said = client.select_folder(name, readonly=True)
    exists = _number(said.get(b"EXISTS")) or 0
    uidnext = _number(said.get(b"UIDNEXT"))
    if uidnext is None:  # a few servers leave it out
        last = _numbers(client, exists, exists)
        uidnext = last[-1] + 1 if last else 1
    return Folder(Where(_number(said.get(b"UIDVALIDITY")) or 1, uidnext), exists)


def is_kept_copy(client: Client, name: str) -> bool:
    """Whether the server says that a folder is for what was, or will be, written here."""
    listed = client.list_folders(pattern=name)
    flags = {bytes(flag).lower() for found, _between, _name in listed for flag in found}
    return len(listed) == 1 and bool(flags & {b"\\sent", b"\\drafts"})


def names(client: Client) -> tuple[str, ...]:
    """What the folders are called that can be opened and could hold something for us.

    Those that nobody can type are left out, and none are told where the server does not say.
    Raises OSError.
    """
    try:
        listed = client.list_folders()
        told = [({bytes(one).lower() for one in flags}, name) for flags, _by, name in listed]
    except (imaplib.IMAP4.error, *troubles.NONSENSE) as error:
        if isinstance(error, imaplib.IMAP4.abort | OSError):
            raise
        return ()
    found = (name for flags, name in told if not flags & _NOT_TO_READ and isinstance(name, str))
    fit = (name for name in found if 0 < len(name) <= LONGEST_NAME and _can_be_typed(name))
    return tuple(dict.fromkeys(name for name in fit if not sorting.is_sent_folder(name)))


def _can_be_typed(name: str) -> bool:
    """Whether it shows all that it holds, and nothing of it ends a list of names."""
    return not any(unicodedata.category(char)[0] == "C" or char in '",\\' for char in name)


def start(client: Client, folder: Folder, at: Where | None) -> Where:
    """Where to go on: at `at` if it is a place in this folder, else with its newest messages."""
    end = folder.end
    if at is not None and at.uidvalidity == end.uidvalidity and at.uidnext <= end.uidnext:
        return at
    count = FIRST if at is None or at.whole else AGAIN
    newest = _numbers(client, max(1, folder.exists - count + 1), folder.exists)
    return Where(end.uidvalidity, newest[0] if newest else end.uidnext)


def new(client: Client, at: Where, end: Where, most: int) -> tuple[list[int], int]:
    """The first numbers from `at` on, `most` at most, and up to where was looked."""
    begin = at.uidnext
    for _ in range(_MOST_WINDOWS):
        if begin >= end.uidnext:
            return [], end.uidnext
        until = min(begin + _WINDOW, end.uidnext)
        found = client.search(["UID", f"{begin}:{until - 1}"])
        inside = sorted({each for each in found if begin <= each < until})
        if inside:
            page = inside[:most]
            return page, until if len(page) == len(inside) else page[-1] + 1
        begin = until
    return [], begin


def messages(client: Client, uids: list[int]) -> Iterator[list[Message]]:
    """These messages in their order, some at a time; those deleted meanwhile are missing."""
    sizes = _about(client, uids)
    group: list[int] = []
    size = 0
    for uid in (each for each in uids if each in sizes):
        told = _number(sizes[uid].get(b"RFC822.SIZE"))
        mine = LONGEST if told is None else min(told, LONGEST)
        if group and size + mine > _GROUP:
            yield _fetched(client, group, sizes)
            group, size = [], 0
        group.append(uid)
        size += mine
    if group:
        yield _fetched(client, group, sizes)


def _about(client: Client, uids: list[int]) -> Mapping[int, Any]:
    """Sizes and times, as far as the server can say."""
    try:
        found: Mapping[int, Any] = client.fetch(uids, ["RFC822.SIZE", "INTERNALDATE"])
    except imaplib.IMAP4.error as error:
        if troubles.is_passing(error):
            raise
        return {uid: {} for uid in uids}
    return found


def _fetched(client: Client, uids: list[int], about: Mapping[int, Any]) -> list[Message]:
    try:
        said = client.fetch(uids, [f"BODY.PEEK[]<0.{LONGEST}>"])
    except imaplib.IMAP4.error as error:
        if troubles.is_passing(error):
            raise
        if len(uids) == 1:
            return [Message(uids[0], None, None)]
        # One of them is broken on the server; the others are not to suffer for it.
        return [each for uid in uids for each in _fetched(client, [uid], about)]
    found = []
    for uid in (each for each in uids if each in said):
        whole = next((v for k, v in said[uid].items() if k.startswith(b"BODY[")), None)
        received = about[uid].get(b"INTERNALDATE")
        found.append(
            Message(
                uid,
                received if isinstance(received, datetime) and received.tzinfo else None,
                whole if isinstance(whole, bytes) else None,
            )
        )
    return found


def _numbers(client: Client, first: int, last: int) -> list[int]:
    """The lasting numbers of the messages at these positions of the folder, lowest first."""
    if last < 1:
        return []
    client.use_uid = False
    try:
        said = client.fetch(range(first, last + 1), ["UID"])
    finally:
        client.use_uid = True
    found = (_number(each.get(b"UID")) for each in said.values())
    return sorted(each for each in found if each)


def _number(value: Any) -> int | None:
    return value if type(value) is int and 0 <= value <= _HIGHEST else None
