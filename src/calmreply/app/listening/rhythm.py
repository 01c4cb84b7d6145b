"""When each source has its turn, and which of them may be asked at the same time. No network here.

A place that brought something lately is asked every five minutes, one that was silent for days
every fifteen at most: what is said must reach the inbox within minutes. Whoever fails is asked
ever less often, up to an hour. Where nobody answers it is the network and not the places: then one
is tried every half minute, and as soon as one answers, all are asked whose trouble it was.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

from calmreply.app.listening.places import FEED, split
from calmreply.app.listening.troubles import (
    IN_THE_WAY,
    NO_ANSWER,
    OF_ITS_OWN,
    UNREACHABLE,
)
from calmreply.app.ports import Entropy
from calmreply.app.ports.storage import Account, PollState, Source
from calmreply.domain.mention import SourceId
from calmreply.domain.moment import Reading

PERIOD: Final = timedelta(minutes=5)
LONGEST_PERIOD: Final = timedelta(minutes=15)
LONGEST_BACKOFF: Final = timedelta(hours=1)
LONGEST_WAIT: Final = timedelta(days=1)
_STANDING: Final = timedelta(minutes=30)
"""Longer than any that answers well is left alone."""
_LATELY, _FOR_DAYS = timedelta(days=1), timedelta(days=4)
_SPREAD: Final = 0.15
_LONGEST_SPREAD: Final = timedelta(minutes=5)

PROBE_SECONDS: Final = 25.0
"""Between two tries while nobody answers; a little less than the half minute of whoever asks."""
_AWAKE_SECONDS: Final = 90.0
"""Whoever asks every half minute and was away for longer than this has slept."""
_SET_SECONDS: Final = 60.0
"""How far the wall clock may run away from the ticks between two looks before it was set."""
_HOPE_SECONDS: Final = 3600.0
"""How long one single place is tried all the time where something else answers in its place."""
_ENOUGH_HOSTS: Final = 3
_HOST_PATIENCE: Final = 2

_SILENT: Final = UNREACHABLE | {"too_slow"}
_HOSTS_IN: Final = ("host", "server", "service", "site", "instance", "url", "address")
_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Turn:
    """A source, and the host that its rounds ask."""

    source: Source
    host: str


# --- how long ------------------------------------------------------------------------------


def period(brought_at: datetime | None, wall: datetime) -> timedelta:
    """Until the next round at a place that answered well."""
    silent = wall - brought_at if brought_at is not None else timedelta(0)
    share = min(max((silent - _LATELY) / (_FOR_DAYS - _LATELY), 0.0), 1.0)
    return PERIOD + (LONGEST_PERIOD - PERIOD) * share


def backoff(failures: int) -> timedelta:
    """Until the next round at a place that failed so many times in a row."""
    return min(PERIOD * (1 << min(max(failures, 1) - 1, 8)), LONGEST_BACKOFF)


def spread(entropy: Entropy, span: timedelta, most: timedelta) -> timedelta:
    """The span, up to 15 % less or more, so that not everybody comes at the same moment."""
    return min(span * (1 + _SPREAD * (2 * _share(entropy) - 1)), most)


def not_before(entropy: Entropy, asked: timedelta) -> timedelta:
    """The span that a site asked us to stay away, or a little more."""
    return asked + min(asked * _SPREAD, _LONGEST_SPREAD) * _share(entropy)


def _share(entropy: Entropy) -> float:
    return int.from_bytes(entropy.random(4)) / 2**32


# --- whose turn ----------------------------------------------------------------------------


def is_due(source: Source, wall: datetime) -> bool:
    """Whether the schedule wants this source polled.

    So it does where the last round seems to lie ahead, because the clock was set back since, and
    where the next one lies further ahead than any wait may be.
    """
    state = source.state
    if state.next_at is None or state.next_at <= wall:
        return True
    set_back = state.polled_at is not None and state.polled_at > wall
    return set_back or state.next_at - wall > LONGEST_WAIT + _LONGEST_SPREAD


def asked_to_wait(source: Source, wall: datetime) -> bool:
    """Whether the site asked us (Retry-After) not to come before a time still ahead."""
    return source.state.asked_to_wait and not is_due(source, wall)


def turns(sources: Iterable[Source], accounts: Iterable[Account]) -> tuple[Turn, ...]:
    by_id = {one.id: one for one in accounts}
    return tuple(Turn(one, host(one, by_id)) for one in sources)


def host(source: Source, accounts: Mapping[str, Account]) -> str:
    """The host that a round there asks; where that cannot be told, the account or the kind."""
    if source.kind == FEED:
        return _host_in(source.address) or source.address
    name, what = split(source)
    account = accounts.get(name)
    said = [account.settings.get(one, "") for one in _HOSTS_IN] if account is not None else [what]
    found = next(filter(None, map(_host_in, said)), "")
    return found or f"{source.kind}:{name}"


@lru_cache(maxsize=2_000)
def _host_in(said: str) -> str:
    """The host that an address or a bare name of a host says, without its port; else empty."""
    said = said.strip()
    try:
        name = urlsplit(said if "://" in said else f"//{said}").hostname or ""
    except ValueError:
        return ""
    bare = "://" not in said and ("." not in name or "@" in said)
    return "" if bare else name.rstrip(".")


def offline(everywhere: Iterable[Turn], wall: datetime, *, hopeful: bool = False) -> bool:
    """Whether it looks as if the network were gone, and not this or that place.

    So it does where several hosts were asked since the last answer from anywhere, and none
    answered. Of one host alone nobody can tell; it counts where nothing was reached at all or,
    if `hopeful`, where something answered that may not be it; and so does then the same refusal
    from several. A place that was broken already while others answered says nothing: else three
    of them would keep all others from being asked.
    """
    asked = [one for one in everywhere if not asked_to_wait(one.source, wall)]
    own = OF_ITS_OWN if hopeful else frozenset[str]()
    answers = (_answered_at(one.source.state, NO_ANSWER | own) for one in asked)
    latest = max((at for at in answers if at is not None and at <= wall), default=_LONG_AGO)
    asked = [one for one in asked if _would_tell(one.source.state, latest, NO_ANSWER | own)]
    hosts = {one.host for one in asked}
    counts = NO_ANSWER | own
    if len(hosts) == 1:
        counts = UNREACHABLE | IN_THE_WAY if hopeful else UNREACHABLE
    silent = {one.host for one in asked if _silent_since(one.source.state, latest, counts)}
    return 0 < min(_ENOUGH_HOSTS, len(hosts)) <= len(silent)


def _would_tell(state: PollState, latest: datetime, silence: Collection[str]) -> bool:
    """Whether its silence is news: it was heard about when the last answer came from anywhere."""
    return latest - (_answered_at(state, silence) or _LONG_AGO) <= _STANDING


def _answered_at(state: PollState, silence: Collection[str]) -> datetime | None:
    return state.heard_at if state.trouble in silence else state.polled_at


def _silent_since(state: PollState, latest: datetime, counts: Collection[str]) -> bool:
    return state.trouble in counts and state.polled_at is not None and state.polled_at > latest


class Rhythm:
    """Whose turn it is, for whoever asks about every half minute, as the open window does."""

    def __init__(self) -> None:
        self._looked: Reading | None = None
        self._probed: float | None = None
        self._silent_since: float | None = None
        self._again_before: datetime | None = None
        self.silent = False
        """Whether at the last look nobody answered."""
        self.offline = False
        """Whether that is the network's doing for sure: of one place alone it may be its own."""

    def due(
        self, everywhere: Collection[Turn], now: Reading, asking: Collection[SourceId] = ()
    ) -> tuple[Turn, ...]:
        """Those to be asked now, the one asked longest ago first; `asking` are asked already."""
        fresh = self._looked is None or slept(self._looked, now)
        self._looked = now
        if fresh:
            self._silent_since = None
        was_silent, silent = self.silent, offline(everywhere, now.wall, hopeful=True)
        self.offline = silent and offline(everywhere, now.wall)
        self.silent = self.offline or (silent and self._hopes(now))
        if not silent:
            self._silent_since = None
        if fresh or (was_silent and not silent):
            self._again_before = now.wall
        free = [one for one in everywhere if one.source.id not in asking]
        free.sort(key=lambda one: one.source.state.polled_at or _LONG_AGO)
        if self.silent and not fresh:
            return self._probe(free, now)
        return tuple(one for one in free if self._is_due(one.source, now.wall))

    def _hopes(self, now: Reading) -> bool:
        """Something else answers in the place of the only one: for a while that may pass."""
        if self._silent_since is None:
            self._silent_since = now.ticks
        return now.ticks - self._silent_since < _HOPE_SECONDS

    def _probe(self, free: Iterable[Turn], now: Reading) -> tuple[Turn, ...]:
        if self._probed is not None and 0 <= now.ticks - self._probed < PROBE_SECONDS:
            return ()
        one = next((one for one in free if not asked_to_wait(one.source, now.wall)), None)
        if one is None:
            return ()
        self._probed = now.ticks
        return (one,)

    def _is_due(self, source: Source, wall: datetime) -> bool:
        state, again = source.state, self._again_before
        of_the_network = state.trouble in NO_ANSWER | OF_ITS_OWN and not asked_to_wait(source, wall)
        if again is None or state.polled_at is None or not of_the_network:
            return is_due(source, wall)
        return state.polled_at < again or is_due(source, wall)


def slept(before: Reading, now: Reading) -> bool:
    """Whether the computer slept between two looks, was started anew, or its clock was set."""
    passed = now.ticks - before.ticks
    jump = (now.wall - before.wall).total_seconds() - passed
    return before.boot != now.boot or not 0 <= passed <= _AWAKE_SECONDS or abs(jump) > _SET_SECONDS


def _in_trouble(turn: Turn) -> bool:
    """Whether it failed by itself: what the network did to all of them is not its trouble."""
    state = turn.source.state
    return bool(state.trouble) and state.trouble not in UNREACHABLE


def _standing(turn: Turn) -> int:
    """Who is asked first: who was well, then who was never asked, then who is in trouble."""
    if _in_trouble(turn):
        return 2
    return 0 if turn.source.state.heard_at is not None else 1


# --- one of a host at a time ---------------------------------------------------------------


SLOW_AFTER = 1.0
"""Seconds that a round at a site in good health rarely takes."""
_SLOW_ONES = 32
"""So many may be slow before they take places from others; each costs a thread that waits."""


GIVE_WAY_AFTER = 4.0
"""Seconds that a round may take before it leaves its thread to one that has had none yet."""
GAVE_WAY: Final = "cancelled"
"""The trouble of a round that was stopped, and so says nothing of its source."""


def threads(at_once: int) -> int:
    """How many rounds there may be at the same time, with those that have become slow."""
    return at_once + _SLOW_ONES


class Queue:
    """Sources to be asked: one of a host at a time, at most `at_once` together. For one thread.

    In the order in which they came, but those that were well first and those in trouble last; and
    these never have more than half of the places. A round that takes longer than `SLOW_AFTER`
    gives its place to another, up to `threads(at_once)` in all: whoever is slow or worse holds up
    nobody else. Where all of these are taken by slow ones, whoever has taken long gives way to
    those that have not begun, and is asked once more after them, to its end.
    """

    def __init__(self, at_once: int) -> None:
        self._at_once = at_once
        self._began: dict[SourceId, float] = {}
        self._waiting: dict[SourceId, Turn] = {}
        self._asking: dict[SourceId, Turn] = {}
        self._silent: dict[str, int] = {}
        self._gave_way: set[SourceId] = set()
        self._stopped: set[SourceId] = set()

    @property
    def asking(self) -> frozenset[SourceId]:
        return frozenset(self._asking)

    def add(self, turn: Turn) -> None:
        """One that waits or is asked already is not asked twice."""
        if turn.source.id not in self._asking:
            self._waiting.setdefault(turn.source.id, turn)

    @property
    def waiting(self) -> bool:
        """Whether some have not begun: then ask `start` again after `SLOW_AFTER`, too."""
        return bool(self._waiting)

    def start(self, at: float) -> tuple[Turn, ...]:
        """Those that are to be asked from now on; say `done` of each. `at`: seconds, monotonic."""
        begun: list[Turn] = []
        busy = {one.host for one in self._asking.values()}
        quick = {one for one in self._asking if at - self._began[one] < SLOW_AFTER}
        troubled = sum(_in_trouble(self._asking[one]) for one in quick)
        places = self._at_once - len(quick)
        for turn in sorted(self._waiting.values(), key=self._rank):
            if len(begun) >= places or len(self._asking) >= threads(self._at_once):
                break
            bad = _in_trouble(turn)
            if turn.host in busy or (bad and troubled >= max(1, self._at_once // 2)):
                continue
            busy.add(turn.host)
            troubled += bad
            begun.append(turn)
            self._began[turn.source.id] = at
            self._asking[turn.source.id] = self._waiting.pop(turn.source.id)
        self._make_room(at)
        return tuple(begun)

    def _rank(self, turn: Turn) -> tuple[bool, int]:
        return turn.source.id in self._gave_way, _standing(turn)

    def _make_room(self, at: float) -> None:
        """Stop the longest of those that have not given way yet, one for each that waits for it.

        Whoever is in trouble takes a thread from nobody: else the slow would be asked twice each.
        """
        busy = {one.host for one in self._asking.values()}
        new = [one for one in self._waiting.values() if self._rank(one) < (False, 2)]
        wanted = len({one.host for one in new} - busy) - len(self._stopped)
        if wanted <= 0 or len(self._asking) < threads(self._at_once):
            return
        slow = [one for one in self._asking if at - self._began[one] >= GIVE_WAY_AFTER]
        may = [one for one in slow if one not in self._gave_way]
        chosen = sorted(may, key=self._began.__getitem__)[:wanted]
        self._gave_way.update(chosen)
        self._stopped.update(chosen)

    def gives_way(self, source: SourceId) -> bool:
        """Whether its round is to stop now; `GAVE_WAY` is its trouble then. On any thread."""
        return source in self._stopped

    def comes_again(self, source: SourceId) -> bool:
        """Whether a round that is `done` has brought nothing yet, because it gave way."""
        return source in self._gave_way

    def done(self, source: SourceId, trouble: str = "") -> tuple[Turn, ...]:
        """It was asked. Returns those that wait no longer, because their host was silent twice."""
        turn = self._asking.pop(source, None)
        self._began.pop(source, None)
        if turn is None:
            return ()
        if source in self._stopped and trouble == GAVE_WAY:
            self._stopped.discard(source)
            self._waiting[source] = turn
            return ()
        self._stopped.discard(source)
        self._gave_way.discard(source)
        silent = self._silent.pop(turn.host, 0) + 1 if trouble in _SILENT else 0
        others = [one for one in self._waiting.values() if one.host == turn.host]
        if not others:
            return ()
        if silent >= _HOST_PATIENCE:
            return self._drop(others)
        self._silent[turn.host] = silent
        return ()

    def clear(self) -> tuple[Turn, ...]:
        """Nobody waits any longer; returns who did."""
        return self._drop(list(self._waiting.values()))

    def _drop(self, turns: Collection[Turn]) -> tuple[Turn, ...]:
        for one in turns:
            del self._waiting[one.source.id]
            self._gave_way.discard(one.source.id)
        return tuple(turns)
