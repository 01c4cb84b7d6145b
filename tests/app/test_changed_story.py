"""The history of a case tells that what was said has changed, went, and came back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.app.test_grouped import POST, Sources

from calmreply.app import queries
from calmreply.app.cases import judge, story
from calmreply.app.ledger import writing
from calmreply.app.listening import grouping, polling
from calmreply.domain.mention import CaseId

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.app.conftest import Bench

CHANGED = "Kim changed what they said"
GONE = "It was gone from a.example"


@pytest.fixture
def sources(bench: Bench) -> Sources:
    bench.person("Ana")
    return Sources(bench)


def told(bench: Bench, case: CaseId | None) -> list[tuple[str, str]]:
    assert case is not None
    page = queries.case_page(bench.home, case)
    facts = page.known.facts
    steps = story.story(facts.conversation, queries.timeline(bench.home, case), facts.name)
    assert [step.at for step in steps] == sorted(step.at for step in steps)
    return [(step.words, step.more) for step in steps[1:]]


def gone(bench: Bench, sources: Sources, name: str, keys: Sequence[str]) -> None:
    with writing(bench.home) as ledger:
        polling._mark_gone(ledger, sources.known[name], keys)  # as a round does


def test_an_edit_stands_in_its_place_with_the_new_words(bench: Bench, sources: Sources) -> None:
    case = sources.brings("a.example", "Cold soup.", "Kim", key="k").case
    assert case is not None
    bench.clock.advance(minutes=5)
    judge.read_all(bench.home, bench.actor("Ana"), case)
    bench.clock.advance(minutes=5)
    sources.brings("a.example", "Cold soup, and rude.", "Kim", key="k")
    sources.brings("a.example", "Cold soup, and rude.", "Kim", key="k")
    bench.clock.advance(minutes=5)
    judge.read_all(bench.home, bench.actor("Ana"), case)
    bench.clock.advance(minutes=5)
    sources.brings("a.example", "Cold soup, and rude.", "Kim", key="k", stars=(1, 5))
    sources.brings("a.example", "Fine soup.", key="k")
    read = ("Ana read all of it", "")
    assert told(bench, case) == [
        read,
        (CHANGED, "Cold soup, and rude."),
        read,
        (CHANGED, "★☆☆☆☆"),
        ("They changed what they said", "Fine soup."),
    ]


def test_what_goes_and_comes_back(bench: Bench, sources: Sources) -> None:
    case = sources.brings("a.example", "Cold soup.", "Kim", key="k").case
    sources.brings("a.example", "Another matter.", "Lee", key="other")
    bench.clock.advance(minutes=5)
    gone(bench, sources, "a.example", ["k", "other"])
    assert told(bench, case) == [(GONE, "")]
    bench.clock.advance(minutes=5)
    sources.brings("a.example", "Cold soup.", "Kim", key="k")
    back = (GONE, "It is there again.")
    assert told(bench, case) == [back]
    bench.clock.advance(minutes=5)
    gone(bench, sources, "a.example", ["k"])
    assert told(bench, case) == [back, (GONE, "")]


def test_what_was_put_apart_changes_in_its_own_case(bench: Bench, sources: Sources) -> None:
    case = sources.brings("a.example", author="Kim", key="k").case
    bench.clock.advance(minutes=5)
    two = sources.brings("b.example", author="Kim", key="k")
    assert two.case == case
    bench.clock.advance(minutes=5)
    sources.brings("b.example", f"{POST} Never again.", "Kim", key="k")
    bench.clock.advance(minutes=5)
    new, _changes = grouping.split(bench.home, bench.actor("Ana"), two.mention)
    bench.clock.advance(minutes=5)
    sources.brings("b.example", f"{POST} Well, maybe.", "Kim", key="k")
    before = told(bench, case)
    assert [words for words, _more in before][:2] == ["Also said at b.example", CHANGED]
    assert len(before) == 3
    assert [more for words, more in told(bench, new) if words == CHANGED][-1:] == [
        f"{POST} Well, maybe."
    ]
