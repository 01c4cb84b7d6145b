"""What two sources bring about one matter is one case; taken out again, it is two."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from calmreply.app import queries
from calmreply.app.cases import debrief, judge, story
from calmreply.app.listening import grouping, listen, polling
from calmreply.app.ports import FeedEntry
from calmreply.app.ports.storage import Arrived, Source
from calmreply.app.proving import beside, trust
from calmreply.app.rules import settings
from calmreply.app.sending import send
from calmreply.app.words import wording_journal
from calmreply.domain.debrief import Outcome
from calmreply.domain.journal import Whole
from calmreply.domain.mention import CaseId, Heard, MentionId, Origin, SourceId, Stars
from calmreply.domain.stage import Stage
from calmreply.errors import KnownError

if TYPE_CHECKING:
    from tests.app.conftest import Bench

POST = (
    "We waited forty minutes for a loaf of rye bread, the lady at the counter was on the phone all "
    "the time, and in the end they had sold it to somebody else. Nobody said sorry."
)
BLOG = "https://blog.example/bakery"


class Sources:
    """Places that bring what a test says, one entry each time."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.known: dict[str, Source] = {}
        self.count = 0

    def brings(self, name: str, text: str = POST, author: str = "", **more: Any) -> Arrived:
        home, wall = self.bench.home, self.bench.home.clock.read().wall
        if name not in self.known:
            new = Source(SourceId(""), listen.FEED, f"https://{name}/feed", name)
            with home.store.write() as tx:
                self.known[name] = replace(new, id=tx.add_source(new))
        self.count += 1
        key = more.pop("key", f"{self.count}")
        told = {"published": wall, "link": f"https://{name}/{key}", "title": "", **more}
        entry = FeedEntry(key=key, text=text, author=author, **told)
        # Not the first round, which leaves out what is older.
        source = replace(self.known[name], state=replace(self.known[name].state, heard_at=wall))
        (arrived,) = polling.store_entries(home, source, [entry], wall)
        return arrived


@pytest.fixture
def sources(bench: Bench) -> Sources:
    bench.person("Ana")
    bench.person("Tom")
    return Sources(bench)


def in_order(bench: Bench) -> bool:
    """Whether the tables are as the journal says."""
    found = [wording_journal.difference(one) for one in beside.differences(bench.home)]
    assert found == []
    return isinstance(trust.verify_journal(bench.home), Whole)


def test_one_post_by_two_feeds(bench: Bench, sources: Sources) -> None:
    one = sources.brings("a.example", link=f"{BLOG}/?utm_source=rss&utm_medium=feed")
    cut = POST[:60] + "…"
    google = f"https://www.google.com/url?sa=t&url={BLOG}&ct=ga"
    two = sources.brings("alerts.example", cut, link=google)
    three = sources.brings("b.example", "Comments?", link=f"{BLOG}#comment-3")
    assert one.case == two.case
    assert three.case not in (one.case, None)
    assert one.case is not None
    assert [found.id for found in grouping.mentions(bench.home, one.case)] == [
        one.mention,
        two.mention,
    ]
    # The case is about the first, and each of them is a line of the inbox.
    assert queries.case_page(bench.home, one.case).known.facts.mention.id == one.mention
    view = queries.overview(bench.home)
    assert view.counts[Stage.NEW] == len(queries.mention_ids(bench.home, view, Stage.NEW)) == 3
    assert in_order(bench)


def test_customers_who_say_the_same_stay_two(bench: Bench, sources: Sources) -> None:
    great = "Great bread, friendly staff!"
    one = sources.brings("google.example", great, "Tom Klein", stars=(5, 5))
    two = sources.brings("facebook.example", great, "Mia Gross", stars=(5, 5))
    assert one.case != two.case
    assert in_order(bench)


def test_one_author_on_two_sites(bench: Bench, sources: Sources) -> None:
    one = sources.brings("google.example", "My order 48213 never came!", "Anna Berger")
    two = sources.brings("facebook.example", "48213: still no answer.", "anna berger")
    other = sources.brings("facebook.example", "What a lovely place", "Anna Berger")
    assert one.case == two.case != other.case
    bench.clock.advance(days=15)
    assert sources.brings("x.example", "48213?", "Anna Berger").case != one.case


def test_within_one_source_its_keys_tell(sources: Sources) -> None:
    one = sources.brings("a.example", author="Anna Berger", link=BLOG)
    assert sources.brings("a.example", author="Anna Berger", link=BLOG).case != one.case
    again = sources.brings("a.example", POST + " Really.", "Anna Berger", key="1")
    assert (again.mention, again.case) == (one.mention, one.case)


def test_who_comes_by_hand_has_an_own_case_and_is_found(bench: Bench, sources: Sources) -> None:
    heard = Heard("", "Anna Berger", POST, Origin.PASTE, url=BLOG, stars=Stars(1))
    _mention, pasted, _changes = listen.add_mention(bench.home, heard)
    feed = sources.brings("a.example", author="Anna Berger")
    assert feed.case == pasted
    again = replace(heard, text=POST.upper(), url=None)
    assert listen.add_mention(bench.home, again)[1] != pasted


def test_it_takes_part_in_what_the_case_has_been_through(bench: Bench, sources: Sources) -> None:
    ana = bench.actor("Ana")
    one = sources.brings("a.example", author="Anna Berger")
    assert one.case is not None
    judge.read_all(bench.home, ana, one.case)
    two = sources.brings("b.example", author="Anna Berger")
    assert two.case == one.case
    view = queries.overview(bench.home)
    assert view.counts[Stage.NEW] == 2
    judge.set_aside(bench.home, ana, one.case, "It is about the bakery next door.")
    view = queries.overview(bench.home)
    assert (view.counts[Stage.NEW], view.counts[Stage.SET_ASIDE]) == (0, 2)
    aside = queries.mention_ids(bench.home, view, Stage.SET_ASIDE)
    assert {*aside} == {one.mention, two.mention}


def test_nobody_joins_what_is_over(bench: Bench, sources: Sources) -> None:
    home, ana = bench.home, bench.actor("Ana")
    one = sources.brings("a.example", author="Anna Berger")
    assert one.case is not None
    judge.set_aside(home, ana, one.case, "Not ours.")
    two = sources.brings("b.example", author="Anna Berger")
    assert two.case not in (one.case, None)
    assert two.case is not None
    debrief.close(home, ana, two.case, Outcome.RESOLVED)
    three = sources.brings("c.example", author="Anna Berger")
    assert three.case not in (one.case, two.case)
    judge.reopen(home, ana, one.case, "Ours after all.")
    four = sources.brings("d.example", author="Anna Berger")
    assert four.case in (one.case, three.case)
    assert in_order(bench)


def test_after_the_answer_only_the_same_words_join(bench: Bench, sources: Sources) -> None:
    ana = bench.actor("Ana")
    one = sources.brings("google.example", POST + " Order 48213.", "Anna Berger")
    assert one.case is not None
    judge.answered_outside(
        bench.home, ana, one.case, text="Sorry.", url="", when="2026-11-18T10:00:00Z"
    )
    more = sources.brings("facebook.example", "48213: and now they are rude.", "Anna Berger")
    copy = sources.brings("copies.example", POST + " Order 48213.", "Anna B.")
    assert more.case != one.case == copy.case


def test_what_is_old_is_not_looked_for(bench: Bench, sources: Sources) -> None:
    one = sources.brings("a.example", author="Anna Berger")
    bench.clock.advance(days=61)
    two = sources.brings("b.example", author="Anna Berger")
    assert one.case != two.case
    assert set(bench.data.marks) == {two.mention}


def test_not_the_same(bench: Bench, sources: Sources) -> None:
    ana = bench.actor("Ana")
    settings.change(bench.home, ana, {"wait_complaint_calm": "30"})
    one = sources.brings("a.example", author="Anna Berger")
    two = sources.brings("b.example", author="Anna Berger")
    settings.change(bench.home, ana, {"wait_complaint_calm": "45"})
    assert one.case == two.case
    assert one.case is not None
    judge.read_all(bench.home, ana, one.case)
    own, changes = grouping.split(bench.home, ana, two.mention)
    assert changes.cases == {one.case, own}
    page = queries.case_page(bench.home, own)
    assert page.known.facts.mention.id == two.mention
    assert page.known.facts.facts == ()
    assert page.stage is Stage.NEW
    assert page.known.facts.rules_at_start.complaint.calm == 30
    assert queries.case_page(bench.home, one.case).known.facts.reads
    assert in_order(bench)
    # It stays so when the sources say it again, and is found by what comes later.
    edited = sources.brings("b.example", POST + " Edited.", "Anna Berger", key="2")
    assert (edited.mention, edited.case) == (two.mention, own)
    assert in_order(bench)
    assert sources.brings("c.example", author="Anna Berger").case in (one.case, own)


def test_who_cannot_be_taken_out(bench: Bench, sources: Sources) -> None:
    ana, tom = bench.actor("Ana"), bench.actor("Tom")
    one = sources.brings("a.example", author="Anna Berger")
    two = sources.brings("b.example", author="Anna Berger")
    assert one.case is not None
    source = sources.known["a.example"]
    old = bench.home.clock.read().wall - timedelta(days=30)
    entry = FeedEntry("old", None, "", "Kim", "Old bread.", old)
    (older,) = polling.store_entries(bench.home, source, [entry], bench.home.clock.read().wall)
    for mention, code in (
        (one.mention, "comes_first"),
        (older.mention, "no_case"),
        (MentionId("99"), "no_such_mention"),
    ):
        with pytest.raises(KnownError) as refused:
            grouping.split(bench.home, ana, mention)
        assert refused.value.code == code
    bench.until_ready(ana, tom, one.case, "Dear Anna, we are sorry.")
    send.send(bench.home, ana, one.case)
    with pytest.raises(KnownError) as refused:
        grouping.split(bench.home, ana, two.mention)
    assert refused.value.code == "still_sending"
    send.not_posted(bench.home, ana, one.case)
    own, _changes = grouping.split(bench.home, ana, two.mention)
    # Both may be answered, each by its own reply.
    bench.until_ready(ana, tom, own, "Dear Anna, we are sorry here, too.")
    assert send.send(bench.home, ana, own).entry
    assert in_order(bench)


EDITS: dict[str, Callable[[Bench, CaseId, MentionId, MentionId], None]] = {
    "another one is answered": lambda bench, case, _one, two: bench.data.cases.update(
        {case: replace(bench.data.cases[case], mention=two)}
    ),
    "put into the case by hand": lambda bench, case, one, two: bench.data.mentions.update(
        {
            one: replace(bench.data.mentions[one], case=CaseId("2")),
            two: replace(bench.data.mentions[two], case=case),
        }
    ),
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_nothing_leaves_where_somebody_changed_it(
    bench: Bench, sources: Sources, edit: Callable[[Bench, CaseId, MentionId, MentionId], None]
) -> None:
    ana, tom = bench.actor("Ana"), bench.actor("Tom")
    one = sources.brings("a.example", author="Anna Berger")
    two = sources.brings("b.example", author="Anna Berger")
    sources.brings("a.example", "Lovely place, we will come again.", "Kim Park")
    assert one.case is not None
    bench.until_ready(ana, tom, one.case, "Dear Anna, we are sorry.")
    edit(bench, one.case, one.mention, two.mention)
    assert [*beside.differences(bench.home)]
    with pytest.raises(KnownError) as refused:
        send.send(bench.home, ana, one.case)
    assert refused.value.code in ("journal_broken", "no_such_case")


def test_a_line_says_who_took_it_out(bench: Bench, sources: Sources) -> None:
    sources.brings("a.example", author="Anna Berger")
    two = sources.brings("b.example", author="Anna Berger")
    own, _changes = grouping.split(bench.home, bench.actor("Ana"), two.mention)
    line = next(one for one in bench.data.lines if one.line.kind == "mention_split")
    said = json.loads(line.payload or "")
    assert (said["mention"], said["was"], said["case"]) == (two.mention, "1", own)
    assert line.line.actor == said["by"] == bench.actor("Ana").person.id


def told(bench: Bench, case: CaseId) -> list[str]:
    facts = queries.case_page(bench.home, case).known.facts
    steps = story.story(facts.conversation, queries.timeline(bench.home, case), facts.name)
    assert [one.at for one in steps] == sorted(one.at for one in steps)
    return [one.words for one in steps]


def test_both_cases_tell_what_came_together_and_was_put_apart(
    bench: Bench, sources: Sources
) -> None:
    ana, tom = bench.actor("Ana"), bench.actor("Tom")
    one = sources.brings("a.example", author="Anna Berger")
    assert one.case is not None
    bench.clock.advance(minutes=5)
    judge.read_all(bench.home, ana, one.case)
    bench.clock.advance(minutes=5)
    two = sources.brings("b.example", author="Anna Berger")
    bench.clock.advance(minutes=5)
    sources.brings("c.example", author="Anna Berger")
    before = ["They said it (a.example)", "Ana read all of it", "Also said at b.example"]
    assert told(bench, one.case) == [*before, "Also said at c.example"]
    bench.clock.advance(minutes=5)
    own, _changes = grouping.split(bench.home, tom, two.mention)
    bench.clock.advance(minutes=5)
    judge.set_aside(bench.home, ana, one.case, "Not ours.")
    assert told(bench, one.case) == [
        *before,
        "Also said at c.example",
        f"Tom put what was said at b.example apart: it is case {own} now",
        "Ana set it aside",
    ]
    came = f"Tom put it apart from case {one.case}, to which it had come"
    assert told(bench, own) == ["They said it (b.example)", came]
    # A row deleted by hand keeps no timeline from opening.
    del bench.data.mentions[two.mention]
    assert f"Tom put mention {two.mention} apart: it is case {own} now" in told(bench, one.case)
