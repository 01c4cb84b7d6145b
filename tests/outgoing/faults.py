"""What must hold after one fault, whatever the channel; and that it all comes to a good end."""

from __future__ import annotations

import json
import os
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

import pytest
from tests.outgoing.proxy import SITE_HAS_IT, Fault, FaultyLine

from calmreply.app.sending import send
from calmreply.domain.outbox import State
from calmreply.errors import KnownError

if TYPE_CHECKING:
    from tests.outgoing.shopdesk import ShopDesk

    from calmreply.domain.mention import CaseId

TURNS = range(int(os.environ.get("CALMREPLY_SOAK", "1")))
"""How often each fault is met: once in a test run, and as often as is said in a soak."""
QUIET_END = {State.SENT, State.WAITING, State.REFUSED, State.UNSURE}
SAYS_WHY = {State.WAITING, State.REFUSED, State.UNSURE}


class Side(ABC):
    """The real site at the other end, and the shop's home."""

    desk: ShopDesk

    @abstractmethod
    def case(self, words: str) -> CaseId:
        """Somebody complains there in these words; the case that it becomes here."""

    @abstractmethod
    def replies(self) -> list[str]:
        """The texts of what stands there as an answer to that complaint."""

    def answers(self, words: str) -> None:
        """The customer answers our reply there, in these words."""
        raise NotImplementedError


def held(body: bytes) -> Any:
    """What an answer's JSON holds."""
    return json.loads(body)


def one_fault(side: Side, line: FaultyLine, case: CaseId, fault: Fault, text: str) -> None:
    """Send once through the fault, let time go on, and let a person do what is asked of them."""
    desk = side.desk
    desk.ready(case, text)
    stands = desk.send(case)
    assert line.met == [fault], (stands, desk.entry(case).words)
    _holds(side, case, stands, text)
    if stands is State.UNSURE:
        with pytest.raises(KnownError, match="may still be on its way"):
            send.settle(desk.home, desk.ana, desk.entry(case).id, appeared=False)
    if fault is Fault.NONE:
        assert stands is State.SENT
    elif fault is Fault.SLOW_DOWN:
        assert desk.send(case) is State.READY, "whoever asks, the site wants none yet"
        assert (line.met, side.replies()) == ([fault], [])
    elif fault in SITE_HAS_IT:
        assert stands in (State.UNSURE, State.SENT), fault
        assert len(side.replies()) == 1, fault
    for minutes in (3, 4, 15, 70):
        desk.later(minutes)
        _holds(side, case, desk.state(case), text)
    if fault in SITE_HAS_IT and desk.plugin.can_look:
        assert desk.state(case) is State.SENT, "it stands there, and looking did not find it"
    for _turn in range(3):
        if desk.state(case) is State.SENT:
            break
        _a_person_acts(side, case, text)
        _holds(side, case, desk.state(case), text)
    assert desk.state(case) is State.SENT, fault
    assert side.replies() == [text] or len(side.replies()) == 1, fault
    desk.later(5)
    assert len(side.replies()) == 1, fault


def _holds(side: Side, case: CaseId, stands: State, text: str) -> None:
    """Never twice; "sent" only if it stands there; and whatever is open says why."""
    there = side.replies()
    assert len(there) <= 1
    assert stands in QUIET_END
    assert stands is not State.SENT or there, side.desk.entry(case).happened
    assert stands not in SAYS_WHY or side.desk.entry(case).words
    del text


def _a_person_acts(side: Side, case: CaseId, text: str) -> None:
    """In doubt they look at the place and say what they see; else they send it again."""
    desk = side.desk
    if desk.state(case) is State.UNSURE:
        appeared = bool(side.replies())
        send.settle(desk.home, desk.ana, desk.entry(case).id, appeared=appeared)
        if appeared:
            return
    desk.ready(case, text)
    desk.send(case)


def answered_in_doubt(side: Side, line: FaultyLine, case: CaseId, text: str) -> None:
    """Nobody knows whether it arrived, until its customer answers it: so they have it."""
    desk, words = side.desk, f"And who pays for {text[:20]}?"
    desk.ready(case, text)
    assert desk.send(case) is State.UNSURE
    assert line.met == [Fault.REPLY_LOST]
    side.answers(words)
    assert desk.hear(words) == case, "it came back into its case"
    entry = desk.entry(case)
    assert desk.state(case) is State.SENT
    assert entry.reference
    # Behind the line the site has another name, so what it said before may come in once more.
    assert entry.id in {turn.ours for turn in desk.turns(case)}
    desk.later(70)
    assert (desk.state(case), line.passed) == (State.SENT, 1)
