"""They say more while a reply is on its way: it goes no further, says why, and loses no words."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from tests.app.talk import ANSWER, HEARD, MORE, WORDS, Talk

from calmreply.app import queries
from calmreply.app.cases import story
from calmreply.app.ports.channels import Found, Seen
from calmreply.app.sending import attempts, outgoing, prepare, send, write
from calmreply.app.sending.held import HeldError
from calmreply.domain.outbox import State, TryStopped, state
from calmreply.domain.stage import Stage
from calmreply.errors import KnownError
from calmreply.testing import channels as script
from calmreply.testing.channels import Killed

if TYPE_CHECKING:
    from tests.app.conftest import Bench

    from calmreply.domain.mention import Heard
    from calmreply.testing.channels import Step

MEANWHILE = replace(ANSWER, answers=HEARD.key)


@pytest.fixture
def talk(bench: Bench) -> Talk:
    found = Talk(bench)
    bench.until_ready(found.ana, found.tom, found.case, WORDS)
    return found


def says_more(talk: Talk) -> None:
    talk.channel.during = None
    talk.comes(MEANWHILE)


def sent_and_overtaken(talk: Talk, step: Step) -> State:
    """They say more in the very middle of the attempt."""
    talk.channel.will(step)
    talk.channel.during = lambda: says_more(talk)
    return talk.send()


def drafts(talk: Talk) -> list[str]:
    return [draft.text for draft in talk.page.drafts]


def stays(talk: Talk) -> None:
    """Whatever time passes, nobody and nothing tries it again."""
    for _day in range(3):
        talk.wait(hours=13)
        assert send.due(talk.bench.home) == ()
        assert send.asking(talk.bench.home) == ()


@pytest.mark.parametrize("step", [script.NOT_LEFT, script.TRY_LATER])
def test_on_its_way_it_stops_with_words_and_the_words_written_are_kept(
    talk: Talk, step: Step
) -> None:
    assert sent_and_overtaken(talk, step) is State.REFUSED
    entry = talk.known.facts.entries[0]
    assert isinstance(entry.last, TryStopped)
    assert "said more before it left" in entry.words
    assert "answer that" in entry.words
    assert drafts(talk) == [WORDS]
    assert talk.stands() is Stage.NEW
    told = story.story(
        talk.known.facts.conversation, queries.timeline(talk.bench.home, talk.case), str
    )
    assert (told[-1].words, told[-1].more) == ("It was not tried again", entry.words)
    stays(talk)
    assert not talk.channel.delivered
    assert talk.in_order()


def test_waiting_it_stops_at_once(talk: Talk) -> None:
    talk.channel.will(script.TRY_LATER)
    assert talk.send() is State.WAITING
    says_more(talk)
    (item,) = outgoing.outbox(talk.bench.home)
    assert (item.state, item.over) == (State.REFUSED, False)
    assert "said more before it left" in item.entry.words
    assert drafts(talk) == [WORDS]
    stays(talk)


def test_refused_meanwhile_it_keeps_the_reason_of_the_site_and_gives_back_the_words(
    talk: Talk,
) -> None:
    assert sent_and_overtaken(talk, script.REFUSED) is State.REFUSED
    assert talk.known.facts.entries[0].words == script.REFUSED.result.words
    assert drafts(talk) == [WORDS]


def test_arrived_meanwhile_it_is_sent_and_their_words_wait(talk: Talk) -> None:
    assert sent_and_overtaken(talk, script.DELIVERED) is State.SENT
    assert not talk.known.facts.of(TryStopped)
    assert drafts(talk) == []
    assert talk.stands() is Stage.NEW


@pytest.mark.parametrize("safely", [True, False])
def test_in_doubt_it_is_never_repeated_but_asked_about(talk: Talk, *, safely: bool) -> None:
    talk.channel.repeats_safely = safely
    assert sent_and_overtaken(talk, script.CUT) is State.UNSURE
    entry = talk.known.facts.entries[0]
    assert ("They said more meanwhile" in entry.words) is safely
    stays(talk)
    assert talk.stands() is Stage.NEEDS_YOU
    assert drafts(talk) == []
    send.settle(talk.bench.home, talk.ana, entry.id, appeared=False)
    assert talk.stands() is Stage.NEW
    assert drafts(talk) == [WORDS]
    assert not talk.channel.delivered


def test_by_hand_and_not_posted_after_all_the_words_come_back(talk: Talk) -> None:
    talk.bench.write(talk.ana, talk.case, WORDS, channel="hand", to="https://shop.example/12")
    talk.bench.until_ready(talk.ana, talk.tom, talk.case, WORDS)
    assert talk.send() is State.IN_FLIGHT
    says_more(talk)
    assert only_state(talk) is State.IN_FLIGHT
    send.not_posted(talk.bench.home, talk.ana, talk.case)
    assert drafts(talk) == [WORDS]
    assert talk.stands() is Stage.NEW
    stays(talk)


def test_in_doubt_before_they_say_more_it_is_not_repeated_either(talk: Talk) -> None:
    talk.channel.repeats_safely = True
    talk.channel.will(script.CUT)
    assert talk.send() is State.UNSURE
    talk.wait(minutes=2)
    assert len(send.due(talk.bench.home)) == 1
    says_more(talk)
    assert "They said more meanwhile" in talk.known.facts.entries[0].words
    stays(talk)


@pytest.mark.parametrize("safely", [True, False])
def test_killed_in_the_middle_it_is_in_doubt_and_not_repeated(talk: Talk, *, safely: bool) -> None:
    talk.channel.repeats_safely = safely
    with pytest.raises(Killed):
        sent_and_overtaken(talk, script.KILLED_BEFORE)
    home = talk.bench.home = replace(talk.bench.home, run="run-2")
    send.recover(home)
    entry = talk.known.facts.entries[0]
    assert state(entry, talk.known.now) is State.UNSURE
    assert ("They said more meanwhile" in entry.words) is safely
    stays(talk)


def test_a_holding_reply_stops_too_and_may_go_to_their_newest_words(talk: Talk) -> None:
    talk.channel.will(script.TRY_LATER, script.DELIVERED)
    talk.channel.during = lambda: says_more(talk)
    home = talk.bench.home
    report = prepare.hold(home, talk.ana, talk.case, "heard", {})
    assert report.state is State.REFUSED
    assert "send a holding reply to that" in report.words
    assert talk.stands() is Stage.NEW
    stays(talk)
    assert drafts(talk) == [WORDS]
    talk.channel.seen = Seen(MEANWHILE)
    assert prepare.hold(home, talk.ana, talk.case, "heard", {}).state is State.SENT
    assert [one.target for one in talk.channel.delivered] == ["12/9"]


def test_a_first_word_that_was_refused_is_forgotten_with_the_full_answer(talk: Talk) -> None:
    talk.channel.will(script.REFUSED, script.DELIVERED)
    home = talk.bench.home
    assert prepare.hold(home, talk.ana, talk.case, "heard", {}).state is State.REFUSED
    assert talk.stands() is Stage.NEEDS_YOU
    assert talk.send() is State.SENT
    assert talk.stands() is Stage.FOLLOW_UP


def answers_it(talk: Talk) -> None:
    """By the key that we gave our reply, which is all that anybody knows of it."""
    key = talk.known.facts.entries[0].chosen.key
    assert talk.comes(replace(ANSWER, answers=key)) == [talk.case]


def only_state(talk: Talk) -> State:
    (entry,) = talk.known.facts.entries
    return state(entry, talk.known.now)


@pytest.mark.parametrize("safely", [True, False])
@pytest.mark.parametrize("said_no", [True, False])
def test_who_answers_a_reply_in_doubt_proves_that_it_arrived(
    talk: Talk, *, safely: bool, said_no: bool
) -> None:
    home = talk.bench.home
    talk.channel.repeats_safely = safely
    talk.channel.will(script.ANSWER_LOST)
    assert talk.send() is State.UNSURE
    entry = talk.known.facts.entries[0].id
    if said_no:
        talk.wait(minutes=5)
        send.settle(home, talk.ana, entry, appeared=False)
    answers_it(talk)
    assert only_state(talk) is State.SENT
    assert talk.stands() is Stage.NEW
    assert talk.known.facts.turn is not None
    assert talk.known.facts.turn.ours == entry
    assert not {"unsure", "already_sent"} & set(talk.kinds)
    assert drafts(talk) == []
    told = story.story(talk.known.facts.conversation, queries.timeline(home, talk.case), str)
    assert [(one.words, one.more) for one in told[-2:]] == [
        ("It appeared", "They answered it, so they have it."),
        ("They answered", ANSWER.text),
    ]
    stays(talk)
    assert len(talk.channel.delivered) == 1
    assert talk.in_order()


def test_answered_while_it_is_on_its_way_it_arrived_however_the_attempt_ends(talk: Talk) -> None:
    def answers() -> None:
        talk.channel.during = None
        answers_it(talk)

    talk.channel.will(script.ANSWER_LOST)
    talk.channel.during = answers
    assert talk.send() is State.SENT
    assert not talk.known.facts.of(TryStopped)


def test_another_who_answers_it_proves_it_too_and_opens_a_turn_as_before(talk: Talk) -> None:
    talk.channel.will(script.ANSWER_LOST)
    talk.send()
    key = talk.known.facts.entries[0].chosen.key
    talk.comes(replace(ANSWER, answers=key, author="Kim Other"))
    assert only_state(talk) is State.SENT


@pytest.mark.parametrize(
    "answer", [MEANWHILE, replace(ANSWER, answers=""), replace(ANSWER, answers="site:9")]
)
def test_what_does_not_name_it_proves_nothing(talk: Talk, answer: Heard) -> None:
    talk.channel.can_look = False
    talk.channel.will(script.ANSWER_LOST)
    talk.send()
    talk.comes(answer)
    assert only_state(talk) is State.UNSURE
    assert talk.stands() is Stage.NEEDS_YOU


NAMED = replace(ANSWER, answers="site:7", thread="99", author="Kim Other", key="shop#comment-12")
"""By the name that the site gave to our reply; nothing else tells what it belongs to."""


def named_by_the_site(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is looked for from now on. The site gives a reply its own name, which a look tells."""
    looks, find = list[str](), talk.channel.find

    def found(*given: Any) -> Found:
        looks.append(str(given[3]))
        seen = find(*given)
        return replace(seen, reference="site:7") if seen.reference else seen

    monkeypatch.setattr(talk.channel, "find", found)
    return looks


def test_an_answer_to_what_only_the_site_can_name_is_looked_for_at_once(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = named_by_the_site(talk, monkeypatch)
    talk.channel.will(script.ANSWER_LOST)
    assert talk.send() is State.UNSURE
    entry = talk.known.facts.entries[0].id
    assert talk.comes(NAMED) == [talk.case]
    assert only_state(talk) is State.SENT
    assert talk.known.facts.turn is not None
    assert talk.known.facts.turn.ours == entry
    assert len(looks) == 1
    assert talk.in_order()


@pytest.mark.parametrize(
    "answer",
    [
        replace(NAMED, answers=""),
        replace(NAMED, answers=HEARD.key),
        replace(HEARD, text="The cake said Stan. Who is Stan?"),
    ],
    ids=["answers nothing", "answers a mention", "was heard before"],
)
def test_what_answers_nothing_unknown_is_no_reason_to_look(
    talk: Talk, monkeypatch: pytest.MonkeyPatch, answer: Heard
) -> None:
    looks = named_by_the_site(talk, monkeypatch)
    talk.channel.will(script.ANSWER_LOST)
    talk.send()
    talk.comes(answer)
    assert looks == []
    assert only_state(talk) is State.UNSURE


@pytest.mark.parametrize("step", [script.CUT, script.DELIVERED, script.NOT_LEFT])
def test_an_answer_to_something_else_settles_nothing(
    talk: Talk, monkeypatch: pytest.MonkeyPatch, step: Step
) -> None:
    looks = named_by_the_site(talk, monkeypatch)
    talk.channel.will(step)
    before = talk.send()
    looks.clear()
    (case,) = talk.comes(replace(NAMED, answers="site:31"))
    assert case != talk.case
    assert only_state(talk) is before
    assert len(looks) == (step is script.CUT)


def test_where_it_cannot_be_looked_for_the_round_comes_in_all_the_same(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    named_by_the_site(talk, monkeypatch)
    talk.channel.will(script.ANSWER_LOST)
    talk.send()
    talk.channel.blind = KnownError("too_slow", "It is slow.", "Try later.")
    (case,) = talk.comes(NAMED)
    assert case != talk.case
    assert only_state(talk) is State.UNSURE


def test_what_was_never_tried_is_not_proved_by_anybody(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_given: object) -> None:
        raise Killed

    monkeypatch.setattr(attempts, "_claim", dies)
    with pytest.raises(Killed):
        talk.send()
    assert only_state(talk) is State.READY
    answers_it(talk)
    assert only_state(talk) is State.REFUSED


def test_words_begun_since_are_not_written_over(talk: Talk) -> None:
    def writes() -> None:
        says_more(talk)
        write.save_draft(talk.bench.home, talk.ana, talk.case, MORE)

    talk.channel.will(script.NOT_LEFT)
    talk.channel.during = writes
    assert talk.send() is State.REFUSED
    assert drafts(talk) == [MORE]


def test_it_leaves_the_list_once_their_answer_is_answered(talk: Talk) -> None:
    sent_and_overtaken(talk, script.NOT_LEFT)
    talk.channel.seen = Seen(MEANWHILE)
    with pytest.raises(HeldError):
        talk.send()
    talk.bench.until_ready(talk.ana, talk.tom, talk.case, MORE)
    assert talk.send() is State.SENT
    assert [one.over for one in outgoing.outbox(talk.bench.home)] == [True, True]
    assert [one.target for one in talk.channel.delivered] == ["12/9"]
    # What was refused two turns ago does not come back into anybody's editor.
    talk.wait(hours=1)
    talk.comes(replace(ANSWER, key="shop#comment-11", text="Thanks.", answers=MEANWHILE.key))
    assert drafts(talk) == []
    assert talk.in_order()
