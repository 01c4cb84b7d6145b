"""The line to the server is cut, or the server started again, at each step of the journey.

Nothing is lost and nothing twice: what was not written is done again by the same words, what was
sent is not sent again, and whoever sits there is told in a sentence.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event
from tests.soak import shop
from tests.soak.helpers import WHOLE
from tests.soak.shop import ANA, COOLED, TEXT, TOM, Desk, Place
from tests.storage.cluster import Cluster
from tests.team.shops import moved

from calmreply.app import facts
from calmreply.app.cases import debrief, judge
from calmreply.app.home import Actor
from calmreply.app.proving.trust import verify_journal
from calmreply.app.reviewing import review
from calmreply.app.sending import send, write
from calmreply.app.teamwork import team_errors
from calmreply.domain.case import Choice, Verdict
from calmreply.domain.debrief import Answers, Outcome
from calmreply.domain.journal import Whole
from calmreply.domain.mention import CaseId
from calmreply.domain.outbox import State
from calmreply.domain.policy import Feeling, Kind
from calmreply.domain.review import NEEDED
from calmreply.errors import KnownError

FEW = ("hear", "sign")
"""Steps of a slice that are cut again and again; of the others the middle and the end."""
STRIDE = 1 if WHOLE else 6
"""Statements between two cuts of a step."""
SENDS, SEND_STRIDE = (150, 1) if WHOLE else (8, 12)
# With a time to wait for it: a line that ends a moment later would end under the next question.
END_OURS = (
    "SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity"
    " WHERE application_name = 'calmreply' AND datname = current_database()"
)


@dataclass
class Team:
    """Ana's computer and Tom's, and what can happen to their server."""

    cluster: Cluster
    database: str
    desk: Desk
    counter: Desk
    ana: Actor
    tom: Actor

    def kinds(self) -> Counter[str]:
        """How many lines of each kind there are, and drafts."""
        with self.desk.home.store.read() as tx:
            kinds = Counter(one.line.kind for one in tx.lines())
            cases = tx.touched_cases()
            kinds["draft"] = sum(len(tx.drafts(case)) for case, _kind, _mentions in cases)
        return kinds

    def advance(self, minutes: float) -> None:
        for one in (self.desk, self.counter):
            one.clock.advance(minutes=minutes)

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
            office, there, name, pairs = moved(cluster, founded, tmp_path, replies)
            desk, counter = (
                closing.enter_context(shop.at_work(one.at(COOLED))) for one in (office, there)
            )
            team = Team(cluster, name, desk, counter, desk.person(ANA), counter.person(TOM))
            return team, office, [case for case, _entry in pairs]

        yield sit_down


Steps = dict[str, tuple[Callable[[], object], dict[str, int]]]


def steps(team: Team) -> Steps:
    """The journey of a case as deeds of two people, and what each of them leaves behind."""
    home, ana, tom, there = team.desk.home, team.ana, team.tom, team.counter.home
    case = CaseId("1")

    def words(text: str) -> object:
        with home.store.read() as tx:
            known, have = facts.load(home, tx, case), tx.accounts()
        said = write.words_like(
            home, known.facts, have, text=text, channel="mail", target="m@c.example"
        )
        return write.revise(home, ana, case, said)

    return {
        "hear": (lambda: team.desk.hears(1), {"mentions_heard": 1}),
        "read": (lambda: judge.read_all(home, ana, case), {"page_read": 1}),
        "feel": (
            lambda: judge.say_feeling(home, ana, case, Feeling.CALM),
            {"feeling_said": 1},
        ),
        "judge": (
            lambda: judge.judge(
                home, ana, case, kind=Kind.COMPLAINT, verdict=Verdict.GENUINE, evidence="8817"
            ),
            {"judged": 1},
        ),
        "draft": (lambda: write.save_draft(home, ana, case, "Dear Marta"), {"draft": 1}),
        "write": (lambda: words("Dear Marta"), {"draft": -1, "reply_started": 1, "revised": 1}),
        "ask": (lambda: review.ask(home, ana, case, TOM), {"sign_off_asked": 1}),
        "remark": (lambda: review.remark(there, tom, case, "Say sorry."), {"changes_asked": 1}),
        "mend": (lambda: words(TEXT), {"revised": 1}),
        "ask again": (lambda: review.ask(home, ana, case, TOM), {"sign_off_asked": 1}),
        "sign": (lambda: review.sign(there, tom, case, NEEDED), {"signed_off": 1}),
        "look": (lambda: send.look(home, ana, case, Choice.SEND), {"looked": 1}),
        "send": (
            lambda: team.desk.sends(case, ana),
            {"send_chosen": 1, "attempt_began": 1, "attempt_ended": 1},
        ),
        "close": (lambda: debrief.close(home, tom, case, Outcome.RESOLVED), {"case_closed": 1}),
        "debrief": (
            lambda: debrief.debrief(there, tom, case, Answers(better="Read the name aloud.")),
            {"debriefed": 1},
        ),
    }


def test_each_step_of_the_journey(at_the_desk: SitDown) -> None:
    """Each is written whole or not at all, and the same words do it afterwards, once."""
    team, office, _cases = at_the_desk(0)
    for name, (step, leaves) in steps(team).items():
        if name == "look":
            team.advance(COOLED)
        before = team.kinds()
        if name != "send":  # its own test is below: what is out is out
            assert stopped(step, at=3, by=team.restart), name
            most = cut_again_and_again(team, step, before, name)
            assert most > 1 or name not in FEW
        step()
        after = team.kinds()
        after.subtract(before)
        assert {kind: n for kind, n in after.items() if n} == leaves, name
    assert isinstance(verify_journal(team.desk.home), Whole)
    assert len(office.letters.read_text().split()) == 1


AGAIN: dict[str, dict[str, int]] = {"look": {"looked": 2}, "send": {"chosen_again": 1}}
"""What saying it again leaves beside: a later look counts longer, a Send is taken up again."""


def test_the_answer_to_a_write_is_lost(at_the_desk: SitDown) -> None:
    """It was written, and whoever sits there cannot know: the same words again harm nothing."""
    team, office, _cases = at_the_desk(0)
    for name, (step, leaves) in steps(team).items():
        if name == "look":
            team.advance(COOLED)
        before = team.kinds()
        with pytest.raises(KnownError) as told:
            unheard(step)
        assert told.value.code == "server_away"
        with suppress(KnownError):  # as "This case is closed already."
            step()
        after = team.kinds()
        after.subtract(before)
        more = AGAIN.get(name, {})
        assert {kind: n for kind, n in after.items() if n} == leaves | more, name
    assert isinstance(verify_journal(team.desk.home), Whole)
    assert len(office.letters.read_text().split()) == 1


def unheard(deed: Callable[[], object]) -> None:
    """A deed whose first write is made, and then the line is cut."""
    writes = False

    def lose(*about: Any, **_more: object) -> None:
        nonlocal writes
        writes = writes or "pg_advisory_xact_lock" in str(about[2:3])
        if writes and len(about) == 1:
            about[0].connection.commit()
            raise team_errors.server_away("the server")

    with hearing(lose):
        deed()


def cut_again_and_again(
    team: Team, step: Callable[[], object], before: Counter[str], name: str
) -> int:
    """Cut before each statement of a step (of a slice: before some), and before its commit."""
    last = statements(step)
    whole = WHOLE or name in FEW
    points = [*range(1, last, STRIDE), last] if whole else [last // 2, last]
    for at in points:
        assert stopped(step, at=at, by=team.cut), (name, at)
        assert team.kinds() == before, (name, at)
    return len(points)


class Enough(Exception):  # noqa: N818 - it is no error
    """A step was counted, and is taken back."""


def statements(step: Callable[[], object]) -> int:
    """How many statements and commits it has, up to that of what it writes, which is not made."""
    seen, writes = 0, False

    def one_more(*about: object, **_more: object) -> None:
        nonlocal seen, writes
        seen += 1
        writes = writes or "pg_advisory_xact_lock" in str(about[2:3])
        if writes and len(about) == 1:
            raise Enough

    with pytest.raises(Enough), hearing(one_more):
        step()
    return seen


@contextmanager
def hearing(each: Callable[..., None]) -> Iterator[None]:
    """`each` is called before each statement and each commit of anybody."""
    names = ("before_cursor_execute", "commit")
    for name in names:
        event.listen(Engine, name, each)
    try:
        yield
    finally:
        for name in names:
            event.remove(Engine, name, each)


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

    told: KnownError | None = None
    try:
        with hearing(one_more):
            deed()
    except KnownError as error:
        told = error
    assert told is None or (told.code == "server_away" and told.words and told.way_out)
    return told is not None
