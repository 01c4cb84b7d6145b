"""One round at every source: one of a host at a time, and no waiting where nobody answers."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from queue import Empty, SimpleQueue
from typing import TypeVar

from calmreply.app.home import Home
from calmreply.app.listening import polling, rhythm
from calmreply.app.listening.polling import Polled, Turn
from calmreply.app.listening.troubles import NO_ANSWER
from calmreply.domain.mention import SourceId
from calmreply.errors import KnownError
from calmreply.i18n import _

T = TypeVar("T")

AT_ONCE = 16
"""Sources asked at the same time: it is spent waiting, and who ends together is stored together."""


def everything(home: Home) -> list[Polled]:
    """How each source did, in their order. On Ctrl+C those under way stop at their next step."""
    turns = polling.turns(home)
    stop = threading.Event()
    most = max(1, min(rhythm.threads(AT_ONCE), len(turns)))
    with ThreadPoolExecutor(most, "poll") as pool:
        try:
            polled = _rounds(home, turns, pool, stop)
        except BaseException:
            stop.set()
            pool.shutdown(cancel_futures=True)
            raise
    by_source = {one.source: one for one in polled}
    return [by_source[one.source.id] for one in turns]


def _rounds(
    home: Home, turns: Collection[Turn], pool: ThreadPoolExecutor, stop: threading.Event
) -> list[Polled]:
    queue, polled = rhythm.Queue(AT_ONCE), list[Polled]()
    for one in turns:
        queue.add(one)
    ended: SimpleQueue[Future[Polled]] = SimpleQueue()
    running = 0
    while True:
        for one in queue.start(home.clock.read().ticks):
            stops = partial(_stops, stop, queue, one.source.id)
            pool.submit(polling.poll, home, one.source, stops).add_done_callback(ended.put)
            running += 1
        if not running:
            return polled
        for future in _some(ended, rhythm.SLOW_AFTER if queue.waiting else None):
            running -= 1
            one_polled = future.result()
            trouble = one_polled.error.code if one_polled.error else ""
            given_up = queue.done(one_polled.source, trouble)
            if queue.comes_again(one_polled.source):
                continue
            polled += [one_polled, *(_not_asked(one, _host_silent(one)) for one in given_up)]
            if trouble in NO_ANSWER and _offline(home):
                polled += [_not_asked(one, _no_network()) for one in queue.clear()]


def _some(ended: SimpleQueue[T], patience: float | None) -> Iterator[T]:
    """Those that are there, or the next one within so many seconds."""
    with suppress(Empty):
        yield ended.get(timeout=patience)
        while True:
            yield ended.get_nowait()


def _stops(stop: threading.Event, queue: rhythm.Queue, source: SourceId) -> bool:
    return stop.is_set() or queue.gives_way(source)


def _offline(home: Home) -> bool:
    return rhythm.offline(polling.turns(home), home.clock.read().wall)


def _not_asked(turn: Turn, why: KnownError) -> Polled:
    return Polled(turn.source.id, turn.source.title, error=why)


def _host_silent(turn: Turn) -> KnownError:
    return KnownError(
        "not_asked",
        _("{host} did not answer, so this was not asked.").format(host=turn.host),
        _("Nothing to do: it is asked again at the next round."),
    )


def _no_network() -> KnownError:
    return KnownError(
        "not_asked",
        _("Nobody answered, so this was not asked."),
        _("Check the internet connection, and try again."),
    )
