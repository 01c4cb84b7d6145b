"""The line to the server is cut, or the server started again, at each step of the journey.

Nothing is lost and nothing twice: what was not written is done again by the same words, what was
sent is not sent again, and whoever sits there is told in a sentence.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Engine, event
from tests.soak import shop
from tests.soak.helpers import WHOLE
from tests.soak.shop import ANA, COOLED, TEXT, TOM, Desk, Place
from tests.storage.cluster import Cluster
from tests.team.shops import moved

from calmreply.app import facts
from calmreply.app.cases import judge
from calmreply.app.home import Actor
from calmreply.app.proving.trust import verify_journal
from calmreply.app.reviewing import review
from calmreply.app.sending import send, write
from calmreply.domain.case import Choice, Verdict
from calmreply.domain.journal import Whole
from calmreply.domain.mention import CaseId
from calmreply.domain.outbox import State
from calmreply.domain.policy import Feeling, Kind
from calmreply.domain.review import NEEDED
from calmreply.errors import KnownError

FEW = ("read", "sign") if not WHOLE else ("read", "feel", "judge", "write", "ask", "sign", "look")
"""Steps that are cut again and again; the others once."""
STRIDE = 1 if WHOLE else 6
"""Statements between two cuts of a step."""
SENDS, SEND_STRIDE = (150, 1) if WHOLE else (8, 12)
END_OURS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE application_name = 'calmreply' AND datname = current_database()"
)


@dataclass
class Team:
    """A desk of the team, and what can happen to its server."""

    cluster: Cluster
    database: str
    desk: Desk
    ana: Actor
    tom: Actor

    def head(self) -> int:
        with self.desk.home.store.read() as tx:
            return tx.head()[0]

    def cut(self) -> None:
        self.cluster.run(self.database, END_OURS)

    def restart(self) -> None:
        self.cluster.stop()
        self.cluster.start()


SitDown = Callable[[int], tuple[Team, Place, list[CaseId]]]


@pytest.fixture
def at_the_desk(cluster: Cluster, founded: str, tmp_path: Path) -> Iterator[SitDown]:
    """A shop of a team, with so many replies ready to leave."""
    with ExitStack() as closing:

        def sit_down(replies: int) -> tuple[Team, Place, list[CaseId]]:
            office, _counter, name, pairs = moved(cluster, founded, tmp_path, replies)
            desk = closing.enter_context(shop.at_work(office.at(COOLED)))
            team = Team(cluster, name, desk, desk.person(ANA), desk.person(TOM))
            return team, office, [case for case, _entry in pairs]

        yield sit_down


def steps(team: Team, case: CaseId) -> dict[str, Callable[[], object]]:
    """The journey of a reply up to its send, as deeds of people."""
    home, ana, tom = team.desk.home, team.ana, team.tom

    def words() -> object:
        with home.store.read() as tx:
            known, have = facts.load(home, tx, case), tx.accounts()
        said = write.words_like(
            home, known.facts, have, text=TEXT, channel="mail", target="m@c.example"
        )
        return write.revise(home, ana, case, said)

    def look() -> object:
        return send.look(home, ana, case, Choice.SEND)

    return {
        "read": lambda: judge.read_all(home, ana, case),
        "feel": lambda: judge.say_feeling(home, ana, case, Feeling.CALM),
        "judge": lambda: judge.judge(
            home, ana, case, kind=Kind.COMPLAINT, verdict=Verdict.GENUINE, evidence="Order 8817"
        ),
        "write": words,
        "ask": lambda: review.ask(home, ana, case, TOM),
        "sign": lambda: review.sign(home, tom, case, NEEDED),
        "look": look,
    }


def test_up_to_the_send(at_the_desk: SitDown) -> None:
    """Each step is written whole or not at all, and the same words do it afterwards."""
    team, _office, _cases = at_the_desk(0)
    case = team.desk.hears(1)
    for name, step in steps(team, case).items():
        if name == "look":
            team.desk.clock.advance(minutes=COOLED)
        before, cuts = team.head(), 0
        if not WHOLE and name not in FEW:
            assert stopped(step, at=9, by=team.cut), name
            assert team.head() == before
            step()
        else:
            assert stopped(step, at=3, by=team.restart)
            while stopped(step, at=1 + cuts * STRIDE, by=team.cut):
                assert team.head() == before, name
                cuts += 1
        assert cuts > 1 or name not in FEW
        assert team.head() > before, name
    assert team.desk.sends(case, team.ana) is State.SENT
    assert isinstance(verify_journal(team.desk.home), Whole)


def test_while_it_is_sent(at_the_desk: SitDown) -> None:
    """Cut before each statement of the send; then the program starts again, and they look."""
    team, office, cases = at_the_desk(SENDS)
    for number, case in enumerate(cases):
        by = team.restart if number == SENDS // 2 else team.cut
        stopped(lambda: team.desk.sends(case, team.ana), at=2 + number * SEND_STRIDE, by=by)  # noqa: B023 - now
        send.recover(team.desk.home)
        settle(team, office, case)
    letters = Counter(office.letters.read_text().split())
    assert len(letters) == SENDS
    assert set(letters.values()) == {1}
    keys = set()
    for case in cases:
        found = team.desk.entry(case)
        assert found is not None
        assert found[1] is State.SENT
        keys.add(found[0].chosen.key)
    assert keys == set(letters)
    assert isinstance(verify_journal(team.desk.home), Whole)


def settle(team: Team, office: Place, case: CaseId) -> None:
    """What somebody does who sees at the place whether it appeared."""
    home, ana = team.desk.home, team.ana
    found = team.desk.entry(case)
    if found is not None and found[1] is State.UNSURE:
        arrived = found[0].chosen.key in office.letters.read_text().split()
        send.settle(home, ana, found[0].id, appeared=arrived)
        found = team.desk.entry(case)
    if found is None or found[1] is not State.SENT:
        send.look(home, ana, case, Choice.SEND)
        assert team.desk.sends(case, ana) is State.SENT


def stopped(deed: Callable[[], object], *, at: int, by: Callable[[], None]) -> bool:
    """Whether something in the way of a deed stopped it, which then was told in a sentence."""
    seen = 0

    def one_more(*_about: object, **_more: object) -> None:
        nonlocal seen
        seen += 1
        if seen == at:
            by()

    names = ("before_cursor_execute", "commit")
    for name in names:
        event.listen(Engine, name, one_more)
    told: KnownError | None = None
    try:
        deed()
    except KnownError as error:
        told = error
    finally:
        for name in names:
            event.remove(Engine, name, one_more)
    assert told is None or (told.code == "server_away" and told.words and told.way_out)
    return told is not None
