"""Looking at the place before a send and after it: what it changes, and what it never does."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from calmreply.app import facts, queries
from calmreply.app.cases import judge
from calmreply.app.listening import listen
from calmreply.app.ports.channels import Ours, Seen, SendResult
from calmreply.app.ports.listeners import Round
from calmreply.app.ports.storage import Account, Source, Takes
from calmreply.app.sending import accounts, looking, send
from calmreply.app.sending.held import HeldError
from calmreply.domain.blockers import MentionChanged
from calmreply.domain.case import News, SiteLooked
from calmreply.domain.mention import CaseId, Heard, Origin, SourceId
from calmreply.domain.outbox import Outcome, Showing, State, state
from calmreply.domain.policy import Feeling
from calmreply.domain.stage import Stage
from calmreply.errors import KnownError
from calmreply.testing import channels as script
from calmreply.testing.channels import ScriptedChannel, Step
from calmreply.testing.listeners import ScriptedListener

if TYPE_CHECKING:
    from conftest import Bench  # type: ignore[import-not-found]  # beside this file

WORDS = "Dear Marta, we are sorry about the name on the cake."
HEARD = Heard(
    key="shop#comment-5",
    author="Marta Sample",
    text="The cake said Stan. Her name is Sian.",
    origin=Origin.FEED,
    site="The shop",
    target="12/5",
    thread="12",
)
SHOP = {"address": "https://shop.example"}
WHEN = "2026-11-18T10:00:00Z"
BLIND = KnownError("too_slow", "The site answers too slowly.", "Try again later.")


class Place:
    """A comment on the shop's own site, whose reply is ready to leave by a channel with eyes."""

    def __init__(self, bench: Bench, *, safe: bool = False) -> None:
        self.bench = bench
        self.channel = ScriptedChannel(
            "site", "The site", can_look=True, repeats_safely=safe, answers=("site",)
        )
        bench.home = replace(bench.home, channels={**bench.home.channels, "site": self.channel})
        self.ana, self.tom = bench.person("Ana"), bench.person("Tom")
        for one in ("abc", "acc"):  # two people who may answer there
            accounts.save(bench.home, None, Account(one, "site", SHOP))
        self.case = self._heard()
        self.channel.seen = Seen(HEARD)
        bench.until_ready(self.ana, self.tom, self.case, WORDS)

    def _heard(self) -> CaseId:
        home = self.bench.home
        listener = ScriptedListener("site")
        listener.will(Round("The shop", (HEARD,)))
        self.bench.home = home = replace(home, listeners={"site": listener})
        with home.store.write() as tx:
            tx.add_source(Source(SourceId(""), "site", "site:acc/INBOX", "The shop", Takes.ALL))
        polled = listen.poll(home, self.bench.source)
        assert polled.new == 1
        with home.store.read() as tx:
            cases: list[CaseId] = [found.case for found, _row in tx.mentions() if found.case]
        return cases[0]

    def send(self) -> State:
        return send.send(self.bench.home, self.ana, self.case).state

    def wait(self, **time: int) -> None:
        self.bench.clock.advance(**time)

    def look(self) -> None:
        for case, entry in looking.due(self.bench.home):
            looking.look_for(self.bench.home, case, entry)

    def again(self) -> None:
        """What the outbox does by itself when its time has come."""
        for case, entry in send.due(self.bench.home):
            send.attempt(self.bench.home, case, entry)

    @property
    def known(self) -> facts.Known:
        with self.bench.home.store.read() as tx:
            return facts.load(self.bench.home, tx, self.case)

    @property
    def kinds(self) -> list[str]:
        return [blocker.kind for blocker in send.blockers(self.bench.home, self.case)]

    def stands(self) -> State:
        known = self.known
        return state(known.facts.entries[-1], known.now)


@pytest.fixture
def place(bench: Bench) -> Place:
    return Place(bench)


def test_it_is_answered_where_it_stands_by_the_account_it_is_read_by(place: Place) -> None:
    to = place.known.facts.revisions[-1].words.to
    assert (to.channel, to.account, to.target, to.thread) == ("site", "acc", "12/5", "12")
    assert place.send() is State.SENT
    assert [one.target for one in place.channel.delivered] == ["12/5"]


def test_the_look_before_a_send_is_a_dated_fact(place: Place) -> None:
    place.send()
    (looked,) = place.known.facts.of(SiteLooked)
    assert (looked.version, looked.gone, looked.answered) == (1, False, "")


def test_what_was_edited_meanwhile_is_read_and_felt_again(place: Place) -> None:
    place.channel.seen = Seen(replace(HEARD, text="Edited: they called me, all is well."))
    with pytest.raises(HeldError):
        place.send()
    assert not place.channel.attempts
    assert "mention_changed" in place.kinds
    mention = place.known.facts.mention
    assert [v.number for v in mention.versions] == [1, 2]
    assert mention.target == "site:acc/12/5"  # answered by the same account as before
    place.bench.until_ready(place.ana, place.tom, place.case, WORDS)
    assert place.send() is State.SENT


def test_what_is_gone_meanwhile_is_not_answered_unawares(place: Place) -> None:
    place.channel.seen = Seen(None)
    with pytest.raises(HeldError):
        place.send()
    assert not place.channel.attempts
    assert "mention_changed" in place.kinds
    assert place.known.facts.mention.gone is not None
    place.wait(seconds=1)
    judge.read_all(place.bench.home, place.ana, place.case)
    judge.say_feeling(place.bench.home, place.ana, place.case, Feeling.CALM)
    assert "mention_changed" not in place.kinds


def test_an_answer_of_ours_from_elsewhere_is_news(place: Place) -> None:
    place.channel.seen = Seen(HEARD, answered="We called you, Tom")
    with pytest.raises(HeldError):
        place.send()
    assert "mention_changed" in place.kinds
    place.bench.until_ready(place.ana, place.tom, place.case, WORDS)
    assert place.send() is State.SENT
    assert len(place.channel.delivered) == 1


def test_what_stands_there_is_told_by_its_name_whether_it_came_from_here(place: Place) -> None:
    place.channel.seen = Seen(HEARD, ours=(Ours("9", "https://shop.example/9"),))
    with pytest.raises(HeldError) as held:
        place.send()
    assert [one.news for one in held.value.blockers if isinstance(one, MentionChanged)] == [
        News.ANSWERED
    ]
    place.bench.until_ready(place.ana, place.tom, place.case, WORDS)
    assert place.send() is State.SENT
    (looked,) = {one.answered for one in place.known.facts.of(SiteLooked)}
    assert looked == "https://shop.example/9"


@pytest.mark.parametrize("known", ["by its name", "by its bytes", "as told by a person"])
def test_our_own_reply_is_no_news(place: Place, known: str) -> None:
    """Something else is said at the same place, and what we said first stands there."""
    channel, link = place.channel, "https://shop.example/9"
    if known == "as told by a person":
        judge.answered_outside(
            place.bench.home, place.ana, place.case, text="Called", url=link, when=WHEN
        )
        stands = Ours("9", link)
    else:
        lost = known == "by its bytes"
        channel.will(script.ANSWER_LOST if lost else script.DELIVERED)
        place.send()
        if lost:  # nobody was told by which name it stands there
            entry = place.known.facts.entries[-1].id
            send.settle(place.bench.home, place.ana, entry, appeared=True)
        stands = Ours(channel.delivered[0].key)
    channel.seen = Seen(HEARD, ours=(stands,))
    place.bench.until_ready(place.ana, place.tom, place.case, "All is well again.")
    assert place.send() is State.SENT
    assert {one.answered for one in place.known.facts.of(SiteLooked)} == {""}


def test_what_cannot_be_seen_is_not_sent_but_tried_again(place: Place) -> None:
    place.channel.blind = BLIND
    assert place.send() is State.WAITING
    assert not place.channel.attempts
    place.channel.blind = None
    place.wait(minutes=2)
    place.again()
    assert place.stands() is State.SENT


def test_a_wrong_password_stops_it_until_somebody_signs_in(place: Place) -> None:
    place.channel.blind = KnownError("sign_in_again", "The password is wrong.", "Enter it again.")
    assert place.send() is State.REFUSED
    assert place.known.facts.entries[-1].code == "sign_in_again"
    place.channel.blind = None
    place.wait(minutes=30)
    place.again()
    assert place.stands() is State.REFUSED
    assert not place.channel.attempts


@pytest.mark.parametrize("arrived", [True, False])
def test_doubt_is_settled_by_looking_and_absence_never_resends(
    place: Place, *, arrived: bool
) -> None:
    place.channel.will(script.ANSWER_LOST if arrived else script.CUT)
    assert place.send() is State.UNSURE
    place.wait(minutes=4)
    place.look()
    assert place.stands() is State.UNSURE
    place.wait(minutes=2)
    place.look()
    place.again()
    assert place.stands() is (State.SENT if arrived else State.UNSURE)
    assert len(place.channel.attempts) == 1
    seen = place.known.facts.entries[-1].seen
    assert seen is not None
    assert seen.showing is (Showing.SHOWN if arrived else Showing.ABSENT)


def test_sent_again_by_a_person_it_is_looked_for_first(place: Place) -> None:
    place.channel.will(script.ANSWER_LOST)
    place.send()
    entry = place.known.facts.entries[-1].id
    place.wait(minutes=5)
    send.settle(place.bench.home, place.ana, entry, appeared=False)
    place.bench.until_ready(place.ana, place.tom, place.case, WORDS)
    assert place.send() is State.SENT
    assert len(place.channel.attempts) == 1


def test_where_repeating_is_safe_it_is_repeated_by_itself(bench: Bench) -> None:
    place = Place(bench, safe=True)
    place.channel.will(script.CUT, script.CUT)
    assert place.send() is State.UNSURE
    place.wait(minutes=2)
    place.again()
    assert place.stands() is State.UNSURE
    place.wait(minutes=3)
    place.again()
    assert place.stands() is State.SENT
    assert len(place.channel.delivered) == 1
    assert len(place.channel.attempts) == 3


def test_a_repeat_looks_first_and_is_not_made_where_it_arrived(bench: Bench) -> None:
    place = Place(bench, safe=True)
    place.channel.will(script.ANSWER_LOST)
    assert place.send() is State.UNSURE
    place.wait(minutes=2)
    place.again()
    assert place.stands() is State.SENT
    assert len(place.channel.attempts) == 1


def test_after_a_definite_no_it_is_not_repeated(bench: Bench) -> None:
    place = Place(bench, safe=True)
    place.channel.will(script.CUT, script.REFUSED)
    place.send()
    for _turn in range(4):
        place.wait(minutes=30)
        place.again()
    assert place.stands() is State.UNSURE
    assert len(place.channel.attempts) == 2


def test_doubt_stays_when_a_later_try_fails_for_sure(bench: Bench) -> None:
    place = Place(bench, safe=True)
    place.channel.will(script.CUT, script.NOT_LEFT)
    place.send()
    place.wait(minutes=2)
    place.again()
    assert place.stands() is State.UNSURE
    send.cancel(place.bench.home, place.ana, place.case, place.known.facts.entries[-1].id)
    assert place.stands() is State.UNSURE
    place.wait(minutes=30)
    place.again()
    assert len(place.channel.attempts) == 2


def test_the_site_says_when_it_may_be_tried_again(place: Place) -> None:
    later = SendResult(Outcome.TRY_LATER, "Not now.", wait=timedelta(minutes=40))
    place.channel.will(Step(later))
    assert place.send() is State.WAITING
    place.wait(minutes=39)
    place.again()
    assert place.stands() is State.WAITING
    place.wait(minutes=2)
    place.again()
    assert place.stands() is State.SENT


def test_a_sent_reply_is_looked_for_on_its_page(place: Place) -> None:
    place.channel.showing = Showing.PENDING
    place.send()
    place.look()
    assert place.known.facts.entries[-1].seen is None
    place.wait(minutes=3)
    place.look()
    place.channel.showing = Showing.REJECTED
    place.wait(minutes=61)
    place.look()
    seen = place.known.facts.entries[-1].seen
    assert seen is not None
    assert seen.showing is Showing.REJECTED
    assert place.stands() is State.SENT
    assert queries.case_page(place.bench.home, place.case).stage is Stage.NEEDS_YOU
    assert not looking.due(place.bench.home)


def test_our_own_reply_is_no_mention_to_another_account_there(place: Place) -> None:
    place.channel.will(
        Step(SendResult(Outcome.DELIVERED, reference="shop#comment-6"), arrives=True)
    )
    assert place.send() is State.SENT
    home = place.bench.home
    with home.store.write() as tx:
        tx.add_source(Source(SourceId(""), "site", "site:abc/INBOX", "The shop", Takes.ALL))
    ours = replace(HEARD, key="shop#comment-6", author="Ana", text=WORDS, answers=HEARD.key)
    other = replace(HEARD, key="shop#comment-7", author="Leo", text="Mine was fine.")
    script_of = home.listeners["site"]
    assert isinstance(script_of, ScriptedListener)
    script_of.will(Round("The shop", (ours, other)))
    polled = listen.poll(home, listen.sources(home)[-1])
    assert polled.new == 1
    with home.store.read() as tx:
        assert {found.now.author for found, _row in tx.mentions()} == {"Marta Sample", "Leo"}
