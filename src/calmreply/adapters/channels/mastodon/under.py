"""What we ourselves have written at an instance: under a status, and lately."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from urllib.parse import quote

from calmreply.adapters.channels.interface import Said, at, items, line, link, moment, unexpected
from calmreply.app.ports.channels import Ours
from calmreply.errors import KnownError
from calmreply.i18n import _

from . import statuses, wording
from .asking import STATUSES, Signed, is_gone

_MOST_ANSWERS: Final = 2_000  # of one thread
_PER_PAGE: Final = 40
_MOST_PAGES: Final = 3
_NO_SUCH_LIST: Final = (404, 405, 501)  # at small servers, of which the thread says enough


def is_own(untrusted: object, signed: Signed) -> bool:
    return statuses.id_of(at(untrusted, "account")) == signed.own


def name(untrusted: object, signed: Signed) -> Ours:
    """A status by the names that it has everywhere."""
    return Ours(statuses.key_of(untrusted, signed.host), link(at(untrusted, "url")) or "")


def answers(signed: Signed, named: str) -> tuple[Ours, ...]:
    """Ours that stand right under this status, newest first.

    Raises KnownError and AskedToWaitError. A server that tells of no thread tells of none, and
    neither does a thread with more in it than can be read.
    """
    said = _thread(signed, named)
    if said is None or said.status in _NO_SUCH_LIST:
        return ()
    listed = said.at("descendants")
    if not said.good or not isinstance(listed, list):
        raise unexpected(said)
    ours = (
        one
        for one in items(listed, _MOST_ANSWERS)
        if is_own(one, signed) and statuses.id_of({"id": at(one, "in_reply_to_id")}) == named
    )
    newest = sorted(ours, key=lambda one: line(at(one, "created_at")), reverse=True)
    return tuple(name(one, signed) for one in newest)


def may_hold(signed: Signed, wire: bytes) -> Iterator[object]:
    """Where a reply of ours may stand: in its thread, or among what we wrote since it was made.

    Raises KnownError, also where there is more than is looked through, and AskedToWaitError.
    """
    thread, whole = _thread(signed, wording.parent(wire)), False
    if thread is not None:
        under = thread.at("descendants")
        whole = thread.good and isinstance(under, list)
        if not whole and not is_gone(thread):
            raise unexpected(thread)
        yield from items(under, _MOST_ANSWERS)
    made = wording.made(wire)
    query = {"limit": str(_PER_PAGE), "exclude_reblogs": "true"}
    for _page in range(_MOST_PAGES):
        said = signed.get(f"/api/v1/accounts/{quote(signed.own, safe='')}/statuses", query)
        if whole and said.status in _NO_SUCH_LIST:
            return
        if not said.good or not isinstance(said.untrusted, list):
            raise unexpected(said)
        page = items(said.untrusted, 2 * _PER_PAGE)
        yield from page
        oldest = moment(at(page[-1], "created_at")) if page else None
        if oldest is None or made is None or oldest < made - wording.CLOCK_DOUBT:
            return
        query["max_id"] = line(statuses.id_of(page[-1]))
    if not whole:
        raise cannot_tell()


def cannot_tell() -> KnownError:
    return KnownError(
        "unclear",
        _("What this answered is gone or has too many answers; your own posts do not tell."),
        _("Open your profile there and look whether the reply is among your posts."),
    )


def _thread(signed: Signed, named: str) -> Said | None:
    """None where there is more in it than can be read."""
    try:
        return signed.get(f"{STATUSES}/{quote(named, safe='')}/context", {})
    except KnownError as error:
        if error.code != "too_big":
            raise
        return None
