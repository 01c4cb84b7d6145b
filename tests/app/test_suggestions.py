"""Other words: proposed by a reviewer, taken over by a writer, signed by whoever proposed them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from calmreply.app import facts, queries
from calmreply.app.cases import second, story
from calmreply.app.proving import trust
from calmreply.app.reviewing import review, suggestions
from calmreply.app.sending import write
from calmreply.domain.journal import Whole
from calmreply.domain.mention import CaseId
from calmreply.domain.reply import Offer, Revised, Words
from calmreply.domain.review import NEEDED, Impression, SignedOff
from calmreply.domain.said import Ground
from calmreply.domain.sign_off import Standing
from calmreply.errors import KnownError

if TYPE_CHECKING:
    from tests.app.conftest import Bench

TEXT = "Dear Marta, I am sorry."
BETTER = "Dear Marta, we are sorry. The next one is on us."


def refused(code: str) -> pytest.RaisesExc[KnownError]:
    return pytest.RaisesExc(KnownError, check=lambda error: error.code == code)


def known(bench: Bench, case: CaseId) -> facts.Known:
    with bench.home.store.read() as tx:
        return facts.load(bench.home, tx, case)


def words_of(bench: Bench, case: CaseId) -> Words:
    revision = known(bench, case).facts.revision
    assert revision is not None
    return revision.words


def told(bench: Bench, case: CaseId) -> list[tuple[str, str]]:
    page = known(bench, case).facts
    steps = story.story(page.conversation, queries.timeline(bench.home, case), page.name)
    return [(step.words, step.more) for step in steps]


def test_words_taken_over_are_the_takers_and_the_suggester_signs_them(bench: Bench) -> None:
    home, ana, tom = bench.home, bench.person("Ana"), bench.person("Tom")
    case = bench.complaint()
    bench.write(ana, case, TEXT)
    offer = Offer("a cake", 0, "EUR")
    write.revise(home, ana, case, replace(words_of(bench, case), offer=offer))
    review.ask(home, ana, case, "Tom")
    review.remark(home, tom, case, "", suggestion=BETTER)
    assert bench.kinds(case).count("changes_asked") == 1
    write.save_draft(home, ana, case, f"{TEXT} Sorry!")
    suggestions.accept(home, ana, case, 1)
    _first, _offering, kept, taken = known(bench, case).facts.of(Revised)
    assert kept.words.text == f"{TEXT} Sorry!", "what was begun is not lost"
    assert (taken.words.text, taken.words.offer) == (BETTER, offer)
    assert (taken.by, taken.suggested_by, taken.suggestion) == (ana.person.id, tom.person.id, 1)
    review.ask(home, ana, case, "Tom")
    review.sign(home, tom, case, NEEDED)
    page = queries.case_page(home, case)
    assert page.sign_off.standing is Standing.SIGNED
    assert ("Tom suggested other words", BETTER) in told(bench, case)
    assert ("Ana wrote version 4", "suggested by Tom") in told(bench, case)
    assert isinstance(trust.verify_journal(home), Whole)


def test_whoever_takes_words_over_is_their_writer(bench: Bench) -> None:
    """Also who takes over their own: then the database, too, lets them sign nothing of it."""
    home, ana, tom = bench.home, bench.person("Ana"), bench.person("Tom")
    case = bench.complaint()
    bench.write(ana, case, TEXT)
    review.ask(home, ana, case, "Tom")
    review.remark(home, tom, case, "Warmer.", suggestion=BETTER)
    suggestions.accept(home, tom, case, 1)
    revision = known(bench, case).facts.revision
    assert revision is not None
    assert (revision.by, revision.suggested_by) == (tom.person.id, None)
    with refused("wrote_it"):
        review.ask(home, ana, case, "Tom")


def test_what_is_no_suggestion(bench: Bench) -> None:
    home, ana, tom = bench.home, bench.person("Ana"), bench.person("Tom")
    case = bench.complaint()
    bench.write(ana, case, TEXT)
    for nothing in (TEXT, " \n"):
        with refused("same_words"):
            review.remark(home, tom, case, "Hm.", suggestion=nothing)
    with refused("text_too_long"):
        review.remark(home, tom, case, "Hm.", suggestion="x" * 100_001)
    with refused("no_such_suggestion"):
        suggestions.accept(home, ana, case, 1)
    review.remark(home, tom, case, "Hm.", suggestion=BETTER)
    bench.write(ana, case, TEXT, afresh=True)
    with refused("no_such_suggestion"):
        suggestions.accept(home, ana, case, 1)


def test_a_first_impression_is_kept_with_the_sign_off(bench: Bench) -> None:
    home, ana, tom = bench.home, bench.person("Ana"), bench.person("Tom")
    case = bench.complaint()
    bench.write(ana, case, TEXT)
    review.ask(home, ana, case, "Tom")
    review.sign(home, tom, case, NEEDED, impression=Impression.COLD)
    (signed,) = known(bench, case).facts.of(SignedOff)
    assert signed.impression is Impression.COLD
    assert told(bench, case)[-1] == ("Signed off by Tom", "read the reply alone first: cold")


def test_what_becomes_an_emergency_while_it_is_read_is_read_again(bench: Bench) -> None:
    home, ana, tom = bench.home, bench.person("Ana"), bench.person("Tom")
    case = bench.complaint()
    bench.write(ana, case, TEXT)
    review.ask(home, ana, case, "Tom")
    seen = review.shown(known(bench, case))
    second.declare_emergency(home, ana, case, Ground.SAFETY, "There is glass in it.")
    with refused("text_changed"):
        review.sign(home, tom, case, NEEDED, shown=seen)
    review.sign(home, tom, case, NEEDED, shown=review.shown(known(bench, case)))
    assert told(bench, case)[-1] == ("Signed off by Tom", "knowing that it cannot wait")
