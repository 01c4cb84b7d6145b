"""What answers us comes back into its case, whatever became of it, and wants its own reply."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from tests.app.talk import ANSWER, HEARD, MORE, WORDS, Talk

from calmreply.app import facts, queries
from calmreply.app.cases import conversation, debrief, judge, story
from calmreply.app.cases.conversation import Ours, Theirs
from calmreply.app.listening import grouping, listen
from calmreply.app.ports.channels import Seen, SendResult
from calmreply.app.ports.listeners import Round
from calmreply.app.ports.storage import Account, Source, Takes
from calmreply.app.proving import beside, trust
from calmreply.app.sending import accounts, send, write
from calmreply.app.sending.held import HeldError
from calmreply.domain import debrief as debriefs
from calmreply.domain.case import Choice, TheyAnswered
from calmreply.domain.mention import CaseId, Heard, MentionId, SourceId
from calmreply.domain.outbox import Outcome, State, state
from calmreply.domain.policy import Feeling, Kind
from calmreply.domain.stage import Stage
from calmreply.errors import KnownError
from calmreply.testing.channels import Step

if TYPE_CHECKING:
    from tests.app.conftest import Bench


@pytest.fixture
def talk(bench: Bench) -> Talk:
    return Talk(bench)


def reference(talk: Talk) -> str:
    """What the site calls our newest reply."""
    return talk.known.facts.entries[-1].reference


def test_an_answer_comes_back_and_wants_a_reply_of_its_own(talk: Talk) -> None:
    assert talk.answered() is State.SENT
    assert talk.stands() is Stage.FOLLOW_UP
    talk.wait(hours=2)
    assert talk.comes(replace(ANSWER, answers=reference(talk))) == [talk.case]
    known = talk.known
    assert [one.now.text for one in known.facts.earlier] == [HEARD.text]
    assert known.facts.mention.now.text == ANSWER.text
    assert known.facts.turn is not None
    assert known.facts.turn.ours == known.facts.entries[0].id
    assert talk.stands() is Stage.NEW
    assert talk.kinds[:1] == ["not_read"]
    assert {"already_sent", "not_judged"} & set(talk.kinds) == set()
    # What they said at first still makes it a complaint.
    assert talk.page.kind is Kind.COMPLAINT
    # Their clock runs from their answer.
    assert talk.page.full_reply.answered is None
    assert talk.page.full_reply.began == known.facts.mention.heard
    assert talk.in_order()


def test_the_new_reply_goes_to_their_answer_once(talk: Talk) -> None:
    talk.answered()
    answer = replace(ANSWER, answers=reference(talk))
    talk.comes(answer)
    talk.channel.seen = Seen(answer)
    with pytest.raises(HeldError):
        talk.send()
    talk.bench.until_ready(talk.ana, talk.tom, talk.case, MORE)
    to = talk.known.facts.revisions[-1].words.to
    assert (to.target, to.thread) == ("12/9", "12")
    assert talk.known.facts.reply is not None
    assert talk.known.facts.reply.mention == talk.known.facts.mention.id
    assert talk.send() is State.SENT
    assert [one.target for one in talk.channel.delivered] == ["12/5", "12/9"]
    assert talk.stands() is Stage.FOLLOW_UP
    assert "already_sent" in talk.kinds
    assert talk.said == [HEARD.text, WORDS, ANSWER.text, MORE]
    assert talk.in_order()


@pytest.mark.parametrize("over", ["set aside", "closed", "debriefed", "walked away"])
def test_it_opens_what_was_over(talk: Talk, over: str) -> None:
    home = talk.bench.home
    talk.answered()
    if over == "set aside":
        judge.set_aside(home, talk.ana, talk.case, "They are content.")
    else:
        away = over == "walked away"
        outcome = debriefs.Outcome.WALKED_AWAY if away else debriefs.Outcome.RESOLVED
        debrief.close(home, talk.ana, talk.case, outcome)
    if over == "debriefed":
        debrief.debrief(home, talk.ana, talk.case, debriefs.Answers(better="Read names twice."))
    assert talk.stands() in (Stage.SET_ASIDE, Stage.TO_DEBRIEF, Stage.CLOSED)
    talk.wait(hours=24 * 20)
    assert talk.comes(replace(ANSWER, answers=reference(talk))) == [talk.case]
    assert talk.stands() is Stage.NEW
    view = queries.overview(home)
    assert queries.mention_ids(home, view, Stage.NEW) == (MentionId("2"), MentionId("1"))
    talk.channel.seen = Seen(ANSWER)
    talk.bench.until_ready(talk.ana, talk.tom, talk.case, MORE)
    assert talk.send() is State.SENT
    assert talk.in_order()


@pytest.mark.parametrize(
    ("one", "joins", "again"),
    [
        (replace(ANSWER, answers=HEARD.key), True, True),
        (replace(ANSWER, answers=""), True, True),
        (replace(ANSWER, answers="shop#comment-unknown"), True, True),
        (replace(ANSWER, answers="", thread="13"), False, False),
        (replace(ANSWER, answers="", author="Kim Other"), False, False),
        (replace(ANSWER, answers=HEARD.key, author="Kim Other"), True, False),
        (replace(ANSWER, answers=HEARD.key, author="Kim", text="Loaf & Co did it"), True, True),
        (replace(ANSWER, answers="ours", author="Kim Other"), True, True),
        (replace(ANSWER, answers=HEARD.key, author=HEARD.author, handle="@kim"), True, True),
    ],
)
def test_who_comes_back(talk: Talk, one: Heard, *, joins: bool, again: bool) -> None:
    with talk.bench.home.store.write() as tx:
        tx.set_setting("business_name", "Loaf & Co")
    talk.answered()
    ours = reference(talk) if one.answers == "ours" else one.answers
    (case,) = talk.comes(replace(one, answers=ours))
    assert (case == talk.case) is joins
    assert bool(talk.known.facts.turns) is again
    assert talk.stands() is (Stage.NEW if again else Stage.FOLLOW_UP)
    assert talk.in_order()


def test_others_do_not_open_what_is_over(talk: Talk) -> None:
    judge.set_aside(talk.bench.home, talk.ana, talk.case, "It was the shop next door.")
    other = replace(ANSWER, answers=HEARD.key, author="Kim Other")
    assert talk.comes(other) != [talk.case]
    assert talk.page.stage is Stage.SET_ASIDE


def test_the_same_thread_tells_it_only_for_a_while(talk: Talk) -> None:
    talk.wait(hours=24 * 91)
    assert talk.comes(replace(ANSWER, answers="")) != [talk.case]
    assert talk.comes(replace(ANSWER, key="x", answers=HEARD.key)) == [talk.case]


def test_the_same_name_of_a_thread_at_another_site_tells_nothing(talk: Talk) -> None:
    home = talk.bench.home
    accounts.save(home, None, Account("other", "site", {}))
    with home.store.write() as tx:
        known = tx.add_source(Source(SourceId(""), "site", "site:other/INBOX", "Other"))
    talk.listener.will(Round("Other", (replace(ANSWER, answers=""),)))
    listen.poll(home, next(one for one in listen.sources(home) if one.id == known))
    assert not talk.known.facts.turns
    # By another list of the same account it is the same thread.
    assert talk.comes(replace(ANSWER, answers="", text="Hm?"), name="search") == [talk.case]


def test_a_source_of_our_names_brings_answers_that_do_not_name_us(talk: Talk) -> None:
    talk.answered()
    other = replace(ANSWER, key="k", thread="", text="Nothing to do with it.", answers="")
    answer = replace(ANSWER, answers=reference(talk))
    assert talk.comes(other, answer, name="search", takes=Takes.NAMED) == [talk.case]


def test_the_same_answer_by_two_sources_is_one_turn(talk: Talk) -> None:
    talk.answered()
    answer = replace(ANSWER, answers=reference(talk))
    assert talk.comes(answer) == talk.comes(answer, name="search") == [talk.case]
    assert len(talk.known.facts.turns) == 1
    assert len(grouping.mentions(talk.bench.home, talk.case)) == 3


def test_who_says_it_in_several_parts_is_one_case(talk: Talk) -> None:
    first = replace(HEARD, key="a", thread="a", target="1", answers="")
    second = replace(first, key="b", text="And another thing.", answers="a")
    third = replace(first, key="c", text="And the last.", answers="b")
    cases = talk.comes(first, second, third, name="search")
    assert len(set(cases)) == 1
    talk.case = cases[0]
    assert [one.now.text for one in talk.known.facts.conversation] == [
        first.text,
        "And another thing.",
        "And the last.",
    ]
    assert talk.in_order()


def test_what_was_written_meanwhile_is_kept_and_does_not_leave(talk: Talk) -> None:
    home = talk.bench.home
    talk.bench.until_ready(talk.ana, talk.tom, talk.case, WORDS)
    talk.channel.will(Step(SendResult(Outcome.TRY_LATER, "Later.")))
    assert talk.send() is State.WAITING
    talk.comes(replace(ANSWER, answers=""))
    assert [entry for _case, entry in send.due(home)] == []
    talk.wait(hours=1)
    assert [entry for _case, entry in send.due(home)] == []
    entry = talk.known.facts.entries[0]
    assert state(entry, talk.known.now) is State.REFUSED
    assert talk.stands() is Stage.NEW
    (draft,) = talk.page.drafts
    assert (draft.by, draft.text) == (talk.ana.person.id, WORDS)
    assert talk.known.facts.revision is None
    assert not talk.channel.delivered
    assert set(talk.kinds) >= {"not_read", "empty"}


def test_what_is_seen_of_their_first_words_is_not_taken_for_their_answer(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk.bench.until_ready(talk.ana, talk.tom, talk.case, WORDS)
    see = talk.channel.see

    def slowly(*more: Any) -> Seen:
        """They say more while the page is being looked at."""
        talk.comes(replace(ANSWER, answers=""))
        return see(*more)

    monkeypatch.setattr(talk.channel, "see", slowly)
    assert talk.send() is State.REFUSED
    assert [one.text for one in talk.known.facts.mention.versions] == [ANSWER.text]
    assert not talk.channel.delivered
    assert talk.in_order()


def test_a_reply_that_arrives_after_their_answer_does_not_answer_it(talk: Talk) -> None:
    home = talk.bench.home
    talk.bench.until_ready(talk.ana, talk.tom, talk.case, WORDS)
    talk.channel.will(Step(SendResult(Outcome.UNKNOWN, "No answer."), arrives=True))
    assert talk.send() is State.UNSURE
    talk.comes(replace(ANSWER, answers=HEARD.key))
    assert "unsure" in talk.kinds
    assert talk.stands() is Stage.NEEDS_YOU
    entry = talk.known.facts.entries[0]
    send.settle(home, talk.ana, entry.id, appeared=True)
    assert talk.stands() is Stage.NEW
    assert talk.page.full_reply.answered is None
    assert set(talk.kinds) >= {"not_read", "empty"}
    assert not {"unsure", "already_sent"} & set(talk.kinds)


def test_what_was_said_of_one_turn_says_nothing_of_the_next(talk: Talk) -> None:
    home = talk.bench.home
    judge.answered_outside(
        home, talk.ana, talk.case, text="We called.", url="", when="2026-11-18T10:00:00Z"
    )
    assert talk.stands() is Stage.FOLLOW_UP
    talk.comes(replace(ANSWER, answers=""))
    assert talk.stands() is Stage.NEW
    with pytest.raises(KnownError) as early:
        judge.say_feeling(home, talk.ana, talk.case, Feeling.CALM)
    assert early.value.code == "read_first"
    talk.bench.until_ready(talk.ana, talk.tom, talk.case, MORE)
    send.look(home, talk.ana, talk.case, Choice.NONE)
    assert talk.stands() is Stage.FOLLOW_UP
    talk.comes(replace(ANSWER, key="third", text="Hello?", answers=""))
    assert talk.stands() is Stage.NEW
    assert (talk.known.facts.reads, talk.known.facts.feelings) == ((), ())


def test_an_edit_of_the_answer_is_read_again_and_one_of_their_first_words_is_not(
    talk: Talk,
) -> None:
    talk.answered()
    answer = replace(ANSWER, answers=reference(talk))
    talk.comes(answer)
    talk.bench.until_ready(talk.ana, talk.tom, talk.case, MORE)
    talk.comes(replace(HEARD, text="The cake said Stan!"))
    assert "mention_changed" not in talk.kinds
    assert talk.in_order()
    talk.comes(replace(answer, text="Forget the second cake."))
    assert "mention_changed" in talk.kinds
    assert talk.in_order()


def test_another_matter_after_all_is_taken_out_and_what_was_over_is_over(talk: Talk) -> None:
    home = talk.bench.home
    talk.answered()
    debrief.close(home, talk.ana, talk.case, debriefs.Outcome.RESOLVED)
    talk.comes(replace(ANSWER, answers=""))
    assert talk.stands() is Stage.NEW
    own, _changes = grouping.split(home, talk.ana, MentionId("2"))
    assert own != talk.case
    assert talk.page.stage is Stage.TO_DEBRIEF
    assert talk.known.facts.turns == ()
    assert talk.known.facts.mention.now.text == HEARD.text
    assert queries.case_page(home, own).stage is Stage.NEW
    assert talk.in_order()
    # Whoever comes back later is read anew, whatever was said of what was taken out.
    third = replace(ANSWER, key="third", text="Hello?", answers=HEARD.key)
    assert talk.comes(third) == [talk.case]
    (gone, here) = talk.known.facts.of(TheyAnswered)
    assert gone.version < here.version == talk.known.facts.mention.now.number
    assert talk.in_order()


@pytest.mark.parametrize("what", ["words", "place"])
def test_a_turn_changed_by_hand_stops_the_reply(talk: Talk, what: str) -> None:
    talk.answered()
    answer = replace(ANSWER, answers=reference(talk))
    talk.comes(answer)
    talk.bench.until_ready(talk.ana, talk.tom, talk.case, MORE)
    data = talk.bench.data
    two = MentionId("2")
    if what == "words":
        said = data.mentions[two]
        now = replace(said.now, author="Somebody Else")
        data.mentions[two] = replace(said, versions=(now,))
    else:
        data.mentions[two] = replace(data.mentions[two], case=CaseId("7"))
    assert [*beside.differences(talk.bench.home)] != []
    with talk.bench.home.store.read() as tx, pytest.raises(KnownError) as stopped:
        trust.check_case(talk.bench.home, tx, facts.load(talk.bench.home, tx, talk.case))
    assert stopped.value.code == "journal_broken"


def test_the_story_and_the_conversation_tell_it_in_order(talk: Talk) -> None:
    talk.channel.will(Step(SendResult(Outcome.DELIVERED, "", "site#7", "https://shop.example/#7")))
    talk.answered()
    talk.wait(hours=1)
    talk.comes(replace(ANSWER, answers="site#7"))
    talk.comes(replace(ANSWER, key="third", text="Hello?", answers=""))
    told = queries.timeline(talk.bench.home, talk.case)
    steps = story.story(talk.known.facts.conversation, told, str)
    words = [step.words for step in steps]
    assert words[0].startswith("Heard")
    assert words[-2:] == ["They answered", "They said more"]
    assert [step.more for step in steps[-2:]] == [ANSWER.text, "Hello?"]
    first, ours, second, third = conversation.conversation(talk.known)
    assert isinstance(ours, Ours)
    assert (ours.text, ours.by, ours.link) == (WORDS, "Ana", "https://shop.example/#7")
    assert isinstance(third, Theirs)
    assert first.at < ours.at < second.at <= third.at
    assert second.at - ours.at >= timedelta(hours=1)


def test_nothing_begun_before_is_written_on(talk: Talk) -> None:
    talk.bench.until_ready(talk.ana, talk.tom, talk.case, WORDS)
    talk.comes(replace(ANSWER, answers=""))
    with talk.bench.home.store.read() as tx:
        words = write.words_like(talk.bench.home, talk.known.facts, tx.accounts(), text=WORDS)
    assert words.to.target == "12/9"
    write.revise(talk.bench.home, talk.tom, talk.case, words)
    assert [one.number for one in talk.known.facts.revisions] == [1]
    assert not talk.page.drafts or talk.page.drafts[0].by == talk.ana.person.id
    # Ana's words still stand in her editor, so she, too, must have read what they say now.
    assert "not_read" in talk.kinds
