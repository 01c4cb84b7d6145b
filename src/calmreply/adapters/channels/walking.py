"""Walking a list of posts, newest first, down to where the last round began; and its cursor.

Sites that show the newest first have no "since then" that can be relied on: ids are not always
numbers, posts arrive late and are changed. So each round reads the first page whole and goes on
only while the end of a page is new to us. What was told is remembered as short digests, which
hold the version too: a changed post is told again, an unchanged one never.

A walk that is cut short leaves `open` behind: then the next one goes on past what it knows.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from calmreply.domain.mention import Heard
from calmreply.errors import KnownError

from .interface import EARLIEST, AskedToWaitError, named

MOST_AT_ONCE: Final = 500
"""Entries of one round."""
LONGEST_PAGE: Final = 500
"""Characters of a site's own name for its next page."""
_MOST_ROUNDS: Final = 6  # of one walk; what lies deeper is given up
_KNOWN: Final = 300
_RECENT: Final = 25
_LONGEST_RECENT: Final = 450  # characters
_LONGEST_LOOK: Final = 2_000
_LATE: Final = timedelta(hours=2)
_TAIL: Final = 5
_VERSION: Final = 1
_TOO_BIG: Final = "too_big"
_FEWER: Final = 5  # times, where a page was too much
_MUST_BE_TOLD: Final = frozenset({"cancelled", "sign_in_again"})
OFFLINE: Final = frozenset({"no_such_host", "cannot_connect", "tls"})
"""Nothing was reached: the network went away, or is another one by now."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a page: its key and version, where in time the site puts it, what it says.

    `heard` is None for what is no mention (one's own posts) and for what could not be read, which
    is counted once. `ref` is how to ask for it again.
    """

    key: str
    version: str = ""
    at: datetime | None = None
    heard: Heard | None = None
    ref: str = ""
    unread: bool = False

    @property
    def mark(self) -> str:
        whole = f"{self.key}\n{self.version}".encode("utf-8", "replace")
        return hashlib.blake2b(whole, digest_size=8).hexdigest()


def unreadable(untrusted: object, name: str) -> Entry:
    """The entry of what cannot be read, known by what it calls itself, or by what it looks like."""
    called = untrusted.get(name) if isinstance(untrusted, dict) else None
    try:
        key = called if isinstance(called, str) else repr(untrusted)[:_LONGEST_LOOK]
    except RecursionError:
        key = ""
    return Entry(key, "unread", unread=True)


@dataclass(frozen=True, slots=True)
class Page:
    """`after` is the site's own name for the next page, empty at the end of the list."""

    entries: Sequence[Entry]
    after: str = ""


@dataclass(frozen=True, slots=True)
class State:
    """What is kept between rounds, as the cursor.

    `since` (UTC): everything up to then was told. `newest` is the newest seen in an unfinished
    walk, `page` where to go on, `rounds` how many it took. `recent` are (key, ref) of the latest
    mentions, `looked` (UTC) when it was asked whether they are still there.
    """

    known: tuple[str, ...] = ()
    since: datetime | None = None
    newest: datetime | None = None
    page: str = ""
    open: bool = False
    rounds: int = 0
    recent: tuple[tuple[str, str], ...] = ()
    looked: datetime | None = None

    def until(self, wall: datetime) -> State:
        """Without what lies ahead of `wall`: the clock was wrong when it was written down."""
        since, newest, looked = (
            None if one is not None and one > wall else one
            for one in (self.since, self.newest, self.looked)
        )
        return replace(self, since=since, newest=newest, looked=looked)

    def cursor(self) -> str:
        return json.dumps(
            {
                "v": _VERSION,
                "known": " ".join(self.known),
                "since": _seconds(self.since),
                "newest": _seconds(self.newest),
                "page": self.page,
                "open": self.open,
                "rounds": self.rounds,
                "recent": [list(one) for one in self.recent],
                "looked": _seconds(self.looked),
            },
            separators=(",", ":"),
            ensure_ascii=False,  # six times as long otherwise
        )


def state_of(cursor: str) -> State:
    """The state in a cursor; a new one where the cursor is not ours or broken."""
    try:
        said = json.loads(cursor) if cursor else {}
        if not isinstance(said, dict) or said.get("v") != _VERSION:
            return State()
        return State(
            known=tuple(str(said["known"]).split())[:_KNOWN],
            since=_time(said["since"]),
            newest=_time(said["newest"]),
            page=named(said["page"])[:LONGEST_PAGE],
            open=bool(said["open"]),
            rounds=int(said["rounds"]),
            recent=tuple((str(key), str(ref)) for key, ref in said["recent"])[:_RECENT],
            looked=_time(said["looked"]),
        )
    except (ValueError, TypeError, KeyError, OverflowError, OSError, RecursionError):
        return State()


@dataclass(slots=True)
class Walk:
    """What one round found. `gave_up`: what lies deeper was never read, and nobody will."""

    state: State
    heard: list[Heard] = field(default_factory=list)
    unread: int = 0
    more: bool = False
    gave_up: bool = False
    wait_until: datetime | None = None
    _present: set[str] = field(default_factory=set)
    _told: list[str] = field(default_factory=list)
    _recent: list[tuple[str, str]] = field(default_factory=list)

    def take(self, page: Page, wall: datetime) -> bool:
        """Keep what a page holds. Whether its end is new to us, so that there may be more."""
        known = set(self.state.known)
        fresh = {one.key: one for one in page.entries if one.key not in self._present}
        newest = self.state.newest
        for key, entry in fresh.items():
            self._present.add(key)
            self._told.append(entry.mark)
            if entry.at is not None and entry.at <= wall:
                newest = max(newest or entry.at, entry.at)
            new = entry.mark not in known
            self.unread += new and entry.unread
            if entry.heard is not None and new:
                self.heard.append(entry.heard)
                if entry.ref and len(key) + len(entry.ref) <= _LONGEST_RECENT:
                    self._recent.append((key, entry.ref))
        self.state = replace(self.state, newest=newest)
        return any(self._is_new(one, known) for one in [*fresh.values()][-_TAIL:])

    def _is_new(self, entry: Entry, known: set[str]) -> bool:
        since = self.state.since
        late = since is not None and entry.at is not None and entry.at <= since - _LATE
        return not late and (self.state.open or entry.mark not in known)

    def remember(self) -> None:
        """Put what was told first among what is known."""
        state = self.state
        self.state = replace(
            state,
            known=tuple(dict.fromkeys([*self._told, *state.known]))[:_KNOWN],
            recent=tuple(dict([*self._recent, *state.recent]).items())[:_RECENT],
        )

    def finish(self, wall: datetime) -> None:
        """Everything down to the last round is told."""
        state = self.state
        since = max((one for one in (state.since, state.newest) if one is not None), default=wall)
        self.state = replace(state, since=since, newest=None, page="", open=False, rounds=0)

    def stop_at(self, page: str) -> None:
        """Go on at `page` in another round; from the top if it is empty."""
        self.state = replace(self.state, page=page, open=True)


def walk(cursor: str, wall: datetime, fetch: Callable[[str, int], Page], per_page: int) -> Walk:
    """One round over the pages that `fetch` brings; the first is the one without a name.

    `fetch` is told how many entries a page may have: fewer where so many are more than an answer
    may hold, since a stranger with a server of their own writes posts of any length.
    What fails after the first page keeps what is there. Raises what `fetch` does for the first.
    """
    state = state_of(cursor).until(wall)
    walked = Walk(state)
    page = state.page
    asked: set[str] = set()
    size = per_page
    for count in range(MOST_AT_ONCE // per_page):
        asked.add(page)
        try:
            found, size = _fitting(fetch, page, size)
        except AskedToWaitError as wait:
            walked.wait_until = wait.until
            if count:
                walked.stop_at(page)
            break
        except KnownError as error:
            if _is_told(error, first=count == 0, top=not page):
                raise
            # A page's name may have gone stale: the top is asked again, and what is known is
            # told no second time.
            walked.stop_at("")
            walked.more = error.code in OFFLINE  # asked at once, so that the silence is noticed
            break
        size = min(size * _FEWER, per_page)
        new = walked.take(found, wall)
        page = found.after[:LONGEST_PAGE]
        if not new or not page or page in asked:
            walked.finish(wall)
            walked.more = bool(state.page)  # what was said since it began there stands at the top
            break
    else:
        _out_of_turn(walked, page, wall)
    walked.remember()
    return walked


def _fitting(fetch: Callable[[str, int], Page], page: str, size: int) -> tuple[Page, int]:
    """The page, and how many entries of it were asked for in the end."""
    while True:
        try:
            return fetch(page, size), size
        except KnownError as error:
            if error.code != _TOO_BIG or size == 1:
                raise
        size = max(size // _FEWER, 1)


def _is_told(error: KnownError, *, first: bool, top: bool) -> bool:
    """Whether the person hears of it now, because nothing was read that could be lost."""
    return error.code in _MUST_BE_TOLD or (first and (top or error.code in OFFLINE))


def _out_of_turn(walked: Walk, page: str, wall: datetime) -> None:
    """A round has its limit: the first one has seen enough, others go on at once."""
    state = walked.state
    if state.since is None or state.rounds >= _MOST_ROUNDS:
        walked.gave_up = state.since is not None
        walked.finish(wall)
        return
    walked.state = replace(state, rounds=state.rounds + 1)
    walked.stop_at(page)
    walked.more = True


def _seconds(when: datetime | None) -> int | None:
    return None if when is None else int(when.timestamp())


def _time(said: Any) -> datetime | None:
    """Raises ValueError and others for what `_seconds` never gave."""
    if said is None:
        return None
    when = datetime.fromtimestamp(int(said), UTC)
    if when < EARLIEST:
        raise ValueError("no time at which anything was said")
    return when
