"""A process of its own that sends, so that it can be killed, starved and raced.

It loads everything once and then has a child for each job that it reads, one line of JSON each:
`{"do": "send", "place": ..., "cases": [...]}`. A child opens the home and the key, says
`{"at": "ready", "pid": ...}`, waits for a line, and begins; the last that it says is
`{"at": "did", ...}`. The parent tells how it ended: `{"at": "ended", "status": ...}`.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from importlib import import_module
from types import MappingProxyType
from typing import Any

from tests.soak import shop
from tests.soak.shop import Desk, Place

from calmreply.app.home import Actor
from calmreply.app.proving.trust import verify_journal
from calmreply.app.sending import send
from calmreply.app.sending.held import HeldError
from calmreply.domain.case import Choice
from calmreply.domain.journal import Whole
from calmreply.domain.mention import CaseId
from calmreply.domain.outbox import AttemptBegan, EntryId, State
from calmreply.errors import KnownError

LOADED = (
    "calmreply.adapters.storage.sqlite.store",
    "calmreply.adapters.folder_lock",
    "calmreply.adapters.vault",
)
_TRACED_BY_ANYBODY = 0x59616D61
"""prctl's PR_SET_PTRACER: some systems let only a parent trace."""


def say(at: str, **more: Any) -> None:
    os.write(1, (json.dumps({"at": at, **more}) + "\n").encode())


def hear() -> Iterator[str]:
    """The lines of the input; no byte is taken early, since the next may be for a child."""
    line = b""
    while piece := os.read(0, 1):
        line += piece
        if piece == b"\n":
            # A child that died before it took its word leaves an empty line.
            if line.strip():
                yield line.decode()
            line = b""


def wait_for_the_word() -> None:
    os.read(0, 1)


def may_be_traced() -> None:
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_TRACED_BY_ANYBODY, ctypes.c_ulong(2**64 - 1), 0, 0, 0)


def stands(desk: Desk, case: CaseId) -> dict[str, Any]:
    """How the reply of a case stands, in words of JSON."""
    found = desk.entry(case)
    if found is None:
        return {"state": "", "words": "", "began": 0, "key": ""}
    entry, how = found
    began = sum(isinstance(fact, AttemptBegan) for fact in entry.happened)
    return {"state": how.value, "words": entry.words, "began": began, "key": entry.chosen.key}


def sends(place: Place, job: Mapping[str, Any]) -> dict[str, Any]:
    """A person says Send. What stops it is told by its code."""
    with shop.at_work(place) as desk:
        ana = desk.person(shop.ANA)
        say("ready", pid=os.getpid())
        wait_for_the_word()
        said = {}
        for case in map(CaseId, job["cases"]):
            try:
                said[case] = desk.sends(case, ana).value
            except (KnownError, HeldError) as error:
                said[case] = getattr(error, "code", "held")
    return {"said": said}


def recovers(place: Place, job: Mapping[str, Any]) -> dict[str, Any]:
    """The program is started again; how everything stands then, and whether it is whole."""
    with shop.at_work(place) as desk:
        say("ready", pid=os.getpid())
        wait_for_the_word()
        send.recover(desk.home)
        whole = isinstance(verify_journal(desk.home), Whole) and desk.home.store.check() == ()
        due = [entry for _case, entry in send.due(desk.home)]
        asking = [str(case) for case in send.asking(desk.home)]
        known = {case: stands(desk, CaseId(case)) for case in job["cases"]}
    return {"whole": whole, "due": due, "asking": asking, "stands": known}


def goes_on(place: Place, job: Mapping[str, Any]) -> dict[str, Any]:
    """A person does what is asked of them, `arrived` being what they see at the place."""
    (case,) = map(CaseId, job["cases"])
    with shop.at_work(place) as desk:
        ana, tom = desk.person(shop.ANA), desk.person(shop.TOM)
        say("ready", pid=os.getpid())
        wait_for_the_word()
        found = desk.entry(case)
        if found is not None and found[1] is State.UNSURE:
            # What may still be on its way cannot be called absent.
            desk.clock.advance(minutes=13)
            send.settle(desk.home, ana, found[0].id, appeared=job["arrived"])
        found = desk.entry(case)
        if found is None or found[1] is not State.SENT:
            _sends_again(desk, case, ana, tom)
        return stands(desk, case)


def _sends_again(desk: Desk, case: CaseId, ana: Actor, tom: Actor) -> None:
    if send.blockers(desk.home, case):
        desk.makes_ready(case, ana, tom)
        desk.clock.advance(minutes=shop.COOLED)
    send.look(desk.home, ana, case, Choice.SEND)
    desk.sends(case, ana)


def races(place: Place, job: Mapping[str, Any]) -> dict[str, Any]:
    """One of two that want the same at once: some replies chosen only now, some tried again.

    Before every reply the two wait for each other, by a byte each way.
    """
    won = Counter[str]()
    with shop.at_work(place, alone=False) as desk:
        ana = desk.person(shop.ANA)
        for case, entry in job["pairs"]:
            os.write(job["tell"], b".")
            os.read(job["wait"], 1)
            with suppress(KnownError, HeldError):
                if entry:
                    told = send.attempt(desk.home, CaseId(case), EntryId(entry)).state
                else:
                    told = desk.sends(CaseId(case), ana)
                won[told.value] += 1
    return {"won": won}


DEEDS: Mapping[str, Callable[[Place, Mapping[str, Any]], dict[str, Any]]] = MappingProxyType(
    {"send": sends, "recover": recovers, "go_on": goes_on, "race": races}
)


def child(job: Mapping[str, Any]) -> int:
    """Has a child do the job; returns its number."""
    number = os.fork()
    if number == 0:
        may_be_traced()
        say("did", **DEEDS[job["do"]](Place(**job["place"]), job))
        os._exit(0)
    return number


def ended(number: int) -> None:
    _pid, status = os.waitpid(number, 0)
    killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    say("ended", killed=killed, status=status)


def both(job: Mapping[str, Any]) -> None:
    """Two children at once, each with a line to the other; `other` is where the second one is."""
    (hears, is_told), (listens, tells) = os.pipe(), os.pipe()
    one = child({**job, "tell": tells, "wait": hears})
    place = job.get("other", job["place"])
    two = child({**job, "place": place, "tell": is_told, "wait": listens})
    ended(one)
    ended(two)


def main() -> int:
    for name in LOADED:
        import_module(name)
    say("loaded")
    for line in hear():
        job = json.loads(line)
        if job["do"] == "race":
            both(job)
        else:
            ended(child(job))
    return 0


if __name__ == "__main__":
    sys.exit(main())
